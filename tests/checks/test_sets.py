"""Sets and intervals are compared by what they contain, in all their spellings."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Domain, Kind, Options


def interval(reference, answer, **options):
    return check(Kind.INTERVAL, reference, answer, Options(**options)).verdict


def collection(reference, answer, **options):
    return check(Kind.SET, reference, answer, Options(**options)).verdict


TWO = "(-oo, 2) U [3, 5]"
PUNCTURED = "(-oo, 0) U (0, oo)"


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        (TWO, "[3,5] U (-oo,2)"),
        (TWO, r"(-\infty,2)\cup[3,5]"),
        (TWO, "(-∞,2) ∪ [3,5]"),
        (TWO, "(-oo,2) or [3,5]"),
        (TWO, "(-oo,2), [3,5]"),
        (TWO, "x<2 or 3<=x<=5"),
        (TWO, "(-oo,1) U [1,2) U [3,4] U [4,5]"),
        (TWO, r"(-oo,5] \setminus [2,3)"),
        (TWO, r"(-oo,5] \ [2,3)"),
        (PUNCTURED, r"R \ {0}"),
        (PUNCTURED, r"\mathbb{R} \setminus \{0\}"),
        (PUNCTURED, "ℝ∖{0}"),
        (PUNCTURED, "R - {0}"),
        (PUNCTURED, "x != 0"),
        ("(-oo, oo)", r"\mathbb{R}"),
        ("(-oo, oo)", "all real numbers"),
        ("(-oo, 2)", "{x | x<2}"),
        ("(-oo, 2)", "{x : x < 2}"),
        ("(-oo, 2)", r"\{x \in \mathbb{R} \mid x < 2\}"),
        ("(-oo, 2)", "t < 2"),
        ("(-oo, 2)", "x in (-oo, 2)"),
        ("(-2, 2)", "|x| < 2"),
        ("(-2, 2)", "]-2, 2["),
        ("[0, 1)", "[0; 1["),
        ("(-sqrt(2), sqrt(2))", "x^2 < 2"),
        ("(0, sqrt(2))", "(0, 2/sqrt(2))"),
        ("[0, 1]", "(0,1) U {0,1}"),
        ("(0, 2)", "(0,1] U [1,2)"),
        ("(0, 1)", "(0,1] ∖ {1}"),
        ("{}", "(1,1)"),
        ("{}", "no solution"),
        ("(1,2) U (3,4)", "(1,2) and (3,4)"),
        ("(a, b) U (c, d)", "(c, d) U (a, b)"),
        ("(a, 2a)", "(a, a+a)"),
    ],
)
def test_one_set_of_reals_in_two_spellings_is_correct(reference, answer):
    assert interval(reference, answer) is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        (TWO, "(-oo,2] U [3,5]"),
        (TWO, "(-oo,2) U (3,5]"),
        (TWO, "(-oo,2) ∩ [3,5]"),
        (TWO, "x<2 and 3<=x<=5"),
        (PUNCTURED, "R"),
        ("(-oo, 2)", "x <= 2"),
        ("(-2, 2)", "[-2, 2]"),
        ("(2, -2)", "(-2, 2)"),
        ("(0, 2)", "(0,1) U (1,2)"),
        ("[1, oo)", "[1, oo]"),
        ("(1, 2)", "(1,2), (3,4)"),
        ("(0, sqrt(2))", "(0, 1.41421356)"),
        ("(a, b) U (c, d)", "(c, d) U (a, e)"),
    ],
)
def test_another_set_of_reals_is_incorrect(reference, answer):
    assert interval(reference, answer) is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("{1,2,3}", "{3,2,1}"),
        ("{1,2,3}", "1, 2, 3"),
        ("{1,2,3}", "[1, 2, 3]"),
        ("{1,2,3}", "{1,2,2,3}"),
        ("{1,2,3}", r"\{1,2\}\cup\{2,3\}"),
        ("{2}", "{1,2} ∩ {2,3}"),
        ("{1}", r"{1,2} \setminus {2,3}"),
        ("{{1,2},{3}}", "{{3},{2,1}}"),
        ("{(1,2),(3,4)}", "{(3,4),(1,2)}"),
        ("{(1,2)}", r"\{(1,2)\}"),
        ("{}", "∅"),
        ("{a} U {b}", "{b, a}"),
        ("{1,-1}", "{x | x^2=1}"),
        ("{1,-1}", "x=1 or x=-1"),
        ("{1,-1}", "±1"),
        ("{sqrt(2),-sqrt(2)}", "{x : x^2 = 2}"),
        ("{1/2}", "{0.5}"),
    ],
)
def test_one_set_in_two_spellings_is_correct(reference, answer):
    assert collection(reference, answer) is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("{1,2,3}", "{1,2}"),
        ("{1,2,3}", "{1,2,3,4}"),
        ("{1,2,3}", "{{1,2,3}}"),
        ("{{1,2},{3}}", "{1,2,3}"),
        ("{(1,2)}", "{(2,1)}"),
        ("{(1,2)}", "{{1,2}}"),
        ("{1}", "{}"),
        ("{1,2}", "{[1],2}"),
        ("{1,2}", "{x | 1<=x<=2}"),
        ("{sqrt(2),-sqrt(2)}", "{1.41421356,-1.41421356}"),
        ("{a, b}", "{a, c}"),
    ],
)
def test_another_set_is_incorrect(reference, answer):
    assert collection(reference, answer) is Verdict.INCORRECT


def test_order_counts_where_the_author_says_so():
    assert collection("{1,2}", "{2,1}", order=True) is Verdict.INCORRECT
    assert collection("{1,2}", "{1,2}", order=True) is Verdict.CORRECT


def test_a_positive_variable_needs_no_lower_end():
    symbols = {"x": Domain.POSITIVE}

    assert interval("0 < x < 2", "x < 2", symbols=symbols) is Verdict.CORRECT
    assert interval("0 < x < 2", "x < 2") is Verdict.INCORRECT


@pytest.mark.parametrize("answer", ["(1,", "{1,2", "(1,2} U", "]1,2", "(1,2) ∪"])
def test_what_is_no_set_is_not_accepted(answer):
    assert interval("(1,2)", answer) is Verdict.UNREADABLE
