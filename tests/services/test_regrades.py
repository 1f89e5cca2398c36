"""Regrades: a replay with a diff, an apply and an undo."""

import pytest
from sqlalchemy import select
from world import NOW

from grader.db import reading, writing
from grader.models import (
    Evidence,
    Grade,
    PartReport,
)
from grader.services import gradebook, regrades
from tests.services.regrading import (
    AS_WAS,
    FULL,
    HALF,
    apply,
    credit,
    mend,
    plan,
    score,
    undo,
)


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


def test_marks_by_hand_survive(world, wrong):
    with writing(world.engine) as session:
        given = gradebook.HandMark("1a", "", 0.25)
        gradebook.mark(session, wrong.submission, given, grader_id=1, now=NOW)
    mend(world, AS_WAS, FULL)

    apply(world, plan(world))

    assert (credit(world, wrong), score(world)) == (0.25, 0.25)


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
