"""Keep a lease alive while its job runs, however long that takes."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from grader.db import writing
from grader.services import jobs
from grader.services.jobs import Lease

logger = logging.getLogger(__name__)


@contextmanager
def kept(engine: Engine, lease: Lease, seconds: int) -> Iterator[None]:
    """Renew `lease` three times a lease while the block runs.

    A job that ends within a third of its lease, as nearly all do, costs no query. A renewal that
    fails is tried at the next turn; if the lease is lost the result is dropped when it is written.
    """
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(engine, lease, seconds, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()


def _renew(engine: Engine, lease: Lease, seconds: int, done: threading.Event) -> None:
    while not done.wait(seconds / 3):
        try:
            with writing(engine) as session:
                if not jobs.renew(session, lease, now=datetime.now(UTC), seconds=seconds):
                    return
        except SQLAlchemyError:
            logger.warning("lease not renewed", extra={"job": lease.job_id}, exc_info=True)
