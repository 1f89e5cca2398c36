"""Pictures of solutions: beside the verdicts, once they give nothing away."""

import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from portal import receipt_in
from world import DUE

from grader.db import writing
from grader.models import Extension, User
from web.solutions import PALETTES, POLICY, themed

HW = "/courses/c/hw"
ALT = "A bar of length 2 before one of 3."
CLOSED = DUE + timedelta(days=2, minutes=6)
TOKENS = Path(__file__).parents[2] / "web" / "static" / "css" / "tokens.css"


@pytest.fixture
def number(alice):
    return receipt_in(alice.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": "6"}))


def path(number, part="1a", theme="light"):
    return f"/submissions/{number}/solutions/{part}.svg?theme={theme}"


def test_a_student_sees_no_picture_while_work_is_still_taken(alice, clock, number):
    clock.now = DUE + timedelta(days=1)

    assert ALT not in alice.page(f"/submissions/{number}").html
    assert alice.get(path(number)).status_code == 404


def test_a_student_sees_the_picture_after_the_homework_closed(alice, clock, number):
    clock.now = CLOSED

    page = alice.page(f"/submissions/{number}").html

    images = re.findall(rf'<img class="only-in-(\w+)" src="([^"]+)" alt="{ALT}"', page)
    assert [theme for theme, _ in images] == ["light", "dark"]
    assert all(alice.get(source).status_code == 200 for _, source in images)


def test_an_extension_keeps_the_picture_back_for_its_student(alice, clock, number, world):
    with writing(world.engine) as session:
        people = {user.login: user.id for user in session.query(User)}
        session.add(
            Extension(
                user_id=people["alice"], assignment_id=world.assignment(session).id,
                due_at=DUE + timedelta(days=7), reason="ill", given_by=people["bob"],
                given_at=clock.now,
            )
        )  # fmt: skip
    clock.now = CLOSED

    assert alice.get(path(number)).status_code == 404


def test_staff_see_the_picture_at_any_time(bob, number):
    assert ALT in bob.page(f"/staff/submissions/{number}").html
    assert bob.get(path(number)).status_code == 200


@pytest.fixture
def drawn(world):
    """The receipt number of an answer that was judged and drawn."""
    accepted = world.submit({"1a": {"": "6"}})
    world.illustrate(accepted)
    world.grade(accepted)
    return accepted.submission.receipt_number


@pytest.mark.parametrize(("when", "status"), [(DUE, 404), (CLOSED, 200)])
def test_an_answer_that_could_not_be_drawn_says_so_until_the_solution_is_shown(
    alice, clock, world, when, status
):
    accepted = world.submit({"1a": {"": "crash"}})
    world.illustrate(accepted)
    world.grade(accepted)
    number = accepted.submission.receipt_number
    clock.now = when

    page = alice.page(f"/submissions/{number}").html

    assert ("could not be drawn" in page, ALT in page) == (status == 404, status == 200)
    assert alice.get(path(number)).status_code == status


def test_a_student_sees_their_own_answer_and_nothing_else_while_work_is_taken(alice, drawn):
    page = alice.page(f"/submissions/{drawn}").html

    assert 'alt="Yours alone is 6."' in page
    assert ALT not in page
    assert "A bar of length" not in alice.get(path(drawn)).text
    (bar,) = ET.fromstring(alice.get(path(drawn)).text)
    assert bar.get("width") == "6"


def test_a_student_sees_their_answer_beside_the_solution_after_it_closed(alice, clock, drawn):
    clock.now = CLOSED

    assert f'alt="Yours is 6; {ALT}"' in alice.page(f"/submissions/{drawn}").html
    assert f"Yours is 6; {ALT}" in alice.get(path(drawn)).text


def test_staff_see_the_answer_beside_the_solution_at_any_time(bob, drawn):
    assert f"Yours is 6; {ALT}" in bob.page(f"/staff/submissions/{drawn}").html


def test_another_students_answer_is_nobodys_business(dora, charlie, drawn):
    assert dora.get(path(drawn)).status_code == 404
    assert charlie.get(path(drawn)).status_code == 404


def test_an_answer_that_cannot_be_drawn_leaves_the_solution_alone(alice, clock, world):
    accepted = world.submit({"1a": {"": "?"}})
    world.illustrate(accepted)
    world.grade(accepted)
    clock.now = CLOSED

    assert f'alt="{ALT}"' in alice.page(f"/submissions/{accepted.submission.receipt_number}").html


def test_nobody_else_sees_it(dora, charlie, clock, number):
    clock.now = CLOSED

    assert dora.get(path(number)).status_code == 404
    assert charlie.get(path(number)).status_code == 404


@pytest.mark.parametrize("part", ["1b", "9z", "%23drawings", "..%2f1a"])
def test_a_part_without_a_picture_has_none(bob, number, part):
    assert bob.get(path(number, part)).status_code == 404


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_is_an_image_that_runs_and_loads_nothing(bob, number, theme):
    answer = bob.get(path(number, theme=theme))

    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    (bar,) = ET.fromstring(answer.text)
    assert bar.get("width") == "2"
    assert (bar.get("fill"), bar.get("stroke")) == (
        PALETTES[theme]["accent"],
        PALETTES[theme]["ink"],
    )


def test_other_pages_keep_their_policy(alice):
    assert "script-src 'self'" in alice.get("/").headers["Content-Security-Policy"]


def test_an_unknown_property_falls_back_to_what_the_author_wrote():
    assert themed("var(--violet, #aa00ff) var(--none)", "dark") == "#aa00ff #e8e6e1"


def test_the_palettes_are_those_of_the_portal():
    blocks = re.split(r"\n(?=:root|@media)", TOKENS.read_text())
    stated = {
        theme: dict(re.findall(r"--(\w+): (#\w+);", next(b for b in blocks if b.startswith(start))))
        for theme, start in (("light", ":root {"), ("dark", ':root[data-theme="dark"]'))
    }

    for theme, palette in PALETTES.items():
        assert {name: stated[theme][name] for name in palette} == palette
