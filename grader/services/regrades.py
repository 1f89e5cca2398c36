"""Regrades: show, apply, discard, undo. Nothing that counts moves before it is applied.

What counts is a pointer by (submission, part, field). Applying binds each row anew to what counts
now, since a report is the same whatever counted when it was planned, and swaps all pointers in one
transaction. Undo moves back only pointers that are still this regrade's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from grader.errors import UsageError
from grader.models import (
    Job,
    JobState,
    PartReport,
    Problem,
    Regrade,
    RegradeRow,
    RegradeState,
    Submission,
    User,
)
from grader.services import gradebook, proposals
from grader.services.planning import audit
from grader.services.proposals import differs


def find(session: Session, regrade_id: int) -> Regrade:
    """Return a regrade by its number.

    Raises:
        UsageError: there is none.
    """
    regrade = session.get(Regrade, regrade_id)
    if regrade is None:
        raise UsageError(f"there is no regrade {regrade_id}")
    return regrade


@dataclass(frozen=True, slots=True)
class Progress:
    """How many submissions of a regrade are judged, and how many of them were held."""

    done: int
    held: int
    total: int

    @property
    def is_ready(self) -> bool:
        """Whether every submission was judged or held."""
        return self.done + self.held == self.total


def progress(session: Session, regrade: Regrade) -> Progress:
    """Return how far the judging of a regrade is."""
    rows = session.execute(
        select(Job.state, func.count(Job.id))
        .where(Job.run_id == regrade.run_id)
        .group_by(Job.state)
    )
    counts = {state: count for state, count in rows}
    return Progress(
        counts.get(JobState.DONE, 0), counts.get(JobState.HELD, 0), sum(counts.values())
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a regrade changes, before and after."""

    student: str
    receipt_number: str
    part: str
    field: str
    before: PartReport
    after: PartReport
    applied: bool


def changes(session: Session, regrade: Regrade) -> list[Change]:
    """Return what a regrade changes, by student and part."""
    base, proposal = aliased(PartReport), aliased(PartReport)
    rows = session.execute(
        select(RegradeRow, User.login, Submission.receipt_number, base, proposal)
        .join(Submission, Submission.id == RegradeRow.submission_id)
        .join(User, User.id == Submission.user_id)
        .join(base, base.id == RegradeRow.base_id)
        .join(proposal, proposal.id == RegradeRow.proposal_id)
        .where(RegradeRow.regrade_id == regrade.id, differs(base, proposal))
        .order_by(User.login, Submission.attempt, RegradeRow.id)
    )
    return [
        Change(login, receipt, row.part, row.field, before, after, row.applied)
        for row, login, receipt, before, after in rows
    ]


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying did.

    Attributes:
        changed: fields that tell something else now.
        rebound: submissions whose base had moved since the regrade was planned.
    """

    changed: int
    rebound: int


def apply(session: Session, regrade: Regrade, *, now: datetime) -> Applied:
    """Make the proposals count, in the caller's one transaction.

    Raises:
        UsageError: the regrade is not ready, or was discarded, applied or undone already.
    """
    _lock(session, regrade)
    if regrade.state != RegradeState.PLANNED:
        raise UsageError(f"regrade {regrade.id} is {regrade.state}; only a planned one is applied")
    so_far = progress(session, regrade)
    if not so_far.is_ready:
        raise UsageError(
            f"regrade {regrade.id} is still being judged: {so_far.done} of {so_far.total} are done"
        )
    rebound = proposals.rebind(session, regrade)
    changed = proposals.changed(session, regrade, RegradeRow.base_id)
    touched = proposals.students(session, regrade)
    if proposals.forward(session, regrade) != proposals.count(session, regrade):
        raise UsageError(f"regrade {regrade.id} met another change just now; apply it again")
    regrade.state, regrade.applied_at = RegradeState.APPLIED.value, now
    audit(session, "regrade apply", regrade, now)
    _refresh(session, regrade, touched, now)
    return Applied(changed, rebound)


def undo(session: Session, regrade: Regrade, *, now: datetime) -> int:
    """Move back what is still this regrade's own; return how many fields tell what they told.

    Raises:
        UsageError: the regrade was not applied.
    """
    _lock(session, regrade)
    if regrade.state != RegradeState.APPLIED:
        raise UsageError(f"regrade {regrade.id} is {regrade.state}; only an applied one is undone")
    changed = proposals.changed(session, regrade, RegradeRow.proposal_id)
    touched = proposals.students(session, regrade)
    proposals.back(session, regrade)
    regrade.state, regrade.undone_at = RegradeState.UNDONE.value, now
    audit(session, "regrade undo", regrade, now)
    _refresh(session, regrade, touched, now)
    return changed


def discard(session: Session, regrade: Regrade, *, now: datetime) -> None:
    """Drop the proposals; nothing had moved.

    Raises:
        UsageError: the regrade was applied, or is gone already.
    """
    _lock(session, regrade)
    if regrade.state != RegradeState.PLANNED:
        raise UsageError(
            f"regrade {regrade.id} is {regrade.state}; only a planned one is discarded"
        )
    regrade.state = RegradeState.DISCARDED.value
    audit(session, "regrade discard", regrade, now)
    session.flush()


def _lock(session: Session, regrade: Regrade) -> None:
    """Wait for whoever moves pointers of this problem, and read the regrade as they left it."""
    session.get_one(Problem, regrade.problem_id, with_for_update={"key_share": True})
    session.refresh(regrade, with_for_update={"key_share": True})


def _refresh(session: Session, regrade: Regrade, touched: Sequence[int], now: datetime) -> None:
    session.flush()
    for user_id in touched:
        gradebook.refresh(session, user_id, regrade.problem_id, now=now)
