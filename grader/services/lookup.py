"""What a command line names, found without guessing: the one thing meant, or the choices."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.errors import UsageError
from grader.models import STAFF, Assignment, Course, Enrollment, Problem, User
from grader.services import people


def assignment(session: Session, slug: str, course: str | None = None) -> Assignment:
    """Return the published assignment of that name; several courses may have one each.

    Raises:
        UsageError: there is none, or no course was named and several have it; lists them.
    """
    found = _published(session, slug)
    if course is not None:
        people.course(session, course)
        found = {name: row for name, row in found.items() if name == course}
    if not found:
        where = "" if course is None else f" in {course}"
        raise UsageError(f"nothing is published as {slug!r}{where}")
    return found[_only(slug, found)]


def course_to_publish_to(session: Session, slug: str, course: str | None) -> Course:
    """Return the course named; else the one that has the assignment, or the only one there is.

    Raises:
        UsageError: that is not one course; lists the choices.
    """
    if course is not None:
        return people.course(session, course)
    found = _published(session, slug)
    if found:
        return people.course(session, _only(slug, found))
    courses = session.scalars(select(Course).order_by(Course.slug)).all()
    if len(courses) != 1:
        known = ", ".join(one.slug for one in courses) or "none yet"
        raise UsageError(f"{slug} is new: say to which course (--course); there are: {known}")
    return courses[0]


def _published(session: Session, slug: str) -> dict[str, Assignment]:
    rows = session.execute(
        select(Course.slug, Assignment)
        .join(Course, Course.id == Assignment.course_id)
        .where(Assignment.slug == slug)
        .order_by(Course.slug)
    )
    return {course: row for course, row in rows}


def _only(slug: str, found: dict[str, Assignment]) -> str:
    if len(found) > 1:
        raise UsageError(f"several courses have {slug}: {', '.join(found)}; say which (--course)")
    return next(iter(found))


def problems(session: Session, assignment: Assignment, number: str | None) -> list[Problem]:
    """Return the problem of that number, a retired one too; all that are asked where none is named.

    Raises:
        UsageError: there is none of that number; lists them.
    """
    rows = session.scalars(
        select(Problem).where(Problem.assignment_id == assignment.id).order_by(Problem.position)
    ).all()
    chosen = [
        row for row in rows if (row.retired_at is None if number is None else row.number == number)
    ]
    if not chosen:
        numbers = ", ".join(row.number for row in rows)
        raise UsageError(f"{assignment.slug} has no problem {number!r}; it has {numbers}")
    return chosen


def member(session: Session, assignment: Assignment, login: str) -> User:
    """Return somebody of the course of an assignment.

    Raises:
        UsageError: nobody of that login is on its roster.
    """
    return _enrolled(session, assignment, login)[0]


def staff(session: Session, assignment: Assignment, login: str) -> User:
    """Return a grader or an instructor of the course of an assignment.

    Raises:
        UsageError: nobody of that login is.
    """
    user, role = _enrolled(session, assignment, login)
    if role not in STAFF:
        raise UsageError(f"{login} is a {role} of this course: only its staff decide this")
    return user


def _enrolled(session: Session, assignment: Assignment, login: str) -> tuple[User, str]:
    found = session.execute(
        select(User, Enrollment.role)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(Enrollment.course_id == assignment.course_id, User.login == login.strip().lower())
    ).one_or_none()
    if found is None:
        course = session.get_one(Course, assignment.course_id).slug
        raise UsageError(f"nobody on the roster of {course} has the login {login!r}")
    return found[0], found[1]
