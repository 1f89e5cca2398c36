"""What waits for a mark by hand: each text once, and nothing that a mark cannot decide."""

import pytest
from sqlalchemy import select, update
from world import NOW, write_bank

from grader.db import reading, writing
from grader.models import Current, Grade, PartReport, User
from grader.report import Verdict
from grader.services import gradebook, worklist
from grader.services.gradebook import HandMark
from grader.services.worklist import TO_MARK, Filter

TWO_TEXTS = """
    from grader.spec import Field, Kind, Part, Problem

    PROBLEM = Problem(title="Essay", parts=(
        Part(label="", fields=(
            Field(name="why", kind=Kind.TEXT, points=2),
            Field(name="how", kind=Kind.TEXT, points=2),
        )),
    ))
"""


@pytest.fixture
def world(world):
    write_bank(world.folder, essay_py=TWO_TEXTS)
    world.publish()
    return world


def hand_in(world, login="alice", **texts):
    accepted = world.submit({"2": texts}, problem="2", login=login)
    world.grade(accepted)
    return accepted


def change(world, accepted, field, **columns):
    """Write other columns to a part report, as a check that crashed would have."""
    with writing(world.engine) as session:
        own = select(Current.part_report_id).where(
            Current.submission_id == accepted.submission.id, Current.field == field
        )
        session.execute(update(PartReport).where(PartReport.id.in_(own)).values(**columns))


def mark(world, accepted, field):
    with writing(world.engine) as session:
        bob = session.scalars(select(User).where(User.login == "bob")).one()
        given = HandMark("2", field, 0.5)
        gradebook.mark(session, accepted.submission, given, grader_id=bob.id, now=NOW)


def next_to_mark(world):
    with reading(world.engine) as session:
        found = worklist.next_to_mark(session, world.assignment(session), "2")
        count = worklist.count(session, world.assignment(session), Filter("2", TO_MARK))
    return (None if found is None else found.id, count)


def test_a_submission_waits_until_all_its_texts_are_marked(world):
    accepted = hand_in(world, why="Because.", how="Slowly.")

    mark(world, accepted, "why")
    assert next_to_mark(world) == (accepted.submission.id, 1)
    mark(world, accepted, "how")

    assert next_to_mark(world) == (None, 0)


@pytest.mark.parametrize("digest", ["kept", None], ids=["text", "nothing"])
def test_what_is_marked_and_held_besides_gives_way_to_the_next(world, digest):
    first = hand_in(world, why="Because.", how="Slowly.")
    change(world, first, "how", verdict=Verdict.HELD.value)
    if digest is None:
        change(world, first, "why", text_sha256=None)
    second = hand_in(world, "dora", why="For speed.")

    mark(world, first, "why")

    with reading(world.engine) as session:
        pending = session.scalars(
            select(Grade.pending).where(Grade.submission_id == first.submission.id)
        ).one()
    assert pending == 2, "the held field"
    assert next_to_mark(world) == (second.submission.id, 1)


def test_a_mark_of_another_student_decides_nothing(world):
    first = hand_in(world, why="Because.")
    second = hand_in(world, "dora", why="Because.")

    mark(world, first, "why")

    assert next_to_mark(world) == (second.submission.id, 1)
