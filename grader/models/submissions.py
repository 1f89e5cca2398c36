"""What students hand in, and what became of it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grader.models.base import Base, Id, Line, Prose, Sha256, Word, reference


class JobState(StrEnum):
    """Where the grading of a submission stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    HELD = "held"  # our fault; staff must act, and the student loses nothing


class Draft(Base):
    """What a student typed and saved without handing it in."""

    __tablename__ = "draft"

    id: Mapped[Id]
    user_id: Mapped[int] = reference("user.id")
    problem_id: Mapped[int] = reference("problem.id")
    answers: Mapped[Mapping[str, Any]]
    saved_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("user_id", "problem_id"),)


class Submission(Base):
    """One problem handed in once. Never edited.

    `content` is the text over which the receipt is signed; `received_at` is when the upload began.
    """

    __tablename__ = "submission"

    id: Mapped[Id]
    receipt_number: Mapped[Word]
    user_id: Mapped[int] = reference("user.id")
    problem_id: Mapped[int] = reference("problem.id")
    variant_id: Mapped[int] = reference("variant.id")
    attempt: Mapped[int]
    content: Mapped[Prose]
    sha256: Mapped[Sha256]
    received_at: Mapped[datetime]
    days_late: Mapped[int]
    idempotency_key: Mapped[str | None] = mapped_column()

    __table_args__ = (
        UniqueConstraint("user_id", "problem_id", "attempt"),
        UniqueConstraint("receipt_number"),
        UniqueConstraint("idempotency_key", name="uq_submission_idempotency_key"),
    )


class Job(Base):
    """The grading of one submission in one run: who works on it, and until when it is theirs.

    `starts` counts those that lost their worker, `given_back` the tries that something outside
    ended; before `rests_until` it is not tried again.
    """

    __tablename__ = "job"

    id: Mapped[Id]
    submission_id: Mapped[int] = reference("submission.id")
    run_id: Mapped[int] = reference("run.id")
    variant_id: Mapped[int] = reference("variant.id", index=False)
    queue: Mapped[Word]
    state: Mapped[Word]
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    starts: Mapped[int]
    given_back: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None]
    enqueued_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    reason: Mapped[Prose]

    __table_args__ = (
        UniqueConstraint("submission_id", "run_id"),
        Index("ix_job_state_queue", "state", "queue"),
    )


class Evidence(Base):
    """What was collected of a submission; appended, the newest counts."""

    __tablename__ = "evidence"

    id: Mapped[Id]
    submission_id: Mapped[int] = reference("submission.id")
    collect_hash: Mapped[Sha256]
    content: Mapped[Mapping[str, Any]]
    payload_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    collected_at: Mapped[datetime]


class RunKind(StrEnum):
    """Why submissions were judged."""

    LIVE = "live"
    REGRADE = "regrade"


class Run(Base):
    """One reason to judge submissions: as they come in (live), or all again (regrade)."""

    __tablename__ = "run"

    id: Mapped[Id]
    assignment_id: Mapped[int] = reference("assignment.id")
    kind: Mapped[Word]
    created_at: Mapped[datetime]


class Report(Base):
    """One submission judged in one run."""

    __tablename__ = "report"

    id: Mapped[Id]
    submission_id: Mapped[int] = reference("submission.id")
    run_id: Mapped[int] = reference("run.id")
    variant_id: Mapped[int] = reference("variant.id", index=False)
    evidence_id: Mapped[int] = reference("evidence.id", index=False)
    judged_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("submission_id", "run_id"),)


class PartReport(Base):
    """One field of a report; `text_sha256` is of what was answered, to which a mark belongs."""

    __tablename__ = "part_report"

    id: Mapped[Id]
    report_id: Mapped[int] = reference("report.id")
    position: Mapped[int]
    part: Mapped[Word]
    field: Mapped[Word]
    verdict: Mapped[Word]
    outcome: Mapped[str | None] = mapped_column()
    credit: Mapped[float | None]
    points: Mapped[float]
    optional: Mapped[bool]
    feedback: Mapped[Prose]
    text_sha256: Mapped[str | None] = mapped_column()
    canonical: Mapped[str | None] = mapped_column(index=True)
    misconception: Mapped[Line | None]


class Current(Base):
    """Which part report counts: the one pointer that applying a regrade moves."""

    __tablename__ = "current"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    part: Mapped[Word] = mapped_column(primary_key=True)
    field: Mapped[Word] = mapped_column(primary_key=True)
    part_report_id: Mapped[int] = reference("part_report.id")
