"""Answers that show the way: a = b = c; and formulas that an undeclared I makes ambiguous."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind

TRUE = [
    (Kind.EXPRESSION, "2x+1", "x + x + 1 = 2x + 1"),
    (Kind.EXPRESSION, "2x+1", "y = x + x + 1 = 2x + 1"),
    (Kind.EXPRESSION, "2x+1", "x + x + 1 = x + 1 + x = 2x + 1"),
    (Kind.EXPRESSION, "11", "x = 5 + 5 + 1 = 11"),
    (Kind.NUMBER, "11", "5 + 5 + 1 = 10 + 1 = 11"),
    (Kind.EQUATION, "x = 11", "x = 5 + 5 + 1 = 11"),
    (Kind.EQUATION, "x = 5", "5 = x = 2 + 3"),
]
FALSE_SOMEWHERE = [
    (Kind.EXPRESSION, "11", "x = 5 + 5 + 1 = 7 = 11"),
    (Kind.NUMBER, "11", "11 = 12 = 11"),
    (Kind.NUMBER, "11", "5 + 6 = 12"),
    (Kind.EQUATION, "x = 5 + 5 + 1", "x = 5 + 5 + 1 = 7 = 11"),
    (Kind.EXPRESSION, "2x+1", "x + x + 2 = 2x + 1"),
    (Kind.EXPRESSION, "2x+1", "2x + 1 = x + x + 1 = 2x"),
    (Kind.EXPRESSION, "2x+1", "2x + 1 < 2x + 1"),
]
CHAIN = ("kind", "reference", "answer")


@pytest.mark.parametrize(CHAIN, TRUE)
def test_a_true_chain_that_says_what_is_asked_is_right(kind, reference, answer):
    found = check(kind, reference, answer)

    assert found.verdict is Verdict.CORRECT
    assert "chain" not in found.feedback


@pytest.mark.parametrize(CHAIN, FALSE_SOMEWHERE)
def test_a_false_chain_is_wrong_wherever_it_ends(kind, reference, answer):
    assert check(kind, reference, answer).verdict is Verdict.INCORRECT


def test_a_false_chain_of_numbers_is_told():
    assert "not equal to one another" in check(Kind.NUMBER, "11", "x = 5 + 5 + 1 = 7 = 11").feedback


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("max(exp(I), b)", "max(b, exp(I))"),
        ("min(exp(I), b)", "-max(-b, -exp(I))"),
        ("exp(-I*t) + max(I, 0)", "max(0, I) + exp(-I*t)"),
    ],
)
def test_what_has_no_value_with_an_imaginary_i_is_left_to_a_person(reference, answer):
    found = check(Kind.EXPRESSION, reference, answer)

    assert found.verdict in (Verdict.WAITING, Verdict.CORRECT)


def test_equal_formulas_without_a_value_are_no_near_miss():
    assert (
        "factor"
        not in check(Kind.EXPRESSION, "max(exp(I), b)", "max(b, exp(I)) + 0*ln(0)").feedback
    )
