"""The lease by which a worker holds a row: one rule for jobs and for publishing that was asked for.

A row waits, or runs under a lease that its worker renews; once that ran out it is free again. The
token tells a worker that was frozen past its lease that the row went to somebody else.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.orm import Session

from grader.models import Job, JobState, PublishRequest

STARTS_ALLOWED = 3
"""Starts that may lose their worker before a row is given up: it may be what kills them."""


def is_free(rows: Any, now: Any) -> ColumnElement[bool]:
    """Return the condition that no worker holds a row: it waits, or its lease ran out.

    Args:
        rows: a model or the columns of its table, with `state` and `lease_until`.
        now: the moment, or the parameter that will be it.
    """
    waits = rows.state == JobState.QUEUED.value
    return or_(waits, and_(rows.state == JobState.RUNNING.value, rows.lease_until < now))


def renew(
    session: Session,
    model: type[Job] | type[PublishRequest],
    row_id: int,
    token: str,
    *,
    until: datetime,
) -> bool:
    """Prolong a lease; False where it is no longer this worker's."""
    row = session.execute(
        update(model)
        .where(model.id == row_id, model.lease_token == token)
        .values(lease_until=until)
        .returning(model.id)
    )
    return row.one_or_none() is not None
