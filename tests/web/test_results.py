"""Results: states in plain words, verdicts by field, and the same as JSON for scripts."""

import pytest
from portal import receipt_in
from sqlalchemy import select
from world import World

from grader.db import reading
from grader.models import Job, JobState

HW = "/courses/c/hw"
TYPED = {"answer:1a:": "6", "answer:1b:twice": "4", "answer:1b:row": "[2, 3"}


def hand_in(browser, number="1", typed=None) -> str:
    values = TYPED if typed is None else typed
    return receipt_in(browser.type_and_press(HW, f"/problems/{number}/submissions", values))


def grade_all(world: World) -> None:
    with reading(world.engine) as session:
        waiting = session.scalars(select(Job.id).where(Job.state == JobState.QUEUED.value)).all()
    for job_id in waiting:
        assert world.grade(job_id)


def set_jobs(world: World, **values: str) -> None:
    with world.engine.begin() as connection:
        connection.execute(Job.__table__.update().values(**values))


def test_a_submission_waits_until_it_is_graded(alice, world):
    number = hand_in(alice)

    before = alice.get(f"/api/v1/submissions/{number}").json
    grade_all(world)
    after = alice.get(f"/api/v1/submissions/{number}").json

    assert (before["state"], before["report"]) == ("queued", None)
    assert after["state"] == "graded"


def test_the_report_has_the_shape_that_the_command_line_prints(alice, world):
    number = hand_in(alice)
    grade_all(world)

    report = alice.get(f"/api/v1/submissions/{number}").json["report"]

    assert (report["score"], report["out_of"], report["pending"]) == (1, 4, 0)
    rows = {(row["part"], row["field"]): row for row in report["parts"]}
    assert rows["1b", "twice"] == {
        "part": "1b", "field": "twice", "verdict": "correct", "outcome": None,
        "credit": 1.0, "points": 1.0, "feedback": "",
    }  # fmt: skip
    assert rows["1a", ""]["verdict"] == "incorrect"
    assert rows["1b", "row"]["verdict"] == "unreadable"


def test_the_page_says_verdicts_in_words_with_feedback_and_where_reading_stopped(alice, world):
    number = hand_in(alice, typed=TYPED | {"answer:1a:": "2*3"})
    grade_all(world)

    page = alice.page(f"/submissions/{number}")

    for words in ("Correct", "Not correct", "Could not be read", "Add instead.", "1 of 4 points"):
        assert words in page.text
    assert '<code class="stop">' in page.html


def test_where_reading_stopped_is_said_once(alice, world):
    number = hand_in(alice, typed={"answer:1b:row": "[2, 3"})
    grade_all(world)

    page = alice.page(f"/submissions/{number}")

    assert page.text.count("The bracket '[' is not closed.") == 1


def test_a_caret_stands_below_its_place_where_only_judging_refuses(alice, world):
    number = hand_in(alice, typed={"answer:1b:row": "[1,[2]]"})
    grade_all(world)

    page = alice.page(f"/submissions/{number}")

    assert '<pre class="mono">[1,[2]]\n   ^</pre>' in page.html


def test_a_text_waits_for_a_grader_and_does_not_count_as_wrong(alice, world):
    number = hand_in(alice, "2", {"answer:2:": "Shared weights."})
    grade_all(world)

    page = alice.page(f"/submissions/{number}")

    assert "Waiting for a grader" in page.text
    assert "0 of 4 points, 4 more waiting" in page.text


@pytest.mark.parametrize(
    ("state", "queue", "words"),
    [
        (JobState.QUEUED, "answers", "Waiting to be graded."),
        (JobState.QUEUED, "gpu", "Waiting for a GPU."),
        (JobState.RUNNING, "answers", "Being graded now."),
        (JobState.HELD, "answers", "Held, and it is our fault."),
    ],
)
def test_every_state_is_said_in_plain_words(alice, world, state, queue, words):
    number = hand_in(alice)
    set_jobs(world, state=state.value, queue=queue)

    page = alice.page(f"/submissions/{number}")

    assert words in page.text
    assert alice.get(f"/api/v1/submissions/{number}").json["state"] == state.value


def test_a_waiting_page_reloads_itself_where_no_script_runs(alice, world):
    number = hand_in(alice)

    waiting = alice.page(f"/submissions/{number}").html
    grade_all(world)
    graded = alice.page(f"/submissions/{number}").html

    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert "http-equiv" not in graded


def test_the_homework_shows_the_last_verdicts_and_all_attempts(alice, world):
    hand_in(alice)
    grade_all(world)
    hand_in(alice, typed={"answer:1a:": "5"})
    grade_all(world)

    page = alice.page(HW)

    assert "2 attempts so far" in page.text
    assert "counts now: 2" in page.text
    assert "1 attempt left" in page.text


def test_the_home_page_tells_score_and_how_much_is_handed_in(alice, world):
    hand_in(alice)
    grade_all(world)

    page = alice.page("/")

    assert "Handed in 1 of 2 problems" in page.text
    assert "1 of 8 points" in page.text
    assert "Due Thu, Sep 24, 10:59 PM UTC, in 4 days" in page.text


def preview(browser, text, part="1a", field="", token=None):
    form = browser.page(HW).form("/drafts")
    given = {"token": token or dict(form.fields)["token.1"], "part": part, "field": field}
    return browser.client.post(
        "/api/v1/preview", json=given | {"text": text}, headers={"X-CSRFToken": browser.token(HW)}
    )


def test_the_preview_shows_what_was_understood(alice):
    seen = preview(alice, "3/4").json

    assert "<mfrac>" in seen["mathml"]
    assert seen["error"] == ""


def test_the_preview_says_where_reading_stopped(alice):
    seen = preview(alice, "(3 + 4").json

    assert seen["mathml"] is None
    assert seen["error"]
    assert (seen["line"], seen["position"]) == ("(3 + 4", 0)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_the_preview_of_nothing_is_nothing(alice, text):
    assert preview(alice, text).json["mathml"] is None


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "x<img src=x onerror=alert(1)>", "\\text{<b>}",
     "a" * 25_000, "(" * 5_000, "9^9^9^9^9", "</math><script>alert(1)</script>", "\u202e1"],
)  # fmt: skip
def test_no_text_breaks_the_preview_or_gets_markup_into_it(alice, text):
    response = preview(alice, text)

    assert response.status_code == 200
    shown = response.json["mathml"] or ""
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>" not in shown


def test_a_preview_needs_a_page_of_ones_own(alice, dora):
    token = dict(alice.page(HW).form("/drafts").fields)["token.1"]

    assert preview(dora, "1", token=token).status_code == 403
    assert preview(alice, "1", token="forged").status_code == 400
    assert preview(alice, "1", part="9z").status_code == 404
