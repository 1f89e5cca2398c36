"""A regrade by a version that asks something else of a notebook: left out, or collected again."""

from datetime import timedelta

import pytest
from notebook_course import ASSIGNMENT, doubled, evidence, grade, notebook, publish
from sqlalchemy import select
from world import NOW, write_bank

from grader.db import reading, writing
from grader.evidence import ProbeRecord
from grader.models import Evidence, Problem
from grader.queue import Queue
from grader.report import Outcome
from grader.services import gradebook, jobs, judging, people, planning, regrades, submissions
from grader.services.planning import Order
from grader.services.publishing import newest_version
from grader.services.submissions import HandIn

THREE = {
    "3a": {"": ProbeRecord(Outcome.OK, tuple(doubled([value]) for value in (1.0, 2.0, 3.0)))},
    "3b": evidence().probes["3b"],
}


@pytest.fixture
def accepted(world):
    """A graded notebook, and a newer version that puts three questions instead of two."""
    publish(world, attempts_allowed=None)
    with writing(world.engine) as session:
        row = session.scalars(select(Problem).where(Problem.number == "3")).one()
        variant = world._variant(session, row, None)
        alice = people.find_user(session, "alice")
        hand_in = HandIn(alice, row, variant, {}, NOW, notebook=notebook())
        accepted = submissions.submit(session, world.assignment(session), hand_in)
    grade(world, evidence(), accepted.job.id)
    doubling = (world.folder / "doubling.py").read_text().replace("count=2", "count=3")
    write_bank(world.folder, doubling_py=doubling, assignments__hw_py=ASSIGNMENT)
    world.publish()
    return accepted


def plan(world, *, collect):
    with writing(world.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "3")).one()
        order = Order(problem, newest_version(session, problem.id), collect=collect)
        return planning.plan(session, order, now=NOW)


def asked(world, job_id):
    """What a worker that claims the job is asked for; the job is given back."""
    with writing(world.engine) as session:
        lease = jobs.claim(session, job_id, now=NOW, seconds=60)
        found = judging.asked_for(session, lease)
        jobs.give_back(session, lease, "asked only", now=NOW - timedelta(hours=1))
    return found


def test_without_being_told_to_it_leaves_the_submission_out_and_names_the_command(world, accepted):
    planned = plan(world, collect=False)

    [(receipt, why)] = planned.left_out
    assert (planned.jobs, receipt) == ((), accepted.submission.receipt_number)
    assert "`grader regrade plan hw --course c --problem 3 --collect`" in why


def test_told_to_it_sends_the_notebook_to_workers_that_can_run_it(world, accepted):
    planned = plan(world, collect=True)

    [job] = planned.jobs
    found = asked(world, job.id)
    assert (job.queue, planned.left_out) == (Queue.NOTEBOOKS, ())
    assert (found.stored, found.payload) == (None, notebook())


def test_what_was_collected_again_is_judged_and_kept_beside_the_old(world, accepted):
    planned = plan(world, collect=True)
    grade(world, evidence(probes=THREE), planned.job_ids[0])

    with writing(world.engine) as session:
        regrades.apply(session, regrades.find(session, planned.regrade.id), now=NOW)

    with reading(world.engine) as session:
        assert len(session.scalars(select(Evidence)).all()) == 2
        counted = gradebook.counted_fields(session, accepted.submission)
    assert counted[0].report.verdict == "correct"


def test_a_replay_stands_on_the_evidence_of_its_own_version(world, accepted):
    again = plan(world, collect=True)
    grade(world, evidence(probes=THREE), again.job_ids[0])
    doubling = (world.folder / "doubling.py").read_text().replace("count=3", "count=2")
    write_bank(world.folder, doubling_py=doubling, assignments__hw_py=ASSIGNMENT)
    world.publish()

    planned = plan(world, collect=False)

    [job] = planned.jobs
    assert job.queue == Queue.ANSWERS
    with reading(world.engine) as session:
        oldest = session.scalars(select(Evidence.id).order_by(Evidence.id)).first()
    assert asked(world, job.id).stored.id == oldest
