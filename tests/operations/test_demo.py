"""`grader up --demo`: a course to look at, made once, and never in the way of the service."""

import dataclasses
import re
import stat

import pytest
import sqlalchemy as sa
from service import Service, free_port
from stack import eventually
from visitor import Visitor
from world import write_bank

from grader.db import connect, reading
from grader.models import Job, JobState
from grader.queue import Queue
from grader.settings import Settings

pytestmark = pytest.mark.processes
LOGIN = re.compile(r"^  (\w+) +(\w+) +(\S+)$", re.MULTILINE)


@pytest.fixture
def settings(tmp_path):
    given = {"notebook_workers": 0, "gpu_workers": 0, "answer_workers": 1}
    return Settings(var=tmp_path / "var", port=free_port(), **given)


@pytest.fixture
def start():
    """Starts services with the demo; all are stopped at the end, whatever happened."""
    started = []

    def start(settings):
        started.append(Service(settings, "--demo"))
        return started[-1].wait_until_up(seconds=180)

    yield start
    for service in started:
        service.stop()


def jobs_by_state(settings):
    """Counts of the jobs that this small service has a worker for."""
    engine = connect(settings.database_url)
    with reading(engine) as session:
        typed = sa.select(Job.state, sa.func.count()).where(Job.queue == Queue.ANSWERS.value)
        rows = session.execute(typed.group_by(Job.state)).all()
    engine.dispose()
    return {state: count for state, count in rows}


def test_its_people_can_log_in_its_submissions_are_graded_and_a_restart_adds_none(settings, start):
    first = start(settings)
    logins = LOGIN.findall(first.said())
    eventually(lambda: set(jobs_by_state(settings)) == {JobState.DONE.value}, seconds=120)
    graded = jobs_by_state(settings)
    first.stop()

    second = start(settings)

    assert {role for role, _, _ in logins} == {"student", "grader", "instructor"}
    assert LOGIN.findall(second.said()) == logins
    assert jobs_by_state(settings) == graded
    visitor = Visitor(f"http://127.0.0.1:{settings.port}")
    for _, login, password in logins:
        visitor.log_in(login, password)
    assert stat.S_IMODE((settings.var / "demo-logins.json").stat().st_mode) == 0o600


def test_a_broken_problem_is_named_and_the_portal_serves_without_it(settings, start, tmp_path):
    bank = write_bank(tmp_path / "bank", sums_py="PROBLEM = 1 / 0\n")
    broken = dataclasses.replace(settings, problems=(str(bank),))

    service = start(broken)

    assert service.is_healthy()
    assert "sums.py" in service.said()
    assert "the demo was not published" in service.said()
