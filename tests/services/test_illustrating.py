"""Answers are drawn where they are judged: once for equal answers, and never at a cost."""

import logging

import pytest
from sqlalchemy import func, select
from world import NOW, SUMS, write_bank

from grader.bank.apart import Limits
from grader.db import reading, writing
from grader.models import Blob, RunKind
from grader.services import blobs, solutions


def submitted(world, answer, login="alice"):
    accepted = world.submit({"1a": {"": answer}}, login=login)
    world.illustrate(accepted)
    return accepted


def kept(world, accepted, answer):
    key = solutions.answer_key(accepted.job.variant_id, "1a", {"": answer})
    with reading(world.engine) as session:
        return blobs.derived(session, key)


def count(world):
    with reading(world.engine) as session:
        return session.scalar(select(func.count()).select_from(Blob))


def test_an_answer_is_drawn_alone_and_beside_the_solution(world):
    accepted = submitted(world, "6")

    content = kept(world, accepted, "6")

    assert b"Yours alone is 6." in content
    assert b"Yours is 6; A bar of length 2 before one of 3." in content


def test_equal_answers_of_many_students_are_one_picture(world):
    submitted(world, "6")
    before = count(world)

    submitted(world, "6", login="dora")
    submitted(world, "7", login="dora")

    assert count(world) == before + 1


def test_what_was_drawn_stands_while_students_hand_in_and_a_regrade_draws_again(world):
    accepted = submitted(world, "6")
    key = solutions.answer_key(accepted.job.variant_id, "1a", {"": "6"})
    drawn = kept(world, accepted, "6")
    with writing(world.engine) as session:
        blobs.keep_derived(session, key, b"old", now=NOW)
    world.illustrate(accepted)
    assert kept(world, accepted, "6") == b"old"

    world.illustrate(accepted, RunKind.REGRADE)

    assert kept(world, accepted, "6") == drawn


@pytest.mark.parametrize("answer", ["?", "  "], ids=["nothing to draw", "blank"])
def test_without_something_to_draw_nothing_is_kept(world, answer):
    before = count(world)

    submitted(world, answer)

    assert count(world) == before


HANGS = "while True: pass"
HOARDS = "kept = [b'x' * 10**6 for _ in range(10**9)]"
ENDS = "import os; os._exit(0)"


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("raise ZeroDivisionError", "ZeroDivisionError"),
        (HANGS, "takes for ever"),
        (HOARDS, "needs more than 100 MB"),
        (ENDS, "died with exit status 0"),
    ],
    ids=["crashes", "hangs", "hoards", "ends"],
)
def test_a_drawing_that_fails_is_left_out_with_a_note_tried_once_and_costs_nothing(
    world, caplog, monkeypatch, does, why
):
    monkeypatch.setattr("grader.services.illustrating.DRAWING", Limits(1.0, 100))
    write_bank(world.folder, sums_py=SUMS.replace("raise ZeroDivisionError", does))
    world.publish()
    with caplog.at_level(logging.WARNING):
        accepted = submitted(world, "crash")
        world.illustrate(accepted)

    (record,) = [one for one in caplog.records if one.message == "no picture"]
    assert (record.job, record.part) == (accepted.job.id, "1a")
    assert why in record.why
    assert kept(world, accepted, "crash") == b'{"nothing": {"alt": ""}}'
    assert world.grade(accepted)


def test_no_bytes_that_somebody_hands_in_have_the_key_of_a_drawing(world):
    text = b'[1, "1a", {"": "6"}]'

    with writing(world.engine) as session:
        assert blobs.store(session, text, now=NOW) != blobs.derived_key(
            "answer drawing", [1, "1a", {"": "6"}]
        )
