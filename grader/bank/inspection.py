"""Verify many problems side by side, each in a process of its own that is stopped in time."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import wait

from grader.bank.apart import Apart, Limits
from grader.bank.catalog import Entry
from grader.bank.verify import Fault, Verified, verify
from grader.errors import GraderError, SolverError

LIMIT_SECONDS = 120.0
"""For one problem with all its variants; a solver that takes longer is refused."""

LIMIT_MB = 4000
"""Of memory for one problem, beyond what this process holds."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """One problem of an assignment, verified."""

    assignment: str
    number: str
    found: Verified
    seconds: float


@dataclass(frozen=True, slots=True)
class _Running:
    entry: Entry
    number: str
    call: Apart[Verified]


def inspect(
    problems: Sequence[tuple[Entry, str]],
    *,
    variants: int,
    jobs: int = os.cpu_count() or 1,
    limit_seconds: float = LIMIT_SECONDS,
    limit_mb: int = LIMIT_MB,
) -> Iterator[Inspected]:
    """Verify problems, given by assignment and number; yield each as it ends."""
    limits = Limits(limit_seconds, limit_mb)
    waiting = list(problems)[::-1]
    running: list[_Running] = []
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                entry, number = waiting.pop()
                call = Apart(partial(_verify, entry, number, variants), limits)
                running.append(_Running(entry, number, call))
            wait([one.call.results for one in running], timeout=0.1)
            for one in [one for one in running if one.call.is_over]:
                running.remove(one)
                yield _collect(one)
    finally:
        for one in running:
            one.call.stop()


def _verify(entry: Entry, number: str, variants: int) -> Verified:
    try:
        return verify(entry.problem(number), number, variants)
    except (GraderError, TimeoutError) as error:
        return _broken(entry, number, str(error))


def _broken(entry: Entry, number: str, reason: str) -> Verified:
    path = entry.assignment.problems[number]
    file = f"{entry.files.origin}/{entry.files.module_file(path) or path}"
    return Verified(0, (Fault(file, "", reason),))


def _collect(one: _Running) -> Inspected:
    try:
        found = one.call.result()
    except SolverError as error:
        found = _broken(one.entry, one.number, str(error))
    finally:
        one.call.stop()
    seconds = time.monotonic() - one.call.started
    return Inspected(one.entry.assignment.slug, one.number, found, seconds)
