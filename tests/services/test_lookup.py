"""Naming a homework on the command line: unambiguous, or told what the choices are."""

import pytest
from sqlalchemy import delete
from world import DUE, write_bank

from grader.bank.catalog import Catalog
from grader.db import reading, writing
from grader.errors import UsageError
from grader.models import Course, Enrollment
from grader.services import lookup, people
from grader.services.publishing import Publisher, Terms, publish


@pytest.fixture
def twice(world):
    """The same homework in two courses."""
    entry = Catalog.of([str(world.folder)]).assignment("hw")
    with writing(world.engine) as session:
        by = Publisher(b"k" * 32, DUE)
        publish(session, entry, people.course(session, "d"), Terms(due_at=DUE), by)
    return world


def course_of(world, course=None):
    with reading(world.engine) as session:
        found = lookup.assignment(session, "hw", course)
        return session.get_one(Course, found.course_id).slug


def test_a_homework_of_one_course_needs_no_course(world):
    assert course_of(world) == "c"


@pytest.mark.parametrize("course", ["c", "d"])
def test_a_homework_of_two_courses_is_found_by_its_course(twice, course):
    assert course_of(twice, course) == course


def test_without_a_course_the_choices_are_listed(twice):
    with pytest.raises(UsageError, match=r"several courses have hw: c, d; say which \(--course\)"):
        course_of(twice)


def test_what_is_not_published_is_said_so(world):
    with pytest.raises(UsageError, match="nothing is published as 'hw' in d"):
        course_of(world, "d")
    with pytest.raises(UsageError, match="there is no course 'x'"):
        course_of(world, "x")


@pytest.mark.parametrize(
    ("slug", "course", "expected"), [("hw", None, "c"), ("hw", "d", "d"), ("new", "d", "d")]
)
def test_publishing_goes_where_the_homework_stands(world, slug, course, expected):
    with reading(world.engine) as session:
        assert lookup.course_to_publish_to(session, slug, course).slug == expected


def test_a_new_homework_goes_to_the_one_course_there_is(world):
    choices = r"new is new: .*\(--course\); there are: c, d"
    with reading(world.engine) as session, pytest.raises(UsageError, match=choices):
        lookup.course_to_publish_to(session, "new", None)
    with writing(world.engine) as session:
        _remove(session, people.course(session, "d"))

    with reading(world.engine) as session:
        assert lookup.course_to_publish_to(session, "new", None).slug == "c"


def _remove(session, course):
    session.execute(delete(Enrollment).where(Enrollment.course_id == course.id))
    session.delete(course)


def test_a_retired_problem_is_found_by_its_number_alone(world):
    write_bank(
        world.folder,
        assignments__hw_py="""
            from grader.spec import Assignment

            ASSIGNMENT = Assignment(slug="hw", title="Homework", problems={"1": "sums"})
        """,
    )
    world.publish()
    with reading(world.engine) as session:
        found = world.assignment(session)
        every = [one.number for one in lookup.problems(session, found, None)]
        named = [one.number for one in lookup.problems(session, found, "2")]

        assert (every, named) == (["1"], ["2"])
        with pytest.raises(UsageError, match="hw has no problem '9'; it has 1, 2"):
            lookup.problems(session, found, "9")


def test_only_staff_of_the_course_decide(world):
    with reading(world.engine) as session:
        found = world.assignment(session)

        assert lookup.staff(session, found, "Bob").login == "bob"
        with pytest.raises(UsageError, match="alice is a student of this course"):
            lookup.staff(session, found, "alice")
        with pytest.raises(UsageError, match="nobody on the roster of c has the login 'charlie'"):
            lookup.member(session, found, "charlie")
