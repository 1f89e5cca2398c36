"""Who sees what: Alice her own, Bob his course's, Charlie nothing of either."""

import pytest
from portal import receipt_in
from sqlalchemy import update
from world import NOW, days

from grader.models import Assignment, User

HW = "/courses/c/hw"
XSS = '<script>alert("x")</script>'


@pytest.fixture
def receipt(alice) -> str:
    typed = {"answer:2:": f"{XSS} =cmd()"}
    return receipt_in(alice.type_and_press(HW, "/problems/2/submissions", typed))


PAGES = [
    "/submissions/{}", "/submissions/{}/receipt.json", "/submissions/{}/content.json",
    "/api/v1/submissions/{}", HW + "/receipts?receipt={}",
]  # fmt: skip
STAFF_PAGES = [
    "/staff/submissions/{}", "/staff/courses/c/hw", "/staff/courses/c/hw/submissions",
    "/staff/courses/c/hw/scores.csv", "/staff/courses/c/hw/next",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_submission_is_its_students_and_the_staffs_alone(
    alice, dora, bob, charlie, receipt, path
):
    seen = [who.get(path.format(receipt)).status_code for who in (alice, bob, dora, charlie)]

    assert seen == [200, 200, 404, 404]


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_staff_pages_are_the_staffs_alone(alice, dora, bob, charlie, receipt, path):
    seen = [who.get(path.format(receipt)).status_code for who in (alice, dora, charlie)]

    assert seen == [404, 404, 404]
    assert bob.get(path.format(receipt)).status_code in (200, 302)


@pytest.mark.parametrize("action", ["marks", "release"])
def test_students_give_no_marks_and_release_nothing(alice, dora, charlie, receipt, action):
    for who in (alice, dora, charlie):
        sent = {"csrf_token": who.token(), "part": "2", "field": "", "points": "4"}
        response = who.client.post(f"/staff/submissions/{receipt}/{action}", data=sent)

        assert response.status_code == 404


def test_another_course_is_not_there(charlie):
    assert charlie.get(HW).status_code == 404
    assert "Homework 4" not in charlie.get("/").text
    assert "There is no homework for you yet" in charlie.page("/").text


def test_what_has_not_opened_is_not_there_for_students(alice, bob, world):
    with world.engine.begin() as connection:
        connection.execute(update(Assignment.__table__).values(opens_at=NOW + days(1)))

    assert alice.get(HW).status_code == 404
    assert bob.get(HW).status_code == 200


def test_text_of_students_is_escaped_everywhere(alice, bob, receipt, world):
    with world.engine.begin() as connection:
        connection.execute(
            update(User.__table__).where(User.login == "alice").values(name=f"{XSS}'\"")
        )

    pages = [
        alice.get("/"), alice.get(HW), alice.get(f"/submissions/{receipt}"),
        bob.get(f"/staff/submissions/{receipt}"), bob.get("/staff/courses/c/hw/submissions"),
        bob.get(f"/staff/courses/c/hw/submissions?student={XSS}&state={XSS}&problem={XSS}"),
        bob.get("/staff/courses/c/hw"), alice.get(f"/nowhere/{XSS}"),
        alice.get(f"/help/typing?{XSS}"),
    ]  # fmt: skip

    for page in pages:
        assert "<script>alert" not in page.text
