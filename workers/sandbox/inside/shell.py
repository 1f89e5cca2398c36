"""Runs cells as IPython does, without a kernel around it: magics, displays, await, tracebacks."""

import builtins
import linecache
import types
from typing import Any, NoReturn

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

_CELL_FILE = "<cell "
_MESSAGE_LIMIT = 2000
_LINE_LIMIT = 200
_PASSED_OVER = ("pip", "conda", "mamba", "uv", "micromamba", "system", "sx", "tensorboard")
_PASSED_OVER_CELLS = ("bash", "sh", "script", "system", "sx", "perl", "ruby", "cmd", "javascript")


class TimeLimit(BaseException):
    """The cell or the call has had its time."""


class _Compiler(CachingCompiler):
    """Names cells so that a traceback's frames can be told from those of libraries."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        name = super().get_code_name(raw_code, transformed_code, number)
        return f"{_CELL_FILE}{number} {hash(name) & 0xFFFF:04x}>"


class _Hook(DisplayHook):
    """The value of a cell's last line, collected."""

    shell: Any

    def write_output_prompt(self) -> None:
        """No prompt is printed."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:  # noqa: ARG002
        self.shell.displayed.append(format_dict)

    def log_output(self, format_dict: dict[str, Any]) -> None:
        """Nothing is logged."""


class _Publisher(DisplayPublisher):
    """What a cell displays on its way, collected."""

    shell: Any

    def publish(self, data: dict[str, Any], *_: Any, update: bool = False, **__: Any) -> None:
        if update and self.shell.displayed:
            self.shell.displayed[-1] = data
        else:
            self.shell.displayed.append(data)

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002
        self.shell.displayed.clear()


class NotebookShell(InteractiveShell):
    """An IPython shell that collects and never prints a traceback of its own."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    compiler_class = Type(_Compiler)

    def __init__(self, **options: Any) -> None:
        self.displayed: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.traceback_text = ""
        super().__init__(**options)  # type: ignore[no-untyped-call]

    def execute(self, source: str) -> BaseException | None:
        """Run one cell as IPython does; return what stopped it, if anything."""
        result = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        found: BaseException | None = result.error_before_exec or result.error_in_exec
        return found

    def _showtraceback(self, _etype: Any, _evalue: Any, stb: list[str]) -> None:
        self.traceback_text = "\n".join(stb)

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no window system."""

    def ask_exit(self) -> None:
        """A notebook goes on after `exit`."""
        self.note("exit is passed over: the next cells are run.")

    def note(self, text: str) -> None:
        """Say in the cell's record what was passed over."""
        if text not in self.notes:
            self.notes.append(text)

    def system(self, command: str) -> None:
        """Pass over a shell command."""
        self.note(f"The shell command {command.strip()[:80]!r} is passed over.")
        self.user_ns["_exit_code"] = 0

    system_piped = system
    system_raw = system

    def getoutput(self, cmd: str, *_: Any, **__: Any) -> list[str]:
        """Pass over a shell command whose output is wanted: there is none."""
        self.system(cmd)
        return []


def make_shell() -> NotebookShell:
    """Return the one shell of this process, with nothing run in it."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.history_length = 0
    config.InteractiveShell.enable_html_pager = False
    config.InteractiveShell.xmode = "Minimal"  # a full traceback takes a tenth of a second
    config.InteractiveShell.ast_node_interactivity = "last_expr"
    shell: NotebookShell = NotebookShell.instance(config=config)
    _pass_over_magics(shell)
    builtins.input = _no_input
    return shell


def _pass_over_magics(shell: NotebookShell) -> None:
    def passed_over(name: str) -> Any:
        def magic(line: str = "", cell: str | None = None) -> None:  # noqa: ARG001
            shell.note(f"%{name} {line.strip()[:60]}".rstrip() + " is passed over.")

        return magic

    for name in _PASSED_OVER:
        shell.register_magic_function(passed_over(name), "line", name)
    for name in _PASSED_OVER_CELLS:
        shell.register_magic_function(passed_over(name), "cell", name)


def _no_input(_prompt: object = "", /) -> NoReturn:
    raise EOFError("input() has nobody to ask while a notebook is graded")


def describe(error: BaseException) -> dict[str, Any]:
    """Return an exception's name and message, and the student's own line that it came from."""
    try:
        message = str(error)[:_MESSAGE_LIMIT]
    except Exception as inner:  # noqa: BLE001  # the student's own __str__
        message = f"(its message cannot be shown: {type(inner).__name__})"
    line, source = _own_line(error)
    return {"name": type(error).__name__, "message": message, "line": line, "source": source}


def _own_line(error: BaseException) -> tuple[int | None, str]:
    if isinstance(error, SyntaxError) and isinstance(error.lineno, int):
        return error.lineno, str(error.text or "").strip()[:_LINE_LIMIT]
    found: tuple[int | None, str] = (None, "")
    step: types.TracebackType | None = error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        if name.startswith(_CELL_FILE):
            text = linecache.getline(name, step.tb_lineno).strip()
            found = (step.tb_lineno, text[:_LINE_LIMIT])
        step = step.tb_next
    return found
