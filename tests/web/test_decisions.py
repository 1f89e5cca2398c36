"""What staff decided for one student stands on the student's pages, with its reason."""

import pytest
from portal import receipt_in
from sqlalchemy import select
from world import DUE, NOW, World, days

from grader.db import reading, writing
from grader.models import AdjustmentKind, Job, JobState, Problem
from grader.services import decisions, people
from grader.services.decisions import Decided

HW = "/courses/c/hw"


def adjust(world: World, kind: AdjustmentKind, points: float, reason: str) -> None:
    with writing(world.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "1")).one()
        alice, iris = (people.find_user(session, login) for login in ("alice", "iris"))
        decisions.adjust(session, problem, alice, kind, points, Decided(iris, reason, NOW))


def extend(world: World, reason: str) -> None:
    with writing(world.engine) as session:
        alice, iris = (people.find_user(session, login) for login in ("alice", "iris"))
        decided = Decided(iris, reason, NOW)
        decisions.extend(session, world.assignment(session), alice, DUE + days(3), decided)


def hand_in(browser, typed: str) -> str:
    sent = {"answer:1a:": typed}
    return receipt_in(browser.type_and_press(HW, "/problems/1/submissions", sent))


@pytest.fixture
def receipt(alice, world) -> str:
    number = hand_in(alice, "5")
    with reading(world.engine) as session:
        queued = select(Job.id).where(Job.state == JobState.QUEUED.value)
        job_id = session.scalars(queued).one()
    assert world.grade(job_id)
    return number


@pytest.mark.parametrize(
    ("kind", "points", "words"),
    [
        (AdjustmentKind.ADD, 0.5, "Staff added 0.5 points : helped others"),
        (AdjustmentKind.ADD, -1, "Staff took 1 point : helped others"),
        (AdjustmentKind.SET, 3, "Staff set this problem to 3 points : helped others"),
    ],
)
def test_an_adjustment_is_told_to_its_student(alice, world, receipt, kind, points, words):
    adjust(world, kind, points, "helped others")

    assert words in alice.page(HW).text
    assert words in alice.page(f"/submissions/{receipt}").text


def test_staff_see_an_adjustment_beside_the_submission(bob, world, receipt):
    adjust(world, AdjustmentKind.ADD, 1, "helped others")

    assert "Staff added 1 point : helped others" in bob.page(f"/staff/submissions/{receipt}").text


def test_only_adjustments_that_count_are_told(alice, world, receipt):
    for kind, points in ((AdjustmentKind.ADD, 1), (AdjustmentKind.SET, 2), (AdjustmentKind.SET, 4)):
        adjust(world, kind, points, f"reason {points}")

    page = alice.page(f"/submissions/{receipt}").text

    assert "reason 1" in page
    assert "reason 2" not in page
    assert "reason 4" in page


def test_nobody_else_reads_an_adjustment(alice, dora, world, receipt):
    adjust(world, AdjustmentKind.ADD, 1, "a private reason")
    extend(world, "a private reason")

    other = hand_in(dora, "5")

    for path in ("/", HW, f"/submissions/{other}"):
        assert "a private reason" not in dora.page(path).text
    assert "extended" not in dora.page("/").text


def test_an_extension_is_told_with_its_reason(alice, world):
    extend(world, "was ill")

    assert "extended for you" in alice.page("/").text
    assert "Your due time is extended to Sun, Sep 27" in alice.page(HW).text
    assert "for the others it is Thu, Sep 24, 10:59 PM UTC : was ill" in alice.page(HW).text
