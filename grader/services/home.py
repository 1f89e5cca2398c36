"""The first page: the homework of every course, with what concerns whoever looks at it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.models import Assignment, Course, Enrollment, Problem, Role, Submission
from grader.scoring import Score
from grader.services import access, drafts, worklist
from grader.services.attempts import State
from grader.services.homework import Deadline, deadline, grades_of, out_of, total_of
from grader.services.worklist import TO_MARK, Filter


@dataclass(frozen=True, slots=True)
class Standing:
    """A homework in the eyes of staff.

    Attributes:
        students: on the roster as students; `handed_in` of them handed in something.
        to_mark: submissions that wait for a mark by hand; `held` are held.
    """

    students: int
    handed_in: int
    to_mark: int
    held: int


@dataclass(frozen=True, slots=True)
class Card:
    """One homework on the first page: how far its student is, or for staff how far the class is.

    Attributes:
        standing: what concerns staff; None for students.
    """

    assignment: Assignment
    course: Course
    deadline: Deadline
    problems: int
    handed_in: int
    drafts: int
    out_of: float
    total: Score
    standing: Standing | None


def home(session: Session, user_id: int, *, now: datetime) -> list[Card]:
    """Return the homework of the first page: open by its deadline, then closed, newest first."""
    courses = {course.id: course for course, _ in access.courses(session, user_id)}
    cards = [
        _card(session, assignment, courses[assignment.course_id], user_id, now)
        for assignment in access.assignments(session, user_id, now=now)
    ]
    still_open = [card for card in cards if not card.deadline.is_closed]
    return still_open + [card for card in reversed(cards) if card.deadline.is_closed]


def _card(
    session: Session, assignment: Assignment, course: Course, user_id: int, now: datetime
) -> Card:
    problem_ids = list(
        session.scalars(
            select(Problem.id).where(
                Problem.assignment_id == assignment.id, Problem.retired_at.is_(None)
            )
        )
    )
    handed_in = session.scalar(
        select(func.count(Submission.problem_id.distinct())).where(
            Submission.user_id == user_id, Submission.problem_id.in_(problem_ids)
        )
    )
    is_staff = access.is_staff(session, user_id, course.id)
    return Card(
        assignment=assignment,
        course=course,
        deadline=deadline(session, assignment, user_id, now=now),
        problems=len(problem_ids),
        handed_in=handed_in or 0,
        drafts=len(drafts.of_student(session, user_id, problem_ids)),
        out_of=out_of(session, assignment),
        total=total_of(grades_of(session, user_id, problem_ids).values()),
        standing=_standing(session, assignment, problem_ids) if is_staff else None,
    )


def _standing(session: Session, assignment: Assignment, problem_ids: list[int]) -> Standing:
    on_roster = select(Enrollment.user_id).where(
        Enrollment.course_id == assignment.course_id, Enrollment.role == Role.STUDENT.value
    )
    students = session.scalar(select(func.count()).select_from(on_roster.subquery()))
    handed_in = session.scalar(
        select(func.count(Submission.user_id.distinct())).where(
            Submission.problem_id.in_(problem_ids), Submission.user_id.in_(on_roster)
        )
    )
    return Standing(
        students or 0,
        handed_in or 0,
        to_mark=worklist.count(session, assignment, Filter(state=TO_MARK)),
        held=worklist.count(session, assignment, Filter(state=State.HELD)),
    )
