"""Scores: which attempt counts, what graders gave by hand, and the grade kept ready for pages."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    String,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grader.errors import StudentError
from grader.models import (
    Adjustment,
    AdjustmentKind,
    Assignment,
    Counts,
    Current,
    Event,
    Grade,
    Mark,
    PartReport,
    Problem,
    ProblemVersion,
    Submission,
)
from grader.models.base import table_of
from grader.scoring import Attempt, Score, Scored, adjusted, counting, score

_FieldKey = tuple[str, str]
"""Part label and field name."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One field as it counts now: what was judged, and the mark that a grader gave, if any."""

    report: PartReport
    text: str
    mark: Mark | None

    @property
    def credit(self) -> float | None:
        """Credit by hand where somebody gave it, else as judged."""
        return self.report.credit if self.mark is None else self.mark.credit


def counted_fields(session: Session, submission: Submission) -> list[Counted]:
    """Return the fields of a submission as they count now, in the order of the paper."""
    return counted(session, [submission]).get(submission.id, [])


# Statements of the hot path are built once: putting one together costs more than running it.
_COUNTED = (
    select(Current.submission_id, PartReport)
    .join(PartReport, PartReport.id == Current.part_report_id)
    .where(Current.submission_id.in_(bindparam("submission_ids", expanding=True)))
    .order_by(PartReport.position)
)
_MARKS = (
    select(Mark)
    .where(
        Mark.problem_id.in_(bindparam("problem_ids", expanding=True)),
        Mark.user_id.in_(bindparam("user_ids", expanding=True)),
    )
    .order_by(Mark.id)
)
_OF_PROBLEM = (
    select(Submission)
    .where(
        Submission.user_id == bindparam("user_id"), Submission.problem_id == bindparam("problem_id")
    )
    .order_by(Submission.id)
    # Two attempts judged at once would each derive the grade without the other. The rows are locked
    # for those who derive, not for those whose rows refer to them; SQLite has one writer anyway.
    .with_for_update(of=Submission, key_share=True)
)
# Read after the attempts are locked: who waited for a change of these terms then sees it.
_RULES = (
    select(Assignment.counts, Adjustment.kind, Adjustment.points)
    .join(Problem, Problem.assignment_id == Assignment.id)
    .outerjoin(
        Adjustment,
        (Adjustment.problem_id == Problem.id) & (Adjustment.user_id == bindparam("user_id")),
    )
    .where(Problem.id == bindparam("problem_id"))
    .order_by(Adjustment.id)
)
_FORGET = delete(Grade).where(
    Grade.user_id == bindparam("user_id"), Grade.problem_id == bindparam("problem_id")
)
_DERIVED = ("submission_id", "score", "out_of", "pending", "updated_at")


@cache
def _put_grade(dialect: str) -> Insert:
    """Add a grade or move the one that stands; both databases say it alike, each in its words."""
    table = table_of(Grade)
    added = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    put: Insert = added.on_conflict_do_update(
        index_elements=["user_id", "problem_id"],
        set_={name: added.excluded[name] for name in _DERIVED},
    )
    return put


def counted(session: Session, submissions: Sequence[Submission]) -> dict[int, list[Counted]]:
    """Return the fields of several submissions as they count now, by submission id."""
    wanted = {"submission_ids": [submission.id for submission in submissions]}
    rows = session.execute(_COUNTED, wanted).all()
    marks = _marks(session, submissions)
    owners = {submission.id: submission.user_id for submission in submissions}
    texts = {submission.id: _texts(submission) for submission in submissions}
    found: dict[int, list[Counted]] = {}
    for submission_id, row in rows:
        text = texts[submission_id].get((row.part, row.field), "")
        key = (owners[submission_id], row.part, row.field, _belongs_to(row, submission_id))
        mark = marks.get(key) if marks else None
        found.setdefault(submission_id, []).append(Counted(row, text, mark))
    return found


def _belongs_to(row: PartReport, submission_id: int) -> str:
    """Return what a mark of a field is bound to: the text, or the submission where none came."""
    return row.text_sha256 or f"submission {submission_id}"


def is_marked() -> ColumnElement[bool]:
    """Condition: somebody gave a mark to that part report of that submission."""
    nothing = literal("submission ").concat(cast(Submission.id, String))
    marks = exists().where(
        Mark.user_id == Submission.user_id,
        Mark.problem_id == Submission.problem_id,
        Mark.part == PartReport.part,
        Mark.field == PartReport.field,
        Mark.text_sha256 == func.coalesce(PartReport.text_sha256, nothing),
    )
    # Named, since within another condition only the tables of that one would be taken as given.
    return marks.correlate(Submission, PartReport)


def _texts(submission: Submission) -> dict[_FieldKey, str]:
    answers = json.loads(submission.content)["answers"]
    return {(part, name): text for part, fields in answers.items() for name, text in fields.items()}


def _marks(
    session: Session, submissions: Sequence[Submission]
) -> dict[tuple[int, str, str, str], Mark]:
    wanted = {
        "problem_ids": list({submission.problem_id for submission in submissions}),
        "user_ids": list({submission.user_id for submission in submissions}),
    }
    rows = session.scalars(_MARKS, wanted)
    return {(mark.user_id, mark.part, mark.field, mark.text_sha256): mark for mark in rows}


def refresh(session: Session, user_id: int, problem_id: int, *, now: datetime) -> Score | None:
    """Derive the grade of a student's problem anew; None while there is nothing to derive it of.

    That is while no attempt was judged and staff gave no points.
    """
    wanted = {"user_id": user_id, "problem_id": problem_id}
    submissions = session.scalars(_OF_PROBLEM, wanted).all()
    rules = session.execute(_RULES, wanted).all()
    fields = counted(session, submissions)
    attempts = [_attempt(submission, fields.get(submission.id)) for submission in submissions]
    best = any(counts == Counts.BEST for counts, _, _ in rules)
    chosen = counting(attempts, best=best)
    given = [(kind, points) for _, kind, points in rules if kind]
    if chosen is None and not given:
        session.execute(_FORGET, wanted)
        return None
    judged = Score(0.0, _worth(session, problem_id), 0.0) if chosen is None else chosen.result
    result = _adjusted(judged, given)
    behind = None if chosen is None else chosen.submission_id
    derived = (behind, result.score, result.out_of, result.pending, now)
    connection = session.connection()
    values = {**wanted, **dict(zip(_DERIVED, derived, strict=True))}
    connection.execute(_put_grade(connection.dialect.name), values)
    return result


def _worth(session: Session, problem_id: int) -> float:
    newest = select(ProblemVersion.out_of).where(ProblemVersion.problem_id == problem_id)
    return session.scalar(newest.order_by(ProblemVersion.number.desc()).limit(1)) or 0.0


def _attempt(submission: Submission, fields: Iterable[Counted] | None) -> Attempt:
    rows = [
        Scored(field.report.points, field.credit, field.report.optional) for field in fields or ()
    ]
    return Attempt(submission.id, submission.attempt, judged=bool(rows), result=score(rows))


def _adjusted(result: Score, rows: Sequence[tuple[str, float]]) -> Score:
    set_to = [points for kind, points in rows if kind == AdjustmentKind.SET]
    added = sum(points for kind, points in rows if kind == AdjustmentKind.ADD)
    return adjusted(result, set_to=set_to[-1] if set_to else None, added=added)


def refresh_assignment(session: Session, assignment: Assignment, *, now: datetime) -> None:
    """Derive every grade of an assignment anew, after a change of its terms."""
    pairs = session.execute(
        select(Submission.user_id, Submission.problem_id)
        .join(Problem, Problem.id == Submission.problem_id)
        .where(Problem.assignment_id == assignment.id)
        .distinct()
        .order_by(Submission.problem_id, Submission.user_id)
    ).all()
    for user_id, problem_id in pairs:
        refresh(session, user_id, problem_id, now=now)


MARK = "mark"
"""Action of the event of a mark."""


def criteria_met(session: Session, marks: Iterable[Mark]) -> dict[int, frozenset[str]]:
    """Return the criteria that were ticked for each mark, by its id; the event of each has them."""
    given = list(marks)
    events = session.scalars(
        select(Event).where(
            Event.action == MARK,
            Event.actor_id.in_({mark.given_by for mark in given}),
            Event.at.in_({mark.given_at for mark in given}),
        )
    )
    met = {event.detail.get("mark"): event.detail.get("criteria", ()) for event in events}
    return {mark.id: frozenset(met.get(mark.id, ())) for mark in given}


@dataclass(frozen=True, slots=True)
class HandMark:
    """Credit that a grader gives to one text; `criteria` are those of the rubric that it meets."""

    part: str
    field: str
    credit: float
    comment: str = ""
    criteria: tuple[str, ...] = ()


def mark(
    session: Session, submission: Submission, given: HandMark, *, grader_id: int, now: datetime
) -> Mark:
    """Give credit by hand to one field of a submission; it stays with the text.

    Raises:
        StudentError: the credit is not between 0 and 1, or the submission has no such field.
    """
    if not 0 <= given.credit <= 1:
        raise StudentError(f"Credit is a share from 0 to 1; {given.credit} is not.")
    key = (given.part, given.field)
    fields = {
        (f.report.part, f.report.field): f.report for f in counted_fields(session, submission)
    }
    if key not in fields:
        raise StudentError(
            f"This submission has no field {given.part} {given.field}".rstrip() + "."
        )
    row = Mark(
        user_id=submission.user_id,
        problem_id=submission.problem_id,
        part=given.part,
        field=given.field,
        text_sha256=_belongs_to(fields[key], submission.id),
        credit=given.credit,
        comment=given.comment,
        given_by=grader_id,
        given_at=now,
    )
    session.add(row)
    session.flush()
    subject = f"submission {submission.receipt_number} {given.part} {given.field}".rstrip()
    detail: Mapping[str, Any] = {
        "credit": given.credit, "mark": row.id, "criteria": list(given.criteria)
    }  # fmt: skip
    session.add(Event(at=now, actor_id=grader_id, action=MARK, subject=subject, detail=detail))
    session.flush()
    refresh(session, submission.user_id, submission.problem_id, now=now)
    return row
