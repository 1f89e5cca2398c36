"""What staff see of a homework: scores, hard parts, and what waits for a person."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session

from grader.models import (
    Assignment,
    Current,
    Enrollment,
    Grade,
    Job,
    JobState,
    PartReport,
    Problem,
    Role,
    Run,
    RunKind,
    Section,
    Submission,
    User,
)
from grader.report import Verdict
from grader.scoring import DECIMALS, NOTHING, Score
from grader.services import gradebook
from grader.services.attempts import State, verdict_of
from grader.services.homework import out_of

ON_A_PAGE = 50
BINS = 12


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of the distribution: how many scores from `low` up to `high`."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A homework at a glance; `totals` are the scores of students who handed in something."""

    students: int
    totals: Sequence[Score]
    out_of: float
    held: int
    to_mark: int
    bins: Sequence[Bin]

    @property
    def median(self) -> float | None:
        """The middle score; None before the first."""
        return median(total.score for total in self.totals) if self.totals else None

    @property
    def complete(self) -> int:
        """How many totals wait for nothing."""
        return sum(1 for total in self.totals if not total.pending)


def overview(session: Session, assignment: Assignment) -> Overview:
    """Return what the first staff page of a homework tells."""
    points = out_of(session, assignment)
    by_student = _grades_by_student(session, assignment)
    totals = [sum(scores.values(), NOTHING) for scores in by_student.values()]
    return Overview(
        students=_count_students(session, assignment),
        totals=totals,
        out_of=points,
        held=_count(session, assignment, State.HELD),
        to_mark=session.scalar(
            select(func.count()).select_from(_of(assignment).where(_is_to_mark()).subquery())
        )
        or 0,
        bins=distribution([total.score for total in totals], points),
    )


def distribution(scores: Sequence[float], highest: float, bins: int = BINS) -> list[Bin]:
    """Count scores in `bins` equal steps from 0 to `highest`; the ends take what lies beyond.

    >>> [one.count for one in distribution([0, 4.9, 5, 10], 10, bins=2)]
    [2, 2]
    """
    width = highest / bins if highest > 0 else 1.0
    counts = [0] * bins
    for value in scores:
        counts[min(bins - 1, max(0, int(value / width)))] += 1
    return [Bin(index * width, (index + 1) * width, count) for index, count in enumerate(counts)]


def _count_students(session: Session, assignment: Assignment) -> int:
    return (
        session.scalar(
            select(func.count(Enrollment.id)).where(
                Enrollment.course_id == assignment.course_id,
                Enrollment.role == Role.STUDENT.value,
            )
        )
        or 0
    )


def _grades_by_student(session: Session, assignment: Assignment) -> dict[int, dict[int, Score]]:
    """Student to problem to score; those on the roster as students only."""
    rows = session.execute(
        select(Grade)
        .join(Problem, Problem.id == Grade.problem_id)
        .join(
            Enrollment,
            (Enrollment.user_id == Grade.user_id)
            & (Enrollment.course_id == assignment.course_id)
            & (Enrollment.role == Role.STUDENT.value),
        )
        .where(Problem.assignment_id == assignment.id)
    ).scalars()
    grades: dict[int, dict[int, Score]] = {}
    for row in rows:
        score = Score(row.score, row.out_of, row.pending)
        grades.setdefault(row.user_id, {})[row.problem_id] = score
    return grades


@dataclass(frozen=True, slots=True)
class Share:
    """How a class stands at one field, over the attempts that count.

    Attributes:
        answers: how many students handed in the problem.
        decided: how many of them have a verdict that a person or a checker gave.
        correct: how many of those are correct.
    """

    part: str
    field: str
    answers: int
    decided: int
    correct: int
    partial: int
    waiting: int
    held: int

    @property
    def share(self) -> float | None:
        """Share that is correct, 0 to 1; None before the first decision."""
        return self.correct / self.decided if self.decided else None


def shares(session: Session, assignment: Assignment) -> list[Share]:
    """Return every field of a homework, hardest first; undecided ones last."""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for part, field, verdict, number in _verdict_counts(session, assignment):
        counts.setdefault((part, field), {})[verdict] = number
    for key, verdict in _marked(session, assignment):
        counts[key][Verdict.WAITING] -= 1
        counts[key][verdict] = counts[key].get(verdict, 0) + 1
    found = [_share(part, field, by) for (part, field), by in counts.items()]
    return sorted(found, key=lambda one: (one.share is None, one.share or 0.0, one.part))


def _counting(assignment: Assignment) -> Select[tuple[int]]:
    """The submissions that count now, of students on the roster."""
    return (
        select(Grade.submission_id)
        .join(Problem, Problem.id == Grade.problem_id)
        .join(
            Enrollment,
            (Enrollment.user_id == Grade.user_id)
            & (Enrollment.course_id == assignment.course_id)
            & (Enrollment.role == Role.STUDENT.value),
        )
        .where(Problem.assignment_id == assignment.id)
    )


def _verdict_counts(
    session: Session, assignment: Assignment
) -> Iterable[tuple[str, str, str, int]]:
    rows = session.execute(
        select(PartReport.part, PartReport.field, PartReport.verdict, func.count())
        .join(Current, Current.part_report_id == PartReport.id)
        .where(Current.submission_id.in_(_counting(assignment)))
        .group_by(PartReport.part, PartReport.field, PartReport.verdict)
        .order_by(PartReport.part, PartReport.field)
    )
    return [(part, field, verdict, number) for part, field, verdict, number in rows]


def _marked(
    session: Session, assignment: Assignment
) -> Iterable[tuple[tuple[str, str], Verdict]]:
    """Fields that were waiting and have a mark by hand, with the verdict of the mark."""
    submissions = session.scalars(
        select(Submission).where(
            Submission.id.in_(_counting(assignment)), _has_verdict(Verdict.WAITING)
        )
    ).all()
    for fields in gradebook.counted(session, submissions).values():
        for row in fields:
            if row.mark is not None and row.report.verdict == Verdict.WAITING:
                yield (row.report.part, row.report.field), verdict_of(row)


def _share(part: str, field: str, by: dict[str, int]) -> Share:
    waiting, held = by.get(Verdict.WAITING, 0), by.get(Verdict.HELD, 0)
    answers = sum(by.values())
    return Share(
        part=part,
        field=field,
        answers=answers,
        decided=answers - waiting - held,
        correct=by.get(Verdict.CORRECT, 0),
        partial=by.get(Verdict.PARTIAL, 0),
        waiting=waiting,
        held=held,
    )


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
    """One line of the list of submissions; `score` is None until it is graded."""

    submission: Submission
    student: User
    problem: str
    state: State
    reason: str
    score: float | None
    out_of: float | None
    waits_for_mark: bool
    counts: bool


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


_STATE_OF = {
    JobState.QUEUED.value: State.QUEUED,
    JobState.RUNNING.value: State.RUNNING,
    JobState.DONE.value: State.GRADED,
    JobState.HELD.value: State.HELD,
}
_JOB_OF = {state.value: job for job, state in _STATE_OF.items()}


def listing(session: Session, assignment: Assignment, wanted: Filter, page: int = 1) -> Listing:
    """Return the submissions of a homework, newest first."""
    found = _of(assignment).where(*_conditions(wanted))
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page = min(max(1, page), max(1, -(-total // ON_A_PAGE)))
    ids = session.scalars(
        found.order_by(Submission.received_at.desc(), Submission.id.desc())
        .limit(ON_A_PAGE)
        .offset((page - 1) * ON_A_PAGE)
    ).all()
    return Listing(_listed(session, ids), total, page)


def next_to_mark(session: Session, assignment: Assignment, problem: str) -> Submission | None:
    """Return the submission of a problem that has waited longest for a mark by hand."""
    ids = _of(assignment).where(*_conditions(Filter(problem=problem, state=TO_MARK)))
    return session.scalar(
        select(Submission)
        .where(Submission.id.in_(ids))
        .order_by(Submission.received_at, Submission.id)
        .limit(1)
    )


def _of(assignment: Assignment) -> Select[tuple[int]]:
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
        conditions.append(_is_to_mark())
    elif wanted.state in _JOB_OF:
        conditions.append(Job.state == _JOB_OF[wanted.state])
    return conditions


def _has_verdict(verdict: Verdict) -> ColumnElement[bool]:
    return exists().where(
        Current.submission_id == Submission.id,
        Current.part_report_id == PartReport.id,
        PartReport.verdict == verdict.value,
    )


def _is_to_mark() -> ColumnElement[bool]:
    """Whether a submission that counts has points that only a person can give."""
    pending = exists().where(Grade.submission_id == Submission.id, Grade.pending > 0)
    return pending & _has_verdict(Verdict.WAITING)
