"""Regrades: a replay with a diff, an apply and an undo, whatever happens in between."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from world import NOW, RIGHT, write_bank

from grader.db import reading, writing
from grader.errors import UsageError
from grader.models import (
    Event,
    Evidence,
    Grade,
    Job,
    JobState,
    PartReport,
    Problem,
    RegradeRow,
    RegradeState,
    Report,
)
from grader.services import gradebook, jobs, planning, regrades, submissions
from grader.services.planning import Order
from grader.services.publishing import newest_version

HALF = 'Misconception("multiplied", lambda p: p["a"] * p["b"], "Add instead.", 0.5)'
FULL = 'Misconception("multiplied", lambda p: p["a"] * p["b"], "Add instead.", 1.0)'
AS_WAS = 'Misconception("multiplied", lambda p: p["a"] * p["b"], "Add instead.")'


def mend(world, old, new):
    sums = (world.folder / "sums.py").read_text()
    assert old in sums
    write_bank(world.folder, sums_py=sums.replace(old, new))
    world.publish()


def plan(world):
    with writing(world.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "1")).one()
        planned = planning.plan(
            session, Order(problem, newest_version(session, problem.id)), now=NOW
        )
    for job_id in planned.job_ids:
        world.grade(job_id)
    return planned


def apply(world, planned):
    with writing(world.engine) as session:
        found = regrades.find(session, planned.regrade.id)
        return regrades.apply(session, found, now=NOW)


def undo(world, planned):
    with writing(world.engine) as session:
        return regrades.undo(session, regrades.find(session, planned.regrade.id), now=NOW)


def credit(world, accepted):
    with reading(world.engine) as session:
        return gradebook.counted_fields(session, accepted.submission)[0].credit


def score(world):
    with reading(world.engine) as session:
        return session.scalars(select(Grade.score)).one()


@pytest.fixture
def wrong(world):
    accepted = world.submit({"1a": {"": "6"}})
    world.grade(accepted)
    return accepted


def test_a_plan_changes_nothing_and_shows_what_would_change(world, wrong):
    mend(world, AS_WAS, HALF)

    planned = plan(world)

    with reading(world.engine) as session:
        changes = regrades.changes(session, regrades.find(session, planned.regrade.id))
    assert [(c.part, c.before.credit, c.after.credit) for c in changes] == [("1a", 0.0, 0.5)]
    assert (credit(world, wrong), score(world)) == (0.0, 0.0)


def test_a_replay_collects_nothing_again(world, wrong):
    mend(world, AS_WAS, HALF)

    apply(world, plan(world))

    with reading(world.engine) as session:
        assert len(session.scalars(select(Evidence)).all()) == 1
    assert (credit(world, wrong), score(world)) == (0.5, 0.5)


def test_undo_brings_back_what_was(world, wrong):
    mend(world, AS_WAS, HALF)
    planned = plan(world)
    apply(world, planned)

    moved = undo(world, planned)

    assert moved == 1
    assert (credit(world, wrong), score(world)) == (0.0, 0.0)


def test_plan_a_plan_b_apply_a_apply_b_undo_a_and_b_stands(world, wrong):
    mend(world, AS_WAS, HALF)
    first = plan(world)
    mend(world, HALF, FULL)
    second = plan(world)

    apply(world, first)
    assert credit(world, wrong) == 0.5
    applied = apply(world, second)
    assert (applied.changed, applied.rebound) == (1, 1)
    undo(world, first)

    assert (credit(world, wrong), score(world)) == (1.0, 1.0)
    undo(world, second)
    assert (credit(world, wrong), score(world)) == (0.0, 0.0), "not what the undone one had given"


def test_b_stands_when_a_is_undone_even_where_both_gave_the_same(world, wrong):
    mend(world, AS_WAS, HALF)
    first, second = plan(world), plan(world)
    apply(world, first)

    applied = apply(world, second)
    undo(world, first)

    assert (applied.changed, applied.rebound) == (0, 1)
    assert (credit(world, wrong), score(world)) == (0.5, 0.5)
    undo(world, second)
    assert (credit(world, wrong), score(world)) == (0.0, 0.0)


def test_a_field_that_a_regrade_leaves_alone_is_set_right_where_another_changed_it(world, wrong):
    mend(world, AS_WAS, HALF)
    generous = plan(world)
    mend(world, HALF, AS_WAS)
    strict = plan(world)
    apply(world, generous)

    applied = apply(world, strict)

    assert (applied.changed, applied.rebound) == (1, 1)
    assert (credit(world, wrong), score(world)) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("column", "was"),
    [
        ("verdict", "held"), ("outcome", "raised"), ("credit", None), ("points", 3.0),
        ("optional", True), ("feedback", "Other words."), ("misconception", "another"),
    ],
)  # fmt: skip
def test_whatever_people_are_told_of_a_field_counts_as_a_change(world, wrong, column, was):
    with writing(world.engine) as session:
        row = session.scalars(select(PartReport).where(PartReport.part == "1a")).one()
        setattr(row, column, was)

    planned = plan(world)

    with reading(world.engine) as session:
        changes = regrades.changes(session, regrades.find(session, planned.regrade.id))
    assert [(change.part, getattr(change.before, column)) for change in changes] == [("1a", was)]
    assert apply(world, planned).changed == 1


def test_a_part_that_became_optional_is_shown_and_weighs_no_more(world, wrong):
    mend(world, 'Part(label="b", fields', 'Part(label="b", optional=True, fields')
    planned = plan(world)

    applied = apply(world, planned)

    assert applied.changed == 2
    with reading(world.engine) as session:
        assert session.scalars(select(Grade.out_of)).one() == 1


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


def test_marks_by_hand_survive(world, wrong):
    with writing(world.engine) as session:
        given = gradebook.HandMark("1a", "", 0.25)
        gradebook.mark(session, wrong.submission, given, grader_id=1, now=NOW)
    mend(world, AS_WAS, FULL)

    apply(world, plan(world))

    assert (credit(world, wrong), score(world)) == (0.25, 0.25)


def test_changed_numbers_leave_a_submission_out_with_the_reason(world, wrong):
    mend(world, 'as_set={"a": 2, "b": 3}', 'as_set={"a": 2, "b": 4}')

    planned = plan(world)

    assert planned.job_ids == ()
    assert "changed the numbers" in planned.left_out[0][1]


def test_other_fields_leave_a_submission_out_with_the_reason(world, wrong):
    mend(world, 'name="twice"', 'name="double"')

    planned = plan(world)

    assert planned.job_ids == ()
    assert "other fields" in planned.left_out[0][1]


def test_a_replay_that_binds_a_mark_otherwise_is_seen_in_the_grade(world, wrong):
    with writing(world.engine) as session:
        row = session.scalars(select(PartReport).where(PartReport.part == "1a")).one()
        row.text_sha256 = "0" * 64
        given = gradebook.HandMark("1a", "", 0.5)
        gradebook.mark(session, wrong.submission, given, grader_id=1, now=NOW)
    marked = score(world)

    planned = plan(world)
    applied = apply(world, planned)
    rebound = score(world)
    undo(world, planned)

    assert (marked, applied.changed, rebound, score(world)) == (0.5, 0, 0.0, 0.5)


def test_what_was_not_graded_yet_is_left_out_and_named(world, wrong):
    world.submit({"1a": {"": "7"}})

    planned = plan(world)

    assert len(planned.job_ids) == 1
    assert [why for _, why in planned.left_out] == ["it is not graded yet"]


def test_a_held_submission_is_left_out_with_the_command_that_grades_it(world, wrong):
    held = world.submit({"1a": {"": "7"}})
    hold(world, held, "its bundle does not load")

    planned = plan(world)

    [(receipt, why)] = planned.left_out
    assert receipt == held.submission.receipt_number
    assert "its bundle does not load" in why
    assert "`grader regrade release hw --course c --problem 1`" in why


def hold(world, accepted, reason):
    with writing(world.engine) as session:
        lease = jobs.claim(session, accepted.job.id, now=NOW, seconds=60)
        assert jobs.hold(session, lease, reason, now=NOW)


def test_an_attempt_is_free_while_a_field_of_it_is_held_and_counts_once_that_is_mended(
    world, wrong
):
    with writing(world.engine) as session:
        row = session.scalars(select(PartReport).where(PartReport.part == "1a")).one()
        row.verdict, row.credit = "held", None
        session.get_one(Job, wrong.job.id).reason = "ZeroDivisionError"

    free = attempts_used(world, wrong)
    planned = plan(world)
    apply(world, planned)
    mended = attempts_used(world, wrong)
    undo(world, planned)

    assert (free, mended, attempts_used(world, wrong)) == (0, 1, 0)


def attempts_used(world, accepted):
    with reading(world.engine) as session:
        own = accepted.submission
        return submissions.attempts_used(session, own.user_id, own.problem_id)


def test_a_submission_that_comes_later_is_not_touched(world, wrong):
    mend(world, AS_WAS, HALF)
    planned = plan(world)
    later = world.submit({"1a": {"": "6"}, "1b": {"twice": "4"}}, version=1)
    world.grade(later)

    apply(world, planned)

    assert credit(world, later) == 0.0


def test_a_regrade_is_applied_once_and_only_when_ready(world, wrong):
    mend(world, AS_WAS, HALF)
    with writing(world.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "1")).one()
        waiting = planning.plan(
            session, Order(problem, newest_version(session, problem.id)), now=NOW
        )
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
    with writing(world.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "1")).one()
        again = planning.plan(session, Order(problem, newest_version(session, problem.id)), now=NOW)
    world.grade(again.job_ids[0])
    for lost in range(4):
        world.grade_start(again.job_ids[1], NOW + timedelta(seconds=61 * lost))

    applied = apply(world, again)

    assert world.job(again.job_ids[1]).state == JobState.HELD
    assert applied.changed == 1
    assert planned.regrade.id != again.regrade.id
