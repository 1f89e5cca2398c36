"""Publishing again: terms keep their value unless they are named, and scores follow them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from world import DUE, NOW, RIGHT

from grader.bank.catalog import Catalog
from grader.db import reading, writing
from grader.errors import UsageError
from grader.models import Counts, Grade
from grader.services import people
from grader.services.publishing import Publisher, Terms, publish

WRONG = {"1a": {"": "7"}}
SET = {
    "opens_at": NOW - timedelta(days=3),
    "grace_minutes": 30,
    "late_days": 2,
    "attempts_allowed": None,
    "counts": Counts.LAST,
    "fresh_variants": True,
}


def publish_with(world, terms, course="c"):
    entry = Catalog.of([str(world.folder)]).assignment("hw")
    with writing(world.engine) as session:
        by = Publisher(b"k" * 32, NOW)
        return publish(session, entry, people.course(session, course), terms, by)


def terms_of(world):
    with reading(world.engine) as session:
        found = world.assignment(session)
        return {name: getattr(found, name) for name in ("due_at", *SET)}


def score(world):
    with reading(world.engine) as session:
        return session.scalars(select(Grade.score)).one()


def test_a_new_assignment_starts_with_the_usual_terms(world):
    assert terms_of(world) == {
        "due_at": DUE, "opens_at": None, "grace_minutes": 5, "late_days": 0,
        "attempts_allowed": 5, "counts": "best", "fresh_variants": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"due_at": DUE + timedelta(days=1)},
        {"opens_at": None},
        {"attempts_allowed": 3},
        {"counts": Counts.BEST},
        {"fresh_variants": False},
        {"grace_minutes": 0, "late_days": 0},
    ],
)
def test_only_the_terms_that_are_named_change(world, change):
    world.publish(**SET)
    before = terms_of(world)

    publish_with(world, Terms(**change))

    assert terms_of(world) == {**before, **change}


def test_an_assignment_that_is_new_to_a_course_needs_its_due_time(world):
    with pytest.raises(UsageError, match="hw is new to d: say when it is due"):
        publish_with(world, Terms(late_days=2), course="d")


def test_grades_follow_a_change_of_the_attempt_that_counts(world):
    for answers in (RIGHT, WRONG):
        world.grade(world.submit(answers))
    best = score(world)

    world.publish(counts=Counts.LAST)
    last = score(world)
    world.publish(counts=Counts.BEST)

    assert (best, last, score(world)) == (4, 0, 4)


def test_grades_stay_as_they_are_where_nothing_of_them_changed(world):
    world.grade(world.submit(RIGHT))
    with reading(world.engine) as session:
        before = session.scalars(select(Grade.updated_at)).one()

    world.publish(now=NOW + timedelta(days=1), late_days=3, counts=Counts.BEST)

    with reading(world.engine) as session:
        assert session.scalars(select(Grade.updated_at)).one() == before
