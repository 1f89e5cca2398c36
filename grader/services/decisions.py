"""What staff decide for one student: a later deadline, points set or added.

Who decided what, when and why stays in the events, also after it was withdrawn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from grader.errors import UsageError
from grader.models import Adjustment, AdjustmentKind, Assignment, Event, Extension, Problem, User
from grader.scoring import Score
from grader.services import gradebook


@dataclass(frozen=True, slots=True)
class Decided:
    """By whom, why and when something is decided."""

    by: User
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One decision as it is listed; `number` names it to withdraw it."""

    number: int
    student: str
    reason: str
    by: str


def extend(
    session: Session, assignment: Assignment, student: User, until: datetime, decided: Decided
) -> Extension:
    """Let one student hand in later; grace and late days come on top. The newest counts.

    Raises:
        UsageError: it is no later than the due time of all.
    """
    if until <= assignment.due_at:
        raise UsageError(
            f"{assignment.slug} is due for everybody at {assignment.due_at.isoformat()}: "
            "an extension is later"
        )
    row = Extension(
        user_id=student.id,
        assignment_id=assignment.id,
        due_at=until,
        reason=decided.reason,
        given_by=decided.by.id,
        given_at=decided.at,
    )
    session.add(row)
    session.flush()
    detail = {"assignment": assignment.id, "until": until.isoformat()}
    _write_down(session, decided, f"extension {row.id} of {student.login}", "extend", detail)
    return row


def adjust(
    session: Session,
    problem: Problem,
    student: User,
    kind: AdjustmentKind,
    points: float,
    decided: Decided,
) -> Score | None:
    """Set or add points of a student's problem; return what it is worth now.

    The newest that sets counts, and what is added comes on top of it. Who handed in nothing can
    be given points too.
    """
    row = Adjustment(
        user_id=student.id,
        problem_id=problem.id,
        kind=kind.value,
        points=points,
        reason=decided.reason,
        given_by=decided.by.id,
        given_at=decided.at,
    )
    session.add(row)
    session.flush()
    detail = {"problem": problem.id, "kind": kind.value, "points": points}
    _write_down(session, decided, f"adjustment {row.id} of {student.login}", "adjust", detail)
    return gradebook.refresh(session, student.id, problem.id, now=decided.at)


def extensions(session: Session, assignment: Assignment) -> list[tuple[Extension, Line]]:
    """Return the extensions of an assignment, the newest last."""
    giver = aliased(User)
    rows = session.execute(
        select(Extension, User.login, giver.login)
        .join(User, User.id == Extension.user_id)
        .join(giver, giver.id == Extension.given_by)
        .where(Extension.assignment_id == assignment.id)
        .order_by(Extension.id)
    )
    return [(row, Line(row.id, student, row.reason, by)) for row, student, by in rows]


def adjustments(session: Session, assignment: Assignment) -> list[tuple[Adjustment, str, Line]]:
    """Return the adjustments of an assignment with their problem's number, the newest last."""
    giver = aliased(User)
    rows = session.execute(
        select(Adjustment, Problem.number, User.login, giver.login)
        .join(Problem, Problem.id == Adjustment.problem_id)
        .join(User, User.id == Adjustment.user_id)
        .join(giver, giver.id == Adjustment.given_by)
        .where(Problem.assignment_id == assignment.id)
        .order_by(Adjustment.id)
    )
    return [
        (row, number, Line(row.id, student, row.reason, by)) for row, number, student, by in rows
    ]


def extended(session: Session, assignment: Assignment, user_id: int) -> Extension | None:
    """Return the extension that moves a student's due time; None where none does."""
    newest = session.scalar(
        select(Extension)
        .where(Extension.assignment_id == assignment.id, Extension.user_id == user_id)
        .order_by(Extension.id.desc())
        .limit(1)
    )
    return newest if newest is not None and newest.due_at > assignment.due_at else None


def adjusted(
    session: Session, user_id: int, problem_ids: Sequence[int]
) -> dict[int, list[Adjustment]]:
    """Return the adjustments that count for a student, by problem: the newest set, then added."""
    rows = session.scalars(
        select(Adjustment)
        .where(Adjustment.user_id == user_id, Adjustment.problem_id.in_(problem_ids))
        .order_by(Adjustment.id)
    )
    found: dict[int, list[Adjustment]] = {}
    for row in rows:
        kept = found.setdefault(row.problem_id, [])
        if row.kind == AdjustmentKind.SET:
            kept[:] = [row, *(one for one in kept if one.kind == AdjustmentKind.ADD)]
        else:
            kept.append(row)
    return found


def withdraw_extension(
    session: Session, assignment: Assignment, number: int, decided: Decided
) -> None:
    """Take an extension back; what was handed in under it stays.

    Raises:
        UsageError: the assignment has no extension of that number.
    """
    found = {row.id: (row, line) for row, line in extensions(session, assignment)}
    if number not in found:
        raise UsageError(f"{assignment.slug} has no extension {number}")
    row, line = found[number]
    session.delete(row)
    what = f"extension {number} of {line.student}"
    _write_down(session, decided, what, "withdraw extension", {"until": row.due_at.isoformat()})


def withdraw_adjustment(
    session: Session, assignment: Assignment, number: int, decided: Decided
) -> Score | None:
    """Take an adjustment back; return what the problem is worth now, None if nothing is left.

    Raises:
        UsageError: the assignment has no adjustment of that number.
    """
    found = {row.id: (row, line) for row, _, line in adjustments(session, assignment)}
    if number not in found:
        raise UsageError(f"{assignment.slug} has no adjustment {number}")
    row, line = found[number]
    session.delete(row)
    what = f"adjustment {number} of {line.student}"
    detail = {"kind": row.kind, "points": row.points}
    _write_down(session, decided, what, "withdraw adjustment", detail)
    return gradebook.refresh(session, row.user_id, row.problem_id, now=decided.at)


def _write_down(
    session: Session, decided: Decided, subject: str, action: str, detail: Mapping[str, Any]
) -> None:
    session.add(
        Event(
            at=decided.at,
            actor_id=decided.by.id,
            action=action,
            subject=subject,
            detail={**detail, "reason": decided.reason},
        )
    )
    session.flush()
