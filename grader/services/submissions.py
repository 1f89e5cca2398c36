"""Handing in: the rules of the assignment, the row that is never edited, and its receipt."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from grader.errors import SubmissionRefused
from grader.models import (
    Assignment,
    Course,
    Current,
    Draft,
    Extension,
    Job,
    JobState,
    PartReport,
    Problem,
    ProblemVersion,
    Run,
    RunKind,
    Submission,
    User,
    Variant,
)
from grader.queue import Queue
from grader.report import Verdict
from grader.scoring import days_late
from grader.services import blobs
from grader.services.pages import Answers, Seen, digest, filled
from grader.services.receipts import new_number, sha256_of, sign

LONGEST_ANSWER = 20_000
"""Characters in one field."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """One problem as a student hands it in.

    Attributes:
        received_at: when the upload began, which is what counts against the deadline.
        key: chosen by the page; the newest attempt's key again is the same hand-in, clicked twice.
        notebook: the file's bytes, for problems that ask for one; checked by `read_notebook`.
        seen: what the page showed that it comes from; None where it comes from no page.
    """

    user: User
    problem: Problem
    variant: Variant
    answers: Answers
    received_at: datetime
    key: str | None = None
    notebook: bytes | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission and the job that grades it; not new where the same was handed in before."""

    submission: Submission
    job: Job
    is_new: bool


def submit(session: Session, assignment: Assignment, hand_in: HandIn) -> Accepted:
    """Store a hand-in and queue its grading; commit before the job is enqueued.

    Raises:
        SubmissionRefused: closed, retired, no attempt left, unchanged, of an old page, or too long.
    """
    # The draft before the attempts: a second click that no longer sees the draft, which the first
    # one took away, then sees the first one.
    draft = _draft(session, hand_in)
    previous = _attempts(session, hand_in)
    repeated = _repeated(session, previous, hand_in)
    if repeated is not None:
        return repeated
    _refuse_retired(assignment, hand_in)
    late = _days_late(session, assignment, hand_in)
    _refuse_spent(session, assignment, hand_in)
    content = content_of(assignment, hand_in)
    if previous and previous[-1].content == content:
        raise SubmissionRefused(
            f"Nothing has changed since attempt {previous[-1].attempt}, so it was not handed in "
            "again and no attempt was used."
        )
    _refuse_old_page(previous, draft, hand_in)
    if hand_in.notebook is not None:
        blobs.store(session, hand_in.notebook, now=hand_in.received_at)
    submission = _store(session, hand_in, content, attempt=len(previous) + 1, late=late)
    job = _queue(session, assignment, submission, hand_in)
    if draft is not None and _came_of(draft, hand_in):
        session.delete(draft)
    return Accepted(submission, job, is_new=True)


def _draft(session: Session, hand_in: HandIn) -> Draft | None:
    """Return the draft, which no other tab changes before this transaction ends."""
    return session.scalar(
        select(Draft)
        .where(Draft.user_id == hand_in.user.id, Draft.problem_id == hand_in.problem.id)
        .with_for_update()
    )


def _came_of(draft: Draft, hand_in: HandIn) -> bool:
    """Whether what is handed in is the draft, or was edited from it; else it is newer work."""
    if draft.answers == filled(hand_in.answers):
        return True
    seen = hand_in.seen
    return seen is not None and seen.is_edited and seen.typed == digest(draft.answers)


def _refuse_old_page(previous: Sequence[Submission], draft: Draft | None, hand_in: HandIn) -> None:
    """Refuse what an old tab still showed and nobody typed: no new work, and newer work is there.

    A file that was not handed in last is new work, on whatever page it was chosen.
    """
    seen = hand_in.seen
    if seen is None or seen.is_edited:
        return
    last = previous[-1] if previous else None
    kept = notebook_sha256(last.content) if last else None
    if hand_in.notebook is not None and hashlib.sha256(hand_in.notebook).hexdigest() != kept:
        return
    typed = draft.answers if draft is not None else answers_in(last) if last else {}
    if seen.attempt == (last.attempt if last else 0) and seen.typed == digest(typed):
        return
    raise SubmissionRefused(
        "This page is older than what you saved or handed in since, perhaps in another tab, and "
        "nothing was changed on it. So it was not handed in, no attempt was used, and your newer "
        "work is kept. Open the homework again to see it."
    )


def content_of(assignment: Assignment, hand_in: HandIn) -> str:
    """Return the text that is stored and signed: JSON in ASCII, keys in order, empty fields out.

    Raises:
        SubmissionRefused: a field is longer than LONGEST_ANSWER characters.
    """
    answers = filled(hand_in.answers)
    for part, fields in answers.items():
        for name, text in fields.items():
            if len(text) > LONGEST_ANSWER:
                raise SubmissionRefused(
                    f"The answer to {part} {name}".rstrip() + f" has {len(text):,} characters; at "
                    f"most {LONGEST_ANSWER:,} are read. Shorten it and hand in again."
                )
    stored = {
        "assignment": assignment.slug,
        "problem": hand_in.problem.number,
        "variant": hand_in.variant.id,
        "answers": answers,
    }
    if hand_in.notebook is not None:
        stored["notebook"] = hashlib.sha256(hand_in.notebook).hexdigest()
    return json.dumps(stored, sort_keys=True, separators=(",", ":"))


def notebook_sha256(content: str) -> str | None:
    """Return the SHA-256 of the notebook that was handed in, from what is stored; None if none."""
    digest: str | None = json.loads(content).get("notebook")
    return digest


def answers_in(submission: Submission) -> Answers:
    """Return the answers of a submission as they were typed."""
    answers: Answers = json.loads(submission.content)["answers"]
    return answers


def _repeated(session: Session, previous: Sequence[Submission], hand_in: HandIn) -> Accepted | None:
    """Return the newest attempt where this is the click that made it; an older one is no repeat."""
    if not previous or hand_in.key is None:
        return None
    last = previous[-1]
    if last.idempotency_key != _stored_key(hand_in.key, last.attempt):
        return None
    job = session.scalars(select(Job).where(Job.submission_id == last.id).order_by(Job.id)).first()
    return None if job is None else Accepted(last, job, is_new=False)


def _stored_key(key: str, attempt: int) -> str:
    # A page may hand in A, then B, then A again: its key is then there twice, at two attempts.
    return f"{key}.{attempt}"


def closes_at(session: Session, assignment: Assignment, user_id: int) -> tuple[datetime, datetime]:
    """Return when work of this student is due, and when the last late day ends."""
    extension = session.scalar(
        select(Extension.due_at)
        .where(Extension.assignment_id == assignment.id, Extension.user_id == user_id)
        .order_by(Extension.id.desc())
        .limit(1)
    )
    due = max(assignment.due_at, extension) if extension else assignment.due_at
    return due, due + timedelta(minutes=assignment.grace_minutes, days=assignment.late_days)


def _refuse_retired(assignment: Assignment, hand_in: HandIn) -> None:
    if hand_in.problem.retired_at is not None:
        raise SubmissionRefused(
            f"Problem {hand_in.problem.number} was taken out of {assignment.title} after this page "
            "was opened: it counts for nothing now, so it was not handed in."
        )


def _days_late(session: Session, assignment: Assignment, hand_in: HandIn) -> int:
    if assignment.opens_at is not None and hand_in.received_at < assignment.opens_at:
        raise SubmissionRefused(f"{assignment.title} has not opened yet.")
    due, closing = closes_at(session, assignment, hand_in.user.id)
    if hand_in.received_at > closing:
        raise SubmissionRefused(
            f"{assignment.title} is closed: it was due, with grace and late days, before this "
            "upload began. What you typed is kept as a draft. Ask staff if you had an extension."
        )
    return days_late((hand_in.received_at - due).total_seconds(), assignment.grace_minutes)


def _attempts(session: Session, hand_in: HandIn) -> list[Submission]:
    rows = session.scalars(
        select(Submission)
        .where(Submission.user_id == hand_in.user.id, Submission.problem_id == hand_in.problem.id)
        .order_by(Submission.attempt)
    )
    return list(rows)


def attempts_used(session: Session, user_id: int, problem_id: int) -> int:
    """Return how many attempts count against the limit.

    One that is held now, as a whole or in a field, is our fault, and free until a regrade mends it.
    """
    held_field = exists().where(
        Current.submission_id == Submission.id,
        Current.part_report_id == PartReport.id,
        PartReport.verdict == Verdict.HELD.value,
    )
    total = session.scalar(
        select(func.count(Submission.id))
        .join(Job, Job.submission_id == Submission.id)
        .join(Run, (Run.id == Job.run_id) & (Run.kind == RunKind.LIVE.value))
        .where(
            Submission.user_id == user_id,
            Submission.problem_id == problem_id,
            Job.state != JobState.HELD.value,
            ~held_field,
        )
    )
    return total or 0


def _refuse_spent(session: Session, assignment: Assignment, hand_in: HandIn) -> None:
    allowed = assignment.attempts_allowed
    if allowed is None:
        return
    if attempts_used(session, hand_in.user.id, hand_in.problem.id) >= allowed:
        raise SubmissionRefused(
            f"You have used all {allowed} attempts of problem {hand_in.problem.number}."
        )


def _store(
    session: Session, hand_in: HandIn, content: str, *, attempt: int, late: int
) -> Submission:
    submission = Submission(
        receipt_number=new_number(),
        user_id=hand_in.user.id,
        problem_id=hand_in.problem.id,
        variant_id=hand_in.variant.id,
        attempt=attempt,
        content=content,
        sha256=sha256_of(content),
        received_at=hand_in.received_at,
        days_late=late,
        idempotency_key=_stored_key(hand_in.key, attempt) if hand_in.key else None,
    )
    session.add(submission)
    session.flush()
    return submission


def _queue(
    session: Session, assignment: Assignment, submission: Submission, hand_in: HandIn
) -> Job:
    run_id = session.scalar(
        select(Run.id).where(Run.assignment_id == assignment.id, Run.kind == RunKind.LIVE.value)
    )
    queue = session.scalar(
        select(ProblemVersion.queue).where(ProblemVersion.id == hand_in.variant.version_id)
    )
    job = Job(
        submission_id=submission.id,
        run_id=run_id,
        variant_id=hand_in.variant.id,
        queue=queue or Queue.ANSWERS.value,
        state=JobState.QUEUED.value,
        starts=0,
        enqueued_at=hand_in.received_at,
        created_at=hand_in.received_at,
        reason="",
    )
    session.add(job)
    session.flush()
    return job


def receipt(session: Session, submission: Submission, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the signed receipt of a submission."""
    login = session.get_one(User, submission.user_id).login
    course, slug, number = session.execute(
        select(Course.slug, Assignment.slug, Problem.number)
        .join(Assignment, Assignment.course_id == Course.id)
        .join(Problem, Problem.assignment_id == Assignment.id)
        .where(Problem.id == submission.problem_id)
    ).one()
    fields = {
        "number": submission.receipt_number,
        "student": login,
        "course": course,
        "assignment": slug,
        "problem": number,
        "attempt": submission.attempt,
        "received_at": submission.received_at.isoformat(),
        "sha256": submission.sha256,
    }
    return sign(fields, key)
