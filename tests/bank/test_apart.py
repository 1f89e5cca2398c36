"""A call in a process of its own: what it gives comes back, what it takes too much of ends it."""

import gc
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest
from stack import eventually

from grader.bank.apart import Limits, Overrun, apart, interrupted_after
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


def test_what_waits_to_be_collected_is_not_closed_by_the_copy(tmp_path):
    closed = tmp_path / "closed"

    class Connected:
        def __del__(self):
            closed.touch()

    gc.disable()
    try:
        connected = Connected()
        connected.itself = connected
        del connected

        apart(gc.collect, LIMITS)

        assert not closed.exists()
    finally:
        gc.enable()
    gc.collect()
    assert closed.exists()


PRINTS = """
from grader.bank.apart import Limits, apart
print("before")
apart(lambda: print("x" * 100_000), Limits(60.0, 100))
print("after")
"""


def test_what_was_printed_before_is_not_printed_again_by_the_copy():
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}

    said = subprocess.run(
        [sys.executable, "-c", PRINTS], stdout=subprocess.PIPE, text=True, check=True, env=buffered
    ).stdout

    assert said.count("before") == said.count("after") == 1


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


def test_what_catches_its_interruption_and_goes_on_is_interrupted_again():
    interrupted = []
    until = time.monotonic() + 20

    with interrupted_after(0.05):
        for _ in range(3):
            try:
                while time.monotonic() < until:
                    pass
            except TimeoutError as error:
                interrupted.append(str(error))

    assert interrupted == ["takes for ever: not done within 0.05 s"] * 3


DEAF = """
import signal, time
from grader.bank.apart import interrupted_after

with interrupted_after(60.0, or_ended_after=0.2):
    pass
time.sleep(0.5)  # what is over ends nothing
with interrupted_after(0.1, or_ended_after=1.0):
    for _ in range(15):  # what listens goes on
        try:
            time.sleep(5)
        except TimeoutError:
            pass
    print("went on", flush=True)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    time.sleep(60)
print("heard", flush=True)
"""


def test_what_hears_no_interruption_ends_its_process_where_that_is_wanted():
    began = time.monotonic()

    ended = subprocess.run(
        [sys.executable, "-c", DEAF], capture_output=True, text=True, check=False
    )

    assert ended.stdout == "went on\n"
    assert ended.returncode == 1
    assert "line 16 in <module>" in ended.stderr
    assert time.monotonic() - began < 50


ORPHANED = """
import os, time
from grader.bank import apart

parent, fork = os.getpid(), os.fork

def slow_fork():
    pid = fork()
    while pid == 0 and os.getppid() == parent:
        time.sleep(0.01)
    return pid or (print(os.getpid(), flush=True) or 0)

os.fork = slow_fork
apart.Apart(lambda: time.sleep(60), apart.Limits(600.0, 100))
os._exit(0)
"""


def test_it_ends_where_its_process_died_before_it_could_be_tied_to_it():
    said = subprocess.run(
        [sys.executable, "-c", ORPHANED], stdout=subprocess.PIPE, text=True, timeout=30, check=True
    ).stdout

    assert eventually(lambda: not psutil.pid_exists(int(said)))


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
