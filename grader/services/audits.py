"""Audits: what counts, judged again by the version that judged it; nothing is written.

Judging is a pure function of what is stored, so that any difference is a fault of ours: a check
that is not pure, a library that changed beneath it, or a row that somebody edited.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.models import Current, PartReport, Report, Submission
from grader.services import judging


@dataclass(frozen=True, slots=True)
class Difference:
    """A column of a part report that says something else than judging again does."""

    receipt_number: str
    part: str
    field: str
    column: str
    stored: Any
    judged: Any


@dataclass(frozen=True, slots=True)
class Audit:
    """How many reports that count were judged again, of how many, and what came out otherwise."""

    judged: int
    total: int
    differences: tuple[Difference, ...]


def audit(session: Session, problem_ids: Sequence[int], *, sample: int) -> Audit:
    """Judge a sample of the reports that count again, taken evenly over the time of handing in.

    Raises:
        BundleError: the bundle of a version cannot be loaded here.
    """
    ids = session.scalars(
        select(Report.id)
        .join(PartReport, PartReport.report_id == Report.id)
        .join(Current, Current.part_report_id == PartReport.id)
        .join(Submission, Submission.id == Report.submission_id)
        .where(Submission.problem_id.in_(problem_ids))
        .distinct()
        .order_by(Report.id)
    ).all()
    size = min(sample, len(ids))
    chosen = [ids[index * len(ids) // size] for index in range(size)]
    found = [difference for report_id in chosen for difference in _differences(session, report_id)]
    return Audit(size, len(ids), tuple(found))


def _differences(session: Session, report_id: int) -> list[Difference]:
    report = session.get_one(Report, report_id)
    receipt = session.get_one(Submission, report.submission_id).receipt_number
    stored = session.scalars(select(PartReport).where(PartReport.report_id == report_id)).all()
    judged = {
        (row.part, row.field): judging.columns(row)
        for row in judging.replay(session, report).fields
    }
    return [
        Difference(receipt, row.part, row.field, name, getattr(row, name), value)
        for row in stored
        for name, value in judged[row.part, row.field].items()
        if getattr(row, name) != value
    ]
