"""Sweeps beside each other: what is missing is sent once, whoever sends it."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from world import NOW, with_homework

from grader.commands import sweep
from grader.commands.sweep import sweep_once
from grader.db import writing
from grader.queue import Queue, create_celery, enqueue, sweeping, waiting
from grader.services import jobs

LATER = NOW + timedelta(seconds=61)
ANY_NUMBER_OF_ATTEMPTS = with_homework(attempts_allowed=None)


@pytest.fixture
def contents():
    return ANY_NUMBER_OF_ATTEMPTS


@pytest.fixture
def app(settings, fresh_redis_url):
    return create_celery(settings, publishes_only=True)


@pytest.fixture
def backlog(world, app):
    """Ten submissions, of which four messages were lost."""
    accepted = [world.submit({"1a": {"": str(n)}}) for n in range(10)]
    enqueue(app, [(one.job.id, Queue.ANSWERS) for one in accepted[4:]])
    return accepted


def test_two_sweeps_at_once_send_what_is_missing_once(world, app, backlog, monkeypatch):
    counted = threading.Barrier(2, timeout=1)

    def count(app):
        found = waiting(app)
        with contextlib.suppress(threading.BrokenBarrierError):
            counted.wait()  # until both have counted, where nothing makes one of them wait
        return found

    monkeypatch.setattr(sweep, "waiting", count)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(sweep_once, world.engine, app, 10, now=LATER) for _ in range(2)]
    sent = [run.result() for run in runs]

    assert (sorted(sent), waiting(app)[Queue.ANSWERS]) == ([0, 4], 10)


def test_a_sweep_that_finds_another_at_work_leaves_it_to_that_one(world, app, backlog):
    with sweeping(app) as is_mine:
        assert is_mine
        assert sweep_once(world.engine, app, 10, now=LATER) == 0

    assert sweep_once(world.engine, app, 10, now=LATER) == 4


def test_the_turn_of_a_sweep_that_died_ends_by_itself(world, app, backlog):
    with app.connection_for_write() as connection:
        dead = connection.default_channel.client.lock("grader.sweeping", timeout=0.05)
        assert dead.acquire(blocking=False)
    threading.Event().wait(0.2)

    assert sweep_once(world.engine, app, 10, now=LATER) == 4


def test_jobs_that_another_sweep_marks_at_this_moment_are_passed_over(world, backlog):
    def unattended():
        with writing(world.engine) as session:
            found = jobs.unattended(session, {Queue.ANSWERS: 6}, now=LATER, patience_seconds=10)
            return {job_id for job_id, _, _ in found}

    with ThreadPoolExecutor(1) as pool:
        with writing(world.engine) as session:
            found = jobs.unattended(session, {Queue.ANSWERS: 6}, now=LATER, patience_seconds=10)
            other = pool.submit(unattended)
            threading.Event().wait(0.5)  # until it stands where the first has not committed yet
        second = other.result(timeout=60)

    assert {job_id for job_id, _, _ in found} & second == set()
