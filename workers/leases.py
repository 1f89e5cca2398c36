"""Keep leases alive while their jobs run, however long that takes."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader.db import writing

logger = logging.getLogger(__name__)


class Renew(Protocol):
    """Prolongs one lease, as `jobs.renew` does for a job's."""

    def __call__(self, session: Session, *, now: datetime, seconds: int) -> bool:
        """Return False where the lease is no longer this worker's."""


class Keeper:
    """Renews the leases that this process holds, three times in the length of a lease.

    One thread serves all jobs of the process, so that the many short ones cost nothing. A renewal
    that fails is tried at the next turn; if a lease is lost, the result is dropped when written.
    """

    def __init__(self, engine: Engine, lease_seconds: int) -> None:
        self._engine = engine
        self._seconds = lease_seconds
        self._held: set[Renew] = set()
        threading.Thread(target=self._run, name="leases", daemon=True).start()

    @contextmanager
    def keeping(self, renew: Renew) -> Iterator[None]:
        """Renew a lease by calling `renew` while the block runs."""
        self._held.add(renew)
        try:
            yield
        finally:
            self._held.remove(renew)

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._seconds / 3):
            for renew in list(self._held):
                self._renew(renew)

    def _renew(self, renew: Renew) -> None:
        try:
            with writing(self._engine) as session:
                renew(session, now=datetime.now(UTC), seconds=self._seconds)
        except SQLAlchemyError:
            logger.warning("lease not renewed", exc_info=True)


@cache
def keeper(engine: Engine, lease_seconds: int) -> Keeper:
    """Return the keeper of this process, started at its first job."""
    return Keeper(engine, lease_seconds)
