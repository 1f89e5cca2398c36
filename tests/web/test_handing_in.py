"""Handing in at the portal: one submission a click, by the version shown, with a receipt."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from portal import Browser, Page, receipt_in
from sqlalchemy import func, select
from stack import eventually
from world import DUE, RIGHT, write_bank

from grader.db import reading
from grader.models import Job, JobState, ProblemVersion, Submission, Variant
from grader.queue import Queue, create_celery, waiting
from grader.services import receipts

HW = "/courses/c/hw"
TYPED = {"answer:1a:": "5", "answer:1b:twice": "4", "answer:1b:row": "[2, 3]"}


def stored(world) -> list[Submission]:
    with reading(world.engine) as session:
        return list(session.scalars(select(Submission).order_by(Submission.id)))


def test_a_hand_in_is_stored_as_typed_and_queued(alice, world, settings, fresh_redis_url):
    response = alice.type_and_press(HW, "/problems/1/submissions", TYPED)

    (submission,) = stored(world)
    assert receipt_in(response) == submission.receipt_number
    assert json.loads(submission.content)["answers"] == RIGHT
    broker = create_celery(settings, publishes_only=True)
    assert eventually(lambda: waiting(broker)[Queue.ANSWERS], seconds=10) == 1


def test_the_receipt_page_tells_number_time_and_hash(alice, world):
    number = receipt_in(alice.type_and_press(HW, "/problems/1/submissions", TYPED))

    page = alice.page(f"/submissions/{number}")

    assert number in page.text
    assert stored(world)[0].sha256 in page.text
    assert "Sun, Sep 20, 12:00 PM UTC" in page.text


def test_the_receipt_file_is_signed_over_what_can_be_downloaded(alice, secrets):
    number = receipt_in(alice.type_and_press(HW, "/problems/1/submissions", TYPED))

    receipt = alice.get(f"/submissions/{number}/receipt.json")
    content = alice.get(f"/submissions/{number}/content.json")

    key = Ed25519PrivateKey.from_private_bytes(secrets.signing_key).public_key()
    assert receipts.verify(json.loads(receipt.text), key, content.text)
    assert "attachment" in receipt.headers["Content-Disposition"]


def test_a_second_click_is_the_same_submission(alice, world):
    form = alice.page(HW).form("/drafts")
    address = alice.button(form, "/problems/1/submissions")

    first = alice.client.post(address, data=form.filled(TYPED))
    second = alice.client.post(address, data=form.filled(TYPED))

    assert receipt_in(first) == receipt_in(second)
    assert len(stored(world)) == 1


def test_clicks_at_the_same_moment_are_one_submission(alice, app, world):
    form = alice.page(HW).form("/drafts")
    cookie = alice.client.get_cookie("grader_session")

    def click(_):
        again = Browser(app)
        again.client.set_cookie("grader_session", cookie.value)
        return again.client.post(f"{HW}/problems/1/submissions", data=form.filled(TYPED))

    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(click, range(4)))

    assert len({receipt_in(response) for response in responses}) == 1
    assert len(stored(world)) == 1


def test_the_same_page_sent_again_with_other_answers_is_an_attempt_of_its_own(alice, world):
    form = alice.page(HW).form("/drafts")
    address = alice.button(form, "/problems/1/submissions")
    alice.client.post(address, data=form.filled(TYPED))

    alice.client.post(address, data=form.filled(TYPED | {"answer:1a:": "6"}))

    assert [one.attempt for one in stored(world)] == [1, 2]


def test_going_back_to_an_earlier_answer_is_an_attempt_of_its_own(alice, world):
    form = alice.page(HW).form("/drafts")
    address = alice.button(form, "/problems/1/submissions")

    receipts = [
        receipt_in(alice.client.post(address, data=form.filled(TYPED | {"answer:1a:": text})))
        for text in ("5", "6", "5", "5")
    ]

    assert [one.attempt for one in stored(world)] == [1, 2, 3]
    assert receipts[:3] == [one.receipt_number for one in stored(world)]
    assert receipts[3] == receipts[2]


def test_an_unchanged_problem_uses_no_attempt(alice, world):
    alice.type_and_press(HW, "/problems/1/submissions", TYPED)

    response = alice.type_and_press(HW, "/problems/1/submissions")

    assert response.status_code == 409
    assert "Nothing has changed since attempt 1" in Page(response.text).text
    assert len(stored(world)) == 1


def test_nothing_typed_hands_in_nothing(alice, world):
    response = alice.type_and_press(HW, "/problems/1/submissions")

    assert response.status_code == 409
    assert "Nothing is typed in problem 1" in Page(response.text).text
    assert stored(world) == []


def test_no_attempt_past_the_limit_and_the_page_says_how_many_are_left(alice, world):
    for guess in ("1", "2", "3"):
        alice.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": guess})

    form = alice.page(HW).form("/drafts")
    response = alice.client.post(
        f"{HW}/problems/1/submissions", data=form.filled({"answer:1a:": "4"})
    )

    assert response.status_code == 409
    assert "used all 3 attempts" in response.text
    assert "No attempts left" in alice.page(HW).text
    assert len(stored(world)) == 3


def test_a_held_attempt_is_our_fault_and_costs_none(alice, world):
    alice.type_and_press(HW, "/problems/1/submissions", TYPED)
    with world.engine.begin() as connection:
        connection.execute(Job.__table__.update().values(state=JobState.HELD.value))

    page = alice.page(HW)

    assert "3 attempts left" in page.text


def test_an_upload_that_began_in_time_is_in_time(alice, clock, world):
    clock.now = DUE + timedelta(minutes=4)
    alice.type_and_press(HW, "/problems/1/submissions", TYPED)

    assert stored(world)[0].days_late == 0
    assert stored(world)[0].received_at == clock.now


def test_the_moment_is_taken_before_the_body_arrives(app, clock, world):
    seen = []

    class SlowBody:
        def read(self, *_):
            seen.append("read")
            clock.now = DUE + timedelta(days=30)
            return b""

    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/login", "wsgi.input": SlowBody(),
        "wsgi.url_scheme": "http", "SERVER_NAME": "x", "SERVER_PORT": "80",
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "10",
    }  # fmt: skip
    began = clock.now

    list(app.wsgi_app(environ, lambda *_: None))

    assert environ["grader.received_at"] == began
    assert seen


def test_a_late_hand_in_counts_its_late_days(alice, clock, world):
    clock.now = DUE + timedelta(days=1, hours=2)

    page = alice.page(HW)
    number = receipt_in(alice.type_and_press(HW, "/problems/1/submissions", TYPED))

    assert "2 days late" in page.text
    assert "2 days late" in alice.page(f"/submissions/{number}").text


def test_a_closed_assignment_refuses_and_keeps_what_was_typed(alice, clock, world):
    form = alice.page(HW).form("/drafts")
    clock.now = DUE + timedelta(days=2, minutes=6)

    response = alice.client.post(f"{HW}/problems/1/submissions", data=form.filled(TYPED))

    assert response.status_code == 409
    assert "is closed" in response.text
    assert stored(world) == []
    page = alice.page(HW)
    assert ("answer:1a:", "5") in page.form("/drafts").fields
    assert "Hand in" not in page.text


def test_handing_in_one_problem_keeps_the_others_as_drafts(alice, world):
    alice.type_and_press(
        HW, "/problems/1/submissions", TYPED | {"answer:2:": "Because weights are shared."}
    )

    fields = alice.page(HW).form("/drafts").fields

    assert len(stored(world)) == 1
    assert ("answer:2:", "Because weights are shared.") in fields


TOO_LONG = {"answer:2:": "x" * 20_001}


def test_a_text_too_long_elsewhere_does_not_refuse_the_problem_that_is_handed_in(alice, world):
    response = alice.type_and_press(HW, "/problems/1/submissions", TYPED | TOO_LONG)

    page = alice.page(f"/submissions/{receipt_in(response)}").text
    assert "Problem 2 was not saved as a draft. The answer to 2 has 20,001 characters" in page
    assert len(stored(world)) == 1


def test_a_text_too_long_is_refused_by_itself_among_all_that_changed(alice, world):
    response = alice.type_and_press(HW, f"{HW}/submissions", TYPED | TOO_LONG)

    page = Page(alice.get(response.location).text).text
    assert "Problem 2 was not handed in. The answer to 2 has 20,001 characters" in page
    assert [one.problem_id for one in stored(world)] == [1]


def test_a_text_too_long_that_is_handed_in_is_refused_by_its_reason(alice, world):
    response = alice.type_and_press(HW, "/problems/2/submissions", TYPED | TOO_LONG)

    assert response.status_code == 409
    assert "The answer to 2 has 20,001 characters; at most 20,000 are read" in response.text
    assert ("answer:1a:", "5") in alice.page(HW).form("/drafts").fields


def test_all_that_changed_is_handed_in_and_nothing_else(alice, world):
    alice.type_and_press(HW, "/problems/1/submissions", TYPED)

    response = alice.type_and_press(HW, f"{HW}/submissions", {"answer:2:": "Shared weights."})

    assert [one.problem_id for one in stored(world)] == [1, 2]
    page = Page(alice.get(response.location).text)
    assert "Handed in: 1 problem" in page.text
    assert stored(world)[1].receipt_number in page.text


def test_an_old_tab_hands_in_nothing_that_a_newer_one_replaced(alice, world):
    alice.type_and_press(HW, "/problems/1/submissions", TYPED)
    old_tab = alice.page(HW).form("/drafts")
    alice.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": "6"})

    alice.client.post(f"{HW}/submissions", data=old_tab.filled({"answer:2:": "Text."}))

    answers = [json.loads(one.content)["answers"] for one in stored(world)]
    assert [one.get("1a", {}).get("") for one in answers] == ["5", "6", None]


def test_one_refusal_does_not_stop_the_others(alice, world):
    for guess in ("1", "2", "3"):
        alice.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": guess})

    form = alice.page(HW).form("/drafts")
    response = alice.client.post(
        f"{HW}/submissions", data=form.filled({"answer:1a:": "4", "answer:2:": "Text."})
    )

    assert len(stored(world)) == 4
    page = Page(alice.get(response.location).text)
    assert "Problem 1 was not handed in. You have used all 3 attempts" in page.text


def test_a_page_of_version_1_is_judged_by_version_1_after_version_2(alice, world, tmp_path):
    form = alice.page(HW).form("/drafts")
    edited = "New words $<<a>>$, $<<b>>$.\n## a\nSum?\n## b\nBoth."
    write_bank(tmp_path / "bank", **{"sums.md": edited})
    world.publish(late_days=2)

    alice.client.post(f"{HW}/problems/1/submissions", data=form.filled(TYPED))

    with reading(world.engine) as session:
        judged_by = session.scalar(
            select(ProblemVersion.number)
            .join(Variant, Variant.version_id == ProblemVersion.id)
            .join(Submission, Submission.variant_id == Variant.id)
        )
        newest = session.scalar(select(func.max(ProblemVersion.number)))
    assert (judged_by, newest) == (1, 2)
    assert "New words" in alice.page(HW).text


@pytest.mark.parametrize("lines", ["one\ntwo", "one\r\ntwo"])
def test_line_ends_of_browsers_change_no_text(alice, world, lines):
    alice.type_and_press(HW, "/problems/2/submissions", {"answer:2:": lines})

    assert json.loads(stored(world)[0].content)["answers"] == {"2": {"": "one\ntwo"}}


def test_any_text_survives_the_way_to_the_page_and_back(alice):
    hard = "\n<script>alert(1)</script> & \"'\\ \ufffd \U0001f600 </textarea>"
    alice.type_and_press(HW, "/problems/2/submissions", {"answer:2:": hard})

    page = alice.page(HW)

    assert dict(page.form("/drafts").fields)["answer:2:"] == hard
    assert "<script>alert" not in page.html
