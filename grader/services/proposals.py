"""Proposals: the rows of a regrade, each a field with what counted before it and what it gives.

Every field that was judged has a row, those that stay the same too: once applied, a regrade owns
all that it judged, and another one that is undone beneath it takes nothing away.
"""

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    bindparam,
    exists,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql import or_

from grader.models import Current, PartReport, Regrade, RegradeRow, RegradeState, Submission
from grader.models.base import table_of

_TOLD = ("verdict", "outcome", "credit", "points", "optional", "feedback", "misconception")
"""Columns of a part report in which two of them differ for anybody."""

_PROPOSE = insert(table_of(RegradeRow)).from_select(
    ["regrade_id", "submission_id", "part", "field", "base_id", "proposal_id", "applied"],
    select(
        bindparam("regrade_id", type_=Integer),
        Current.submission_id,
        Current.part,
        Current.field,
        Current.part_report_id,
        PartReport.id,
        false(),
    )
    .join(PartReport, (PartReport.part == Current.part) & (PartReport.field == Current.field))
    .where(
        Current.submission_id == bindparam("submission_id"),
        PartReport.report_id == bindparam("report_id"),
    ),
)


def differs(before: type[PartReport], after: type[PartReport]) -> ColumnElement[bool]:
    """Condition: two part reports, as aliases, tell people different things."""
    return or_(*(getattr(before, name).is_distinct_from(getattr(after, name)) for name in _TOLD))


def propose(session: Session, run_id: int, submission_id: int, report_id: int) -> None:
    """Write a row for each field of a report, bound to what counts now."""
    regrade = session.scalars(
        # Shared by the workers that judge it, not with somebody who applies it at this moment.
        select(Regrade).where(Regrade.run_id == run_id).with_for_update(read=True)
    ).one()
    if regrade.state != RegradeState.PLANNED:
        return  # held until after it was applied or dropped: the report is kept and changes nothing
    values = {"regrade_id": regrade.id, "submission_id": submission_id, "report_id": report_id}
    session.connection().execute(_PROPOSE, values)


def rebind(session: Session, regrade: Regrade) -> int:
    """Bind the rows to what counts now; return how many submissions had moved since."""
    counts = (
        select(Current.part_report_id)
        .where(
            Current.submission_id == RegradeRow.submission_id,
            Current.part == RegradeRow.part,
            Current.field == RegradeRow.field,
        )
        .scalar_subquery()
    )
    moved = session.scalars(
        update(RegradeRow)
        .where(RegradeRow.regrade_id == regrade.id, RegradeRow.base_id != counts)
        .values(base_id=counts)
        .returning(RegradeRow.submission_id)
        .execution_options(synchronize_session=False)
    )
    return len(set(moved))


def count(session: Session, regrade: Regrade) -> int:
    """Return how many fields a regrade has judged."""
    rows = select(func.count(RegradeRow.id)).where(RegradeRow.regrade_id == regrade.id)
    return session.scalar(rows) or 0


def forward(session: Session, regrade: Regrade) -> int:
    """Let the proposals count where the base still does; return how many pointers moved."""
    moved = _swap(session, regrade, RegradeRow.base_id, RegradeRow.proposal_id)
    _mark_applied(session, regrade, applied=True)
    return moved


def back(session: Session, regrade: Regrade) -> int:
    """Let the bases count where the proposal still does; return how many pointers moved."""
    moved = _swap(session, regrade, RegradeRow.proposal_id, RegradeRow.base_id)
    _step_aside(session, regrade)
    _mark_applied(session, regrade, applied=False)
    return moved


def changed(session: Session, regrade: Regrade, counting: InstrumentedAttribute[int]) -> int:
    """Return how many fields tell something else once moved, of those where `counting` counts.

    Args:
        counting: `RegradeRow.base_id` before it is applied, `RegradeRow.proposal_id` after.
    """
    base, proposal = aliased(PartReport), aliased(PartReport)
    rows = (
        select(func.count(RegradeRow.id))
        .join(base, base.id == RegradeRow.base_id)
        .join(proposal, proposal.id == RegradeRow.proposal_id)
        .join(Current, Current.part_report_id == counting)
        .where(RegradeRow.regrade_id == regrade.id, differs(base, proposal))
    )
    return session.scalar(rows) or 0


def students(session: Session, regrade: Regrade) -> list[int]:
    """Return whose grades moving a regrade may change, by id; asked before it is moved.

    Where two part reports tell the same, so does the grade, unless a mark stays with one alone.
    """
    base, proposal = aliased(PartReport), aliased(PartReport)
    rows = (
        select(Submission.user_id)
        .join(RegradeRow, RegradeRow.submission_id == Submission.id)
        .join(base, base.id == RegradeRow.base_id)
        .join(proposal, proposal.id == RegradeRow.proposal_id)
        .where(
            RegradeRow.regrade_id == regrade.id,
            differs(base, proposal) | base.text_sha256.is_distinct_from(proposal.text_sha256),
        )
        .distinct()
        .order_by(Submission.user_id)
    )
    return list(session.scalars(rows))


def _swap(
    session: Session,
    regrade: Regrade,
    expected: InstrumentedAttribute[int],
    wanted: InstrumentedAttribute[int],
) -> int:
    mine = (
        RegradeRow.regrade_id == regrade.id,
        RegradeRow.submission_id == Current.submission_id,
        RegradeRow.part == Current.part,
        RegradeRow.field == Current.field,
        expected == Current.part_report_id,
    )
    target: ScalarSelect[int] = select(wanted).where(*mine).scalar_subquery()
    of_regrade = select(RegradeRow.submission_id).where(RegradeRow.regrade_id == regrade.id)
    moved = session.execute(
        update(Current)
        .where(Current.submission_id.in_(of_regrade), exists().where(*mine))
        .values(part_report_id=target)
        .returning(Current.part_report_id)
        .execution_options(synchronize_session=False)
    )
    return len(moved.all())


def _step_aside(session: Session, regrade: Regrade) -> None:
    """Put rows of others that stand on this regrade on what it stood on.

    One that is undone in its turn would otherwise bring this one back.
    """
    mine = aliased(RegradeRow)
    beneath = (
        mine.regrade_id == regrade.id,
        mine.submission_id == RegradeRow.submission_id,
        mine.part == RegradeRow.part,
        mine.field == RegradeRow.field,
        mine.proposal_id == RegradeRow.base_id,
    )
    session.execute(
        update(RegradeRow)
        .where(exists().where(*beneath))
        .values(base_id=select(mine.base_id).where(*beneath).scalar_subquery())
        .execution_options(synchronize_session=False)
    )


def _mark_applied(session: Session, regrade: Regrade, *, applied: bool) -> None:
    session.execute(
        update(RegradeRow)
        .where(RegradeRow.regrade_id == regrade.id)
        .values(applied=applied)
        .execution_options(synchronize_session=False)
    )
