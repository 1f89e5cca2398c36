"""One event is one line, with its ids behind it."""

import logging

from grader.log import KeyValueFormatter


def line(message, **extra):
    record = logging.makeLogRecord(
        {"name": "grader.x", "levelname": "INFO", "msg": message} | extra
    )
    return KeyValueFormatter().format(record)


def test_ids_stand_behind_the_message_in_order_of_their_names():
    assert line("graded", submission=7, job=3).endswith("INFO grader.x: graded job=3 submission=7")


def test_a_value_with_line_breaks_stays_on_its_line():
    assert "\n" not in line("held", reason="first\nsecond")
