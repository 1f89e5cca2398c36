"""Verify many problems side by side, each in a process of its own that is stopped in time."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType

from grader.bank.catalog import Entry
from grader.bank.verify import Fault, Verified, verify
from grader.errors import GraderError

LIMIT_SECONDS = 120.0
"""For one problem with all its variants; a solver that takes longer is refused."""

GRACE_SECONDS = 2.0
"""For a process that is interrupted to say where it was."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """One problem of an assignment, verified."""

    assignment: str
    number: str
    found: Verified
    seconds: float


@dataclass(slots=True)
class _Running:
    entry: Entry
    number: str
    process: BaseProcess
    results: Connection
    started: float


def inspect(
    problems: Sequence[tuple[Entry, str]],
    *,
    variants: int,
    jobs: int = os.cpu_count() or 1,
    limit_seconds: float = LIMIT_SECONDS,
) -> Iterator[Inspected]:
    """Verify problems, given by assignment and number; yield each as it ends."""
    waiting = list(problems)[::-1]
    running: list[_Running] = []
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(_start(*waiting.pop(), variants, limit_seconds))
            wait([task.results for task in running], timeout=0.2)
            for task in [task for task in running if _is_over(task, limit_seconds)]:
                running.remove(task)
                yield _collect(task, limit_seconds)
    finally:
        for task in running:
            _stop(task)


def _start(entry: Entry, number: str, variants: int, limit_seconds: float) -> _Running:
    context = multiprocessing.get_context("fork")  # the bank is read already, and is large
    results, sender = context.Pipe(duplex=False)
    wanted = (sender, entry, number, variants, limit_seconds)
    process = context.Process(target=_verify, args=wanted, daemon=True)
    process.start()
    sender.close()
    return _Running(entry, number, process, results, time.monotonic())


def _verify(
    sender: Connection, entry: Entry, number: str, variants: int, limit_seconds: float
) -> None:
    _interrupt_after(limit_seconds)
    try:
        found = verify(entry.problem(number), number, variants)
    except (GraderError, TimeoutError) as error:
        found = Verified(0, (Fault(_file(entry, number), "", str(error)),))
    sender.send(found)


def _interrupt_after(limit_seconds: float) -> None:
    """Raise in whatever runs by then, so that the refusal names its part, file and line.

    What does not listen (a loop in a library's own code) is killed from outside soon after.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"takes for ever: not done within {limit_seconds:g} s")

    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, limit_seconds)


def _file(entry: Entry, number: str) -> str:
    path = entry.assignment.problems[number]
    return f"{entry.files.origin}/{entry.files.module_file(path) or path}"


def _is_over(task: _Running, limit_seconds: float) -> bool:
    late = time.monotonic() - task.started > limit_seconds + GRACE_SECONDS
    return task.results.poll() or not task.process.is_alive() or late


def _collect(task: _Running, limit_seconds: float) -> Inspected:
    seconds = time.monotonic() - task.started
    found = _result(task, limit_seconds)
    _stop(task)
    return Inspected(task.entry.assignment.slug, task.number, found, seconds)


def _result(task: _Running, limit_seconds: float) -> Verified:
    try:
        if task.results.poll():
            received: Verified = task.results.recv()
            return received
    except EOFError:
        pass  # it died before it could say anything, which the exit status below tells
    task.process.join(timeout=0.1)
    status = task.process.exitcode
    reason = (
        f"a solver takes for ever: not done within {limit_seconds:g} s"
        if status is None
        else f"the process that ran it died with exit status {status}"
    )
    return Verified(0, (Fault(_file(task.entry, task.number), "", reason),))


def _stop(task: _Running) -> None:
    task.process.kill()
    task.process.join()
    task.results.close()
