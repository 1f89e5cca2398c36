"""`grader course extend` and `adjust`: what an instructor decides for one student."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from world import DUE, RIGHT

from grader.db import reading
from grader.errors import SubmissionRefused, UsageError
from grader.models import Event, Extension, Grade, User

PAGE = Path(__file__).parents[2] / "docs" / "instructor.md"
BY = '--reason "was ill" --by bob'


def examples():
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.removeprefix("grader ").replace("eecs182-hw04", "hw") for line in lines]


def grade(world, login="alice"):
    with reading(world.engine) as session:
        row = session.execute(
            select(Grade.score, Grade.out_of, Grade.pending)
            .join(User, User.id == Grade.user_id)
            .where(User.login == login)
        ).one_or_none()
        return None if row is None else tuple(row)


def events(world):
    with reading(world.engine) as session:
        rows = session.scalars(select(Event).order_by(Event.id)).all()
        return [(row.action, row.subject, row.detail) for row in rows]


@pytest.fixture
def graded(world):
    world.grade(world.submit(RIGHT))
    return world


def test_every_example_of_the_instructors_page_runs(graded, run):
    lines = examples()

    said = [run(line) for line in lines]

    assert len(lines) == 10
    assert all(said), dict(zip(lines, said, strict=True))


def test_an_extension_opens_the_homework_to_one_student_alone(world, run):
    late = DUE + timedelta(days=2)

    said = run(f"course extend hw Alice --until 2026-09-27T22:59 {BY}")

    assert said == ["extension 1: alice until 2026-09-27T22:59"]
    assert world.submit(RIGHT, now=late).submission.days_late == 0
    with pytest.raises(SubmissionRefused, match="is closed"):
        world.submit(RIGHT, login="dora", now=late)


def test_an_extension_that_was_withdrawn_is_gone_and_written_down(world, run):
    run(f"course extend hw alice --until 2026-09-27T22:59 {BY}")
    listed = run("course extensions hw")

    run("course extensions hw --withdraw 1 --by bob")

    assert listed == ["   1  alice  until 2026-09-27T22:59  by bob: was ill"]
    assert run("course extensions hw") == []
    with pytest.raises(SubmissionRefused, match="is closed"):
        world.submit(RIGHT, now=DUE + timedelta(days=2))
    given, withdrawn = events(world)
    assert given[0] == "extend"
    assert given[2]["reason"] == "was ill"
    assert withdrawn[:2] == ("withdraw extension", "extension 1 of alice")


@pytest.mark.parametrize(
    ("option", "expected"),
    [("--add -0.5", (3.5, 4, 0)), ("--add 2", (6, 4, 0)), ("--set 1", (1, 4, 0))],
)
def test_an_adjustment_changes_the_grade_at_once(graded, run, option, expected):
    said = run(f"course adjust hw alice --problem 1 {option} {BY}")

    assert grade(graded) == expected
    assert said == [f"alice: problem 1 now counts {expected[0]:g} of 4"]


def test_points_can_be_given_to_who_handed_in_nothing_and_taken_back(world, run):
    run(f"course adjust hw dora --problem 1 --set 3 {BY}")
    with_points = grade(world, "dora")

    said = run("course adjustments hw --withdraw 1 --by bob")

    assert (with_points, grade(world, "dora")) == ((3, 4, 0), None)
    assert said == ["adjustment 1: withdrawn, the problem has no score any more"]


def test_an_adjustment_that_was_withdrawn_leaves_what_was_judged(graded, run):
    run(f"course adjust hw alice --problem 1 --set 1 {BY}")
    run(f"course adjust hw alice --problem 1 --add 0.5 {BY}")
    listed = run("course adjustments hw")

    run("course adjustments hw --withdraw 1 --by bob")

    assert listed == [
        "   1  alice  problem 1 set 1  by bob: was ill",
        "   2  alice  problem 1 +0.5  by bob: was ill",
    ]
    assert grade(graded) == (4.5, 4, 0)
    assert [action for action, _, _ in events(graded)] == [
        "adjust", "adjust", "withdraw adjustment",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("course extend hw alice --until 2026-09-24T22:59 --by bob", "an extension is later"),
        ("course extend hw alice --until soon --by bob", "'soon' is no time"),
        ("course extend hw alice --until 2026-09-27T22:59 --by dora", "dora is a student"),
        ("course extend hw charlie --until 2026-09-27T22:59 --by bob", "nobody on the roster of c"),
        ("course extend hw9 alice --until 2026-09-27T22:59 --by bob", "nothing is published as"),
        (f"course adjust hw alice --problem 9 --add 1 {BY}", "hw has no problem '9'"),
        (f"course adjust hw alice --problem 1 {BY}", "either how many points"),
        (f"course adjust hw alice --problem 1 --add 1 --set 1 {BY}", "either how many points"),
        (f"course adjust hw alice --problem 1 --add nan {BY}", "no number of points"),
        (f"course adjust hw alice --problem 1 --set -1 {BY}", "no number of points"),
        ("course extensions hw --withdraw 7 --by bob", "hw has no extension 7"),
        ("course adjustments hw --withdraw 7 --by bob", "hw has no adjustment 7"),
        ("course adjustments hw --withdraw 7", "say who takes it back"),
    ],
)
def test_wrong_use_says_why_and_decides_nothing(world, run, line, said):
    with pytest.raises(UsageError, match=re.escape(said)):
        run(line)

    assert (events(world), grade(world)) == ([], None)
    with reading(world.engine) as session:
        assert session.scalars(select(Extension)).all() == []
