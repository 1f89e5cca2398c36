"""Handing in: what the rules allow, what is stored, and what a receipt proves."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select
from world import DUE, NOW, RIGHT

from grader.db import reading, writing
from grader.errors import SubmissionRefused
from grader.models import Extension, Job, JobState, Submission, User
from grader.services import jobs, submissions
from grader.services.receipts import sha256_of, verify

WRONG = {"1a": {"": "6"}}


def test_a_hand_in_is_stored_as_typed_and_queued(world):
    accepted = world.submit({"1a": {"": " 5 "}, "1b": {"twice": "  ", "row": "[2,\n3]"}})

    stored = json.loads(accepted.submission.content)
    assert stored["answers"] == {"1a": {"": " 5 "}, "1b": {"row": "[2,\n3]"}}
    assert (accepted.job.state, accepted.job.queue) == (JobState.QUEUED, "answers")
    assert accepted.submission.sha256 == sha256_of(accepted.submission.content)


def test_attempts_count_up_by_problem(world):
    first = world.submit(WRONG)
    second = world.submit(RIGHT)
    essay = world.submit({"2": {"": "because"}}, problem="2")

    assert [first.submission.attempt, second.submission.attempt] == [1, 2]
    assert essay.submission.attempt == 1


def test_the_same_key_again_is_the_same_submission(world):
    first = world.submit(RIGHT, key="abc")
    second = world.submit(RIGHT, key="abc")

    assert second.submission.id == first.submission.id
    assert (first.is_new, second.is_new) == (True, False)


def test_the_same_key_of_somebody_else_is_not_answered_with_their_submission(world):
    world.submit(RIGHT, key="abc")

    with reading(world.engine) as session:
        dora = session.scalars(select(User).where(User.login == "dora")).one()
    hand_in_by_dora = world.submit(RIGHT, login="dora", key="xyz")

    assert hand_in_by_dora.submission.user_id == dora.id


def test_what_has_not_changed_is_not_handed_in_again(world):
    world.submit(RIGHT)

    with pytest.raises(SubmissionRefused, match="Nothing has changed since attempt 1"):
        world.submit({"1a": {"": "5"}, "1b": {"row": "[2, 3]", "twice": "4"}})


def test_no_attempt_past_the_limit(world):
    world.publish(attempts_allowed=2)
    world.submit(WRONG)
    world.submit(RIGHT)

    with pytest.raises(SubmissionRefused, match="all 2 attempts"):
        world.submit({"1a": {"": "7"}})


def test_an_attempt_that_we_held_is_free(world):
    world.publish(attempts_allowed=1)
    held = world.submit(WRONG)
    with writing(world.engine) as session:
        lease = jobs.claim(session, held.job.id, now=NOW, seconds=60)
        jobs.hold(session, lease, "a solver crashed", now=NOW)

    accepted = world.submit(RIGHT)

    assert accepted.submission.attempt == 2


@pytest.mark.parametrize(
    ("after_due", "late_days", "expected"),
    [
        (timedelta(minutes=-1), 0, 0),
        (timedelta(minutes=5), 0, 0),
        (timedelta(minutes=5, seconds=1), 1, 1),
        (timedelta(days=1, minutes=5), 1, 1),
        (timedelta(days=1, minutes=6), 2, 2),
        (timedelta(minutes=5, seconds=1), 0, None),
        (timedelta(days=1, minutes=6), 1, None),
    ],
)
def test_grace_then_late_days_then_closed(world, after_due, late_days, expected):
    world.publish(late_days=late_days, grace_minutes=5)

    if expected is None:
        with pytest.raises(SubmissionRefused, match="is closed"):
            world.submit(RIGHT, now=DUE + after_due)
    else:
        assert world.submit(RIGHT, now=DUE + after_due).submission.days_late == expected


def test_an_extension_moves_the_deadline_of_one_student_alone(world):
    with writing(world.engine) as session:
        alice = session.scalars(select(User).where(User.login == "alice")).one()
        session.add(
            Extension(
                user_id=alice.id,
                assignment_id=world.assignment(session).id,
                due_at=DUE + timedelta(days=2),
                reason="ill",
                given_by=alice.id,
                given_at=NOW,
            )
        )

    accepted = world.submit(RIGHT, now=DUE + timedelta(days=1))

    assert accepted.submission.days_late == 0
    with pytest.raises(SubmissionRefused):
        world.submit(RIGHT, login="dora", now=DUE + timedelta(days=1))


def test_an_assignment_that_has_not_opened_takes_nothing(world):
    world.publish(opens_at=NOW + timedelta(hours=1))

    with pytest.raises(SubmissionRefused, match="not opened"):
        world.submit(RIGHT)


def test_a_refused_hand_in_leaves_nothing_behind(world):
    with pytest.raises(SubmissionRefused, match="20,000"):
        world.submit({"1a": {"": "1" * 20_001}})

    with reading(world.engine) as session:
        assert session.scalar(select(func.count(Submission.id))) == 0
        assert session.scalar(select(func.count(Job.id))) == 0


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "𝔸", "'; DROP TABLE submission; --", "<script>"]
)
def test_any_text_is_stored_and_comes_back_as_typed(world, text):
    accepted = world.submit({"1a": {"": f"5{text}"}})

    with reading(world.engine) as session:
        stored = session.get_one(Submission, accepted.submission.id)
    assert submissions.answers_in(stored)["1a"][""] == f"5{text}"


def test_a_receipt_proves_what_was_handed_in_and_when(world):
    key = Ed25519PrivateKey.generate()
    accepted = world.submit(RIGHT)

    with reading(world.engine) as session:
        receipt = submissions.receipt(session, accepted.submission, key)

    assert verify(receipt, key.public_key(), accepted.submission.content)
    assert not verify(receipt, key.public_key(), accepted.submission.content + " ")
    assert not verify({**receipt, "received_at": "2026-09-19T00:00:00+00:00"}, key.public_key())
    assert not verify(receipt, Ed25519PrivateKey.generate().public_key())
