"""Typing in a real browser: live reading, boxes for arrays, drafts, one click and the result."""

import json
import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect
from sqlalchemy import select

from grader.db import reading
from grader.models import Draft, Submission

pytestmark = pytest.mark.browser

HW = "/courses/c/hw"


def drafts(portal) -> list[dict]:
    with reading(portal.world.engine) as session:
        return [dict(draft.answers) for draft in session.scalars(select(Draft))]


def submissions(portal) -> list[dict]:
    with reading(portal.world.engine) as session:
        return [json.loads(one.content)["answers"] for one in session.scalars(select(Submission))]


def boxes(page, field):
    return page.locator(f'[name="answer:1b:{field}"] ~ .grid input')


def test_what_was_understood_appears_below_the_field(open_as):
    page = open_as("alice", HW)

    page.fill('[name="answer:1b:twice"]', "x^2/3")

    expect(page.locator('[data-understood="f-1b-twice"] mfrac')).to_be_visible()


def test_the_place_where_reading_stopped_is_marked(open_as):
    page = open_as("alice", HW)

    page.fill('[name="answer:1b:twice"]', "2*(3+4")

    place = page.locator('[data-understood="f-1b-twice"]')
    expect(place.locator("mark")).to_have_text("(")
    expect(page.locator('[name="answer:1b:twice"]')).to_have_attribute("aria-invalid", "true")


def test_hostile_text_stays_text(open_as):
    page = open_as("alice", HW)

    page.fill('[name="answer:1b:twice"]', "<img src=x onerror=document.title='owned'>")

    expect(page.locator('[data-understood="f-1b-twice"] .why')).to_be_visible()
    assert page.locator("img").count() == 0
    assert "owned" not in page.title()


def test_boxes_write_an_array(open_as):
    page = open_as("alice", HW)

    for place, text in enumerate(("1", "2", "3", "4")):
        boxes(page, "square").nth(place).fill(text)

    assert page.input_value('[name="answer:1b:square"]') == "[[1, 2], [3, 4]]"


@pytest.mark.parametrize(
    "pasted",
    ["1\t2\t3\n4\t5\t6", "[[1,2,3],[4,5,6]]", "array([[1, 2, 3],\n       [4, 5, 6]])",
     "[[1 2 3]\n [4 5 6]]", "1 2 3\n4 5 6\n", "1, 2, 3; 4, 5, 6",
     "tensor([[1, 2, 3], [4, 5, 6]], dtype=torch.int32)"],
)  # fmt: skip
def test_a_pasted_table_or_array_fills_and_grows_the_boxes(open_as, pasted):
    page = open_as("alice", HW)
    first = boxes(page, "square").first
    first.focus()

    first.evaluate(
        """(box, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true,
                                                           cancelable: true}));
        }""",
        pasted,
    )

    assert page.input_value('[name="answer:1b:square"]') == "[[1, 2, 3], [4, 5, 6]]"
    assert boxes(page, "square").count() == 6


def test_rows_and_columns_can_be_added_and_taken_away(open_as):
    page = open_as("alice", HW)
    boxes(page, "row").first.fill("2")

    page.get_by_role("button", name="Add an entry").click()
    boxes(page, "row").nth(1).fill("3")
    boxes(page, "row").nth(2).fill("4")
    page.get_by_role("button", name="Remove the last entry").click()

    assert page.input_value('[name="answer:1b:row"]') == "[2, 3]"


def test_an_array_can_be_typed_as_text(open_as):
    page = open_as("alice", HW)
    field = page.locator(".field", has=page.locator('[name="answer:1b:square"]'))

    field.get_by_role("button", name="type as text").click()
    page.fill('[name="answer:1b:square"]', "[[5, 6], [7, 8]]")
    field.get_by_role("button", name="fill in boxes").click()

    assert [box.input_value() for box in boxes(page, "square").all()] == ["5", "6", "7", "8"]


def test_what_does_not_fit_into_boxes_stays_text(open_as, portal):
    page = open_as("alice", HW)
    field = page.locator(".field", has=page.locator('[name="answer:1b:square"]'))
    field.get_by_role("button", name="type as text").click()
    page.fill('[name="answer:1b:square"]', "1/9 * [[1, 1], [1, 1]]")
    expect(page.locator('[data-draft-of="1"]')).to_contain_text("Draft saved")

    page.reload()

    expect(page.locator('[name="answer:1b:square"]')).to_be_visible()
    assert page.input_value('[name="answer:1b:square"]') == "1/9 * [[1, 1], [1, 1]]"


def test_a_draft_saves_itself_and_is_there_again(open_as, portal):
    page = open_as("alice", HW)

    page.fill('[name="answer:1a:"]', "17")
    expect(page.locator('[data-draft-of="1"]')).to_contain_text("Draft saved")

    assert drafts(portal) == [{"1a": {"": "17"}}]
    page.reload()
    assert page.input_value('[name="answer:1a:"]') == "17"


def test_leaving_the_page_at_once_loses_nothing(open_as, portal):
    page = open_as("alice", HW)

    page.fill('[name="answer:1a:"]', "18")
    page.goto("/")
    page.goto(HW)

    expect(page.locator('[name="answer:1a:"]')).to_have_value("18")


def test_handing_in_while_a_draft_is_on_its_way_leaves_no_draft_behind(open_as, portal):
    page = open_as("alice", HW)

    def late(route):
        answer = route.fetch()
        page.wait_for_timeout(600)
        with suppress(Error):  # the page may have gone on
            route.fulfill(response=answer)

    page.route("**/drafts", late)
    with page.expect_request("**/drafts"):
        page.fill('[name="answer:1a:"]', "4")
    page.fill('[name="answer:1a:"]', "5")
    page.get_by_role("button", name="Hand in problem 1").click()
    page.wait_for_url("**/submissions/*")

    assert submissions(portal) == [{"1a": {"": "5"}}]
    assert drafts(portal) == []


def test_a_draft_of_this_page_goes_with_what_was_typed_after_it(open_as, portal):
    page = open_as("alice", HW)
    page.fill('[name="answer:1a:"]', "4")
    expect(page.locator('[data-draft-of="1"]')).to_contain_text("Draft saved")

    page.fill('[name="answer:1a:"]', "5")
    page.get_by_role("button", name="Hand in problem 1").click()
    page.wait_for_url("**/submissions/*")

    assert drafts(portal) == []


def test_an_old_tab_hands_in_nothing_and_takes_no_draft_away(open_as, portal):
    page = open_as("alice", HW)
    page.fill('[name="answer:1a:"]', "4")
    expect(page.locator('[data-draft-of="1"]')).to_contain_text("Draft saved")
    old = open_as("alice", HW)
    page.fill('[name="answer:1a:"]', "5")
    expect(page.locator('[data-draft-of="1"]')).to_contain_text("Draft saved")
    portal.troubles.clear()

    old.get_by_role("button", name="Hand in problem 1").click()

    expect(old.get_by_text("This page is older than what you saved")).to_be_visible()
    assert submissions(portal) == []
    assert drafts(portal) == [{"1a": {"": "5"}}]
    portal.troubles.clear()  # the browser logs the status of the refusal


def test_enter_hands_in_nothing(open_as, portal):
    page = open_as("alice", HW)

    page.fill('[name="answer:1a:"]', "5")
    page.press('[name="answer:1a:"]', "Enter")
    page.wait_for_timeout(300)

    assert submissions(portal) == []


def test_a_double_click_is_one_submission_and_the_result_appears_by_itself(open_as, portal):
    page = open_as("alice", HW)
    page.fill('[name="answer:1a:"]', "5")
    page.get_by_label("The first").check()

    page.get_by_role("button", name="Hand in problem 1").dblclick()
    page.wait_for_url("**/submissions/*")
    expect(page.get_by_text("Waiting to be graded.")).to_be_visible()
    portal.grade_all()

    expect(page.locator(".score b")).to_have_text("2")
    assert submissions(portal) == [{"1a": {"": "5"}, "1b": {"which": "x"}}]


def test_the_list_of_attempts_follows_the_result(open_as, portal):
    portal.world.submit({"1a": {"": "6"}}, now=portal.world.due_at)
    portal.grade_all()
    page = open_as("alice", HW)
    page.fill('[name="answer:1a:"]', "5")
    page.get_by_role("button", name="Hand in problem 1").click()
    expect(page.get_by_role("region", name="All attempts")).to_contain_text("Waiting")

    portal.grade_all()

    expect(page.get_by_role("region", name="All attempts")).not_to_contain_text("Waiting")
    expect(page.get_by_role("listitem").filter(has_text="counts")).to_contain_text("Attempt 2")


def test_the_rows_of_a_matrix_stand_close_together(open_as):
    page = open_as("alice", HW)

    first, _, third, _ = (box.bounding_box() for box in boxes(page, "square").all())

    assert third["y"] - first["y"] < 1.5 * first["height"]


def test_a_draft_is_saved_at_a_time_of_the_course(open_as):
    page = open_as("alice", HW, timezone_id="Asia/Tokyo", locale="en-US")

    page.fill('[name="answer:1a:"]', "5")

    expect(page.locator('[data-draft-of="1"]')).to_contain_text(re.compile(r"M UTC$"))


def test_all_of_it_works_without_javascript(open_as, portal):
    page = open_as("alice", HW, java_script_enabled=False)
    page.fill('[name="answer:1a:"]', "5")
    page.fill('[name="answer:1b:square"]', "[[1, 2], [3, 4]]")

    page.get_by_role("button", name="Hand in problem 1").click()
    portal.grade_all()
    page.reload()

    expect(page.locator(".score b")).to_have_text("2")


def test_the_theme_changes_without_losing_what_is_typed(open_as, portal):
    page = open_as("alice", HW, color_scheme="light")
    page.fill('[name="answer:1a:"]', "9")

    page.get_by_role("button", name="Dark theme").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.input_value('[name="answer:1a:"]') == "9"
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
