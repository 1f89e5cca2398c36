"""Assignments, their problems, and what was published of them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grader.models.base import Base, Id, Line, Prose, Sha256, Word, reference


class Counts(StrEnum):
    """Which attempt of a problem counts."""

    BEST = "best"
    LAST = "last"


class Assignment(Base):
    """A homework of a course: when it opens and closes, and how often it may be handed in.

    Late work is accepted for `late_days` days after the grace minutes; `attempts_allowed` is by
    problem, None without limit.
    """

    __tablename__ = "assignment"

    id: Mapped[Id]
    course_id: Mapped[int] = reference("course.id")
    slug: Mapped[Word]
    title: Mapped[Line]
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    grace_minutes: Mapped[int]
    late_days: Mapped[int]
    attempts_allowed: Mapped[int | None]
    counts: Mapped[Word]
    fresh_variants: Mapped[bool]

    __table_args__ = (UniqueConstraint("course_id", "slug"),)


class Problem(Base):
    """A problem of an assignment, by its number on the paper; new pages show its newest version.

    Retired since it stands in the published homework no more: nobody is asked it and it does not
    count; what was handed in stays.
    """

    __tablename__ = "problem"

    id: Mapped[Id]
    assignment_id: Mapped[int] = reference("assignment.id")
    number: Mapped[Word]
    path: Mapped[Line]
    position: Mapped[int]
    retired_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("assignment_id", "number"),)


class ProblemVersion(Base):
    """A problem as published once; never edited.

    `collect_hash` changes when the question put to student code changes (evidence must be
    collected again), `judge_hash` when anything that judging reads changes.
    """

    __tablename__ = "problem_version"

    id: Mapped[Id]
    problem_id: Mapped[int] = reference("problem.id")
    number: Mapped[int]
    title: Mapped[Line]
    path: Mapped[Line]
    bundle_sha256: Mapped[str] = reference("blob.sha256", index=False)
    queue: Mapped[Word]
    out_of: Mapped[float]
    collect_hash: Mapped[Sha256]
    judge_hash: Mapped[Sha256]
    published_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("problem_id", "number"),)


class Variant(Base):
    """One set of parameters of a version, with its page and its references, solved at publish."""

    __tablename__ = "variant"

    id: Mapped[Id]
    version_id: Mapped[int] = reference("problem_version.id")
    number: Mapped[int]
    params: Mapped[Mapping[str, Any]]
    references: Mapped[Mapping[str, Any]]
    page: Mapped[Mapping[str, Any]]

    __table_args__ = (UniqueConstraint("version_id", "number"),)


class VariantAssignment(Base):
    """The variant that a student answers."""

    __tablename__ = "variant_assignment"

    id: Mapped[Id]
    user_id: Mapped[int] = reference("user.id")
    problem_id: Mapped[int] = reference("problem.id")
    variant_id: Mapped[int] = reference("variant.id")

    __table_args__ = (UniqueConstraint("user_id", "problem_id"),)


class Extension(Base):
    """A later deadline for one student; the latest given counts."""

    __tablename__ = "extension"

    id: Mapped[Id]
    user_id: Mapped[int] = reference("user.id")
    assignment_id: Mapped[int] = reference("assignment.id")
    due_at: Mapped[datetime]
    reason: Mapped[Prose]
    given_by: Mapped[int] = reference("user.id", index=False)
    given_at: Mapped[datetime]


class PublishState(StrEnum):
    """Where a publish that was asked for in the portal stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PUBLISHED = "published"
    REFUSED = "refused"


class PublishRequest(Base):
    """An assignment to be published from its newest source by a worker; one open at a time.

    `message` tells what became of it: a line for each problem, or the faults.
    """

    __tablename__ = "publish_request"

    id: Mapped[Id]
    assignment_id: Mapped[int] = reference("assignment.id")
    asked_by: Mapped[int] = reference("user.id", index=False)
    asked_at: Mapped[datetime]
    state: Mapped[Word]
    message: Mapped[Prose]
    enqueued_at: Mapped[datetime]
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    starts: Mapped[int]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_publish_request_open",
            "assignment_id",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )


class Blob(Base):
    """Bytes by their SHA-256, in the database since workers elsewhere reach nothing else."""

    __tablename__ = "blob"

    sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    created_at: Mapped[datetime]
