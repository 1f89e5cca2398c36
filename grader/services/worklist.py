"""The submissions of a homework as staff work through them: filtered, and what waits for a mark."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from grader.models import (
    Assignment,
    Current,
    Grade,
    Job,
    JobState,
    PartReport,
    Problem,
    Run,
    RunKind,
    Submission,
    User,
)
from grader.report import Verdict
from grader.services import attempts, gradebook
from grader.services.attempts import Attempt, State

ON_A_PAGE = 50

TO_MARK = "to-mark"
"""Filter beside the states: graded, and a text of it waits for a person."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which submissions staff want to see; an empty text filters nothing."""

    problem: str = ""
    state: str = ""
    student: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of submissions."""

    attempt: Attempt
    student: User
    problem: str
    counts: bool

    @property
    def waits_for_mark(self) -> bool:
        """Whether a text of it waits for a person."""
        return any(attempts.verdict_of(row) is Verdict.WAITING for row in self.attempt.fields)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and how many lines there are in all."""

    rows: Sequence[Listed]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // ON_A_PAGE))


_JOB_OF = {
    State.QUEUED.value: JobState.QUEUED.value,
    State.RUNNING.value: JobState.RUNNING.value,
    State.GRADED.value: JobState.DONE.value,
    State.HELD.value: JobState.HELD.value,
}


def listing(session: Session, assignment: Assignment, wanted: Filter, page: int = 1) -> Listing:
    """Return the submissions of a homework, newest first."""
    found = of(assignment).where(*_conditions(wanted))
    total = count(session, assignment, wanted)
    page = min(max(1, page), max(1, -(-total // ON_A_PAGE)))
    ids = session.scalars(
        found.order_by(Submission.received_at.desc(), Submission.id.desc())
        .limit(ON_A_PAGE)
        .offset((page - 1) * ON_A_PAGE)
    ).all()
    return Listing(_listed(session, ids), total, page)


def count(session: Session, assignment: Assignment, wanted: Filter) -> int:
    """Return how many submissions of a homework a filter finds."""
    found = of(assignment).where(*_conditions(wanted)).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def next_to_mark(session: Session, assignment: Assignment, problem: str) -> Submission | None:
    """Return the submission of a problem that has waited longest for a mark by hand."""
    ids = of(assignment).where(*_conditions(Filter(problem=problem, state=TO_MARK)))
    return session.scalar(
        select(Submission)
        .where(Submission.id.in_(ids))
        .order_by(Submission.received_at, Submission.id)
        .limit(1)
    )


def of(assignment: Assignment) -> Select[int]:
    """Select the ids of all submissions of a homework, to be narrowed by their tables."""
    return (
        select(Submission.id)
        .join(Problem, Problem.id == Submission.problem_id)
        .join(User, User.id == Submission.user_id)
        .join(Job, Job.submission_id == Submission.id)
        .join(Run, (Run.id == Job.run_id) & (Run.kind == RunKind.LIVE.value))
        .where(Problem.assignment_id == assignment.id)
    )


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.problem:
        conditions.append(Problem.number == wanted.problem)
    if wanted.student:
        part = wanted.student.lower()
        conditions.append(
            or_(
                func.lower(User.login).contains(part, autoescape=True),
                func.lower(User.name).contains(part, autoescape=True),
            )
        )
    if wanted.state == TO_MARK:
        conditions += [is_to_mark(), Problem.retired_at.is_(None)]
    elif wanted.state in _JOB_OF:
        conditions.append(Job.state == _JOB_OF[wanted.state])
    return conditions


def has_verdict(verdict: Verdict) -> ColumnElement[bool]:
    """Condition: a field of the submission has that verdict now."""
    return exists().where(
        Current.submission_id == Submission.id,
        Current.part_report_id == PartReport.id,
        PartReport.verdict == verdict.value,
    )


def is_to_mark() -> ColumnElement[bool]:
    """Condition: the submission counts, and has points that only a person can give."""
    pending = exists().where(Grade.submission_id == Submission.id, Grade.pending > 0)
    waits = exists().where(
        Current.submission_id == Submission.id,
        Current.part_report_id == PartReport.id,
        PartReport.verdict == Verdict.WAITING.value,
        ~gradebook.is_marked(),
    )
    return pending & waits


def _listed(session: Session, ids: Sequence[int]) -> list[Listed]:
    rows = session.execute(
        select(Submission, User, Problem.number, Grade.submission_id)
        .join(User, User.id == Submission.user_id)
        .join(Problem, Problem.id == Submission.problem_id)
        .outerjoin(Grade, Grade.submission_id == Submission.id)
        .where(Submission.id.in_(ids))
        .order_by(Submission.received_at.desc(), Submission.id.desc())
    ).all()
    loaded = attempts.load(session, [row[0] for row in rows])
    return [
        Listed(attempt, student, number, counting is not None)
        for attempt, (_, student, number, counting) in zip(loaded, rows, strict=True)
    ]
