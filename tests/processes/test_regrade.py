"""A regrade from the command line, judged by real workers."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from stack import ROOT, eventually
from world import RIGHT, SUMS, write_bank

from grader.db import reading
from grader.models import Job, JobState
from grader.queue import Queue, create_celery, enqueue
from grader.services import gradebook

pytestmark = pytest.mark.processes

HALF = '"Add instead.", 0.5)'


@pytest.fixture
def grader(stack, world):
    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "grader", "regrade", *map(str, arguments)],
            env=os.environ | stack.settings.to_env(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return run


def credit(world, accepted):
    with reading(world.engine) as session:
        return gradebook.counted_fields(session, accepted.submission)[0].credit


def graded(world, stack, answers, logins):
    """Hand in for each, and wait until workers have graded all."""
    accepted = [world.submit(answers, login=login, now=datetime.now(UTC)) for login in logins]
    stack.worker()
    app = create_celery(stack.settings, publishes_only=True)
    enqueue(app, [(one.job.id, Queue.ANSWERS) for one in accepted])

    def all_done():
        with reading(world.engine) as session:
            return all(session.get_one(Job, one.job.id).state == JobState.DONE for one in accepted)

    eventually(all_done)
    return accepted


def test_other_points_are_told_in_points(grader, world, stack):
    graded(world, stack, RIGHT, ["alice"])
    write_bank(world.folder, sums_py=SUMS.replace("points=2", "points=4"))
    world.publish(attempts_allowed=None)

    planned = grader("plan", "hw", "--problem", "1", "--reason", "worth more")
    shown = grader("show", 1)

    assert "1 fields stay correct, with other points" in planned.stdout, planned.stderr
    assert "1b row: correct (2 of 2) -> correct (4 of 4)" in shown.stdout


def test_a_mended_misconception_reaches_a_class_and_is_taken_back(grader, world, stack):
    accepted = graded(world, stack, {"1a": {"": "6"}}, ["alice", "dora"])
    write_bank(world.folder, sums_py=SUMS.replace('"Add instead.")', HALF))
    world.publish(attempts_allowed=None)

    planned = grader("plan", "hw", "--problem", "1", "--reason", "half credit")
    shown = json.loads(grader("show", 1, "--json").stdout)
    before = [credit(world, one) for one in accepted]
    applied = grader("apply", 1)
    during = [credit(world, one) for one in accepted]
    undone = grader("undo", 1)
    after = [credit(world, one) for one in accepted]

    assert "2 submissions judged again" in planned.stdout, planned.stderr
    assert "2 fields incorrect -> partial" in planned.stdout
    assert (shown["state"], shown["judged"], shown["total"]) == ("planned", 2, 2)
    assert {row["student"] for row in shown["changes"]} == {"alice", "dora"}
    assert "2 fields changed" in applied.stdout
    assert "2 fields are back" in undone.stdout
    assert (before, during, after) == ([0.0, 0.0], [0.5, 0.5], [0.0, 0.0])
