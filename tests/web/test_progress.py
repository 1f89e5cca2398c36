"""How far a running notebook has come, on the page of whoever waits for it."""

import dataclasses
import io

import notebook_course
import pytest
from portal import Browser, Page, receipt_in
from world import NOW

from grader.services import progress
from web.app import create_app

HW = "/courses/c/hw"


@pytest.fixture
def board(settings, fresh_redis_url):
    made = progress.connect(settings)
    yield made
    made.client.close()


@pytest.fixture
def waiting(alice, world):
    """The receipt number of a notebook that waits; its job is number 1."""
    notebook_course.publish(world)
    sent = alice.page(HW).form("/drafts").filled({})
    chosen = {"notebook.3": (io.BytesIO(notebook_course.notebook()), "work.ipynb")}
    return receipt_in(alice.client.post(f"{HW}/problems/3/submissions", data=sent | chosen))


@pytest.fixture
def running(waiting, world):
    world.grade_start(1, NOW)
    return waiting


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (0, "cell 1 of 14"),
        (2, "cell 3 of 14"),
        (13, "cell 14 of 14"),
        (14, "all 14 cells have run"),
    ],
)
def test_the_page_shows_how_far_it_has_come(alice, running, board, done, words):
    progress.record(board, 1, done, 14)

    page = alice.page(f"/submissions/{running}")
    told = alice.get(f"/api/v1/submissions/{running}").json

    assert words in page.text
    assert f'<progress max="14" value="{done}"' in page.html
    assert told["progress"] == {"done": done, "total": 14}


def test_before_anything_is_known_there_is_no_bar(alice, running, board):
    page = alice.page(f"/submissions/{running}")

    assert "Your notebook is being graded now." in page.text
    assert "<progress" not in page.html
    assert alice.get(f"/api/v1/submissions/{running}").json["progress"] is None


def test_a_notebook_without_cells_to_run_has_no_bar(alice, running, board):
    progress.record(board, 1, 0, 0)

    assert "<progress" not in alice.page(f"/submissions/{running}").html


def test_what_an_earlier_start_told_is_not_shown_while_it_waits(alice, waiting, board):
    progress.record(board, 1, 3, 14)

    assert "<progress" not in alice.page(f"/submissions/{waiting}").html
    assert alice.get(f"/api/v1/submissions/{waiting}").json["progress"] is None


def test_without_redis_the_page_is_there_and_shows_none(running, settings, secrets, world, clock):
    gone = dataclasses.replace(settings, redis_url="redis://127.0.0.1:1/0")
    browser = Browser(create_app(gone, secrets, world.engine, clock=clock))
    with browser.client.session_transaction() as cookie:
        cookie["user"] = 1

    response = browser.get(f"/submissions/{running}")

    assert response.status_code == 200
    assert "Your notebook is being graded now." in Page(response.text).text
