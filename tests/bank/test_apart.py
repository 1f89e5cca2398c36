"""A call in a process of its own: what it gives comes back, what it takes too much of ends it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest
from stack import eventually

from grader.bank.apart import Limits, Overrun, apart
from grader.errors import SolverError, SpecError

LIMITS = Limits(seconds=1.0, memory_mb=100)


def no_copies():
    """Whether none of the copies of this process is left, not even as a zombie."""
    mine = psutil.Process()
    return not [child for child in mine.children() if child.name() == mine.name()]


@pytest.mark.parametrize("value", [None, 7, {"a": "x" * 1_000_000}])
def test_what_a_call_returns_comes_back(value):
    assert apart(lambda: value, LIMITS) == value


def test_what_it_changes_stays_in_the_copy():
    kept = []

    assert apart(lambda: kept.append(1) or len(kept), LIMITS) == 1
    assert kept == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_stop_that_all_processes_get_is_left_to_the_one_that_waits(number):
    assert apart(lambda: os.kill(os.getpid(), number) or 7, LIMITS) == 7


@pytest.mark.parametrize(
    ("error", "said"),
    [(SpecError("a.py: no"), "a.py: no"), (ZeroDivisionError("by 0"), "ZeroDivisionError: by 0")],
)
def test_what_it_raises_is_told_in_words(error, said):
    def raises():
        raise error

    with pytest.raises(SolverError, match=f"^{said}$") as raised:
        apart(raises, LIMITS)

    assert type(raised.value) is SolverError


def spin():
    while True:
        pass


def swallow():
    while True:
        with suppress(BaseException):
            spin()


def listen_to_nothing():
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    time.sleep(60)


def hoard():
    kept = []
    while True:
        kept.append(b"x" * 1_000_000)
        time.sleep(0.001)


def fall_silent():
    os.closerange(3, 1000)
    listen_to_nothing()


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (spin, "takes for ever: not done within 1 s"),
        (swallow, "takes for ever: not done within 1 s"),
        (listen_to_nothing, "takes for ever: not done within 1 s"),
        (hoard, "needs more than 100 MB of memory"),
        (lambda: bytearray(10**15), "needs more memory than there is"),
        (lambda: os._exit(3), "died with exit status 3"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "died with exit status -9"),
        (fall_silent, "fell silent"),
    ],
)
def test_what_takes_too_much_or_ends_its_process_is_ended_and_named(function, said):
    began = time.monotonic()

    with pytest.raises(Overrun, match=said):
        apart(function, LIMITS)

    assert time.monotonic() - began < 20
    assert no_copies()


DIES = """
import os, time
from grader.bank.apart import Limits, apart
apart(lambda: print(os.getpid(), flush=True) or time.sleep(600), Limits(600.0, 100))
"""


def test_it_does_not_outlive_the_process_that_started_it():
    parent = subprocess.Popen([sys.executable, "-c", DIES], stdout=subprocess.PIPE, text=True)
    copy = int(parent.stdout.readline())

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert eventually(lambda: not psutil.pid_exists(copy))
