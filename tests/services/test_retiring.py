"""A problem taken out of a published homework: gone for students, kept for staff."""

import pytest
from sqlalchemy import select
from world import COURSE_KEY, NOW, RIGHT, write_bank

from grader.db import reading, writing
from grader.errors import SubmissionRefused
from grader.models import Problem, Submission
from grader.services import home, insights, people, variants, worklist
from grader.services.worklist import TO_MARK, Filter

WITHOUT_2 = """
    from grader.spec import Assignment

    ASSIGNMENT = Assignment(slug="hw", title="Homework", problems={"1": "sums"})
"""
WITHOUT_1 = WITHOUT_2.replace('"1": "sums"', '"2": "essay"')
WHOLE = WITHOUT_2.replace("}", ', "2": "essay"}')


def publish(world, module):
    write_bank(world.folder, assignments__hw_py=module)
    return world.publish()


def shown_to(world, login):
    with reading(world.engine) as session:
        user = people.find_user(session, login)
        shown = variants.shown_to(session, user.id, world.assignment(session), COURSE_KEY)
        return [item.problem.number for item in shown]


def card(world, login="alice"):
    with reading(world.engine) as session:
        return home.home(session, people.find_user(session, login).id, now=NOW)[0]


@pytest.fixture
def handed_in(world):
    """Alice has handed in both problems: 4 points, and 4 that wait for a mark."""
    first = world.submit(RIGHT)
    second = world.submit({"2": {"": "fewer weights"}}, problem="2")
    for accepted in (first, second):
        world.grade(accepted)
    return first, second


def test_publishing_says_what_is_retired_and_says_it_once(world):
    first = publish(world, WITHOUT_2)
    again = publish(world, WITHOUT_2)

    assert [str(one) for one in first] == ["1  Sums: version 1, unchanged", "2  Essay: retired"]
    assert [str(one) for one in again] == ["1  Sums: version 1, unchanged"]


def test_students_are_not_asked_it_any_more(world, handed_in):
    publish(world, WITHOUT_2)

    assert shown_to(world, "alice") == ["1"]
    assert (card(world).problems, card(world).handed_in) == (1, 1)


def test_scores_and_points_follow(world, handed_in):
    before = card(world)

    publish(world, WITHOUT_1)

    after = card(world)
    assert (before.total.score, before.total.pending, before.out_of) == (4, 4, 8)
    assert (after.total.score, after.total.pending, after.out_of) == (0, 4, 4)


def test_staff_see_scores_without_it_and_its_submissions_still(world, handed_in):
    publish(world, WITHOUT_2)

    with reading(world.engine) as session:
        found = world.assignment(session)
        numbers, lines = insights.scores(session, found)
        seen = insights.overview(session, found)
        parts = {share.part for share in insights.shares(session, found)}
        listed = worklist.listing(session, found, Filter()).rows
        to_mark = worklist.count(session, found, Filter(state=TO_MARK))
    assert numbers == ["1"]
    assert [(line.login, line.scores, line.total.score) for line in lines] == [
        ("alice", [4.0], 4.0), ("dora", [None], 0.0),
    ]  # fmt: skip
    assert (seen.out_of, seen.to_mark, to_mark, parts) == (4, 0, 0, {"1a", "1b"})
    assert [row.problem for row in listed] == ["2", "1"]


def test_a_page_that_was_open_before_is_refused_and_uses_no_attempt(world):
    publish(world, WITHOUT_2)

    with pytest.raises(SubmissionRefused, match="Problem 2 was taken out of Homework"):
        world.submit({"2": {"": "fewer weights"}}, problem="2")

    with reading(world.engine) as session:
        assert session.scalars(select(Submission)).all() == []


def test_what_waits_when_it_is_retired_is_still_graded(world):
    accepted = world.submit({"2": {"": "fewer weights"}}, problem="2")

    publish(world, WITHOUT_2)

    assert world.grade(accepted)


def test_a_problem_that_comes_back_is_as_it_was(world, handed_in):
    before = card(world)
    publish(world, WITHOUT_2)

    again = publish(world, WHOLE)

    assert [one.is_new for one in again] == [False, False]
    assert shown_to(world, "alice") == ["1", "2"]
    assert (card(world).total, card(world).out_of) == (before.total, before.out_of)
    with writing(world.engine) as session:
        assert session.scalars(select(Problem.retired_at)).all() == [None, None]
