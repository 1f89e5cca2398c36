"""Attempts as pages show them: where each stands, and what it earned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.models import Job, JobState, Run, RunKind, Submission, Variant
from grader.queue import Queue
from grader.report import Verdict
from grader.scoring import NOTHING, Score, Scored, score
from grader.services import gradebook
from grader.services.gradebook import Counted
from grader.services.submissions import answers_in


class State(StrEnum):
    """Where a submission stands, as people outside are told it."""

    QUEUED = "queued"
    RUNNING = "running"
    GRADED = "graded"
    HELD = "held"


_STATES = {
    JobState.QUEUED: State.QUEUED,
    JobState.RUNNING: State.RUNNING,
    JobState.DONE: State.GRADED,
    JobState.HELD: State.HELD,
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A submission, where its live grading stands, and its fields as they count now.

    Attributes:
        job_id: of its live grading.
        reason: what crashed, for staff.
    """

    submission: Submission
    state: State
    queue: Queue
    job_id: int
    reason: str = ""
    fields: Sequence[Counted] = field(default_factory=tuple)

    @property
    def result(self) -> Score:
        """What it is worth now; nothing before it is graded."""
        if not self.fields:
            return NOTHING
        return score(
            Scored(row.report.points, row.credit, row.report.optional) for row in self.fields
        )

    @property
    def is_pending(self) -> bool:
        """Whether its result is still to come without anybody doing anything."""
        return self.state in (State.QUEUED, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Row:
    """One field of an attempt: what was asked, what was typed, what was decided.

    `asked` is the field of the variant's page; `counted` is None until the attempt is graded.
    """

    part: str
    optional: bool
    asked: Mapping[str, Any]
    text: str
    counted: Counted | None

    @property
    def verdict(self) -> Verdict | None:
        """The verdict as it counts now."""
        return None if self.counted is None else verdict_of(self.counted)

    @property
    def earned(self) -> float | None:
        """Points earned; None while not graded, waiting or held."""
        if self.counted is None or self.counted.credit is None:
            return None
        return self.counted.credit * self.counted.report.points


def verdict_of(counted: Counted) -> Verdict:
    """Return the verdict that counts; a mark by hand is told by its credit."""
    if counted.mark is None:
        return Verdict(counted.report.verdict)
    if counted.mark.credit in (0.0, 1.0):
        return Verdict.CORRECT if counted.mark.credit else Verdict.INCORRECT
    return Verdict.PARTIAL


def load(session: Session, submissions: Sequence[Submission]) -> list[Attempt]:
    """Return `submissions` as attempts, in their order."""
    jobs = {
        job.submission_id: job
        for job in session.scalars(
            select(Job)
            .join(Run, (Run.id == Job.run_id) & (Run.kind == RunKind.LIVE.value))
            .where(Job.submission_id.in_([submission.id for submission in submissions]))
        )
    }
    counted = gradebook.counted(session, submissions)
    return [
        Attempt(
            submission,
            state=_STATES[JobState(jobs[submission.id].state)],
            queue=Queue(jobs[submission.id].queue),
            job_id=jobs[submission.id].id,
            reason=jobs[submission.id].reason,
            fields=counted.get(submission.id, ()),
        )
        for submission in submissions
    ]


def of_student(
    session: Session, user_id: int, problem_ids: Sequence[int]
) -> dict[int, list[Attempt]]:
    """Return a student's attempts by problem, the newest first."""
    submissions = session.scalars(
        select(Submission)
        .where(Submission.user_id == user_id, Submission.problem_id.in_(problem_ids))
        .order_by(Submission.attempt.desc())
    ).all()
    found: dict[int, list[Attempt]] = {}
    for attempt in load(session, submissions):
        found.setdefault(attempt.submission.problem_id, []).append(attempt)
    return found


def rows(attempt: Attempt, variant: Variant) -> list[Row]:
    """Return every field of an attempt in the order of the page that it answers."""
    answers = answers_in(attempt.submission)
    counted = {(row.report.part, row.report.field): row for row in attempt.fields}
    return [
        Row(
            part=part["label"],
            optional=part["optional"],
            asked=asked,
            text=answers.get(part["label"], {}).get(asked["name"], ""),
            counted=counted.get((part["label"], asked["name"])),
        )
        for part in variant.page["parts"]
        for asked in part["fields"]
    ]


def report_of(attempt: Attempt) -> dict[str, Any] | None:
    """Return the report as scripts read it, as `grader grade --json` prints it; None before it."""
    if not attempt.fields:
        return None
    result = attempt.result
    return {
        "score": result.score,
        "out_of": result.out_of,
        "pending": result.pending,
        "parts": [_part(row) for row in attempt.fields],
    }


def _part(row: Counted) -> dict[str, Any]:
    return {
        "part": row.report.part,
        "field": row.report.field,
        "verdict": verdict_of(row).value,
        "outcome": row.report.outcome,
        "credit": row.credit,
        "points": row.report.points,
        "feedback": row.report.feedback,
    }
