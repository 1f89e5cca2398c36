"""What somebody may see. Unknown and forbidden are the same NotFound, everywhere."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from grader.errors import NotFound
from grader.models import STAFF, Assignment, Course, Enrollment, Problem, Role, Submission, User

NO_SUCH_PAGE = "There is no such page, or it is not yours to see."


def user(session: Session, user_id: int) -> User:
    """Return the user who is logged in.

    Raises:
        NotFound: the account is gone.
    """
    found = session.get(User, user_id)
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found


def courses(session: Session, user_id: int) -> list[tuple[Course, Role]]:
    """Return the courses of a user with their role in each, by title."""
    rows = session.execute(
        select(Course, Enrollment.role)
        .join(Enrollment, Enrollment.course_id == Course.id)
        .where(Enrollment.user_id == user_id)
        .order_by(Course.title)
    )
    return [(course, Role(role)) for course, role in rows]


def is_staff(session: Session, user_id: int, course_id: int) -> bool:
    """Tell whether the user grades or teaches in the course."""
    return _role(session, user_id, course_id) in STAFF


def teaches(session: Session, user_id: int, course_id: int) -> bool:
    """Tell whether the user is an instructor of the course, who decides what is published."""
    return _role(session, user_id, course_id) is Role.INSTRUCTOR


def _role(session: Session, user_id: int, course_id: int) -> Role | None:
    role = session.scalar(
        select(Enrollment.role).where(
            Enrollment.user_id == user_id, Enrollment.course_id == course_id
        )
    )
    return None if role is None else Role(role)


def assignments(session: Session, user_id: int, *, now: datetime) -> list[Assignment]:
    """Return the assignments that a user sees, soonest due first; students see only opened ones."""
    rows = session.scalars(_visible(user_id, now).order_by(Assignment.due_at, Assignment.id))
    return list(rows)


def assignment(
    session: Session, user_id: int, course: str, slug: str, *, now: datetime
) -> Assignment:
    """Return the assignment of that name in the course of that name.

    Raises:
        NotFound: there is none for this user, or it has not opened yet.
    """
    found = session.scalar(_visible(user_id, now).where(*_named(course, slug)))
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found


def _visible(user_id: int, now: datetime) -> Select[Assignment]:
    staff = Enrollment.role.in_([role.value for role in STAFF])
    opened = Assignment.opens_at.is_(None) | (Assignment.opens_at <= now)
    return (
        select(Assignment)
        .join(Course, Course.id == Assignment.course_id)
        .join(Enrollment, Enrollment.course_id == Assignment.course_id)
        .where(Enrollment.user_id == user_id, staff | opened)
    )


def _named(course: str, slug: str) -> tuple[ColumnElement[bool], ...]:
    """Two courses may give the same homework under the same name."""
    return Course.slug == course, Assignment.slug == slug


def staffed_assignment(session: Session, user_id: int, course: str, slug: str) -> Assignment:
    """Return an assignment that the user grades, by its course's name and its own.

    Raises:
        NotFound: there is none, or the user is not staff of its course.
    """
    found = session.scalar(
        select(Assignment)
        .join(Course, Course.id == Assignment.course_id)
        .join(Enrollment, Enrollment.course_id == Assignment.course_id)
        .where(
            *_named(course, slug),
            Enrollment.user_id == user_id,
            Enrollment.role.in_([role.value for role in STAFF]),
        )
    )
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found


def problem(session: Session, assignment: Assignment, number: str) -> Problem:
    """Return the problem of that number.

    Raises:
        NotFound: the assignment has none.
    """
    found = session.scalar(
        select(Problem).where(Problem.assignment_id == assignment.id, Problem.number == number)
    )
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return found


def submission(session: Session, user_id: int, receipt_number: str) -> Submission:
    """Return a submission to its student, or to staff of its course.

    Raises:
        NotFound: there is none of that number, or it is somebody else's.
    """
    row = session.execute(
        select(Submission, Assignment.course_id)
        .join(Problem, Problem.id == Submission.problem_id)
        .join(Assignment, Assignment.id == Problem.assignment_id)
        .where(Submission.receipt_number == receipt_number)
    ).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH_PAGE)
    found, course_id = row
    role = _role(session, user_id, course_id)
    if role in STAFF or (role is not None and found.user_id == user_id):
        owned: Submission = found
        return owned
    raise NotFound(NO_SUCH_PAGE)
