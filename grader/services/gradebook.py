"""Scores: which attempt counts, what graders gave by hand, and the grade kept ready for pages."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
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
    Submission,
)
from grader.scoring import Attempt, Scored, adjusted, counting, score

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


def text_sha256(text: str) -> str:
    """Return the hash by which a mark belongs to a text; white space at the ends is not text."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def counted_fields(session: Session, submission: Submission) -> list[Counted]:
    """Return the fields of a submission as they count now, in the order of the paper."""
    return counted(session, [submission]).get(submission.id, [])


def counted(session: Session, submissions: Sequence[Submission]) -> dict[int, list[Counted]]:
    """Return the same for many submissions at once, by submission; none for what is not graded."""
    rows = session.execute(
        select(Current.submission_id, PartReport)
        .join(PartReport, PartReport.id == Current.part_report_id)
        .where(Current.submission_id.in_([submission.id for submission in submissions]))
        .order_by(PartReport.position)
    ).all()
    marks = _marks(session, submissions)
    texts = {submission.id: _texts(submission) for submission in submissions}
    owners = {submission.id: submission.user_id for submission in submissions}
    found: dict[int, list[Counted]] = {}
    for submission_id, row in rows:
        text = texts[submission_id].get((row.part, row.field), "")
        key = (owners[submission_id], row.part, row.field, text_sha256(text))
        mark = marks.get(key) if marks else None
        found.setdefault(submission_id, []).append(Counted(row, text, mark))
    return found


def _texts(submission: Submission) -> dict[_FieldKey, str]:
    answers = json.loads(submission.content)["answers"]
    return {(part, name): text for part, fields in answers.items() for name, text in fields.items()}


def _marks(
    session: Session, submissions: Sequence[Submission]
) -> dict[tuple[int, str, str, str], Mark]:
    rows = session.scalars(
        select(Mark)
        .where(
            Mark.problem_id.in_({submission.problem_id for submission in submissions}),
            Mark.user_id.in_({submission.user_id for submission in submissions}),
        )
        .order_by(Mark.id)
    )
    return {(mark.user_id, mark.part, mark.field, mark.text_sha256): mark for mark in rows}


def refresh(session: Session, user_id: int, problem_id: int, *, now: datetime) -> Grade | None:
    """Derive the grade of a student's problem anew; None while nothing of it was judged."""
    counts = session.scalar(
        select(Assignment.counts)
        .join(Problem, Problem.assignment_id == Assignment.id)
        .where(Problem.id == problem_id)
    )
    submissions = session.scalars(
        select(Submission).where(Submission.user_id == user_id, Submission.problem_id == problem_id)
    ).all()
    fields = counted(session, submissions)
    attempts = [_attempt(submission, fields.get(submission.id)) for submission in submissions]
    chosen = counting(attempts, best=counts == Counts.BEST)
    if chosen is None:
        return None
    result = adjusted(chosen.result, **_adjustments(session, user_id, problem_id))
    grade = session.scalar(
        select(Grade).where(Grade.user_id == user_id, Grade.problem_id == problem_id)
    )
    if grade is None:
        grade = Grade(user_id=user_id, problem_id=problem_id)
        session.add(grade)
    grade.submission_id = chosen.submission_id
    grade.score, grade.out_of, grade.pending = result.score, result.out_of, result.pending
    grade.updated_at = now
    session.flush()
    return grade


def _attempt(submission: Submission, fields: Iterable[Counted] | None) -> Attempt:
    rows = [
        Scored(field.report.points, field.credit, field.report.optional) for field in fields or ()
    ]
    return Attempt(submission.id, submission.attempt, judged=bool(rows), result=score(rows))


def _adjustments(session: Session, user_id: int, problem_id: int) -> dict[str, Any]:
    rows = session.scalars(
        select(Adjustment)
        .where(Adjustment.user_id == user_id, Adjustment.problem_id == problem_id)
        .order_by(Adjustment.id)
    ).all()
    set_to = [row.points for row in rows if row.kind == AdjustmentKind.SET]
    added = sum(row.points for row in rows if row.kind == AdjustmentKind.ADD)
    return {"set_to": set_to[-1] if set_to else None, "added": added}


@dataclass(frozen=True, slots=True)
class HandMark:
    """Credit that a grader gives to one text."""

    part: str
    field: str
    credit: float
    comment: str = ""


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
    known = {
        (field.report.part, field.report.field) for field in counted_fields(session, submission)
    }
    if key not in known:
        raise StudentError(
            f"This submission has no field {given.part} {given.field}".rstrip() + "."
        )
    row = Mark(
        user_id=submission.user_id,
        problem_id=submission.problem_id,
        part=given.part,
        field=given.field,
        text_sha256=text_sha256(_texts(submission).get(key, "")),
        credit=given.credit,
        comment=given.comment,
        given_by=grader_id,
        given_at=now,
    )
    session.add(row)
    subject = f"submission {submission.receipt_number} {given.part} {given.field}".rstrip()
    detail: Mapping[str, Any] = {"credit": given.credit}
    session.add(Event(at=now, actor_id=grader_id, action="mark", subject=subject, detail=detail))
    session.flush()
    refresh(session, submission.user_id, submission.problem_id, now=now)
    return row
