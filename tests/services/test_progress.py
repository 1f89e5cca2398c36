"""Progress of a running notebook: told over Redis, and nothing is lost where Redis is."""

import signal
import time

import pytest
from stack import redis_of_its_own

from grader.services import progress
from grader.services.progress import Progress
from grader.settings import Settings


@pytest.fixture
def board(fresh_redis_url, tmp_path):
    made = progress.connect(Settings(var=tmp_path, redis_url=fresh_redis_url))
    yield made
    made.client.close()


def test_what_a_worker_records_a_page_reads(board):
    progress.record(board, 7, 0, 14)
    progress.record(board, 7, 3, 14)

    assert progress.read(board, 7) == Progress(done=3, total=14)
    assert progress.read(board, 8) is None


def test_it_does_not_stay_for_ever(board):
    progress.record(board, 7, 3, 14)

    (key,) = board.client.keys("*")

    assert 0 < board.client.ttl(key) <= progress.KEPT_SECONDS


@pytest.mark.parametrize("text", [b"", b"3", b"3/14/15", b"-1/4", b"a/b", b"\xff", b"9" * 5000])
def test_what_is_no_progress_is_none(text):
    assert Progress.from_text(text) is None


def test_a_redis_that_hangs_is_waited_for_once_and_then_left_alone(server_folder, tmp_path):
    with redis_of_its_own(server_folder) as (url, server):
        board = progress.connect(Settings(var=tmp_path, redis_url=url))
        server.send_signal(signal.SIGSTOP)
        began = time.monotonic()

        seen = [progress.read(board, 7) for _ in range(50)]
        progress.record(board, 7, 1, 2)

        assert seen == [None] * 50
        assert time.monotonic() - began < 5 * progress.TIMEOUT_SECONDS
        server.send_signal(signal.SIGCONT)
        board.client.close()


def test_a_redis_that_came_back_is_asked_again(server_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "PAUSE_SECONDS", 0.0)
    with redis_of_its_own(server_folder) as (url, server):
        board = progress.connect(Settings(var=tmp_path, redis_url=url))
        progress.record(board, 7, 1, 2)
        server.send_signal(signal.SIGSTOP)
        lost = progress.read(board, 7)
        server.send_signal(signal.SIGCONT)

        assert lost is None
        assert progress.read(board, 7) == Progress(1, 2)
        board.client.close()


def test_a_redis_that_is_gone_stops_nothing(tmp_path):
    board = progress.connect(Settings(var=tmp_path, redis_url="redis://127.0.0.1:1/0"))

    progress.record(board, 7, 1, 2)

    assert progress.read(board, 7) is None
