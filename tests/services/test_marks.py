"""Marks by hand: what they belong to, and when they go with it."""

from dataclasses import replace

import pytest
from notebook_course import ASSIGNMENT, CELLS, doubled, evidence, grade, notebook, publish
from sqlalchemy import select
from world import NOW, write_bank

from grader.db import reading, writing
from grader.evidence import CallRecord, NotebookEvidence, ProbeRecord
from grader.models import Counts, Grade, PartReport, Problem, User
from grader.report import Outcome
from grader.services import gradebook, people, planning, regrades, submissions
from grader.services.gradebook import HandMark
from grader.services.planning import Order
from grader.services.publishing import newest_version
from grader.services.submissions import HandIn

NOT_DEFINED = ProbeRecord(Outcome.NOT_DEFINED)


@pytest.fixture
def course(world):
    publish(world, counts=Counts.LAST, attempts_allowed=None)
    return world


def hand_in(world, *cells):
    with writing(world.engine) as session:
        row = session.scalars(select(Problem).where(Problem.number == "3")).one()
        given = HandIn(
            user=people.find_user(session, "alice"),
            problem=row,
            variant=world._variant(session, row, None),
            answers={},
            received_at=NOW,
            notebook=notebook(*cells),
        )
        return submissions.submit(session, world.assignment(session), given)


def left(**probes) -> NotebookEvidence:
    """What a notebook left, with other records for "double", "count" and "why"."""
    usual = evidence()
    changed = {
        "3a": {"": probes.get("double", usual.probes["3a"][""])},
        "3b": {**usual.probes["3b"], **{n: r for n, r in probes.items() if n != "double"}},
    }
    return replace(usual, probes=changed)


def wrong(factor: float = 3.0) -> ProbeRecord:
    return ProbeRecord(Outcome.OK, (doubled([1.0], factor), doubled([2.0], factor)))


def mark(world, accepted, part, field="", credit=1.0):
    with writing(world.engine) as session:
        bob = session.scalars(select(User).where(User.login == "bob")).one()
        given = HandMark(part, field, credit)
        gradebook.mark(session, accepted.submission, given, grader_id=bob.id, now=NOW)


def marked(world, accepted):
    """The fields of a submission that have a mark by hand."""
    with reading(world.engine) as session:
        rows = gradebook.counted_fields(session, accepted.submission)
    return [f"{row.report.part}{row.report.field}" for row in rows if row.mark is not None]


def test_a_mark_on_a_wrong_answer_does_not_pass_to_another_notebook(course):
    first = hand_in(course)
    grade(course, left(double=wrong()), first.job.id)
    mark(course, first, "3a")

    other = hand_in(course, *CELLS, "x = 1")
    grade(course, left(double=wrong(5.0)), other.job.id)

    assert (marked(course, first), marked(course, other)) == (["3a"], [])


def test_a_mark_stays_with_a_notebook_that_gives_the_same_again(course):
    first = hand_in(course)
    grade(course, left(double=wrong()), first.job.id)
    mark(course, first, "3a")
    slower = tuple(replace(call, seconds=7.0) for call in wrong().calls)

    again = hand_in(course, *CELLS, "x = 1")
    grade(course, left(double=ProbeRecord(Outcome.OK, slower)), again.job.id)

    assert marked(course, again) == ["3a"]


def test_where_nothing_came_back_a_mark_belongs_to_that_submission_alone(course):
    first = hand_in(course)
    grade(course, left(double=NOT_DEFINED), first.job.id)
    mark(course, first, "3a")

    other = hand_in(course, *CELLS, "x = 1")
    grade(course, left(double=NOT_DEFINED), other.job.id)

    assert (marked(course, first), marked(course, other)) == (["3a"], [])


def test_a_mark_on_an_empty_field_belongs_to_that_submission_alone(world):
    world.publish(counts=Counts.LAST)
    first = world.submit({"1a": {"": "5"}})
    world.grade(first)
    mark(world, first, "1b", "twice")

    other = world.submit({"1a": {"": "6"}})
    world.grade(other)

    assert (marked(world, first), marked(world, other)) == (["1btwice"], [])


def test_a_mark_on_words_of_a_notebook_goes_with_the_words(course):
    first = hand_in(course)
    grade(course, left(), first.job.id)
    mark(course, first, "3b", "why", 0.5)
    spaced = ProbeRecord(Outcome.OK, (CallRecord(output="  Because two.\n"),))

    again = hand_in(course, *CELLS, "x = 1")
    grade(course, left(why=spaced), again.job.id)

    assert marked(course, again) == ["3bwhy"]


def test_a_mark_on_what_a_notebook_gave_survives_a_replay_over_stored_evidence(course):
    accepted = hand_in(course)
    grade(course, left(double=wrong()), accepted.job.id)
    mark(course, accepted, "3a", credit=0.5)
    doubling = (course.folder / "doubling.py").read_text()
    mended = doubling.replace("reference=lambda x: 2 *", "reference=lambda x: 3 *")
    write_bank(course.folder, doubling_py=mended, assignments__hw_py=ASSIGNMENT)
    course.publish()
    with writing(course.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "3")).one()
        planned = planning.plan(
            session, Order(problem, newest_version(session, problem.id)), now=NOW
        )
    course.grade(planned.job_ids[0])

    with writing(course.engine) as session:
        applied = regrades.apply(session, regrades.find(session, planned.regrade.id), now=NOW)

    assert applied.changed == 1
    assert marked(course, accepted) == ["3a"]
    with reading(course.engine) as session:
        assert session.scalars(select(Grade.score)).one() == 1.5
        kept = session.scalars(select(PartReport.verdict).where(PartReport.part == "3a")).all()
    assert kept == ["incorrect", "correct"]
