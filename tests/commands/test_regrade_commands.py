"""`grader regrade` as people type it: which course is meant, what is said, exit codes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update
from world import COURSE_KEY, DUE, NOW, RIGHT, with_homework, write_bank

from grader.bank.catalog import Catalog
from grader.db import reading, writing
from grader.models import Job, JobState, PartReport
from grader.queue import Queue, create_celery, waiting
from grader.services import jobs, people
from grader.services.publishing import Publisher, Terms, publish
from grader.settings import Settings

ROOT = Path(__file__).parent.parent.parent
ANY_NUMBER_OF_ATTEMPTS = with_homework(attempts_allowed=None)


@pytest.fixture
def contents():
    return ANY_NUMBER_OF_ATTEMPTS


@pytest.fixture
def settings(sqlite_url, tmp_path, fresh_redis_url):
    return Settings(var=tmp_path / "var", database_url=sqlite_url, redis_url=fresh_redis_url)


@pytest.fixture
def grader(settings):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "grader", "regrade", *map(str, arguments)],
            env=os.environ | settings.to_env(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def held(world, count):
    """Hand in and hold, as a worker does that cannot load the problem."""
    accepted = [world.submit({"1a": {"": str(5 + n)}}) for n in range(count)]
    with writing(world.engine) as session:
        for one in accepted:
            lease = jobs.claim(session, one.job.id, now=NOW, seconds=60)
            jobs.hold(session, lease, "its bundle does not load", now=NOW)
    return accepted


def publish_in_another_course(world):
    entry = Catalog.of([str(world.folder)]).assignment("hw")
    with writing(world.engine) as session:
        other = people.course(session, "d")
        list(publish(session, entry, other, Terms(due_at=DUE), Publisher(COURSE_KEY, NOW)))


@pytest.mark.parametrize("command", ["plan", "release", "audit"])
def test_a_name_that_two_courses_have_is_refused_with_both(grader, world, command):
    publish_in_another_course(world)

    done = grader(command, "hw")

    assert done.returncode == 2, done.stderr
    assert "c, d" in done.stderr
    assert "--course" in done.stderr


def test_the_course_named_is_the_one_that_is_meant(grader, world):
    accepted = held(world, 2)
    publish_in_another_course(world)

    other = grader("release", "hw", "--course", "d")
    own = grader("release", "hw", "--course", "c", "--problem", "1")

    assert "0 submissions queued again" in other.stdout
    assert "2 submissions queued again" in own.stdout, own.stderr
    with reading(world.engine) as session:
        states = {session.get_one(Job, one.job.id).state for one in accepted}
    assert states == {JobState.QUEUED}


def test_what_is_queued_again_is_announced_and_its_version_named(grader, world, settings):
    held(world, 2)
    sums = (world.folder / "sums.py").read_text().replace("Add instead.", "Add them.")
    write_bank(world.folder, sums_py=sums)
    world.publish()

    done = grader("release", "hw")

    assert waiting(create_celery(settings, publishes_only=True))[Queue.ANSWERS] == 2
    assert done.stdout.count("Judged by version 2, which asks the same as version 1.") == 1


def test_a_plan_says_once_why_it_leaves_many_out(grader, world):
    receipts = [one.submission.receipt_number for one in held(world, 7)]

    done = grader("plan", "hw", "--problem", "1")

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("its bundle does not load") == 1
    assert f"{', '.join(receipts[:5])} and 2 more: it is held" in done.stderr


def test_an_audit_is_exit_1_where_something_comes_out_otherwise(grader, world):
    accepted = world.submit(RIGHT)
    world.grade(accepted)
    clean = grader("audit", "hw")
    with writing(world.engine) as session:
        session.execute(update(PartReport).where(PartReport.part == "1a").values(credit=0.5))

    edited = grader("audit", "hw")

    assert (clean.returncode, clean.stdout) == (0, "1 of 1 reports judged again\n"), clean.stderr
    assert edited.returncode == 1
    assert f"{accepted.submission.receipt_number} 1a: credit is 0.5, judged again 1.0" in (
        edited.stdout
    )
