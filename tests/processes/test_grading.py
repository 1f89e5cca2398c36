"""Every submission is graded once, whatever dies, freezes or is lost."""

import signal
import time
from collections import Counter
from datetime import UTC, datetime

import psutil
import pytest
import redis
from sqlalchemy import func, select
from stack import eventually
from world import RIGHT, write_bank

from grader.commands.sweep import sweep_once
from grader.db import reading, writing
from grader.models import Current, Job, JobState, PartReport, Report, Submission
from grader.queue import LIVE, REGRADE, Queue, create_celery, enqueue, waiting
from grader.services import gradebook, jobs

pytestmark = pytest.mark.processes

SLOW = """
    import time
    from grader.report import CheckResult, Verdict
    from grader.spec import Field, Kind, Part, Problem

    def judge(params, answers):
        time.sleep(float(answers[""]))
        return {"": CheckResult(Verdict.CORRECT, 1.0)}

    PROBLEM = Problem(title="Slow", parts=(
        Part(label="", fields=(Field(kind=Kind.NUMBER),), judge=judge),
    ))
"""
ALL_THREE = """
    from grader.spec import Assignment
    ASSIGNMENT = Assignment(
        slug="hw", title="Homework", problems={"1": "sums", "2": "essay", "3": "slow"}
    )
"""


@pytest.fixture
def app(stack):
    return create_celery(stack.settings, publishes_only=True)


@pytest.fixture
def slow(world):
    write_bank(world.folder, slow_py=SLOW, assignments__hw_py=ALL_THREE)
    (world.folder / "slow.md").write_text("Wait.")
    world.publish(attempts_allowed=None)


def now():
    return datetime.now(UTC)


def send(app, accepted, times=1):
    for _ in range(times):
        enqueue(app, [(one.job.id, Queue(one.job.queue)) for one in accepted])


def states(world):
    with reading(world.engine) as session:
        return Counter(session.scalars(select(Job.state)))


def all_done(world, count):
    return lambda: states(world) == {JobState.DONE: count}


def assert_each_graded_once(world):
    with reading(world.engine) as session:
        reports = Counter(session.scalars(select(Report.submission_id)))
        submissions = session.scalar(select(func.count(Submission.id)))
        fields = session.scalar(select(func.count(PartReport.id)))
        pointers = session.scalar(select(func.count()).select_from(Current))
    assert set(reports.values()) == {1}
    assert len(reports) == submissions
    assert fields == pointers


def submit_slow(world, seconds, count):
    return [
        world.submit({"3": {"": f"{seconds + n / 1000:.3f}"}}, problem="3", now=now())
        for n in range(count)
    ]


def children_of(worker):
    return psutil.Process(worker.pid).children()


def test_a_worker_killed_in_mid_task_loses_nothing(world, slow, stack, app):
    worker = stack.worker(processes=2)
    stack.sweep()
    accepted = submit_slow(world, 1.5, 6)
    send(app, accepted)
    eventually(lambda: states(world)[JobState.RUNNING] == 2)

    worker.kill()
    worker.wait()
    stack.worker(processes=2)

    eventually(all_done(world, 6))
    assert_each_graded_once(world)


def test_a_killed_child_of_a_worker_loses_nothing(world, slow, stack, app):
    worker = stack.worker(processes=2)
    stack.sweep()
    send(app, submit_slow(world, 1.5, 4))
    eventually(lambda: states(world)[JobState.RUNNING] == 2)

    for child in children_of(worker):
        child.kill()

    eventually(all_done(world, 4))
    assert_each_graded_once(world)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGQUIT])
def test_a_worker_told_to_stop_loses_nothing(world, slow, stack, app, how):
    worker = stack.worker(processes=2)
    stack.sweep()
    send(app, submit_slow(world, 1.0, 6))
    eventually(lambda: states(world)[JobState.RUNNING] == 2)

    worker.send_signal(how)
    worker.wait(timeout=30)
    stack.worker(processes=2)

    eventually(all_done(world, 6))
    assert_each_graded_once(world)


def test_every_message_sent_five_times_is_graded_once(world, stack, app):
    accepted = [world.submit({"1a": {"": str(n)}}, now=now()) for n in range(20)]
    stack.worker(processes=2)
    stack.worker(processes=2)

    send(app, accepted, times=5)

    eventually(all_done(world, 20))
    eventually(lambda: not any(waiting(app).values()))
    assert_each_graded_once(world)


def test_every_message_lost_and_all_still_graded_by_the_sweep(world, stack, app):
    for n in range(20):
        world.submit({"1a": {"": str(n)}}, now=now())
    stack.worker(processes=2)

    stack.sweep()

    eventually(all_done(world, 20))
    assert_each_graded_once(world)


def test_a_backlog_of_three_sweeps_is_neither_held_nor_doubled(world, stack, app):
    accepted = [world.submit({"1a": {"": str(n)}}, now=now()) for n in range(30)]
    send(app, accepted)
    sweeper = stack.sweep()
    most = 0
    until = time.monotonic() + 3.5 * stack.settings.sweep_seconds
    while time.monotonic() < until:
        most = max(most, waiting(app)[Queue.ANSWERS])
        time.sleep(0.1)

    assert most == 30
    assert states(world) == {JobState.QUEUED: 30}
    assert sweeper.poll() is None
    stack.worker(processes=2)
    eventually(all_done(world, 30))
    assert_each_graded_once(world)


def test_a_redis_that_forgets_everything_loses_nothing(world, stack, app):
    send(app, [world.submit({"1a": {"": str(n)}}, now=now()) for n in range(10)])
    redis.Redis(
        unix_socket_path=stack.settings.redis_url.removeprefix("redis+socket://")
    ).flushall()
    stack.worker(processes=2)

    stack.sweep()

    eventually(all_done(world, 10))


def test_a_sweep_without_a_broker_costs_a_turn_and_nothing_else(world, stack, app):
    world.submit(RIGHT, now=now())
    stack.redis.kill()
    stack.redis.wait()

    sent = sweep_once(world.engine, app, 0.0, now=now())

    assert sent == 0
    assert states(world) == {JobState.QUEUED: 1}


def test_live_work_goes_before_regrades(world, slow, stack, app):
    regrades = submit_slow(world, 0.05, 12)
    live = [world.submit({"1a": {"": str(n)}}, now=now()) for n in range(3)]
    for one in regrades:
        enqueue(app, [(one.job.id, Queue.ANSWERS)], priority=REGRADE)
    enqueue(app, [(one.job.id, Queue.ANSWERS) for one in live], priority=LIVE)

    stack.worker(processes=1)

    eventually(all_done(world, 15))
    with reading(world.engine) as session:
        order = session.scalars(select(Job.submission_id).order_by(Job.finished_at)).all()
    places = [order.index(one.submission.id) for one in live]
    # Celery takes one message and prefetches one more before it sees the later, more urgent ones.
    assert max(places) <= 4


def test_a_submission_waits_while_its_problem_is_edited_and_is_judged_by_what_it_answered(
    world, stack, app
):
    old = world.submit(RIGHT, now=now())
    sums = (world.folder / "sums.py").read_text().replace('p["a"] + p["b"]', 'p["a"] - p["b"]')
    write_bank(world.folder, sums_py=sums)
    world.publish(attempts_allowed=None)
    new = world.submit({"1a": {"": "-1"}}, now=now())
    (world.folder / "sums.py").write_text("raise SystemExit('half edited')")

    stack.worker(processes=2)
    send(app, [old, new])

    eventually(all_done(world, 2))
    with reading(world.engine) as session:
        verdicts = [
            gradebook.counted_fields(session, one.submission)[0].report.verdict
            for one in (old, new)
        ]
    assert verdicts == ["correct", "correct"]


def test_what_kills_its_worker_three_times_is_held_and_the_others_are_graded(world, stack, app):
    deadly = SLOW.replace("time.sleep(", "import os; os.kill(os.getpid(), 9); time.sleep(")
    write_bank(world.folder, slow_py=deadly, assignments__hw_py=ALL_THREE)
    (world.folder / "slow.md").write_text("Die.")
    world.publish(attempts_allowed=None)
    killer = submit_slow(world, 1, 1)[0]
    others = [world.submit({"1a": {"": str(n)}}, now=now()) for n in range(5)]
    stack.worker(processes=2)
    stack.sweep()

    send(app, [killer, *others])

    eventually(lambda: states(world) == {JobState.HELD: 1, JobState.DONE: 5}, 90)
    assert "3 times" in world.job(killer.job.id).reason


def test_a_lease_is_renewed_while_its_job_runs(world, slow, stack, app):
    long_job = submit_slow(world, 3 * stack.settings.lease_seconds, 1)
    stack.worker(processes=2)
    stack.sweep()

    send(app, long_job)

    eventually(all_done(world, 1))
    assert world.job(long_job[0].job.id).starts == 1


def test_a_frozen_worker_that_wakes_up_late_writes_nothing(world, slow, stack, app):
    frozen = stack.worker(processes=1)
    send(app, submit_slow(world, 1.0, 1))
    eventually(lambda: states(world)[JobState.RUNNING] == 1)
    stopped = [frozen, *children_of(frozen)]
    for process in stopped:
        process.send_signal(signal.SIGSTOP)
    stack.worker(processes=1)
    stack.sweep()
    eventually(all_done(world, 1))

    for process in stopped:
        process.send_signal(signal.SIGCONT)
    time.sleep(2)

    assert states(world) == {JobState.DONE: 1}
    assert_each_graded_once(world)


def test_gpu_work_waits_for_a_gpu_and_a_smoke_run_takes_the_cpu(world, stack, app):
    gpu = """
        from grader.spec import Field, Kind, Options, Part, Problem, TrainingStep
        PROBLEM = Problem(title="GPU", run=lambda p: TrainingStep(
            layers=({"linear": [8, 4]},), input_shape=(2, 1, 1, 8)),
            parts=(Part(label="", fields=(Field(kind=Kind.NUMBER, options=Options(rtol="0.5"),
                   measured=lambda p, m: m["peak_bytes"]),)),))
    """
    write_bank(world.folder, slow_py=gpu, assignments__hw_py=ALL_THREE)
    (world.folder / "slow.md").write_text("How much?")
    world.publish(attempts_allowed=None)
    accepted = world.submit({"3": {"": "700"}}, problem="3", now=now())
    assert accepted.job.queue == Queue.GPU
    stack.worker("answers")
    send(app, [accepted])
    time.sleep(2)
    assert states(world) == {JobState.QUEUED: 1}, "no worker without a GPU takes it"

    stack.worker("gpu", processes=1, GRADER_GPU_SMOKE="1")

    eventually(all_done(world, 1), 120)
    with reading(world.engine) as session:
        row = gradebook.counted_fields(session, accepted.submission)[0].report
    assert row.verdict in ("correct", "incorrect")


def test_a_held_job_is_graded_once_released(world, stack, app):
    accepted = world.submit(RIGHT, now=now())
    with writing(world.engine) as session:
        job = session.get_one(Job, accepted.job.id)
        job.state, job.reason = JobState.HELD.value, "a disk was full"
    stack.worker(processes=1)
    stack.sweep()
    with writing(world.engine) as session:
        jobs.release(session, [accepted.job.id])

    eventually(all_done(world, 1))
