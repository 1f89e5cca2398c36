"""`grader grade`: grade one submission from its files, without portal, queue or database."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import click

from grader.bank.catalog import Catalog
from grader.errors import UsageError
from grader.report import Verdict
from grader.settings import Settings
from workers.handed_in import read_handed_in
from workers.sandbox.supervisor import Sandbox
from workers.whole import Whole, grade_whole


@click.command()
@click.argument("assignment")
@click.argument("submission", type=click.Path(exists=True, path_type=Path))
@click.option("--problem", help="The problem that a notebook is for, where it does not say.")
@click.option("--json", "as_json", is_flag=True, help="The stable form; see docs/command-line.md.")
def grade(assignment: str, submission: Path, problem: str | None, *, as_json: bool) -> None:
    """Grade SUBMISSION as the homework was set. Exit 3 if anything is held.

    SUBMISSION is an answer sheet, a notebook, or a folder with a sheet and notebooks.
    """
    entry = Catalog.of(Settings.from_env().problems).assignment(assignment)
    if problem is not None and problem not in entry.assignment.problems:
        raise UsageError(f"--problem: {assignment} has {', '.join(entry.assignment.problems)}")
    handed_in = read_handed_in(entry, submission, problem)
    with ExitStack() as stack:
        whole = grade_whole(entry, handed_in, sandbox_of(stack))
    click.echo(
        json.dumps(whole.as_json(), ensure_ascii=False, indent=1) if as_json else _as_text(whole)
    )
    for fault in whole.faults:
        click.echo(f"held: {fault}", err=True)
    if whole.faults:
        raise click.exceptions.Exit(3)


def sandbox_of(stack: ExitStack) -> Callable[[], Sandbox]:
    """Return a function that starts the sandbox at its first call, and stops it with `stack`."""

    @cache
    def start() -> Sandbox:
        return stack.enter_context(Sandbox.start())

    return start


def _as_text(whole: Whole) -> str:
    lines = [
        f"{row.part} {row.field}".rstrip().ljust(28)
        + row.verdict.value.ljust(11)
        + ("" if row.verdict is Verdict.MISSING else row.feedback)
        for row in whole.rows
    ]
    report = whole.as_json()
    pending = f", {report['pending']:g} pending" if report["pending"] else ""
    return "\n".join([*lines, f"{report['score']:g} of {report['out_of']:g}{pending}"])
