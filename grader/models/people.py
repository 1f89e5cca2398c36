"""Courses and the people in them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from grader.models.base import Base, Id, Line, Word, reference


class Role(StrEnum):
    """What somebody is in a course."""

    STUDENT = "student"
    GRADER = "grader"
    INSTRUCTOR = "instructor"


STAFF = (Role.GRADER, Role.INSTRUCTOR)


class Course(Base):
    """A course in one term; its deadlines are wall-clock times of its zone."""

    __tablename__ = "course"

    id: Mapped[Id]
    slug: Mapped[Word]
    title: Mapped[Line]
    time_zone: Mapped[Word]

    __table_args__ = (UniqueConstraint("slug"),)


class Section(Base):
    """A part of a course's roster."""

    __tablename__ = "section"

    id: Mapped[Id]
    course_id: Mapped[int] = reference("course.id")
    name: Mapped[Word]

    __table_args__ = (UniqueConstraint("course_id", "name"),)


class User(Base):
    """Somebody who can log in."""

    __tablename__ = "user"

    id: Mapped[Id]
    login: Mapped[Line]
    name: Mapped[Line]
    password_hash: Mapped[Line]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("login"),)


class Enrollment(Base):
    """A person's place in a course."""

    __tablename__ = "enrollment"

    id: Mapped[Id]
    course_id: Mapped[int] = reference("course.id")
    user_id: Mapped[int] = reference("user.id")
    section_id: Mapped[int | None] = reference("section.id")
    role: Mapped[Word]

    __table_args__ = (UniqueConstraint("course_id", "user_id"),)
