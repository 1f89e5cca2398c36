"""An audit: what counts is judged again by what judged it, and a difference is named."""

import pytest
from notebook_course import evidence, grade, notebook, publish
from sqlalchemy import func, select, update
from world import NOW, RIGHT, write_bank

from grader.db import reading, writing
from grader.models import Event, PartReport, Problem, Report
from grader.services import audits, judging, people, submissions
from grader.services.submissions import HandIn


def audit(world, sample=100):
    with reading(world.engine) as session:
        problems = session.scalars(select(Problem.id)).all()
        return audits.audit(session, problems, sample=sample)


def test_what_judging_gave_it_gives_again_and_nothing_is_written(world):
    world.grade(world.submit(RIGHT))
    world.grade(world.submit({"2": {"": "Because."}}, problem="2"))

    found = audit(world)

    assert found == audits.Audit(2, 2, ())
    with reading(world.engine) as session:
        assert session.scalar(select(func.count(Report.id))) == 2
        assert session.scalar(select(func.count(Event.id))) == 0


@pytest.mark.parametrize(
    ("column", "stored"), [("verdict", "incorrect"), ("credit", 0.5), ("text_sha256", "0" * 64)]
)
def test_a_row_that_somebody_edited_is_named(world, column, stored):
    accepted = world.submit(RIGHT)
    world.grade(accepted)
    with writing(world.engine) as session:
        row = update(PartReport).where(PartReport.part == "1a").values({column: stored})
        session.execute(row)

    [difference] = audit(world).differences

    assert difference.receipt_number == accepted.submission.receipt_number
    assert (difference.part, difference.column, difference.stored) == ("1a", column, stored)


def test_the_version_that_judged_judges_again_though_a_newer_one_says_otherwise(world):
    world.grade(world.submit(RIGHT))
    sums = (world.folder / "sums.py").read_text().replace('p["a"] + p["b"]', 'p["a"] - p["b"]')
    write_bank(world.folder, sums_py=sums)
    world.publish()
    judging.forget_questions()

    assert audit(world).differences == ()


def test_a_notebook_is_judged_again_over_what_running_it_left(world):
    publish(world)
    with writing(world.engine) as session:
        row = session.scalars(select(Problem).where(Problem.number == "3")).one()
        variant = world._variant(session, row, None)
        alice = people.find_user(session, "alice")
        hand_in = HandIn(alice, row, variant, {}, NOW, notebook=notebook())
        submissions.submit(session, world.assignment(session), hand_in)
    grade(world, evidence())

    assert audit(world) == audits.Audit(1, 1, ())


@pytest.mark.parametrize(("sample", "judged"), [(1, 1), (2, 2), (3, 3), (50, 3)])
def test_a_sample_is_no_larger_than_asked_for(world, sample, judged):
    for answer in ("5", "6", "7"):
        world.grade(world.submit({"1a": {"": answer}}))

    found = audit(world, sample)

    assert (found.judged, found.total) == (judged, 3)


def test_where_nothing_was_graded_there_is_nothing_to_audit(world):
    assert audit(world) == audits.Audit(0, 0, ())
