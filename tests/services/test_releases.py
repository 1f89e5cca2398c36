"""Held submissions queued again: by the version that was mended, where it asks the same."""

import pytest
from sqlalchemy import select
from world import NOW, RIGHT, write_bank

from grader.db import reading, writing
from grader.models import Job, JobState, Problem, ProblemVersion, Report, Variant
from grader.queue import Queue
from grader.services import gradebook, jobs, people, planning, submissions
from grader.services.planning import Order
from grader.services.publishing import newest_version
from grader.services.submissions import HandIn

SUM = 'solve=lambda p: p["a"] + p["b"]'


def publish_changed(world, old, new):
    sums = (world.folder / "sums.py").read_text()
    assert old in sums
    write_bank(world.folder, sums_py=sums.replace(old, new))
    world.publish()


def hold(world, job_id, reason="the solver crashed"):
    with writing(world.engine) as session:
        lease = jobs.claim(session, job_id, now=NOW, seconds=60)
        assert jobs.hold(session, lease, reason, now=NOW)


def release(world, *job_ids):
    with writing(world.engine) as session:
        return jobs.release(session, job_ids)


def judged_by(world, job_id):
    """Version and variant numbers by which a job goes."""
    with reading(world.engine) as session:
        return session.execute(
            select(ProblemVersion.number, Variant.number)
            .join(Variant, Variant.version_id == ProblemVersion.id)
            .join(Job, Job.variant_id == Variant.id)
            .where(Job.id == job_id)
        ).one()


def verdict(world, accepted):
    with reading(world.engine) as session:
        return gradebook.counted_fields(session, accepted.submission)[0].report.verdict


@pytest.fixture
def held(world):
    """A right answer to a version that is broken."""
    publish_changed(world, SUM, 'solve=lambda p: p["a"] - p["b"]')
    accepted = world.submit(RIGHT)
    hold(world, accepted.job.id)
    return accepted


def test_a_mended_version_with_the_same_numbers_judges_what_the_broken_one_held(world, held):
    publish_changed(world, 'solve=lambda p: p["a"] - p["b"]', SUM)

    released = release(world, held.job.id)

    assert judged_by(world, held.job.id) == (3, 0)
    assert released.remarks == ("Judged by version 3, which asks the same as version 2.",)
    assert world.grade(held)
    assert verdict(world, held) == "correct"
    with reading(world.engine) as session:
        assert session.scalars(select(Report.variant_id)).one() == world.job(held.job.id).variant_id


def test_every_student_keeps_the_numbers_that_they_were_shown(world):
    world.publish(fresh_variants=True)
    with writing(world.engine) as session:
        row = session.scalars(select(Problem).where(Problem.number == "1")).one()
        version = newest_version(session, row.id)
        variant = session.scalars(
            select(Variant).where(Variant.version_id == version.id, Variant.number == 7)
        ).one()
        total = str(variant.params["a"] + variant.params["b"])
        hand_in = HandIn(people.find_user(session, "alice"), row, variant, {"1a": {"": total}}, NOW)
        accepted = submissions.submit(session, world.assignment(session), hand_in)
    hold(world, accepted.job.id)
    publish_changed(world, '"Add instead."', '"Add them."')

    release(world, accepted.job.id)

    assert judged_by(world, accepted.job.id).number_1 == 7
    assert world.grade(accepted)
    assert verdict(world, accepted) == "correct"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('as_set={"a": 2, "b": 3}', 'as_set={"a": 2, "b": 4}', "changed the numbers of variant 0"),
        ('name="twice"', 'name="double"', "has other fields than were answered"),
    ],
)
def test_a_version_that_asks_something_else_judges_nothing_of_the_old(world, held, old, new, said):
    publish_changed(world, old, new)

    released = release(world, held.job.id)

    assert judged_by(world, held.job.id) == (2, 0)
    assert [job.id for job in released.jobs] == [held.job.id]
    assert f"by version 2, which was answered: version 3 {said}" in released.remarks[0]


def test_a_mended_version_may_need_other_workers(world, held):
    with writing(world.engine) as session:
        session.get_one(Job, held.job.id).queue = Queue.GPU.value
    publish_changed(world, 'solve=lambda p: p["a"] - p["b"]', SUM)

    release(world, held.job.id)

    assert world.job(held.job.id).queue == Queue.ANSWERS


def test_the_held_job_of_a_regrade_stays_with_the_version_of_the_regrade(world):
    world.grade(world.submit(RIGHT))
    with writing(world.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "1")).one()
        order = Order(problem, newest_version(session, problem.id))
        planned = planning.plan(session, order, now=NOW)
    hold(world, planned.job_ids[0])
    publish_changed(world, '"Add instead."', '"Add them."')

    release(world, *planned.job_ids)

    assert judged_by(world, planned.job_ids[0]) == (1, 0)


def test_only_what_is_held_is_queued_again(world, held):
    done = world.submit({"1a": {"": "6"}})
    world.grade(done)

    released = release(world, done.job.id, held.job.id)

    assert [job.id for job in released.jobs] == [held.job.id]
    assert world.job(done.job.id).state == JobState.DONE


def test_held_are_the_live_jobs_of_the_problems_asked_for(world, held):
    essay = world.submit({"2": {"": "Because."}}, problem="2")
    hold(world, essay.job.id)

    with reading(world.engine) as session:
        problems = session.scalars(select(Problem).order_by(Problem.number)).all()
        found = [jobs.stopped(session, [problem.id]) for problem in problems]

    assert found == [[held.job.id], [essay.job.id]]
