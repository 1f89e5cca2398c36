"""Run an author's code in a process of its own, which ends when its time or memory is over.

The process is a copy of this one: what is loaded here need not be loaded again. It dies with the
process that started it, and whatever the code does otherwise costs that copy alone.
"""

import faulthandler
import gc
import os
import pickle
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Generic, TypeVar, cast

from grader.errors import GraderError, SolverError, TransientError
from grader.leash import hold

T = TypeVar("T")

GRACE_SECONDS = 2.0
"""For code that is interrupted to say where it was."""

LOOK_SECONDS = 0.05
"""Between two looks at the memory of what is waited for."""

_STDERR = 2  # sys.stderr may be a stream without a descriptor


class Overrun(SolverError):
    """The code took more time or memory than it may, or ended its process."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may take: wall clock, and memory beyond what it shares with this one."""

    seconds: float
    memory_mb: int


@dataclass(frozen=True, slots=True)
class _Told(Generic[T]):
    """What the process tells before it ends: a value, or an error in words."""

    value: T | None = None
    error: str | None = None
    is_overrun: bool = False


class Apart(Generic[T]):
    """A call that runs in a process of its own from now on; `stop` it in any case.

    Raises:
        TransientError: this machine starts no more processes for now.
    """

    def __init__(self, function: Callable[[], T], limits: Limits) -> None:
        self.limits = limits
        self.started = time.monotonic()
        parent = os.getpid()
        results, sender = os.pipe()
        try:
            self._pid = _fork()
        except OSError as error:
            os.close(results)
            os.close(sender)
            raise TransientError(f"no process could be started: {error.strerror}") from error
        if self._pid == 0:
            os.close(results)
            _run(function, Connection(sender, readable=False), limits, parent)
        os.close(sender)
        self.results = Connection(results, writable=False)
        self._at_first_mb = _held_mb(self._pid)
        self._is_stopped = False

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or must."""
        return self.results.poll() or self._overrun() is not None

    def result(self) -> T:
        """Wait for what the call returns.

        Raises:
            SolverError: what it raised, in words.
            Overrun: it took too much, or its process ended.
        """
        while not self.results.poll(LOOK_SECONDS):
            overrun = self._overrun()
            if overrun is not None:
                raise Overrun(overrun)
        try:
            told: _Told[T] = self.results.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            raise Overrun(self._how_it_ended()) from None
        if told.error is None:
            return cast("T", told.value)  # None is a value too
        raise (
            Overrun(told.error)
            if told.is_overrun or self._is_late(0.0)
            else SolverError(told.error)
        )

    def stop(self) -> None:
        """End it where it still runs."""
        if not self._is_stopped:
            self._is_stopped = True
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self.results.close()

    def _overrun(self) -> str | None:
        if self._is_late(GRACE_SECONDS):
            return f"takes for ever: not done within {self.limits.seconds:g} s"
        if _held_mb(self._pid) - self._at_first_mb > self.limits.memory_mb:
            return f"needs more than {self.limits.memory_mb} MB of memory"
        return None

    def _is_late(self, grace: float) -> bool:
        return time.monotonic() - self.started > self.limits.seconds + grace

    def _how_it_ended(self) -> str:
        """Say why it closed its end without a word."""
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until:
            ended, status = os.waitpid(self._pid, os.WNOHANG)
            if ended:
                self._is_stopped = True
                self.results.close()
                code = os.waitstatus_to_exitcode(status)
                return f"the process that ran it died with exit status {code}"
            time.sleep(LOOK_SECONDS)
        return "the process that ran it fell silent"


def apart(function: Callable[[], T], limits: Limits) -> T:
    """Return what `function` returns in a process of its own.

    Raises:
        SolverError: what it raised, in words.
        Overrun: it took too much, or its process ended.
        TransientError: this machine starts no more processes for now.
    """
    call = Apart(function, limits)
    try:
        return call.result()
    finally:
        call.stop()


def _fork() -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # or the copy would write once more what waits here
    with warnings.catch_warnings():
        # Python warns of threads whose locks stay taken in a copy; the copy takes none of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _run(function: Callable[[], T], sender: Connection, limits: Limits, parent: int) -> None:
    """Call, tell and end: nothing of this process's own way to its end is gone through."""
    status = 1
    try:
        hold(parent)
        gc.freeze()  # what waits to be collected, a connection too, is for its own process to close
        for number in (signal.SIGINT, signal.SIGTERM):  # who waits for the copy decides on its end
            signal.signal(number, signal.SIG_IGN)
        torch = sys.modules.get("torch")
        if torch is not None:  # its threads were not copied, and it would wait for them
            torch.set_num_threads(1)
        with interrupted_after(limits.seconds):
            told = _told(function)
        sender.send(told)
        status = 0
    finally:
        os._exit(status)


def _told(function: Callable[[], T]) -> _Told[T]:
    try:
        return _Told(function())
    except MemoryError:
        return _Told(error="needs more memory than there is", is_overrun=True)
    except GraderError as error:
        return _Told(error=str(error), is_overrun=isinstance(error, Overrun))
    except Exception as error:  # noqa: BLE001  an author's code may raise anything
        return _Told(error=f"{type(error).__name__}: {error}")


@contextmanager
def interrupted_after(seconds: float, *, or_ended_after: float | None = None) -> Iterator[None]:
    """Raise TimeoutError in whatever the block runs by then, so that it is told where that was.

    Where the block catches that and goes on to something else, that has as long again. For the
    main thread of a process. What does not listen (a loop in a library's own code) goes on:
    where that may happen, run it apart.

    Args:
        or_ended_after: seconds after which what does not listen ends with its whole process, which
            tells on stderr where it was.
    """

    def listen() -> None:
        if or_ended_after is not None:  # takes no lock of the interpreter, unlike a thread of ours
            faulthandler.dump_traceback_later(or_ended_after, exit=True, file=_STDERR)

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        listen()
        raise TimeoutError(f"takes for ever: not done within {seconds:g} s")

    listen()
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
        if or_ended_after is not None:
            faulthandler.cancel_dump_traceback_later()


def _held_mb(pid: int) -> float:
    """Return what a process holds in memory, files that it has mapped aside; 0 once it ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
        resident, shared = map(int, fields[1:3])
        return (resident - shared) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return 0.0
