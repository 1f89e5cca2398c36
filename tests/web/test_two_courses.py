"""The same homework, under the same name, in two courses: each has its own pages and work."""

import json
from datetime import timedelta

import pytest
from portal import Page, receipt_in
from sqlalchemy import select
from world import COURSE_KEY, DUE, NOW

from grader.bank.catalog import Catalog
from grader.commands import demo
from grader.db import reading, writing
from grader.models import Assignment, Course, Problem, Role, Submission
from grader.services import people
from grader.services.publishing import Publisher, Terms, publish

HERE, THERE = "/courses/c/hw", "/courses/d/hw"
STAFF_HERE, STAFF_THERE = "/staff/courses/c/hw", "/staff/courses/d/hw"


@pytest.fixture(autouse=True)
def both(world):
    """The homework of course c is published in course d too, due later; Alice takes both."""
    entry = Catalog.of([str(world.folder)]).assignment("hw")
    with writing(world.engine) as session:
        other = people.course(session, "d")
        terms = Terms(due_at=DUE + timedelta(days=30))
        list(publish(session, entry, other, terms, Publisher(COURSE_KEY, NOW)))
        people.enroll(session, other, people.find_user(session, "alice"), Role.STUDENT)
        people.enroll(session, other, people.find_user(session, "dora"), Role.GRADER)


def courses_of_submissions(world):
    with reading(world.engine) as session:
        return session.scalars(
            select(Course.slug)
            .join(Assignment, Assignment.course_id == Course.id)
            .join(Problem, Problem.assignment_id == Assignment.id)
            .join(Submission, Submission.problem_id == Problem.id)
            .order_by(Submission.id)
        ).all()


def test_each_course_shows_its_own_deadline(alice):
    here, there = alice.page(HERE).text, alice.page(THERE).text

    assert "Course" in here
    assert "Thu, Sep 24" in here
    assert "Another course" in there
    assert "Sat, Oct 24" in there


def test_the_home_page_leads_to_both(alice):
    html = alice.page("/").html

    assert f'href="{HERE}"' in html
    assert f'href="{THERE}"' in html


def test_what_is_handed_in_goes_to_the_course_of_its_page(alice, world):
    number = receipt_in(alice.type_and_press(THERE, "/problems/1/submissions", {"answer:1a:": "5"}))
    alice.type_and_press(HERE, f"{HERE}/submissions", {"answer:1a:": "6"})

    receipt = json.loads(alice.get(f"/submissions/{number}/receipt.json").text)
    assert courses_of_submissions(world) == ["d", "c"]
    assert (receipt["course"], receipt["assignment"]) == ("d", "hw")


def test_a_draft_stays_in_its_course(alice):
    alice.type_and_press(THERE, "/drafts", {"answer:1a:": "12"})

    assert ("answer:1a:", "12") in alice.page(THERE).form("/drafts").fields
    assert ("answer:1a:", "") in alice.page(HERE).form("/drafts").fields


def test_a_page_of_one_course_hands_in_nothing_in_the_other(alice, world):
    fields = alice.page(HERE).form("/drafts").filled({"answer:1a:": "5"})

    response = alice.client.post(f"{THERE}/problems/1/submissions", data=fields)

    assert response.status_code == 400
    assert courses_of_submissions(world) == []


@pytest.mark.parametrize("path", ["", "/submissions", "/scores.csv", "/next"])
def test_staff_of_one_course_see_its_pages_alone(bob, dora, path):
    seen = [
        who.get(address + path).status_code
        for who in (bob, dora)
        for address in (STAFF_HERE, STAFF_THERE)
    ]

    assert [status < 400 for status in seen] == [True, False, False, True]


def test_staff_lists_hold_their_own_course(alice, bob, dora):
    alice.type_and_press(THERE, "/problems/1/submissions", {"answer:1a:": "5"})

    assert "0 found" in bob.page(f"{STAFF_HERE}/submissions").text
    assert "1 found" in dora.page(f"{STAFF_THERE}/submissions").text


def test_links_of_a_page_stay_in_its_course(alice, dora):
    number = receipt_in(alice.type_and_press(THERE, "/problems/1/submissions", {"answer:1a:": "5"}))

    pages = [
        alice.get(f"/submissions/{number}"), alice.get(THERE), dora.get(STAFF_THERE),
        dora.get(f"/staff/submissions/{number}"), dora.get(f"{STAFF_THERE}/submissions"),
        alice.get(f"{THERE}/receipts?receipt={number}"),
        alice.client.post(f"{THERE}/problems/1/submissions", data={"csrf_token": alice.token()}),
    ]  # fmt: skip

    assert all("/courses/d/hw" in Page(page.text).html for page in pages)
    assert all("/courses/c/" not in page.text for page in pages)


@pytest.mark.parametrize("path", ["/courses/x/hw", "/courses/c/x", "/courses/hw/c", "/courses/c"])
def test_names_that_do_not_belong_together_are_404(alice, path):
    assert alice.get(path).status_code == 404


def test_the_demo_hands_in_to_its_own_course_and_for_its_own_students(world, settings, monkeypatch):
    monkeypatch.setattr(demo, "COURSE", "c")
    monkeypatch.setattr(demo, "ASSIGNMENTS", ("hw",))

    demo._hand_in(world.engine, settings, NOW)

    with reading(world.engine) as session:
        charlie = people.find_user(session, "charlie")
        by_charlie = select(Submission).where(Submission.user_id == charlie.id)
        assert session.scalars(by_charlie).all() == []
    assert set(courses_of_submissions(world)) == {"c"}
