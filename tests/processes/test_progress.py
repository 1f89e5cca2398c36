"""A long notebook in its slow lane shows how far it is, and holds up no other."""

from datetime import UTC, datetime

import notebook_course
import pytest
from sqlalchemy import select
from stack import eventually
from world import write_bank

from grader.db import reading, writing
from grader.models import Job, JobState, Problem, Variant
from grader.queue import Queue, create_celery, enqueue
from grader.services import people, progress, submissions
from grader.services.progress import Progress
from grader.services.submissions import HandIn

pytestmark = [pytest.mark.processes, pytest.mark.sandbox]

LONG = notebook_course.DOUBLING.replace("notebook=Notebook(", "notebook=Notebook(long=True,")
CELLS = ("def double(x):\n    return 2 * x", "count = 4", "import time; time.sleep(2)", "1 / 0")


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


def test_progress_is_told_while_a_long_notebook_runs(world, stack):
    files = {"assignments/hw.py": notebook_course.ASSIGNMENT, "doubling.py": LONG}
    write_bank(world.folder, **files, **{"doubling.md": "Double.\n## a\nA.\n## b\nB."})
    world.publish(attempts_allowed=None)
    with writing(world.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "3")).one()
        variant = session.scalars(
            select(Variant).where(Variant.page["number"].as_string() == "3")
        ).first()
        given = HandIn(
            people.find_user(session, "alice"), problem, variant, {}, datetime.now(UTC),
            notebook=notebook_course.notebook(*CELLS),
        )  # fmt: skip
        job = submissions.submit(session, world.assignment(session), given).job
    assert job.queue == Queue.LONG
    board = progress.connect(stack.settings)
    stack.worker("long", processes=1)

    enqueue(create_celery(stack.settings, publishes_only=True), [(job.id, Queue.LONG)])

    def state():
        with reading(world.engine) as session:
            return session.get_one(Job, job.id).state

    eventually(lambda: progress.read(board, job.id) is not None)
    assert progress.read(board, job.id).total == 4
    assert state() == JobState.RUNNING
    eventually(lambda: progress.read(board, job.id) == Progress(4, 4))
    eventually(lambda: state() == JobState.DONE)
