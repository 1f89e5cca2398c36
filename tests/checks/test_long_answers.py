"""Answers built to be long once they are worked out: no crash, no hang, never right."""

from time import process_time

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind


@pytest.mark.parametrize(
    "answer",
    ["x" + "/2" * 600, "x" + "!" * 600, "x" + " mod 2" * 300, "x" + " mod 2" * 30,
     "binomial(x, " * 40 + "2" + ")" * 40, "x*(10^300)^999", "(500!)^8 x", "(1/3)^999 x^999",
     "/".join(["7^2900"] * 90), "+".join(f"x/{p}^2000" for p in range(3, 99, 2))],
)  # fmt: skip
def test_it_is_read_and_refused_or_left_to_a_person_at_once(answer):
    started = process_time()

    found = check(Kind.EXPRESSION, "x+1", answer)

    assert found.verdict is not Verdict.CORRECT
    assert process_time() - started < 0.5


def test_a_trailing_comma_in_a_shape_is_python():
    assert check(Kind.SHAPE, "(3, 4)", "(3, 4,)").verdict is Verdict.CORRECT
