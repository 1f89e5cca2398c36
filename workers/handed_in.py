"""What a path holds that was handed in: an answer sheet, a notebook, or a folder with both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.bank.catalog import Entry
from grader.commands.sheets import Sheet, read_sheet
from grader.errors import SpecError, SubmissionRefused, UsageError
from grader.evidence import NotebookSource, read_notebook

SHEETS = {".yaml", ".yml", ".json"}
NOTEBOOK = ".ipynb"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A submission of a whole assignment: typed answers, and notebooks by problem number."""

    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notebooks: Mapping[str, NotebookSource] = field(default_factory=dict)


def read_handed_in(entry: Entry, path: Path, problem: str | None = None) -> HandedIn:
    """Read what `path` holds for an assignment.

    Args:
        problem: number of the problem that a notebook belongs to, where neither its metadata nor
            the names that it defines say so.

    Raises:
        UsageError: a file cannot be read, or it is not clear which problem a notebook is for.
    """
    sheets, notebooks = _files(path)
    answers: dict[str, Mapping[str, str]] = {}
    for file in sheets:
        answers |= _answers(entry, read_sheet(file), file)
    found: dict[str, NotebookSource] = {}
    for file in notebooks:
        source = _read(file)
        number = _belongs_to(entry, source, problem, file)
        if number in found:
            raise UsageError(f"{file}: a second notebook for problem {number}; keep one of them")
        found[number] = source
    return HandedIn(answers, found)


def _files(path: Path) -> tuple[list[Path], list[Path]]:
    if path.is_dir():
        inside = sorted(file for file in path.rglob("*") if file.is_file())
        inside = [file for file in inside if not file.name.startswith(".")]
    else:
        inside = [path]
    sheets = [file for file in inside if file.suffix.lower() in SHEETS]
    notebooks = [
        file
        for file in inside
        if file.suffix.lower() == NOTEBOOK and ".ipynb_checkpoints" not in file.parts
    ]
    if not sheets and not notebooks:
        raise UsageError(f"{path}: neither an answer sheet (.yaml, .json) nor a notebook (.ipynb)")
    if len(sheets) > 1:
        names = ", ".join(file.name for file in sheets)
        raise UsageError(f"{path}: more than one answer sheet ({names}); keep one of them")
    return sheets, notebooks


def _answers(entry: Entry, sheet: Sheet, file: Path) -> Mapping[str, Mapping[str, str]]:
    if sheet.assignment != entry.assignment.slug:
        raise UsageError(f"{file} answers {sheet.assignment!r}, not {entry.assignment.slug!r}")
    return sheet.answers


def _read(file: Path) -> NotebookSource:
    try:
        return read_notebook(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error
    except SubmissionRefused as error:
        raise UsageError(f"{file}: {error}") from error


def _belongs_to(entry: Entry, source: NotebookSource, told: str | None, file: Path) -> str:
    asked = {number: _requires(entry, number) for number in entry.assignment.problems}
    takers = {number: names for number, names in asked.items() if names is not None}
    if source.problem in takers:
        return source.problem
    defined = source.names_bound()
    complete = [number for number, names in takers.items() if names and names <= defined]
    if len(complete) == 1:
        return complete[0]
    if told is not None:
        return told
    fitting = complete or [number for number, names in takers.items() if names & defined]
    if len(fitting) == 1:
        return fitting[0]
    choices = ", ".join(fitting or takers) or "none of this assignment takes a notebook"
    raise UsageError(f"{file}: say which problem it is for, --problem LABEL: {choices}")


def _requires(entry: Entry, number: str) -> set[str] | None:
    """Return the names that a problem's notebook defines; None where it takes no notebook.

    A problem that does not load may take one: a notebook that names it is held with it.
    """
    try:
        notebook = entry.problem(number).spec.notebook
    except SpecError:
        return set()
    return None if notebook is None else set(notebook.requires)
