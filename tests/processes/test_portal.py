"""A student at the real portal, with real workers behind it."""

import json
import signal
import subprocess
import sys
import time
import urllib.parse
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from stack import ROOT, eventually
from visitor import Visitor
from world import COURSE_KEY, NOW, RIGHT, write_bank

from grader.bank.catalog import Catalog
from grader.commands.sheets import read_sheet
from grader.db import reading, writing
from grader.models import Job, Submission
from grader.services import people
from grader.services.publishing import Publisher, Terms, publish
from grader.settings import Settings

pytestmark = pytest.mark.processes


def graded(visitor, receipt_number):
    reply = visitor.get(f"/api/v1/submissions/{receipt_number}")
    assert reply.status == 200, reply.body
    return reply.json if reply.json["state"] == "graded" else None


def receipt_in(reply):
    assert reply.status == 200, reply.body
    return reply.url.rpartition("/")[2]


def test_what_is_handed_in_at_the_portal_comes_out_graded(alice, stack):
    stack.worker()

    receipt_number = receipt_in(alice.hand_in("c/hw", "1", RIGHT))

    report = eventually(lambda: graded(alice, receipt_number))["report"]
    assert (report["score"], report["out_of"], report["pending"]) == (4, 4, 0)
    assert {row["verdict"] for row in report["parts"]} == {"correct"}


def test_what_counts_is_when_an_upload_began(alice, world):
    form = alice.get("/courses/c/hw").form
    body = urllib.parse.urlencode(form | {"answer:1a:": "5"}).encode()

    def slowly():
        yield body[:20]
        time.sleep(2)
        yield body[20:]

    began = datetime.now(UTC)
    reply = alice.post_body(
        "/courses/c/hw/problems/1/submissions", slowly(), "application/x-www-form-urlencoded",
        length=len(body),
    )  # fmt: skip

    assert reply.status == 200, reply.body
    with reading(world.engine) as session:
        received_at = session.scalars(select(Submission.received_at)).one()
    assert datetime.now(UTC) - began > timedelta(seconds=2)
    assert received_at - began < timedelta(seconds=1)


def test_a_frozen_redis_costs_no_receipt_and_no_grade(alice, stack):
    stack.worker()
    stack.sweep()
    page = alice.get("/courses/c/hw")
    stack.redis.send_signal(signal.SIGSTOP)
    started = time.monotonic()

    reply = alice.hand_in("c/hw", "1", RIGHT, page)

    taken = time.monotonic() - started
    stack.redis.send_signal(signal.SIGCONT)
    assert taken < 2
    receipt_number = receipt_in(reply)
    assert receipt_number in reply.body
    eventually(lambda: graded(alice, receipt_number))


def test_version_two_published_between_opening_the_page_and_handing_in(alice, stack, world):
    stack.worker()
    page = alice.get("/courses/c/hw")
    sums = (world.folder / "sums.py").read_text()
    write_bank(world.folder, sums_py=sums.replace('{"a": 2, "b": 3}', '{"a": 20, "b": 30}'))
    world.publish(attempts_allowed=None)

    old = receipt_in(alice.hand_in("c/hw", "1", RIGHT, page))
    new_page = alice.get("/courses/c/hw")
    new = receipt_in(alice.hand_in("c/hw", "1", {"1a": {"": "50"}}, new_page))

    assert eventually(lambda: graded(alice, old))["report"]["score"] == 4
    first = eventually(lambda: graded(alice, new))["report"]["parts"][0]
    assert (first["part"], first["verdict"]) == ("1a", "correct")
    assert "30" in new_page.body


def test_two_clicks_are_one_submission(alice, world):
    page = alice.get("/courses/c/hw")

    first = receipt_in(alice.hand_in("c/hw", "1", RIGHT, page))
    second = receipt_in(alice.hand_in("c/hw", "1", RIGHT, page))

    assert first == second
    with reading(world.engine) as session:
        assert session.scalar(select(func.count(Submission.id))) == 1
        assert session.scalar(select(func.count(Job.id))) == 1


def test_a_portal_killed_after_the_commit_leaves_a_submission_that_is_graded(alice, stack, world):
    portal = stack.processes[-1]
    stack.redis.send_signal(signal.SIGSTOP)
    alice.hand_in("c/hw", "1", RIGHT)
    portal.kill()
    stack.redis.send_signal(signal.SIGCONT)
    stack.worker()
    stack.sweep()

    def done():
        with reading(world.engine) as session:
            return session.scalars(select(Job.state)).one() == "done"

    eventually(done)


@pytest.fixture
def homework(stack, world):
    """The shipped homework in the same course, beside the small one."""
    entry = Catalog.of([str(ROOT / "problems")]).assignment("eecs182-hw04")
    terms = Terms(due_at=datetime.now(UTC) + timedelta(days=1))
    with writing(world.engine) as session:
        publish(session, entry, people.course(session, "c"), terms, Publisher(COURSE_KEY, NOW))


def test_a_real_homework_gets_the_same_report_over_http_as_on_the_command_line(
    alice, homework, stack, tmp_path
):
    stack.worker()
    sheet_file = ROOT / "tests" / "golden" / "hw04-student-a.yaml"
    sheet = read_sheet(sheet_file)
    done = subprocess.run(
        [sys.executable, "-m", "grader", "grade", "eecs182-hw04", str(sheet_file), "--json"],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env={**Settings(var=tmp_path / "other").to_env(), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    on_the_command_line = {(r["part"], r["field"]): r for r in json.loads(done.stdout)["parts"]}

    over_http = {}
    for number in ("2", "3", "4"):
        answers = {label: a for label, a in sheet.answers.items() if label[0] == number}
        receipt_number = receipt_in(alice.hand_in("c/eecs182-hw04", number, answers))
        report = eventually(lambda n=receipt_number: graded(alice, n))["report"]
        over_http |= {(r["part"], r["field"]): r for r in report["parts"]}

    assert len(over_http) >= 25
    for key, row in over_http.items():
        assert row == on_the_command_line[key]


def test_somebody_elses_submission_is_not_to_be_found(alice, portal, world):
    receipt_number = receipt_in(alice.hand_in("c/hw", "1", RIGHT))
    with writing(world.engine) as session:
        people.set_password(people.find_user(session, "dora"), "battery staple")
        people.set_password(people.find_user(session, "charlie"), "battery staple")

    for login in ("dora", "charlie"):
        other = Visitor(portal).log_in(login, "battery staple")
        assert other.get(f"/submissions/{receipt_number}").status == 404
        assert other.get(f"/api/v1/submissions/{receipt_number}").status == 404
