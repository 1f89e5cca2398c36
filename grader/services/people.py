"""Who may log in, and what they are in a course."""

from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.errors import StudentError, UsageError
from grader.models import Course, Enrollment, Role, Section, User

NO_PASSWORD = "*"  # noqa: S105  it opens nothing
"""Stands for the hash of somebody who cannot log in; no password opens it."""


@cache
def _hasher() -> PasswordHasher:
    # One of OWASP's choices for Argon2id, with a third of the default memory, so that a class
    # that logs in at once does not outgrow the portal.
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobody() -> str:
    """A hash of no password, checked for unknown logins so that both take the same time."""
    return _hasher().hash("nobody has this password")


def log_in(session: Session, login: str, password: str) -> User:
    """Return the user of `login`.

    Raises:
        StudentError: the pair is wrong; which of the two is not said.
    """
    user = find_user(session, login)
    try:
        _hasher().verify(user.password_hash if user else _nobody(), password)
    except (VerificationError, InvalidHashError) as error:
        raise StudentError("This login and password do not belong together.") from error
    if user is None:
        raise StudentError("This login and password do not belong together.")
    return user


def create_user(session: Session, login: str, name: str, password: str, *, now: datetime) -> User:
    """Add somebody who can log in; logins are kept in lower case."""
    user = User(
        login=login.strip().lower(),
        name=name,
        password_hash=_hasher().hash(password),
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def set_password(user: User, password: str) -> None:
    """Let `user` log in with `password` from now on."""
    user.password_hash = _hasher().hash(password)


def create_course(session: Session, slug: str, title: str, time_zone: str) -> Course:
    """Add a course whose deadlines are read in `time_zone` (an IANA name)."""
    course = Course(slug=slug, title=title, time_zone=time_zone)
    session.add(course)
    session.flush()
    return course


def course(session: Session, slug: str) -> Course:
    """Return the course of that name.

    Raises:
        UsageError: there is none.
    """
    found = session.scalar(select(Course).where(Course.slug == slug))
    if found is None:
        known = ", ".join(session.scalars(select(Course.slug).order_by(Course.slug))) or "none yet"
        raise UsageError(f"there is no course {slug!r}; there are: {known}")
    return found


def has_course(session: Session, slug: str) -> bool:
    """Tell whether a course has this name."""
    return session.scalar(select(Course.id).where(Course.slug == slug)) is not None


def find_user(session: Session, login: str) -> User | None:
    """Return the user of that login, or None."""
    return session.scalar(select(User).where(User.login == login.strip().lower()))


def enrollment(session: Session, course: Course, user: User) -> Enrollment | None:
    """Return the user's place in the course, or None."""
    return session.scalar(
        select(Enrollment).where(Enrollment.course_id == course.id, Enrollment.user_id == user.id)
    )


def enroll(
    session: Session, course: Course, user: User, role: Role, section: str | None = None
) -> Enrollment:
    """Put `user` on the roster of `course`, in a section that is made if it is new."""
    section_id = None
    if section is not None:
        found = session.scalar(
            select(Section).where(Section.course_id == course.id, Section.name == section)
        )
        if found is None:
            found = Section(course_id=course.id, name=section)
            session.add(found)
            session.flush()
        section_id = found.id
    enrollment = Enrollment(
        course_id=course.id, user_id=user.id, section_id=section_id, role=role.value
    )
    session.add(enrollment)
    session.flush()
    return enrollment
