"""`grader grade-all`: grade a folder of submissions into a CSV; run again, only what changed."""

import csv
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from grader.bank.bundles import bundle_of
from grader.bank.catalog import Catalog, Entry
from grader.errors import SpecError, UsageError
from grader.report import FieldReport, Verdict
from grader.services.insights import as_cell
from grader.settings import Settings
from workers.grade_command import sandbox_of
from workers.handed_in import read_handed_in
from workers.sandbox.supervisor import Sandbox
from workers.whole import grade_whole

COLUMNS = (
    "student", "problem", "part", "field", "verdict", "outcome", "credit", "points", "feedback",
    "error",
)  # fmt: skip

SAVED_EVERY_SECONDS = 2.0

Rows = list[dict[str, str]]


@click.command("grade-all")
@click.argument("assignment")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--csv", "out", required=True, type=click.Path(dir_okay=False, path_type=Path),
    help="Where the rows go; run again, only what changed is graded again.",
)  # fmt: skip
def grade_all(assignment: str, folder: Path, out: Path) -> None:
    """Grade every submission in FOLDER. One file or subfolder a student.

    One broken submission never stops the rest: it gets a row with the error, and exit 1.
    """
    entry = Catalog.of(Settings.from_env().problems).assignment(assignment)
    table = Table(out)
    version = _version(entry)
    with ExitStack() as stack:
        stack.callback(table.save)
        sandbox = sandbox_of(stack)
        for path in _with_progress(_students(folder)):
            name = path.name if path.is_dir() else path.stem
            digest = _digest(path, version)
            if not table.keeps(name, digest):
                table.put(name, digest, _grade_one(entry, path, name, sandbox))
    _end(table)


def _students(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    names = [path.name if path.is_dir() else path.stem for path in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"{folder}: {', '.join(twice)} hands in twice; one file or folder each")
    return found


def _with_progress(paths: list[Path]) -> Iterator[Path]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("grading", total=len(paths))
        for path in paths:
            yield path
            progress.advance(task)


def _grade_one(entry: Entry, path: Path, name: str, sandbox: Callable[[], Sandbox]) -> Rows:
    blank = dict.fromkeys(COLUMNS, "") | {"student": name}
    try:
        whole = grade_whole(entry, read_handed_in(entry, path), sandbox)
    except UsageError as error:
        return [blank | {"error": str(error)}]
    for fault in whole.faults:
        click.echo(f"{name}: held: {fault}", err=True)
    return [_row(name, row, entry) for row in whole.rows]


def _row(student: str, row: FieldReport, entry: Entry) -> dict[str, str]:
    numbers = [number for number in entry.assignment.problems if row.part.startswith(number)]
    shown = row.as_json() | {"student": student, "problem": max(numbers, key=len), "error": ""}
    return {name: "" if shown[name] is None else str(shown[name]) for name in COLUMNS}


def _version(entry: Entry) -> str:
    """Return a hash of all problems, what their notebooks are given included.

    One that does not load counts as it stands.
    """
    digest = hashlib.sha256()
    for number, path in entry.assignment.problems.items():
        try:
            notebook = entry.problem(number).spec.notebook
            data = notebook.files if notebook else ()
            digest.update(bundle_of(entry.files, path, data))
        except SpecError as error:
            digest.update(str(error).encode())
    return digest.hexdigest()


def _digest(path: Path, version: str) -> str:
    """Return a hash of a submission's files and of the problems' sources."""
    digest = hashlib.sha256(version.encode())
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(f"{file.relative_to(path.parent)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


class Table:
    """The rows of a call and of those before it, with what each submission was graded from."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._state = out.with_name(f".{out.name}.done.json")
        self._before = self._read()
        self.rows: dict[str, tuple[str, Rows]] = {}
        self._saved = time.monotonic()

    def _read(self) -> dict[str, tuple[str, Rows]]:
        if not self._state.exists() or not self._out.exists():
            return {}
        try:
            stored = json.loads(self._state.read_text(encoding="utf-8"))
        except ValueError as error:
            raise UsageError(
                f"{self._state} is damaged: {error}. Remove it to grade all anew."
            ) from error
        return {name: (digest, rows) for name, (digest, rows) in stored.items()}

    def keeps(self, name: str, digest: str) -> bool:
        """Take over the rows of an earlier call, if nothing that they came from has changed.

        What was held then is done again: the fault may have gone.
        """
        kept = self._before.get(name)
        if kept is None or kept[0] != digest:
            return False
        if any(row["verdict"] == Verdict.HELD for row in kept[1]):
            return False
        self.rows[name] = kept
        return True

    def put(self, name: str, digest: str, rows: Rows) -> None:
        """Add what was graded now; saved every few seconds, so that a call can be stopped."""
        self.rows[name] = (digest, rows)
        if time.monotonic() - self._saved > SAVED_EVERY_SECONDS:
            self.save()

    def save(self) -> None:
        """Write the rows, and what they came from; each file is there whole, or as before."""
        draft = self._out.with_name(f".{self._out.name}.draft")
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for _, rows in self.rows.values():
                writer.writerows({k: as_cell(text) for k, text in row.items()} for row in rows)
        draft.replace(self._out)
        # What an earlier call graded and this one has not come to yet is not forgotten.
        draft.write_text(json.dumps(self._before | self.rows, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._state)
        self._saved = time.monotonic()


def _end(table: Table) -> None:
    """Name what was broken or held, on stderr and by the exit code."""
    broken = held = False
    for name, (_, rows) in table.rows.items():
        for row in rows:
            if row["error"]:
                click.echo(f"{name}: {row['error']}", err=True)
                broken = True
            held = held or row["verdict"] == Verdict.HELD
    if held:
        raise click.exceptions.Exit(3)
    if broken:
        raise click.exceptions.Exit(1)
