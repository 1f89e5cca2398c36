"""Keep leases alive while their jobs run, however long that takes."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from grader.db import writing
from grader.services import jobs, publish_requests

logger = logging.getLogger(__name__)


class Keeper:
    """Renews the leases that this process holds, three times in the length of a lease.

    One thread serves all jobs of the process, so that the many short ones cost nothing. A renewal
    that fails is tried at the next turn; if a lease is lost, the result is dropped when written.
    """

    def __init__(self, engine: Engine, lease_seconds: int) -> None:
        self._engine = engine
        self._seconds = lease_seconds
        self._held: dict[str, jobs.Lease | publish_requests.Lease] = {}
        threading.Thread(target=self._run, name="leases", daemon=True).start()

    @contextmanager
    def keeping(self, lease: jobs.Lease | publish_requests.Lease) -> Iterator[None]:
        """Renew `lease` while the block runs."""
        self._held[lease.token] = lease
        try:
            yield
        finally:
            del self._held[lease.token]

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._seconds / 3):
            for lease in list(self._held.values()):
                self._renew(lease)

    def _renew(self, lease: jobs.Lease | publish_requests.Lease) -> None:
        now = datetime.now(UTC)
        try:
            with writing(self._engine) as session:
                if isinstance(lease, jobs.Lease):
                    jobs.renew(session, lease, now=now, seconds=self._seconds)
                else:
                    publish_requests.renew(session, lease, now=now, seconds=self._seconds)
        except SQLAlchemyError:
            logger.warning("lease not renewed", extra={"row": lease.job_id}, exc_info=True)


@cache
def keeper(engine: Engine, lease_seconds: int) -> Keeper:
    """Return the keeper of this process, started at its first job."""
    return Keeper(engine, lease_seconds)
