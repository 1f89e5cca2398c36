"""Publishing asked for in the portal, by a real worker: done, refused, and never lost."""

import dataclasses
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update
from stack import eventually
from world import SUMS, write_bank

from grader.db import reading, writing
from grader.models import Assignment, Problem, ProblemVersion, PublishRequest
from grader.queue import PUBLISH, REGRADE, create_celery, enqueue
from grader.services import people, publish_requests

pytestmark = pytest.mark.processes


@pytest.fixture
def bank(world, stack):
    """The folder that the workers load the course from."""
    stack.settings = dataclasses.replace(stack.settings, problems=(str(world.folder),))
    return world.folder


def ask(world, *, stack=None):
    """Ask as the portal does; without a stack the message is lost."""
    with writing(world.engine) as session:
        user = people.find_user(session, "iris")
        found = world.assignment(session)
        request = publish_requests.ask(session, found, user.id, now=datetime.now(UTC))
        request_id = request.id
    if stack is not None:
        app = create_celery(stack.settings, publishes_only=True)
        enqueue(app, [(request_id, publish_requests.QUEUE)], priority=REGRADE, task=PUBLISH)
    return request_id


def ended(world, request_id):
    def look():
        with reading(world.engine) as session:
            row = session.get_one(PublishRequest, request_id)
            return (row.state, row.message) if row.finished_at else None

    return eventually(look)


def newest(world, number="1"):
    with reading(world.engine) as session:
        return session.scalar(
            select(func.max(ProblemVersion.number))
            .join(Problem, Problem.id == ProblemVersion.problem_id)
            .where(Problem.number == number)
        )


def test_a_worker_publishes_what_the_author_mended(stack, world, bank):
    write_bank(bank, sums_py=SUMS.replace("Add instead.", "Add them."))
    stack.worker("answers", processes=1)

    said = ended(world, ask(world, stack=stack))

    lines = "1  Sums: version 2, published\n2  Essay: version 1, unchanged"
    assert said == ("published", lines)
    assert newest(world) == 2


def test_a_broken_module_is_refused_by_name_and_nothing_changes(stack, world, bank):
    broken = SUMS.replace('p["a"] + p["b"]', 'p["a"] + p["c"]')
    write_bank(bank, sums_py=broken, essay_md="Why convolve at all?")
    with writing(world.engine) as session:
        session.execute(update(Assignment).values(late_days=2))
    worker = stack.worker("answers", processes=1)

    state, message = ended(world, ask(world, stack=stack))

    line = 1 + next(n for n, text in enumerate(broken.splitlines()) if 'p["c"]' in text)
    assert state == "refused"
    assert f"sums.py:{line}: " in message
    assert "KeyError: 'c'" in message
    assert (newest(world, "1"), newest(world, "2")) == (1, 1)
    assert worker.poll() is None


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("PROBLEM = 1 / 0\n", "sums.py:1: ZeroDivisionError"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "died with exit status -9"),
    ],
)
def test_a_module_that_breaks_what_loads_it_costs_itself_alone(stack, world, bank, module, said):
    write_bank(bank, sums_py=module)
    stack.worker("answers", processes=1)
    accepted = world.submit({"2": {"": "fewer weights"}}, problem="2")
    create = create_celery(stack.settings, publishes_only=True)

    state, message = ended(world, ask(world, stack=stack))

    enqueue(create, [(accepted.job.id, publish_requests.QUEUE)])
    assert state == "refused"
    assert said in message
    assert eventually(lambda: world.job(accepted.job.id).state == "done")


def test_a_lost_message_is_sent_again_by_the_sweep(stack, world, bank):
    stack.worker("answers", processes=1)
    request_id = ask(world)

    stack.sweep()

    assert ended(world, request_id)[0] == "published"


def test_a_worker_that_dies_in_the_midst_of_it_is_followed_by_another(stack, world, bank):
    # It takes its time, so that it is killed while it publishes.
    slow = SUMS.replace("PROBLEM = Problem(", "import time; time.sleep(4)\n    PROBLEM = Problem(")
    write_bank(bank, sums_py=slow.replace("Add instead.", "Add them."))
    worker = stack.worker("answers", processes=1)
    request_id = ask(world, stack=stack)

    def is_running():
        with reading(world.engine) as session:
            return session.get_one(PublishRequest, request_id).state == "running"

    eventually(is_running)
    worker.kill()
    worker.wait()
    stack.worker("answers", processes=1)
    stack.sweep()

    assert ended(world, request_id)[0] == "published"
    assert newest(world) == 2
