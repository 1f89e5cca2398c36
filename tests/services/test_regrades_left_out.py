"""What a regrade leaves out, and why; what was held and is mended by one."""

from sqlalchemy import select
from world import NOW

from grader.db import reading, writing
from grader.models import (
    Job,
    PartReport,
)
from grader.services import jobs, submissions
from tests.services.regrading import (
    apply,
    mend,
    plan,
    undo,
)


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
