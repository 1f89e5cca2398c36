"""Publishing asked for in the portal: a row that a worker claims by lease, as it claims a job.

The portal never runs the bank, so that it writes down what is asked and shows what became of it.
A message only says "there is a request"; the row decides, and the sweep sends it again.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from grader.models import Assignment, Course, PublishRequest, PublishState, User
from grader.queue import Queue
from grader.services import access, leases
from grader.services.leases import STARTS_ALLOWED, is_free

QUEUE = Queue.ANSWERS
"""Every service has workers of this queue; live grading goes before, by priority."""

LONGEST_MESSAGE = 8000
"""Characters that are kept of what became of it."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to publish what was asked for and to say what became of it, until it runs out."""

    request_id: int
    token: str
    course: str
    assignment: str


@dataclass(frozen=True, slots=True)
class Publishing:
    """What a staff page shows: the newest request, who asked, and whether this person may ask."""

    request: PublishRequest | None
    asked_by: str
    may_ask: bool

    @property
    def is_open(self) -> bool:
        """Whether a worker still has to finish it."""
        return self.request is not None and self.request.finished_at is None


def of(session: Session, assignment: Assignment, user_id: int) -> Publishing:
    """Return where publishing of an assignment stands, for a page of this user."""
    row = session.execute(
        select(PublishRequest, User.name)
        .join(User, User.id == PublishRequest.asked_by)
        .where(PublishRequest.assignment_id == assignment.id)
        .order_by(PublishRequest.id.desc())
        .limit(1)
    ).one_or_none()
    request, name = (None, "") if row is None else row
    return Publishing(request, name, access.teaches(session, user_id, assignment.course_id))


def ask(session: Session, assignment: Assignment, user_id: int, *, now: datetime) -> PublishRequest:
    """Write down that an assignment is to be published; a click more finds the request open."""
    found = _open(session, assignment)
    if found is not None:
        return found
    row = PublishRequest(
        assignment_id=assignment.id,
        asked_by=user_id,
        asked_at=now,
        state=PublishState.QUEUED.value,
        message="",
        enqueued_at=now,
        starts=0,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # somebody clicked at the same moment
        return _open(session, assignment) or row
    return row


def _open(session: Session, assignment: Assignment) -> PublishRequest | None:
    return session.scalar(
        select(PublishRequest).where(
            PublishRequest.assignment_id == assignment.id, PublishRequest.finished_at.is_(None)
        )
    )


def _is_another_at_work(request_id: int, now: datetime) -> ColumnElement[bool]:
    other = aliased(PublishRequest)
    return exists().where(
        other.id != request_id,
        other.state == PublishState.RUNNING.value,
        other.lease_until >= now,
    )


def claim(session: Session, request_id: int, *, now: datetime, seconds: int) -> Lease | None:
    """Take a request; None where it is done, a worker's lease on it lives, or another is at work.

    One at a time, since each holds a worker process as long as its solvers take: the sweep sends
    the others again. A request that has lost three workers is refused here and now.
    """
    token = secrets.token_hex(8)
    # Locked: of two workers that claim two requests at once, each would see no other at work.
    is_open = PublishRequest.finished_at.is_(None)
    session.execute(
        select(PublishRequest.id).where(is_open).order_by(PublishRequest.id).with_for_update()
    )
    claimed = session.execute(
        update(PublishRequest)
        .where(
            PublishRequest.id == request_id,
            is_free(PublishRequest, now),
            PublishRequest.starts < STARTS_ALLOWED,
            ~_is_another_at_work(request_id, now),
        )
        .values(
            state=PublishState.RUNNING.value,
            lease_token=token,
            lease_until=now + timedelta(seconds=seconds),
            starts=PublishRequest.starts + 1,
        )
        .returning(PublishRequest.assignment_id)
    ).scalar_one_or_none()
    if claimed is None:
        _refuse_killer(session, request_id, now)
        return None
    slug, course = session.execute(
        select(Assignment.slug, Course.slug)
        .join(Course, Course.id == Assignment.course_id)
        .where(Assignment.id == claimed)
    ).one()
    return Lease(request_id, token, course, slug)


def _refuse_killer(session: Session, request_id: int, now: datetime) -> None:
    session.execute(
        update(PublishRequest)
        .where(
            PublishRequest.id == request_id,
            is_free(PublishRequest, now),
            PublishRequest.starts >= STARTS_ALLOWED,
        )
        .values(
            state=PublishState.REFUSED.value,
            message=f"Its worker was lost {STARTS_ALLOWED} times while publishing.",
            lease_token=None,
            lease_until=None,
            finished_at=now,
        )
    )


def renew(session: Session, lease: Lease, *, now: datetime, seconds: int) -> bool:
    """Prolong a lease; False where it is no longer this worker's."""
    until = now + timedelta(seconds=seconds)
    return leases.renew(session, PublishRequest, lease.request_id, lease.token, until=until)


def finish(
    session: Session, lease: Lease, state: PublishState, message: str, *, now: datetime
) -> bool:
    """Say what became of it; False where the lease went to somebody else."""
    row = session.execute(
        update(PublishRequest)
        .where(PublishRequest.id == lease.request_id, PublishRequest.lease_token == lease.token)
        .values(
            state=state.value,
            message=message[:LONGEST_MESSAGE],
            lease_token=None,
            lease_until=None,
            finished_at=now,
        )
        .returning(PublishRequest.id)
    )
    return row.one_or_none() is not None


def unattended(session: Session, *, now: datetime, patience_seconds: float) -> list[int]:
    """Return the requests that a sweep should send again; marks them as sent.

    The pause doubles with the age of a request: behind a long backlog few messages are too many.
    """
    rows = session.scalars(
        select(PublishRequest).where(
            PublishRequest.finished_at.is_(None), is_free(PublishRequest, now)
        )
    ).all()
    found = [row for row in rows if _is_overdue(row, now, patience_seconds)]
    for row in found:
        row.enqueued_at = now
    return [row.id for row in found]


def _is_overdue(row: PublishRequest, now: datetime, patience_seconds: float) -> bool:
    before = (row.enqueued_at - row.asked_at).total_seconds()
    return (now - row.enqueued_at).total_seconds() > max(patience_seconds, before)
