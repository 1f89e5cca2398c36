"""Grade a whole assignment here and now: without portal, queue or database."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.bank.bundles import notebook_files
from grader.bank.catalog import Entry
from grader.bank.variants import as_stored, solve
from grader.errors import SpecError, StaffError, TransientError, UsageError
from grader.evidence import Evidence, NotebookEvidence, NotebookSource
from grader.grading import OUR_FAULT, judge
from grader.report import FieldReport, Verdict
from grader.scoring import Scored, score
from grader.spec import Params, Problem
from workers.handed_in import HandedIn
from workers.notebooks import Order, probes_of
from workers.sampling import gather
from workers.sandbox.supervisor import Sandbox

LOCAL_KEY = b"graded without a course"
"""Stands for the course's key where there is no course: the same notebook, the same evidence."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A graded assignment: its rows, and what was held, with the reasons, for staff."""

    assignment: str
    rows: tuple[FieldReport, ...]
    faults: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the report as scripts read it; see docs/command-line.md."""
        total = score(Scored(row.points, row.credit, row.optional) for row in self.rows)
        return {
            "assignment": self.assignment,
            "score": total.score,
            "out_of": total.out_of,
            "pending": total.pending,
            "parts": [row.as_json() for row in self.rows],
        }


def grade_whole(entry: Entry, handed_in: HandedIn, sandbox: Callable[[], Sandbox]) -> Whole:
    """Judge a submission against the homework as set.

    What goes wrong on our side holds every field of its problem and costs the others nothing. A
    problem that does not load has one row, worth nothing until its fields are known.

    Args:
        sandbox: gives the sandbox; called only if there is a notebook to run.

    Raises:
        UsageError: the submission answers what the assignment does not ask.
    """
    rows: list[FieldReport] = []
    faults: list[str] = []
    for number in entry.assignment.problems:
        try:
            judged = _grade_problem(entry, number, handed_in, sandbox)
        except (StaffError, TransientError) as error:
            faults.append(f"problem {number}: {error}")
            rows += _held(entry, number)
            continue
        rows += judged
        faults += [f"{row.part} {row.field}: {row.fault}" for row in judged if row.fault]
    if not faults:
        _refuse_unknown(entry.assignment.slug, handed_in, rows)
    return Whole(entry.assignment.slug, tuple(rows), tuple(faults))


def _grade_problem(
    entry: Entry, number: str, handed_in: HandedIn, sandbox: Callable[[], Sandbox]
) -> tuple[FieldReport, ...]:
    spec = entry.problem(number).spec
    params = as_stored(spec.as_set)
    source = handed_in.notebooks.get(number)
    notebook = None
    if source is not None:
        notebook = _run(entry, number, spec, params, source, sandbox)
    evidence = Evidence(handed_in.answers, notebook=notebook)
    return judge(spec, number, params, solve(spec, params), evidence).fields


def _held(entry: Entry, number: str) -> tuple[FieldReport, ...]:
    """Return the rows of a problem that could not be judged."""
    try:
        parts = entry.problem(number).spec.parts
    except SpecError:
        return (_held_field(number, "", 0.0),)
    return tuple(
        _held_field(f"{number}{part.label}", field.name, field.points, optional=part.optional)
        for part in parts
        for field in part.fields
    )


def _held_field(part: str, field: str, points: float, *, optional: bool = False) -> FieldReport:
    return FieldReport(part, field, Verdict.HELD, None, points, optional, OUR_FAULT)


def _run(
    entry: Entry,
    number: str,
    spec: Problem,
    params: Params,
    source: NotebookSource,
    sandbox: Callable[[], Sandbox],
) -> NotebookEvidence:
    if spec.notebook is None:
        raise UsageError(f"problem {number} of {entry.assignment.slug} takes no notebook")
    order = Order(
        notebook=spec.notebook,
        probes=probes_of(spec, number),
        params=params,
        files=notebook_files(entry.files, entry.assignment.problems[number], spec),
        key=LOCAL_KEY,
    )
    return gather(sandbox, source, order)


def _refuse_unknown(assignment: str, handed_in: HandedIn, rows: list[FieldReport]) -> None:
    """Name labels and fields that the assignment has not: a typo must not pass for no answer."""
    known: dict[str, set[str]] = {}
    for row in rows:
        known.setdefault(row.part, set()).add(row.field)
    unknown = [
        f"{label} {name}".rstrip()
        for label, fields in handed_in.answers.items()
        for name in fields
        if name not in known.get(label, set())
    ]
    if unknown:
        parts = ", ".join(
            label if fields == {""} else f"{label} ({' '.join(sorted(fields))})"
            for label, fields in known.items()
        )
        raise UsageError(f"{assignment} has no {', '.join(unknown)}. Its parts are: {parts}")
