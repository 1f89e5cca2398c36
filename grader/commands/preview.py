"""`grader problems preview`: one problem in the browser of its author, redrawn as they save.

An author's files run in a process of their own for every change, so that a solver that takes for
ever is stopped and nothing of an older version lingers.
"""

import hashlib
import multiprocessing
import threading
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import click

from grader.bank.author_view import AuthorView, Wanted, author_view
from grader.bank.catalog import Catalog
from grader.bank.verify import Fault
from grader.errors import GraderError, SetupError
from grader.settings import Secrets, Settings

if TYPE_CHECKING:
    from flask import Flask, Response

LIMIT_SECONDS = 30.0
"""For drawing, solving and verifying what is previewed; longer is for ever to who waits."""

HIGHEST_VARIANT = 10_000

_processes = multiprocessing.get_context("forkserver")


@click.command()
@click.argument("assignment")
@click.argument("number")
@click.option("--variant", default=0, show_default=True, help="0 is the homework as set.")
@click.option("--port", default=8010, show_default=True, help="On this machine alone; 0: any.")
def preview(assignment: str, number: str, variant: int, port: int) -> None:
    """Serve problem NUMBER of ASSIGNMENT to its author. The page reloads at every save."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        """Leaves out a line for every request: an open page asks once and again."""

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    settings = Settings.from_env()
    entry = Catalog.of(settings.problems).assignment(assignment)
    _refuse_unknown(list(entry.assignment.problems), assignment, number)
    key, is_ours = _course_key(settings)
    wanted = Wanted(settings.problems, assignment, number, variant, key)
    _processes.set_forkserver_preload(["grader.bank.author_view", "torch", "sympy"])
    app = create_app(Previewer(wanted), keyed=is_ours)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    click.echo(f"http://127.0.0.1:{server.server_port}/  (Ctrl-C ends)")
    server.serve_forever()


def _refuse_unknown(numbers: list[str], assignment: str, number: str) -> None:
    if number not in numbers:
        raise click.UsageError(f"{assignment} has no problem {number!r}; it has {numbers}")


def _course_key(settings: Settings) -> tuple[bytes, bool]:
    """Return the key that variants are drawn under, and whether it is this service's own."""
    try:
        return Secrets.load(settings).course_key, True
    except SetupError:  # nothing was started here yet, which an author need not do
        return b"preview", False


@dataclass(slots=True)
class Previewer:
    """Keeps the view of each variant of the files as they are now."""

    wanted: Wanted
    limit_seconds: float = LIMIT_SECONDS
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[int, AuthorView] = field(default_factory=dict)
    _kept_of: str = ""

    def state(self) -> str:
        """Return a hash of all files of the banks; "" while one of them is being written."""
        digest = hashlib.sha256()
        try:
            for bank in Catalog.of(self.wanted.sources).banks:
                digest.update(bank.sha256.encode())
        except (OSError, GraderError):  # an editor moves its new file into place just now
            return ""
        return digest.hexdigest()

    def view(self, variant: int) -> tuple[AuthorView, str]:
        """Return a variant as the files are now, with their state."""
        with self._lock:
            state = self.state()
            if state != self._kept_of:
                self._kept, self._kept_of = {}, state
            if variant not in self._kept:
                wanted = replace(self.wanted, variant=variant)
                self._kept[variant] = in_time(wanted, self.limit_seconds)
            return self._kept[variant], state


def in_time(wanted: Wanted, limit_seconds: float) -> AuthorView:
    """Make the view in a process of its own, which is stopped after `limit_seconds`."""
    results, sender = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_send, args=(sender, wanted), daemon=True)
    process.start()
    sender.close()
    try:
        if results.poll(limit_seconds):
            view: AuthorView = results.recv()
            return view
        reason = f"takes for ever: not done within {limit_seconds:g} s"
    except EOFError:
        process.join(timeout=1.0)
        reason = f"the process that ran it died with exit status {process.exitcode}"
    finally:
        process.kill()
        process.join()
        results.close()
    return AuthorView(faults=(Fault(f"{wanted.assignment} {wanted.number}", "", reason),))


def _send(sender: Connection, wanted: Wanted) -> None:
    sender.send(author_view(wanted))


def create_app(previewer: Previewer, *, keyed: bool) -> "Flask":
    """Return the page and what it asks for.

    Args:
        keyed: whether variants are those that this service will publish.
    """
    from flask import Flask, jsonify, render_template, request

    app = Flask(__name__, template_folder="pages", static_folder="pages")
    # Another site that points its name here is not let in: the page has every solution.
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]

    @app.get("/")
    def page() -> str:
        asked = request.args.get("variant", previewer.wanted.variant, type=int)
        variant = min(max(asked, 0), HIGHEST_VARIANT)
        view, state = previewer.view(variant)
        return render_template(
            "preview.html", view=view, state=state, variant=variant, keyed=keyed,
            wanted=previewer.wanted,
        )  # fmt: skip

    @app.get("/state")
    def state() -> "Response":
        return jsonify(state=previewer.state())

    return app
