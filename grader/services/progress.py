"""How far a running notebook has come: written by its worker, read by the page that waits for it.

It stands in Redis and not in the database: it is worth nothing once the run has ended, and a Redis
that is gone or hangs only means that no progress is shown.
"""

import logging
import re
import time
from dataclasses import dataclass
from typing import Self

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from grader.settings import Settings

logger = logging.getLogger(__name__)

KEPT_SECONDS = 4 * 3600
"""Longer than any single cell may take; a run that has ended is told by its job, not by this."""

TIMEOUT_SECONDS = 0.2
"""How long a page or a run waits for a Redis that hangs."""

PAUSE_SECONDS = 10.0
"""How long a client that failed leaves Redis alone, so that not every page waits for it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Cells that have come to their end, of all that will run."""

    done: int
    total: int

    @classmethod
    def from_text(cls, text: bytes) -> Self | None:
        """Read what `record` wrote; None for anything else.

        >>> Progress.from_text(b"3/14")
        Progress(done=3, total=14)
        """
        found = re.fullmatch(rb"(\d{1,9})/(\d{1,9})", text)
        return cls(int(found[1]), int(found[2])) if found else None


def connect(settings: Settings) -> "Board":
    """Return the client of this process; it connects when it is first used."""
    return Board(
        Redis.from_url(
            settings.redis_client_url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
    )


class Board:
    """A Redis that may be gone: after a failure it is left alone for PAUSE_SECONDS."""

    def __init__(self, client: Redis) -> None:
        self.client = client
        self._closed_until = 0.0

    @property
    def is_resting(self) -> bool:
        """Whether the last failure is too near to ask again."""
        return time.monotonic() < self._closed_until

    def rest(self, error: RedisError) -> None:
        """Leave Redis alone for a while."""
        self._closed_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("progress cannot be told", extra={"why": str(error)})


def record(board: Board, job_id: int, done: int, total: int) -> None:
    """Tell that `done` of `total` cells have come to their end; a broken Redis stops nothing."""
    if board.is_resting:
        return
    try:
        board.client.set(_key(job_id), f"{done}/{total}", ex=KEPT_SECONDS)
    except RedisError as error:
        board.rest(error)


def read(board: Board, job_id: int) -> Progress | None:
    """Return how far a job has come; None where nothing is known."""
    if board.is_resting:
        return None
    try:
        text = board.client.get(_key(job_id))
    except RedisError as error:
        board.rest(error)
        return None
    return Progress.from_text(text) if isinstance(text, bytes) else None


def _key(job_id: int) -> str:
    return f"grader.progress.{job_id}"
