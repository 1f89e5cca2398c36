"""Regrades beside one another and beside hand-ins: each step is done once, and only in its time."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from world import NOW, RIGHT

from grader.db import reading, writing
from grader.errors import UsageError
from grader.models import (
    Event,
    Job,
    JobState,
    PartReport,
    RegradeRow,
    RegradeState,
    Report,
)
from grader.services import jobs, regrades
from tests.services.regrading import (
    AS_WAS,
    FULL,
    HALF,
    apply,
    credit,
    mend,
    plan,
    planned_unjudged,
    score,
    undo,
)


def meanwhile(world, act, then):
    """Start `then` while `act` has not committed; return what `then` gives or raises."""
    with ThreadPoolExecutor(1) as pool:
        with writing(world.engine) as session:
            act(session)
            other = pool.submit(then)
            time.sleep(0.5)  # until it stands where the first has not committed yet
        return other


def test_a_regrade_applied_at_this_moment_is_not_discarded(world, wrong):
    mend(world, AS_WAS, HALF)
    planned = plan(world)
    number = planned.regrade.id

    def discard():
        with writing(world.engine) as session:
            regrades.discard(session, regrades.find(session, number), now=NOW)

    other = meanwhile(
        world,
        lambda session: regrades.apply(session, regrades.find(session, number), now=NOW),
        discard,
    )

    with pytest.raises(UsageError, match="is applied"):
        other.result(timeout=60)
    assert undo(world, planned) == 1


@pytest.mark.parametrize("how", [apply, undo], ids=["apply", "undo"])
def test_the_same_asked_twice_at_once_is_done_once(world, wrong, how):
    mend(world, AS_WAS, HALF)
    planned = plan(world)
    if how is undo:
        apply(world, planned)
    step = regrades.apply if how is apply else regrades.undo

    other = meanwhile(
        world,
        lambda session: step(session, regrades.find(session, planned.regrade.id), now=NOW),
        lambda: how(world, planned),
    )

    with pytest.raises(UsageError, match="only a"):
        other.result(timeout=60)
    with reading(world.engine) as session:
        events = session.scalars(select(Event.action)).all()
    assert events.count(f"regrade {how.__name__}") == 1


def test_two_regrades_applied_at_once_leave_the_later_one_standing(world, wrong):
    mend(world, AS_WAS, HALF)
    first = plan(world)
    mend(world, HALF, FULL)
    second = plan(world)

    other = meanwhile(
        world,
        lambda session: regrades.apply(session, regrades.find(session, first.regrade.id), now=NOW),
        lambda: apply(world, second),
    )

    assert other.result(timeout=60).changed == 1
    undo(world, first)
    assert (credit(world, wrong), score(world)) == (1.0, 1.0)


def test_a_replay_that_comes_after_its_regrade_was_applied_changes_nothing(world, wrong):
    mend(world, AS_WAS, HALF)
    planned = plan(world)
    with writing(world.engine) as session:
        session.get_one(Job, planned.job_ids[0]).state = JobState.HELD.value
        session.execute(delete(RegradeRow))
        session.execute(delete(PartReport).where(PartReport.report_id == 2))
        session.execute(delete(Report).where(Report.id == 2))
    apply(world, planned)
    with writing(world.engine) as session:
        jobs.release(session, planned.job_ids)

    assert world.grade(planned.job_ids[0])

    with reading(world.engine) as session:
        found = regrades.find(session, planned.regrade.id)
        assert (found.state, regrades.changes(session, found)) == (RegradeState.APPLIED, [])
    assert (credit(world, wrong), score(world)) == (0.0, 0.0)


def test_a_submission_that_comes_later_is_not_touched(world, wrong):
    mend(world, AS_WAS, HALF)
    planned = plan(world)
    later = world.submit({"1a": {"": "6"}, "1b": {"twice": "4"}}, version=1)
    world.grade(later)

    apply(world, planned)

    assert credit(world, later) == 0.0


def test_a_regrade_is_applied_once_and_only_when_ready(world, wrong):
    mend(world, AS_WAS, HALF)
    waiting = planned_unjudged(world)
    with pytest.raises(UsageError, match="still being judged: 0 of 1"):
        apply(world, waiting)
    world.grade(waiting.job_ids[0])
    apply(world, waiting)

    with pytest.raises(UsageError, match="only a planned one"):
        apply(world, waiting)


def test_a_discarded_regrade_is_never_applied(world, wrong):
    mend(world, AS_WAS, HALF)
    planned = plan(world)
    with writing(world.engine) as session:
        regrades.discard(session, regrades.find(session, planned.regrade.id), now=NOW)

    with pytest.raises(UsageError, match="discarded"):
        apply(world, planned)
    assert credit(world, wrong) == 0.0


def test_an_undone_regrade_is_not_undone_twice(world, wrong):
    mend(world, AS_WAS, HALF)
    planned = plan(world)
    with pytest.raises(UsageError, match="only an applied one"):
        undo(world, planned)
    apply(world, planned)
    undo(world, planned)

    with pytest.raises(UsageError, match=RegradeState.UNDONE):
        undo(world, planned)


def test_a_held_replay_does_not_block_the_others(world, wrong):
    mend(world, AS_WAS, HALF)
    planned = plan(world)
    other = world.submit(RIGHT, login="dora")
    world.grade(other)
    again = planned_unjudged(world)
    world.grade(again.job_ids[0])
    for lost in range(4):
        world.grade_start(again.job_ids[1], NOW + timedelta(seconds=61 * lost))

    applied = apply(world, again)

    assert world.job(again.job_ids[1]).state == JobState.HELD
    assert applied.changed == 1
    assert planned.regrade.id != again.regrade.id
