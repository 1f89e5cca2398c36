"""What people decide after judging, and the grade that comes of it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from grader.models.base import Base, Id, Line, Prose, Sha256, Word, reference


class Mark(Base):
    """Credit that a grader gave by hand to a text of a student; the latest counts.

    It is bound to the text, not to the submission: handed in again unchanged, the text keeps it.
    What a notebook gave is bound alike, by its hash; where nothing came, it is the submission.
    """

    __tablename__ = "mark"

    id: Mapped[Id]
    user_id: Mapped[int] = reference("user.id")
    problem_id: Mapped[int] = reference("problem.id")
    part: Mapped[Word]
    field: Mapped[Word]
    text_sha256: Mapped[Sha256]
    credit: Mapped[float]
    comment: Mapped[Prose]
    given_by: Mapped[int] = reference("user.id", index=False)
    given_at: Mapped[datetime]

    __table_args__ = (Index("ix_mark_of_text", "user_id", "problem_id", "text_sha256"),)


class AdjustmentKind(StrEnum):
    """Whether an adjustment replaces the problem's score or adds to it."""

    SET = "set"
    ADD = "add"


class Adjustment(Base):
    """Points that staff set or added for a student's problem: who, why, when."""

    __tablename__ = "adjustment"

    id: Mapped[Id]
    user_id: Mapped[int] = reference("user.id")
    problem_id: Mapped[int] = reference("problem.id")
    kind: Mapped[Word]
    points: Mapped[float]
    reason: Mapped[Prose]
    given_by: Mapped[int] = reference("user.id", index=False)
    given_at: Mapped[datetime]


class Grade(Base):
    """A student's score on a problem, kept ready for pages; derived, never the only copy.

    No submission stands behind points that staff gave to who handed in nothing.
    """

    __tablename__ = "grade"

    id: Mapped[Id]
    user_id: Mapped[int] = reference("user.id")
    problem_id: Mapped[int] = reference("problem.id")
    submission_id: Mapped[int | None] = reference("submission.id", index=False)
    score: Mapped[float]
    out_of: Mapped[float]
    pending: Mapped[float]
    updated_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("user_id", "problem_id"),)


class RegradeState(StrEnum):
    """Where a regrade stands."""

    PLANNED = "planned"  # proposals are being judged, or stand ready
    APPLIED = "applied"
    DISCARDED = "discarded"
    UNDONE = "undone"


class Regrade(Base):
    """A replay of judging over stored evidence, whose results are proposals until applied."""

    __tablename__ = "regrade"

    id: Mapped[Id]
    run_id: Mapped[int] = reference("run.id")
    problem_id: Mapped[int] = reference("problem.id")
    version_id: Mapped[int] = reference("problem_version.id", index=False)
    state: Mapped[Word]
    reason: Mapped[Prose]
    planned_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class RegradeRow(Base):
    """One field that a regrade would change: from which part report, to which."""

    __tablename__ = "regrade_row"

    id: Mapped[Id]
    regrade_id: Mapped[int] = reference("regrade.id")
    submission_id: Mapped[int] = reference("submission.id", index=False)
    part: Mapped[Word]
    field: Mapped[Word]
    base_id: Mapped[int] = reference("part_report.id", index=False)
    proposal_id: Mapped[int] = reference("part_report.id", index=False)
    applied: Mapped[bool]

    __table_args__ = (UniqueConstraint("regrade_id", "submission_id", "part", "field"),)


class Event(Base):
    """What somebody did, for the audit; appended, never edited."""

    __tablename__ = "event"

    id: Mapped[Id]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = reference("user.id")
    action: Mapped[Line]
    subject: Mapped[Line]
    detail: Mapped[Mapping[str, Any]]
