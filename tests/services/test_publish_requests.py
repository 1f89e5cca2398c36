"""Publishing asked for in the portal: one open request, claimed by one worker, never lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from world import DUE, NOW

from grader.bank.catalog import Catalog
from grader.db import reading, writing
from grader.models import Assignment, PublishRequest, PublishState
from grader.services import people, publish_requests
from grader.services.publishing import Publisher, Terms, publish

LATER = NOW + timedelta(minutes=5)


def ask(world, login="iris", now=NOW):
    with writing(world.engine) as session:
        user = people.find_user(session, login)
        return publish_requests.ask(session, world.assignment(session), user.id, now=now).id


def claim(world, request_id, now=NOW, seconds=60):
    with writing(world.engine) as session:
        return publish_requests.claim(session, request_id, now=now, seconds=seconds)


def ask_in_another_course(world):
    entry = Catalog.of([str(world.folder)]).assignment("hw")
    with writing(world.engine) as session:
        other = people.course(session, "d")
        list(publish(session, entry, other, Terms(due_at=DUE), Publisher(b"k" * 32, NOW)))
        found = session.scalars(select(Assignment).where(Assignment.course_id == other.id)).one()
        iris = people.find_user(session, "iris")
        return publish_requests.ask(session, found, iris.id, now=NOW).id


def finish(world, lease, state=PublishState.PUBLISHED, message="said", now=NOW):
    with writing(world.engine) as session:
        return publish_requests.finish(session, lease, state, message, now=now)


def sweep(world, now):
    with writing(world.engine) as session:
        return publish_requests.unattended(session, now=now, patience_seconds=10)


def row(world):
    with reading(world.engine) as session:
        found = session.scalars(select(PublishRequest)).one()
        return found.state, found.message


def seen_by(world, login):
    with reading(world.engine) as session:
        user = people.find_user(session, login)
        return publish_requests.of(session, world.assignment(session), user.id)


def test_asking_twice_is_one_request_until_it_is_finished(world):
    first, second = ask(world), ask(world)
    finish(world, claim(world, first))

    third = ask(world)

    assert first == second
    assert third != first


def test_two_who_ask_at_the_same_moment_share_one_request(world, monkeypatch):
    first = ask(world)
    look = publish_requests._open
    looks = []

    def not_yet_at_first(*given):
        looks.append(given)
        return None if len(looks) == 1 else look(*given)

    monkeypatch.setattr(publish_requests, "_open", not_yet_at_first)

    assert ask(world) == first


def test_one_worker_publishes_and_says_what_became_of_it(world):
    request_id = ask(world)
    lease = claim(world, request_id)

    assert (lease.course, lease.assignment) == ("c", "hw")
    assert claim(world, request_id) is None
    assert row(world)[0] == "running"
    assert finish(world, lease)
    assert row(world) == ("published", "said")
    assert claim(world, request_id, LATER) is None


def test_a_worker_that_lost_its_lease_says_nothing(world):
    request_id = ask(world)
    frozen = claim(world, request_id)
    second = claim(world, request_id, LATER)

    assert not finish(world, frozen, PublishState.REFUSED, "late")
    assert finish(world, second)
    assert row(world) == ("published", "said")


def test_a_renewed_lease_is_nobody_elses(world):
    request_id = ask(world)
    lease = claim(world, request_id)
    with writing(world.engine) as session:
        assert publish_requests.renew(session, lease, now=LATER, seconds=60)

    assert claim(world, request_id, LATER) is None


def test_three_lost_workers_refuse_it(world):
    request_id = ask(world)
    for minutes in (0, 5, 10):
        claim(world, request_id, NOW + timedelta(minutes=minutes))

    assert claim(world, request_id, NOW + timedelta(minutes=15)) is None

    assert row(world) == ("refused", "Its worker was lost 3 times while publishing.")
    assert sweep(world, NOW + timedelta(hours=1)) == []


def test_the_sweep_sends_what_waits_too_long_ever_less_often(world):
    request_id = ask(world)

    sent = [second for second in range(0, 200, 2) if sweep(world, NOW + timedelta(seconds=second))]

    assert sent == [12, 26, 54, 110]
    lease = claim(world, request_id)
    assert sweep(world, NOW + timedelta(seconds=1)) == []
    finish(world, lease)
    assert sweep(world, NOW + timedelta(hours=1)) == []


def test_the_sweep_sends_what_lost_its_worker(world):
    request_id = ask(world)
    claim(world, request_id)

    assert sweep(world, NOW + timedelta(seconds=59)) == []
    assert sweep(world, NOW + timedelta(seconds=61)) == [request_id]


@pytest.mark.parametrize(("login", "may"), [("iris", True), ("bob", False), ("alice", False)])
def test_only_instructors_of_the_course_may_ask(world, login, may):
    assert seen_by(world, login).may_ask is may


def test_a_page_shows_the_newest_request_and_who_asked(world):
    before = seen_by(world, "bob")
    finish(world, claim(world, ask(world)))
    ask(world)

    after = seen_by(world, "bob")

    assert (before.request, before.is_open) == (None, False)
    assert (after.request.state, after.asked_by, after.is_open) == ("queued", "Iris", True)


def test_one_request_runs_at_a_time_and_the_next_follows(world):
    at_work = claim(world, ask(world))
    second = ask_in_another_course(world)

    refused = claim(world, second)
    sent_again = sweep(world, NOW + timedelta(seconds=30))
    finish(world, at_work)
    taken = claim(world, second)

    assert (refused, sent_again) == (None, [second])
    assert taken is not None
    assert taken.course == "d"


def test_of_two_requests_that_two_workers_claim_at_once_one_runs(world):
    first, second = ask(world), ask_in_another_course(world)
    claimed = threading.Event()

    def claim_and_stay():
        with writing(world.engine) as session:
            lease = publish_requests.claim(session, first, now=NOW, seconds=60)
            claimed.set()
            threading.Event().wait(0.5)  # the other one has come to its request by then
        return lease

    def claim_after():
        assert claimed.wait(20)
        return claim(world, second)

    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(claim_and_stay), pool.submit(claim_after)]
        leases = [one.result(timeout=30) for one in found]

    assert leases[0] is not None
    assert leases[1] is None
