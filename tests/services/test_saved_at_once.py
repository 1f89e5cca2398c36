"""Two who keep the same thing at the same moment: neither fails, and the last draft counts."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from world import NOW

from grader.db import reading, writing
from grader.models import Blob, Draft, Problem, User
from grader.services import blobs, drafts

LATER = NOW + timedelta(seconds=1)


def ids(world):
    with reading(world.engine) as session:
        user = select(User.id).where(User.login == "alice")
        problem = select(Problem.id).where(Problem.number == "1")
        return session.scalars(user).one(), session.scalars(problem).one()


def at_once(world, first, second):
    """Call `second` in a transaction that begins while that of `first` is open."""
    began = threading.Event()

    def one():
        with writing(world.engine) as session:
            first(session)
            began.set()
            threading.Event().wait(0.5)  # the other one has come to the same row by then

    def other():
        assert began.wait(20)
        with writing(world.engine) as session:
            second(session)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(one), pool.submit(other)]:
            future.result(timeout=30)


@pytest.mark.parametrize("is_first", [True, False], ids=["the first draft", "a later one"])
def test_of_two_drafts_saved_at_once_the_last_is_kept(world, is_first):
    user, problem = ids(world)

    def save(text):
        return lambda session: drafts.save(
            session, user, problem, {"1a": {"": text}}, now=LATER if text == "7" else NOW
        )

    if not is_first:
        with writing(world.engine) as session:
            save("5")(session)

    at_once(world, save("6"), save("7"))

    with reading(world.engine) as session:
        kept = session.scalars(select(Draft)).one()
    assert (kept.answers, kept.saved_at) == ({"1a": {"": "7"}}, LATER)


def test_a_draft_that_another_tab_throws_away_while_it_is_saved_is_kept(world):
    user, problem = ids(world)
    with writing(world.engine) as session:
        drafts.save(session, user, problem, {"1a": {"": "5"}}, now=NOW)

    at_once(
        world,
        lambda session: drafts.save(session, user, problem, {}, now=NOW),
        lambda session: drafts.save(session, user, problem, {"1a": {"": "6"}}, now=LATER),
    )

    with reading(world.engine) as session:
        assert session.scalars(select(Draft)).one().answers == {"1a": {"": "6"}}


def test_equal_bytes_that_two_hand_in_at_once_are_kept_once(world):
    def store(session):
        blobs.store(session, b"the starter, unchanged", now=NOW)

    at_once(world, store, store)

    digest = hashlib.sha256(b"the starter, unchanged").hexdigest()
    with reading(world.engine) as session:
        count = select(func.count()).select_from(Blob).where(Blob.sha256 == digest)
        assert session.scalar(count) == 1


def test_what_two_compute_at_once_is_kept_once(world):
    def keep(content):
        return lambda session: blobs.keep_derived(session, "k" * 64, content, now=NOW)

    at_once(world, keep(b"one"), keep(b"two"))

    with reading(world.engine) as session:
        assert blobs.derived(session, "k" * 64) == b"two"
