"""`grader grade`: grade one submission here and now, without portal, queue or database."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from grader.bank.catalog import Catalog, Entry
from grader.bank.variants import as_stored, solve
from grader.commands.sheets import Sheet, read_sheet
from grader.errors import StaffError, UsageError
from grader.evidence import Evidence
from grader.grading import judge
from grader.report import FieldReport, Verdict
from grader.scoring import Scored, score
from grader.settings import Settings


@click.command()
@click.argument("assignment")
@click.argument("submission", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The stable form; see docs/command-line.md.")
def grade(assignment: str, submission: Path, *, as_json: bool) -> None:
    """Grade SUBMISSION, an answer sheet, as the homework was set; exit 3 if anything is held."""
    entry = Catalog.of(Settings.from_env().problems).assignment(assignment)
    sheet = read_sheet(submission)
    if sheet.assignment != assignment:
        raise UsageError(f"{submission} answers {sheet.assignment!r}, not {assignment!r}")
    rows, faults = grade_sheet(entry, sheet)
    _refuse_unknown(sheet, rows, faults)
    report = as_report(assignment, rows)
    click.echo(
        json.dumps(report, ensure_ascii=False, indent=1) if as_json else _as_text(report, rows)
    )
    for fault in faults:
        click.echo(f"held: {fault}", err=True)
    if faults:
        raise click.exceptions.Exit(3)


def grade_sheet(entry: Entry, sheet: Sheet) -> tuple[list[FieldReport], list[str]]:
    """Judge a sheet against the homework as set; return the rows, and what is held with reasons.

    A problem that does not load is held as a whole and costs the others nothing.
    """
    rows: list[FieldReport] = []
    faults: list[str] = []
    for number in entry.assignment.problems:
        try:
            spec = entry.problem(number).spec
            params = as_stored(spec.as_set)
            report = judge(spec, number, params, solve(spec, params), Evidence(sheet.answers))
        except StaffError as error:
            faults.append(f"problem {number}: {error}")
            continue
        rows += report.fields
        faults += [f"{row.part} {row.field}: {row.fault}" for row in report.fields if row.fault]
    return rows, faults


def as_report(assignment: str, rows: list[FieldReport]) -> dict[str, object]:
    """Return a report as scripts read it."""
    total = score(Scored(row.points, row.credit, row.optional) for row in rows)
    return {
        "assignment": assignment,
        "score": total.score,
        "out_of": total.out_of,
        "pending": total.pending,
        "parts": [row.as_json() for row in rows],
    }


def _refuse_unknown(sheet: Sheet, rows: list[FieldReport], faults: list[str]) -> None:
    """Name labels and fields that the assignment has not: a typo must not pass for no answer.

    Raises:
        UsageError: there are some, and every problem was loaded.
    """
    known: dict[str, set[str]] = {}
    for row in rows:
        known.setdefault(row.part, set()).add(row.field)
    unknown = [
        f"{label} {name}".rstrip()
        for label, fields in sheet.answers.items()
        for name in fields
        if name not in known.get(label, set())
    ]
    if unknown and not faults:
        raise UsageError(
            f"{sheet.assignment} has no {', '.join(unknown)}. Its parts are: {_labels(known)}"
        )


def _labels(known: Mapping[str, set[str]]) -> str:
    return ", ".join(
        label if fields == {""} else f"{label} ({' '.join(sorted(fields))})"
        for label, fields in known.items()
    )


def _as_text(report: Mapping[str, object], rows: list[FieldReport]) -> str:
    lines = [
        f"{row.part} {row.field}".rstrip().ljust(28)
        + row.verdict.value.ljust(11)
        + ("" if row.verdict is Verdict.MISSING else row.feedback)
        for row in rows
    ]
    pending = f", {report['pending']:g} pending" if report["pending"] else ""
    return "\n".join([*lines, f"{report['score']:g} of {report['out_of']:g}{pending}"])
