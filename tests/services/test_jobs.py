"""Jobs: one worker at a time, none lost, none doubled, and held after three lost workers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from world import NOW, RIGHT

from grader.db import reading, writing
from grader.models import Current, Job, JobState, PartReport, Report, Submission
from grader.queue import Queue
from grader.services import jobs, judging

LATER = NOW + timedelta(seconds=61)


def claim(world, job_id, now=NOW):
    with writing(world.engine) as session:
        return jobs.claim(session, job_id, now=now, seconds=60)


def test_a_job_is_claimed_by_one_worker_at_a_time(world):
    job_id = world.submit(RIGHT).job.id

    with ThreadPoolExecutor(8) as pool:
        leases = list(pool.map(lambda _: claim(world, job_id), range(8)))

    assert sum(lease is not None for lease in leases) == 1


def test_two_workers_with_one_job_leave_one_live_report(world):
    job_id = world.submit(RIGHT).job.id

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: world.grade(job_id), range(2)))

    assert sorted(done) == [False, True]
    with reading(world.engine) as session:
        assert session.scalar(select(func.count(Report.id))) == 1
        assert session.scalar(select(func.count()).select_from(Current)) == 3


def test_a_lease_that_ran_out_is_claimed_again(world):
    job_id = world.submit(RIGHT).job.id
    claim(world, job_id)

    assert claim(world, job_id, now=NOW + timedelta(seconds=59)) is None
    assert claim(world, job_id, now=LATER) is not None


def test_a_renewed_lease_is_not_claimed_again(world):
    job_id = world.submit(RIGHT).job.id
    lease = claim(world, job_id)

    with writing(world.engine) as session:
        assert jobs.renew(session, lease, now=NOW + timedelta(seconds=50), seconds=60)

    assert claim(world, job_id, now=LATER) is None


def test_a_worker_that_was_frozen_past_its_lease_writes_nothing(world):
    accepted = world.submit({"1a": {"": "6"}})
    frozen = claim(world, accepted.job.id)
    work = world.work(frozen)
    evidence = judging.typed_evidence(work)
    judged = judging.judge_work(work, evidence)
    assert world.grade(accepted, now=LATER)

    with writing(world.engine) as session:
        written = judging.record(session, work, evidence, judged, now=LATER)

    assert not written
    with reading(world.engine) as session:
        assert session.scalar(select(func.count(PartReport.id))) == 3


def test_after_three_lost_workers_the_job_is_held(world):
    job_id = world.submit(RIGHT).job.id
    for start in range(3):
        assert claim(world, job_id, now=NOW + timedelta(seconds=61 * start)) is not None

    last = claim(world, job_id, now=NOW + timedelta(seconds=61 * 3))

    assert last is None
    job = world.job(job_id)
    assert job.state == JobState.HELD
    assert "3 times" in job.reason


def give_back(world, job_id, now):
    lease = claim(world, job_id, now)
    with writing(world.engine) as session:
        return jobs.give_back(session, lease, "no sandbox", now=now)


def fail_as_often_as_allowed(world, job_id):
    """Every try at once when the rest is over; return when the last was."""
    now = NOW
    while give_back(world, job_id, now):
        now = world.job(job_id).rests_until
    return now


def test_a_job_given_back_is_claimed_again_and_its_start_is_not_counted(world):
    job_id = world.submit(RIGHT).job.id
    for minute in range(5):
        assert give_back(world, job_id, NOW + timedelta(minutes=minute))

    assert world.job(job_id).starts == 0
    assert claim(world, job_id, LATER + timedelta(hours=1)) is not None


def test_a_job_given_back_rests_a_while_from_workers_and_from_the_sweep(world):
    job_id = world.submit(RIGHT).job.id
    other = world.submit(RIGHT, login="dora").job.id
    give_back(world, job_id, NOW)
    early, soon = NOW + timedelta(seconds=4), NOW + timedelta(seconds=6)

    assert claim(world, job_id, early) is None
    assert unattended(world, waiting=1, now=early) == [], "the message that waits is the other's"
    assert [row[0] for row in unattended(world, waiting=1, now=soon)] == [job_id]
    assert other not in {row[0] for row in unattended(world, waiting=1, now=soon)}
    assert claim(world, job_id, soon) is not None


def test_a_job_that_always_fails_for_a_reason_outside_it_is_held_within_the_hour(world):
    job_id = world.submit(RIGHT).job.id

    last = fail_as_often_as_allowed(world, job_id)

    job = world.job(job_id)
    assert (job.state, job.given_back) == (JobState.HELD, jobs.TRIES_ALLOWED - 1)
    assert job.reason == "tried 10 times and given up; the last time: no sandbox"
    assert timedelta(minutes=30) < last - NOW < timedelta(hours=1)


def test_a_job_given_up_costs_no_attempt_and_is_graded_once_it_is_released(world):
    world.publish(attempts_allowed=1)
    job_id = world.submit(RIGHT).job.id
    last = fail_as_often_as_allowed(world, job_id)
    world.submit({"1a": {"": "6"}}, now=NOW + timedelta(minutes=1))  # the one attempt is still free

    with writing(world.engine) as session:
        jobs.release(session, [job_id])

    assert give_back(world, job_id, last), "its tries are counted anew"
    assert world.grade(job_id, now=last + timedelta(minutes=1))


def test_a_release_wakes_a_job_that_rests(world):
    job_id = world.submit(RIGHT).job.id
    give_back(world, job_id, NOW)
    now = NOW + timedelta(seconds=1)
    assert claim(world, job_id, now) is None

    with writing(world.engine) as session:
        problem = session.get(Submission, world.job(job_id).submission_id).problem_id
        released = jobs.release(session, jobs.stopped(session, [problem]))

    assert [job.id for job in released.jobs] == [job_id]
    assert claim(world, job_id, now) is not None


def test_a_released_job_is_graded_after_all(world):
    job_id = world.submit(RIGHT).job.id
    lease = claim(world, job_id)
    with writing(world.engine) as session:
        jobs.hold(session, lease, "bundle did not load", now=NOW)
    assert not world.grade(job_id)

    with writing(world.engine) as session:
        released = jobs.release(session, [job_id])

    assert ([job.id for job in released.jobs], released.remarks) == ([job_id], ())
    assert world.grade(job_id)


def unattended(world, waiting, now=LATER):
    with writing(world.engine) as session:
        return jobs.unattended(session, {Queue.ANSWERS: waiting}, now=now, patience_seconds=10)


def submit_many(world, count):
    return [world.submit({"1a": {"": str(100 + n)}}, now=NOW).job.id for n in range(count)]


def test_the_sweep_leaves_a_backlog_alone(world):
    world.publish(attempts_allowed=None)
    submit_many(world, 6)

    found = [unattended(world, waiting=6, now=NOW + timedelta(seconds=s)) for s in (30, 60, 90)]

    assert found == [[], [], []]


def test_the_sweep_finds_exactly_as_many_as_messages_are_missing(world):
    world.publish(attempts_allowed=None)
    submit_many(world, 6)

    assert len(unattended(world, waiting=4)) == 2
    assert len(unattended(world, waiting=0)) == 4, "the two of before are on their way"


def test_the_sweep_is_patient_with_what_was_sent_just_now(world):
    submit_many(world, 2)

    assert unattended(world, waiting=0, now=NOW + timedelta(seconds=5)) == []


def test_the_sweep_finds_a_job_whose_worker_was_lost(world):
    job_id = world.submit(RIGHT).job.id
    claim(world, job_id)

    assert unattended(world, waiting=0, now=NOW + timedelta(seconds=30)) == []
    assert [row[0] for row in unattended(world, waiting=0)] == [job_id]


@pytest.mark.parametrize("state", [JobState.DONE, JobState.HELD])
def test_the_sweep_never_sends_what_is_over(world, state):
    job_id = world.submit(RIGHT).job.id
    with writing(world.engine) as session:
        session.get_one(Job, job_id).state = state.value

    assert unattended(world, waiting=0) == []
