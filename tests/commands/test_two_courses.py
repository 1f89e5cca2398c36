"""The same homework in two courses: every command works, and asks for the course where it must."""

import pytest
from world import DUE

from grader.bank.catalog import Catalog
from grader.db import writing
from grader.errors import UsageError
from grader.models import Role
from grader.services import people
from grader.services.publishing import Publisher, Terms, publish

COMMANDS = [
    "course extend hw alice --until 2026-09-27T22:59 --by bob",
    "course extensions hw",
    "course adjust hw alice --problem 1 --add 1 --reason bonus --by bob",
    "course adjustments hw",
    "problems publish hw --late-days 1",
    "regrade plan hw",
    "regrade release hw",
]


@pytest.fixture
def twice(world):
    entry = Catalog.of([str(world.folder)]).assignment("hw")
    with writing(world.engine) as session:
        other = people.course(session, "d")
        publish(session, entry, other, Terms(due_at=DUE), Publisher(b"k" * 32, DUE))
        for login, role in (("alice", Role.STUDENT), ("bob", Role.GRADER)):
            people.enroll(session, other, people.find_user(session, login), role)
    return world


@pytest.mark.parametrize("line", COMMANDS)
def test_without_a_course_the_choices_are_listed_and_nothing_is_done(twice, run, line):
    with pytest.raises(UsageError, match=r"several courses have hw: c, d; say which \(--course\)"):
        run(line)


@pytest.mark.parametrize("line", COMMANDS)
def test_with_its_course_a_command_does_its_work(twice, run, line):
    run(f"{line} --course d")


def test_a_decision_touches_its_own_course_alone(twice, run):
    run("course extend hw alice --until 2026-09-27T22:59 --by bob --course d")

    assert run("course extensions hw --course c") == []
    assert len(run("course extensions hw --course d")) == 1
