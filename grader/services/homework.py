"""What a student's pages show: homework with its deadlines, problems with what was typed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.models import (
    Adjustment,
    Assignment,
    Course,
    Draft,
    Extension,
    Grade,
    Problem,
    ProblemVersion,
    Submission,
    User,
    Variant,
)
from grader.scoring import NOTHING, Score, days_late
from grader.services import attempts, decisions, drafts, submissions
from grader.services.attempts import Attempt
from grader.services.pages import Answers
from grader.services.submissions import answers_in
from grader.services.variants import Shown


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a student's work is due, when it closes, and what a hand-in at `now` would be."""

    due: datetime
    closes: datetime
    now: datetime
    grace_minutes: int

    @property
    def is_closed(self) -> bool:
        """Whether nothing is accepted any more."""
        return self.now > self.closes

    @property
    def days_late(self) -> int:
        """Late days that a hand-in uses now."""
        return days_late((self.now - self.due).total_seconds(), self.grace_minutes)


def deadline(session: Session, assignment: Assignment, user_id: int, *, now: datetime) -> Deadline:
    """Return the deadline of one student, extensions counted."""
    due, closes = submissions.closes_at(session, assignment, user_id)
    return Deadline(due, closes, now, assignment.grace_minutes)


def out_of(session: Session, assignment: Assignment) -> float:
    """Return the points of a homework: those of the newest version of each problem in it now."""
    rows = session.execute(
        select(ProblemVersion.problem_id, ProblemVersion.out_of)
        .join(Problem, Problem.id == ProblemVersion.problem_id)
        .where(Problem.assignment_id == assignment.id, Problem.retired_at.is_(None))
        .order_by(ProblemVersion.number)
    )
    return sum({problem_id: points for problem_id, points in rows}.values())


def grades_of(session: Session, user_id: int, problem_ids: Sequence[int]) -> dict[int, Grade]:
    """Return what counts of a student's problems, by problem; those with nothing graded out."""
    rows = session.scalars(
        select(Grade).where(Grade.user_id == user_id, Grade.problem_id.in_(problem_ids))
    )
    return {grade.problem_id: grade for grade in rows}


def total_of(grades: Iterable[Grade]) -> Score:
    """Return the sum of grades."""
    return sum((Score(g.score, g.out_of, g.pending) for g in grades), NOTHING)


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One problem on a student's page.

    Attributes:
        typed: what its fields show: the draft, else what was handed in last.
        attempts: newest first.
        attempts_left: None where there is no limit.
        grade: what counts of it now, once something was graded.
        adjustments: what staff set or added, where that counts.
    """

    shown: Shown
    typed: Answers
    draft: Draft | None
    attempts: Sequence[Attempt]
    attempts_left: int | None
    grade: Grade | None
    adjustments: Sequence[Adjustment]

    @property
    def last(self) -> Attempt | None:
        """The last attempt."""
        return self.attempts[0] if self.attempts else None

    @property
    def is_graded_as_shown(self) -> bool:
        """Whether the last verdicts are about the numbers that the page shows."""
        return self.last is not None and self.last.submission.variant_id == self.shown.variant.id


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """A homework as one student sees it; `extension` moves the due time where there is one."""

    assignment: Assignment
    course: Course
    deadline: Deadline
    extension: Extension | None
    problems: Sequence[ProblemView]
    out_of: float

    @property
    def total(self) -> Score:
        """What counts of all its problems now."""
        return total_of([view.grade for view in self.problems if view.grade is not None])

    @property
    def handed_in(self) -> int:
        """How many problems were handed in at least once."""
        return sum(1 for view in self.problems if view.attempts)


def assignment_view(
    session: Session,
    assignment: Assignment,
    user_id: int,
    shown: Sequence[Shown],
    *,
    now: datetime,
) -> AssignmentView:
    """Return a homework with everything that its page shows to this student."""
    problem_ids = [item.problem.id for item in shown]
    saved = drafts.of_student(session, user_id, problem_ids)
    history = attempts.of_student(session, user_id, problem_ids)
    grades = grades_of(session, user_id, problem_ids)
    adjusted = decisions.adjusted(session, user_id, problem_ids)
    return AssignmentView(
        assignment=assignment,
        course=session.get_one(Course, assignment.course_id),
        deadline=deadline(session, assignment, user_id, now=now),
        extension=decisions.extended(session, assignment, user_id),
        problems=[
            _problem_view(
                item,
                saved.get(item.problem.id),
                history.get(item.problem.id, []),
                attempts_left(session, assignment, user_id, item.problem.id),
                grades.get(item.problem.id),
                adjusted.get(item.problem.id, ()),
            )
            for item in shown
        ],
        out_of=sum(item.version.out_of for item in shown),
    )


def _problem_view(
    shown: Shown,
    draft: Draft | None,
    history: Sequence[Attempt],
    left: int | None,
    grade: Grade | None,
    adjustments: Sequence[Adjustment],
) -> ProblemView:
    last = answers_in(history[0].submission) if history else {}
    typed = draft.answers if draft is not None else last
    return ProblemView(shown, typed, draft, history, left, grade, adjustments)


def attempts_left(
    session: Session, assignment: Assignment, user_id: int, problem_id: int
) -> int | None:
    """Return how many attempts a student has left at a problem; None without limit."""
    if assignment.attempts_allowed is None:
        return None
    used = submissions.attempts_used(session, user_id, problem_id)
    return max(0, assignment.attempts_allowed - used)


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """One submission in full, for its student and for staff."""

    assignment: Assignment
    course: Course
    problem: Problem
    version: ProblemVersion
    variant: Variant
    student: User
    attempt: Attempt
    rows: Sequence[attempts.Row]
    grade: Grade | None
    adjustments: Sequence[Adjustment]
    attempts_left: int | None

    @property
    def counts(self) -> bool:
        """Whether this is the attempt that counts now."""
        return self.grade is not None and self.grade.submission_id == self.attempt.submission.id


def submission_view(session: Session, submission: Submission) -> SubmissionView:
    """Return a submission with its problem, its student and its fields as they count now."""
    variant, version, problem, assignment, course, student = session.execute(
        select(Variant, ProblemVersion, Problem, Assignment, Course, User)
        .join(ProblemVersion, ProblemVersion.id == Variant.version_id)
        .join(Problem, Problem.id == ProblemVersion.problem_id)
        .join(Assignment, Assignment.id == Problem.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .join(User, User.id == submission.user_id)
        .where(Variant.id == submission.variant_id)
    ).one()
    attempt = attempts.load(session, [submission])[0]
    return SubmissionView(
        assignment=assignment,
        course=course,
        problem=problem,
        version=version,
        variant=variant,
        student=student,
        attempt=attempt,
        rows=attempts.rows(attempt, variant),
        grade=grades_of(session, student.id, [problem.id]).get(problem.id),
        adjustments=decisions.adjusted(session, student.id, [problem.id]).get(problem.id, ()),
        attempts_left=attempts_left(session, assignment, student.id, problem.id),
    )


def history(session: Session, submission: Submission) -> list[Attempt]:
    """Return all attempts of the student at this problem, newest first."""
    found = attempts.of_student(session, submission.user_id, [submission.problem_id])
    return found[submission.problem_id]
