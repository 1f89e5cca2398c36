"""One sign beside a right answer is a wrong one: brackets, words, infinities, names."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind

RIGHT = [
    (Kind.INTERVAL, "(-oo, 4)", "x < 4"),
    (Kind.INEQUALITY, "x < 4", "-oo < x and x < 4"),
    (Kind.INEQUALITY, "P and Q", "Q and P"),
    (Kind.INEQUALITY, "3 < x < 7", "(x > 3) & (x < 7)"),
    (Kind.INEQUALITY, "x < 3 or x > 7", "(x < 3) | (x > 7)"),
    (Kind.INEQUALITY, "x < 3 or x > 7", "x < 3 || x > 7"),
    (Kind.INEQUALITY, "x < 3 or x > 7", "Or(x < 3, x > 7)"),
    (Kind.INEQUALITY, "|x| < 3", "And(-3 < x, x < 3)"),
    (Kind.INTERVAL, "(-oo, 3) U (7, oo)", "(-∞; 3) ∪ (7; +∞)"),
    (Kind.SET, "{x | x > 7}", "(7, oo)"),
    (Kind.SET, r"\mathbb{R}_{>0}", "(0, oo)"),
    (Kind.SET, "{x | x < 0}", "R^-"),
    (Kind.EQUATION, "n = 2, 5", "n = 5, 2"),
    (Kind.EQUATION, "n = {2, 5}", "n ∈ {5, 2}"),
    (Kind.EQUATION, "n = {2, 5}", "n = 2, 5"),
    (Kind.EQUATION, "|u| = |v|", "u = v or u = -v"),
    (Kind.EQUATION, "|u - 2| = |v + 3|", "(u-2)^2 = (v+3)^2"),
    (Kind.INEQUALITY, "|u| < |v|", "u^2 < v^2"),
    (Kind.INEQUALITY, "|u - 2| < |u + 4|", "u > -1"),
    (Kind.MATRIX, "[[5, 6], [7, 8]]", "((5, 6), (7, 8))"),
    (Kind.SHAPE, "(5, 6)", "[5, 6]"),
    (Kind.SET, "u = 1 and v = 2", "v = 2 and u = 1"),
    (Kind.SET, "u = 1 or u = 2", "u = 1 and u = 2"),
    (Kind.SET, "{1, 2}", "{1, 2} ∪ {2, 3} ∩ {2, 4}"),
    (Kind.QUANTITY, "7 m/s", "7 [m/s]"),
]
WRONG = [
    (Kind.INTERVAL, "(-oo, 4)", "(--oo, 4)"),
    (Kind.INEQUALITY, "x > -oo", "x > --oo"),
    (Kind.INEQUALITY, "x < 4", "--oo < x and x < 4"),
    (Kind.INEQUALITY, "P and Q", "P or Q"),
    (Kind.INEQUALITY, "P and (Q or R)", "P and (Q and R)"),
    (Kind.INEQUALITY, "3 < x < 7", "(x > 3) | (x < 7)"),
    (Kind.INEQUALITY, "x < 3 or x > 7", "And(x < 3, x > 7)"),
    (Kind.INTERVAL, "(-oo, 3) U (7, oo)", "(-∞; 3] ∪ (7; +∞)"),
    (Kind.SET, "{x | x > 7}", "[7, oo)"),
    (Kind.SET, "{x | x < 0}", "R^+"),
    (Kind.EQUATION, "n = 2, 5", "m = 2, 5"),
    (Kind.EQUATION, "n = {2, 5}", "m = 2, 5"),
    (Kind.EQUATION, "|u - 2| = |v + 3|", "(u-2)^2 = (v-3)^2"),
    (Kind.INEQUALITY, "|u| < |v|", "u^2 <= v^2"),
    (Kind.INEQUALITY, "|u - 2| < |u + 4|", "u < -1"),
    (Kind.MATRIX, "[[5, 6], [7, 8]]", "[[5, 6), [7, 8]]"),
    (Kind.VECTOR, "[5, 6]", "(5, 6]"),
    (Kind.SHAPE, "(5, 6)", "[5, 6)"),
    (Kind.SET, "u = 1 and v = 2", "u = 1 or v = 2"),
    (Kind.LIST, "u = 1 and v = 2", "u = 1 or v = 2"),
    (Kind.SET, "{1, 2}", "{1, 2} ∩ {2, 3} ∪ {2, 4}"),
    (Kind.QUANTITY, "7 m", "(7 m]"),
    (Kind.QUANTITY, "7 m/s", "7 [m/s)"),
    (Kind.QUANTITY, "1 V/m", "N/C"),
]


@pytest.mark.parametrize(("kind", "reference", "answer"), RIGHT)
def test_the_right_answer_is_right_in_another_order_or_spelling(kind, reference, answer):
    assert check(kind, reference, answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(("kind", "reference", "answer"), WRONG)
def test_one_sign_beside_it_is_refused(kind, reference, answer):
    assert check(kind, reference, answer).verdict in (Verdict.INCORRECT, Verdict.UNREADABLE)
