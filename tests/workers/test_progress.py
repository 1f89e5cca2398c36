"""How far a notebook has come is told while it runs, and never costs it anything."""

import pytest

from grader.evidence import read_notebook
from grader.services import progress
from grader.services.progress import Progress
from grader.settings import Settings
from grader.spec import Notebook
from tests.workers.homework import notebook_bytes
from workers.notebooks import Order, collect
from workers.progress import PAUSE_SECONDS, Teller

WATCHED = Notebook(watch={"x": "seen = x"}, cell_seconds=1, total_seconds=5)


@pytest.mark.sandbox
def test_every_cell_of_the_students_is_told_and_none_of_the_authors(sandbox):
    told = []
    cells = ("x = 1", ("markdown", "Why?"), "x + 1", "1 / 0")
    source = read_notebook(notebook_bytes(*cells))

    collect(sandbox, source, Order(notebook=WATCHED), lambda *pair: told.append(pair))

    assert list(dict.fromkeys(told)) == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert told[-1] == (3, 3)


@pytest.fixture
def settings(fresh_redis_url, tmp_path):
    return Settings(var=tmp_path / "var", redis_url=fresh_redis_url)


def test_a_long_notebook_is_told_of_at_once_and_at_its_end(settings):
    board = progress.connect(settings)
    teller = Teller(settings, 7, at_once=True)

    teller.tell(0, 5)
    assert progress.read(board, 7) == Progress(0, 5)

    teller.tell(1, 5)
    assert progress.read(board, 7) == Progress(0, 5), "not every cell is worth a word"

    teller.tell(5, 5)
    assert progress.read(board, 7) == Progress(5, 5)


def test_a_short_notebook_is_not_told_of_until_it_takes_its_time(settings, monkeypatch):
    board = progress.connect(settings)
    moment = [100.0]
    monkeypatch.setattr("workers.progress.time.monotonic", lambda: moment[0])
    teller = Teller(settings, 8, at_once=False)

    for done in range(6):
        teller.tell(done, 5)
    assert progress.read(board, 8) is None

    moment[0] += PAUSE_SECONDS
    teller.tell(2, 5)
    assert progress.read(board, 8) == Progress(2, 5)


def test_a_redis_that_is_gone_costs_nothing(tmp_path):
    gone = Settings(var=tmp_path, redis_url=f"redis+socket://{tmp_path}/none.sock")

    Teller(gone, 9, at_once=True).tell(0, 5)
