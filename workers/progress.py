"""Tells the page that waits for a notebook how far it has come; short ones never ask Redis."""

import time
from functools import cache

from grader.services import progress
from grader.settings import Settings

PAUSE_SECONDS = 1.0
"""Between two words about one notebook; one that has ended by then is not spoken of."""


class Teller:
    """Speaks of one job."""

    def __init__(self, settings: Settings, job_id: int, *, at_once: bool) -> None:
        self._board = _board(settings)
        self._job_id = job_id
        self._spoke = at_once
        self._next = time.monotonic() + (0.0 if at_once else PAUSE_SECONDS)

    def tell(self, done: int, total: int) -> None:
        """Tell that `done` of `total` cells have come to their end, where it is time for it."""
        now = time.monotonic()
        if now >= self._next or (self._spoke and done == total):
            progress.record(self._board, self._job_id, done, total)
            self._spoke, self._next = True, now + PAUSE_SECONDS


@cache
def _board(settings: Settings) -> progress.Board:
    return progress.connect(settings)
