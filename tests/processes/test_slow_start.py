"""A worker process whose problems take long to load comes up all the same."""

from datetime import UTC, datetime

import psutil
import pytest
from sqlalchemy import select
from stack import eventually
from world import SUMS, write_bank

from grader.db import reading
from grader.models import Job, JobState
from grader.queue import Queue, create_celery, enqueue

pytestmark = pytest.mark.processes

SLOW = "\n    import os, time\n    time.sleep(float(os.environ.get('SLOW_LOAD', '0')))\n"


def test_a_process_that_loads_for_longer_than_celery_would_wait_takes_work(world, stack):
    write_bank(world.folder, sums_py=SLOW + SUMS)
    world.publish(attempts_allowed=None)
    accepted = world.submit({"1a": {"": "5"}}, now=datetime.now(UTC))

    worker = stack.worker(processes=1, SLOW_LOAD="6")
    [first] = eventually(psutil.Process(worker.pid).children)
    first.kill()  # Celery waits for the first processes for ever, for those after them it does not
    app = create_celery(stack.settings, publishes_only=True)
    enqueue(app, [(accepted.job.id, Queue.ANSWERS)])

    def done():
        with reading(world.engine) as session:
            return session.scalar(select(Job.state)) == JobState.DONE

    eventually(done, 25)
