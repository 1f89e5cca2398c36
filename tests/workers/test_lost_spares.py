"""A spare may die while it waits: the kernel takes it first. No notebook pays for that."""

import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.errors import TransientError
from tests.workers.homework import notebook
from workers.notebooks import Order, collect
from workers.sandbox.settings import Level, SandboxSettings
from workers.sandbox.supervisor import JobDied, JobStuck, Sandbox

pytestmark = pytest.mark.sandbox

FIRST_TO_GO = "1000"
SECONDS = 20


def below(pid):
    """The processes that a process started, and those that they did."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return children + [one for child in children for one in below(child)]


def is_spare(pid):
    return Path(f"/proc/{pid}/oom_score_adj").read_text().strip() == FIRST_TO_GO


def spares_of(sandbox):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        found = [pid for pid in below(sandbox._process.pid) if is_spare(pid)]
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("no spare waits")


@pytest.fixture(scope="module", params=list(Level))
def own_sandbox(request):
    with Sandbox.start(SandboxSettings(levels=(request.param,))) as started:
        yield started


def test_a_notebook_runs_where_its_spare_was_killed(own_sandbox):
    before = own_sandbox._process.pid
    for pid in spares_of(own_sandbox):
        os.kill(pid, signal.SIGKILL)

    evidence = collect(own_sandbox, notebook("print(6 * 7)"), Order())

    assert [(str(cell.outcome), cell.stdout) for cell in evidence.cells] == [("ok", "42\n")]
    assert own_sandbox._process.pid == before
    assert own_sandbox._process.poll() is None


class Failing:
    """A sandbox whose first jobs end in silence, as those that the kernel takes."""

    def __init__(self, sandbox, times, error):
        self.sandbox, self.left, self.error = sandbox, times, error
        self.level = sandbox.level

    @contextmanager
    def job(self, limits):
        with self.sandbox.job(limits) as job:
            if self.left:
                self.left -= 1
                job.hear = self.hear
            yield job

    def hear(self, _deadline):
        raise self.error


@pytest.mark.parametrize("error", [JobDied(""), JobStuck()])
def test_a_first_process_that_dies_before_any_cell_is_no_crash_of_the_notebook(sandbox, error):
    evidence = collect(Failing(sandbox, 1, error), notebook("print(6 * 7)"), Order())

    assert [str(cell.outcome) for cell in evidence.cells] == ["ok"]


@pytest.mark.parametrize("error", [JobDied(""), JobStuck()])
def test_where_none_can_be_started_the_notebook_waits(sandbox, error):
    with pytest.raises(TransientError):
        collect(Failing(sandbox, 2, error), notebook("print(6 * 7)"), Order())
