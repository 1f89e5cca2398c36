"""Jobs: claimed by lease, renewed, finished once, held where they lose workers or never succeed.

Every change is one guarded UPDATE, so that two workers with the same message, or one that was
frozen past its lease, cannot both write: whoever no longer holds the token writes nothing.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from grader.models import Job, JobState, ProblemVersion, Run, RunKind, Submission, Variant
from grader.models.base import Instant, table_of
from grader.queue import Queue
from grader.services import counterparts, leases
from grader.services.leases import STARTS_ALLOWED, is_free

TRIES_ALLOWED = 10
"""Tries that may end for a reason outside the submission, such as a sandbox that is gone."""

FIRST_PAUSE_SECONDS = 5.0
"""Before the second try. Each pause doubles, so that TRIES_ALLOWED take some 45 minutes: time
enough for a server to come back, and not so long that nobody hears of one that does not."""

SWEPT_AT_ONCE = 500
"""Jobs that one sweep sends again for one queue, at most."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write the result of a job, until it runs out.

    Attributes:
        given_back: tries before this one that were given back.
    """

    job_id: int
    submission_id: int
    run_id: int
    variant_id: int
    token: str
    given_back: int = 0


_JOB = table_of(Job)
_STOPPED = or_(
    Job.state == JobState.HELD.value,
    and_(Job.state == JobState.QUEUED.value, Job.rests_until.is_not(None)),
)
# Statements of the hot path are built once: putting one together costs more than running it.
_NOW = bindparam("now", type_=Instant)
_FREE = and_(is_free(_JOB.c, _NOW), or_(_JOB.c.rests_until.is_(None), _JOB.c.rests_until <= _NOW))
_CLAIM = (
    update(_JOB)
    .where(
        _JOB.c.id == bindparam("job_id"),
        _FREE,
        or_(_JOB.c.state == JobState.QUEUED.value, _JOB.c.starts < STARTS_ALLOWED),
    )
    .values(
        state=JobState.RUNNING.value,
        lease_token=bindparam("token"),
        lease_until=bindparam("until", type_=Instant),
        starts=_JOB.c.starts + 1,
    )
    .returning(_JOB.c.submission_id, _JOB.c.run_id, _JOB.c.variant_id, _JOB.c.given_back)
)
_END = (
    update(_JOB)
    .where(
        _JOB.c.id == bindparam("job_id"),
        _JOB.c.lease_token == bindparam("token"),
        _JOB.c.state == JobState.RUNNING.value,
    )
    .values(
        state=bindparam("to_state"),
        lease_token=None,
        lease_until=None,
        reason=bindparam("why"),
        finished_at=_NOW,
    )
)


def claim(session: Session, job_id: int, *, now: datetime, seconds: int) -> Lease | None:
    """Take a job, or return None where there is nothing to do.

    Nothing is to do where it is done, held or rests, where another worker's lease lives, or where
    it has lost three workers: then it is held here and now, and waits for staff.
    """
    token = secrets.token_hex(8)
    until = now + timedelta(seconds=seconds)
    values = {"job_id": job_id, "token": token, "until": until, "now": now}
    row = session.connection().execute(_CLAIM, values).one_or_none()
    if row is None:
        _hold_killer(session, job_id, now)
        return None
    return Lease(job_id, row[0], row[1], row[2], token, row[3])


def _free(now: datetime) -> ColumnElement[bool]:
    return and_(is_free(Job, now), or_(Job.rests_until.is_(None), Job.rests_until <= now))


def _hold_killer(session: Session, job_id: int, now: datetime) -> None:
    session.execute(
        update(Job)
        .where(
            Job.id == job_id,
            Job.state == JobState.RUNNING.value,
            Job.lease_until < now,
            Job.starts >= STARTS_ALLOWED,
        )
        .values(
            state=JobState.HELD.value,
            lease_token=None,
            reason=f"its worker was lost {STARTS_ALLOWED} times while grading it",
        )
    )


def renew(session: Session, lease: Lease, *, now: datetime, seconds: int) -> bool:
    """Prolong a lease; False where it is no longer this worker's."""
    until = now + timedelta(seconds=seconds)
    return leases.renew(session, Job, lease.job_id, lease.token, until=until)


def finish(session: Session, lease: Lease, *, now: datetime, reason: str = "") -> bool:
    """Mark a job done; False where the lease went to somebody else, whose result then counts.

    Args:
        reason: what crashed in those fields that had to be held; staff see it.
    """
    return _end(session, lease, JobState.DONE, reason, now)


def hold(session: Session, lease: Lease, reason: str, *, now: datetime) -> bool:
    """Hold a job for staff: our fault, nothing is scored and no attempt is used."""
    return _end(session, lease, JobState.HELD, reason, now)


def give_back(session: Session, lease: Lease, reason: str, *, now: datetime) -> bool:
    """Put a job back into the queue, its start not counted: something outside failed for now.

    It rests before the next try. After TRIES_ALLOWED it is held for staff: what fails that often
    does not mend itself. False where this worker's try was the last, or the lease is another's.
    """
    tries = lease.given_back + 1
    if tries >= TRIES_ALLOWED:
        hold(session, lease, f"tried {tries} times and given up; the last time: {reason}", now=now)
        return False
    pause = timedelta(seconds=FIRST_PAUSE_SECONDS * 2**lease.given_back)
    row = session.execute(
        update(Job)
        .where(Job.id == lease.job_id, Job.lease_token == lease.token)
        .values(
            state=JobState.QUEUED.value,
            lease_token=None,
            lease_until=None,
            starts=Job.starts - 1,
            given_back=tries,
            rests_until=now + pause,
            enqueued_at=None,
        )
        .returning(Job.id)
    )
    return row.one_or_none() is not None


def _end(session: Session, lease: Lease, state: JobState, reason: str, now: datetime) -> bool:
    values = {
        "job_id": lease.job_id, "token": lease.token, "to_state": state.value, "why": reason,
        "now": now,
    }  # fmt: skip
    return session.connection().execute(_END, values).rowcount == 1


@dataclass(frozen=True, slots=True)
class Released:
    """Held jobs that are queued again, and what staff should know of the versions they go by."""

    jobs: tuple[Job, ...]
    remarks: tuple[str, ...]


def stopped(session: Session, problem_ids: Sequence[int]) -> list[int]:
    """Return the live jobs of some problems that are held or rest before another try, by id."""
    rows = (
        select(Job.id)
        .join(Submission, Submission.id == Job.submission_id)
        .join(Run, (Run.id == Job.run_id) & (Run.kind == RunKind.LIVE.value))
        .where(Submission.problem_id.in_(problem_ids), _STOPPED)
        .order_by(Job.id)
    )
    return list(session.scalars(rows))


def release(session: Session, job_ids: Sequence[int]) -> Released:
    """Queue jobs again that are held or rest, after staff have mended what stopped them.

    A live job goes by the newest version of its problem, which may be what mended it, where that
    asks the same of the student; else by the version that was answered, and a remark says so.
    """
    rows = session.execute(
        select(Job, Variant, ProblemVersion, Run.kind)
        .join(Variant, Variant.id == Job.variant_id)
        .join(ProblemVersion, ProblemVersion.id == Variant.version_id)
        .join(Run, Run.id == Job.run_id)
        .where(Job.id.in_(job_ids), _STOPPED)
        .order_by(Job.id)
        .with_for_update(of=Job)
    ).all()
    remarks = []
    for job, variant, version, kind in rows:
        if kind == RunKind.LIVE:
            remarks.append(_move(session, job, variant, version))
        job.state, job.reason = JobState.QUEUED.value, ""
        job.starts, job.given_back = 0, 0
        job.enqueued_at, job.rests_until = None, None
    session.flush()
    return Released(tuple(row.Job for row in rows), tuple(dict.fromkeys(filter(None, remarks))))


def _move(session: Session, job: Job, variant: Variant, version: ProblemVersion) -> str | None:
    """Let a live job go by the newest version; return what is worth telling of it."""
    newest = session.scalars(
        select(ProblemVersion)
        .where(ProblemVersion.problem_id == version.problem_id)
        .order_by(ProblemVersion.number.desc())
        .limit(1)
    ).one()
    if newest.id == version.id:
        return None
    target = counterparts.pool(session, newest).get(variant.number)
    why = counterparts.misfit(variant, target, newest)
    if why is not None or target is None:
        return (
            f"Judged by version {version.number}, which was answered: {why}. If that holds it "
            "again, publish a mended version with the same numbers and fields."
        )
    job.variant_id, job.queue = target.id, newest.queue
    return f"Judged by version {newest.number}, which asks the same as version {version.number}."


def unattended(
    session: Session, messages: Mapping[Queue, int], *, now: datetime, patience_seconds: float
) -> list[tuple[int, Queue, int]]:
    """Return the jobs that a sweep should send again, as (job, queue, run); marks them as sent.

    A job is unattended if nobody's lease on it lives and it was last sent longer than
    `patience_seconds` ago. A backlog looks the same from here, so that each queue is topped up
    only to as many messages as it has unattended jobs: what still waits is never doubled.

    Args:
        messages: how many messages wait in each queue now.
    """
    found: list[tuple[int, Queue, int]] = []
    for queue, waiting in messages.items():
        free = and_(Job.queue == queue.value, _free(now))
        total = session.scalar(select(func.count(Job.id)).where(free)) or 0
        missing = min(total - waiting, SWEPT_AT_ONCE)
        if missing <= 0:
            continue
        sent_before = now - timedelta(seconds=patience_seconds)
        stale = or_(Job.enqueued_at.is_(None), Job.enqueued_at < sent_before)
        rows = session.execute(
            select(Job.id, Job.run_id)
            .where(free, stale)
            .order_by(Job.enqueued_at.is_not(None), Job.enqueued_at, Job.id)
            .limit(missing)
            .with_for_update(skip_locked=True)  # what another sweep marks at this moment is its own
        ).all()
        found += [(job_id, queue, run_id) for job_id, run_id in rows]
    _mark_sent(session, [job_id for job_id, _, _ in found], now)
    return found


def _mark_sent(session: Session, job_ids: Sequence[int], now: datetime) -> None:
    if job_ids:
        session.execute(update(Job).where(Job.id.in_(job_ids)).values(enqueued_at=now))


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one queue: jobs not finished, and the oldest of them."""

    queue: Queue
    jobs: int
    running: int
    oldest: datetime | None


def backlog(session: Session) -> list[Backlog]:
    """Return what each queue still has to do, for the staff pages and `grader status`."""
    rows = session.execute(
        select(Job.queue, func.count(Job.id), func.min(Job.created_at))
        .where(Job.state.in_([JobState.QUEUED.value, JobState.RUNNING.value]))
        .group_by(Job.queue)
    ).all()
    busy = dict(
        session.execute(
            select(Job.queue, func.count(Job.id))
            .where(Job.state == JobState.RUNNING.value)
            .group_by(Job.queue)
        ).all()
    )
    by_queue = {queue: (jobs, oldest) for queue, jobs, oldest in rows}
    return [
        Backlog(queue, *_counts(by_queue.get(queue.value), busy.get(queue.value, 0)))
        for queue in Queue
    ]


def _counts(
    row: tuple[int, datetime | None] | None, running: int
) -> tuple[int, int, datetime | None]:
    return (0, 0, None) if row is None else (row[0], running, row[1])
