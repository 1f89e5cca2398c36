"""A notebook that runs: how far it has come appears and moves on by itself."""

from datetime import UTC, datetime, timedelta

import notebook_course
import pytest
from playwright.sync_api import expect

from grader.services import progress
from grader.settings import Settings

pytestmark = pytest.mark.browser

HW = "/courses/c/hw"


@pytest.fixture
def waiting(portal, open_as):
    """Alice's page with the receipt of a notebook that waits."""
    now = datetime.now(UTC)
    notebook_course.publish(portal.world, due_at=now + timedelta(days=2), now=now)
    page = open_as("alice", HW)
    page.set_input_files(
        "#notebook-3",
        {"name": "w.ipynb", "mimeType": "", "buffer": notebook_course.notebook()},
    )
    page.get_by_role("button", name="Hand in problem 3").click()
    page.wait_for_url("**/submissions/*")
    return page


def test_how_far_a_notebook_has_come_moves_on_by_itself(portal, waiting, fresh_redis_url, tmp_path):
    board = progress.connect(Settings(var=tmp_path / "var", redis_url=fresh_redis_url))
    expect(waiting.get_by_text("Your notebook waits for its turn.")).to_be_visible()

    portal.world.grade_start(1, datetime.now(UTC))
    expect(waiting.get_by_text("Your notebook is being graded now.")).to_be_visible(timeout=10_000)
    for done, words in ((2, "cell 3 of 14"), (9, "cell 10 of 14"), (14, "all 14 cells have run")):
        progress.record(board, 1, done, 14)
        expect(waiting.locator(".run-progress")).to_contain_text(words, timeout=10_000)
        assert waiting.locator("progress").evaluate("bar => bar.value") == done
    board.client.close()
