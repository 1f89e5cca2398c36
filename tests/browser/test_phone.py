"""On a phone nothing is cut without a sign, and marking comes back at the place of the mark."""

import pytest
from sqlalchemy import select

from grader.db import reading
from grader.models import Submission

pytestmark = pytest.mark.browser

HW = "/courses/c/hw"
STAFF = "/staff/courses/c/hw"
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def essay(portal) -> str:
    """Receipt of a text of Alice's that waits for a grader."""
    world = portal.world
    world.submit({"1b": {"twice": "4", "row": "[2, 3]"}}, now=world.due_at)
    world.submit({"2": {"": "Shared weights."}}, problem="2", now=world.due_at)
    portal.grade_all()
    with reading(world.engine) as session:
        return session.scalars(
            select(Submission.receipt_number).order_by(Submission.id.desc()).limit(1)
        ).one()


@pytest.mark.parametrize(
    ("login", "path"),
    [("alice", "/"), ("alice", HW), ("alice", "/help/typing"), ("bob", "/"), ("bob", STAFF),
     ("bob", f"{STAFF}/submissions"), ("bob", f"{STAFF}/next")],
)  # fmt: skip
def test_no_page_and_no_link_of_its_header_is_cut(open_as, essay, login, path):
    page = open_as(login, path, **PHONE)

    ends = page.eval_on_selector_all(
        "header a, header button",
        "all => all.filter(one => one.checkVisibility())"
        ".map(one => one.getBoundingClientRect().right)",
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert max(ends) <= 390


def test_a_mark_leads_back_to_its_answer_with_its_criteria_ticked(open_as, portal, essay):
    page = open_as("bob", f"{STAFF}/next", **PHONE)

    page.check(":target [name=criterion]")
    page.click(":target :text('Save mark')")
    page.wait_for_load_state()

    assert page.url.endswith(f"{essay}#answer-2")
    assert page.is_checked(":target [name=criterion]")
    page.wait_for_function(
        "0 <= document.querySelector(':target').getBoundingClientRect().top"
        " && document.querySelector(':target').getBoundingClientRect().top < innerHeight"
    )


def test_what_is_wider_than_the_screen_shows_a_shade(open_as):
    page = open_as("alice", HW, **PHONE)
    page.evaluate("document.querySelector('.index ol').style.width = '900px'")

    shaded = page.screenshot(clip=edge_of(page))
    page.evaluate("document.querySelector('.index').scrollLeft = 9999")
    at_its_end = page.screenshot(clip=edge_of(page))

    assert shaded != at_its_end


def edge_of(page) -> dict[str, float]:
    """The last pixels of the index, above its links."""
    box = page.locator(".index").bounding_box()
    return {"x": 382, "y": box["y"] + 1, "width": 8, "height": 3}
