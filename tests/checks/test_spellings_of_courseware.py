"""Spellings that other courseware teaches: unions by U, vectors in angles, rows by semicolons."""

from time import process_time

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind

UNION = "(-oo,2)U(3,oo)"


def verdict(kind, reference, answer):
    return check(kind, reference, answer).verdict


@pytest.mark.parametrize(
    "answer",
    ["(-oo,2) U (3,oo)", r"(-\infty,2)\cup(3,\infty)", "(3,inf)U(-inf,2)", "x<2 or x>3",
     r"\mathbb{R}\setminus[2,3]", "(-oo,1)U[1,2)U(3,oo)"],
)  # fmt: skip
def test_a_u_between_intervals_is_a_union(answer):
    assert verdict(Kind.INTERVAL, UNION, answer) is Verdict.CORRECT
    assert verdict(Kind.INTERVAL, answer, UNION) is Verdict.CORRECT


@pytest.mark.parametrize(
    "answer", ["(-oo,2]U(3,oo)", "(-oo,2)U(2,oo)", "(-oo,2)U(3,4)", "x<2 and x>3", "(-oo,2)"]
)
def test_another_union_is_wrong(answer):
    assert verdict(Kind.INTERVAL, UNION, answer) is Verdict.INCORRECT


def test_a_u_between_sets_is_a_union():
    assert verdict(Kind.SET, "{1,2,3}", "{1,2}U{3}") is Verdict.CORRECT
    assert verdict(Kind.SET, "{1,2,3}", r"\{1,2\}U\{3\}") is Verdict.CORRECT
    assert verdict(Kind.SET, "{1,2,3}", "{1,2}U{4}") is Verdict.INCORRECT


def test_a_u_between_factors_is_a_name():
    assert verdict(Kind.EXPRESSION, "U*(a+b)*(c+d)", "(a+b)U(c+d)") is Verdict.CORRECT


def test_a_vector_may_stand_in_angles():
    assert verdict(Kind.VECTOR, "[1,-2]", "<1, -2>") is Verdict.CORRECT
    assert verdict(Kind.VECTOR, "[1,-2]", "<1, 2>") is Verdict.PARTIAL
    assert verdict(Kind.INEQUALITY, "1<x", "x>1") is Verdict.CORRECT


def test_rows_may_be_told_apart_by_semicolons_and_brackets():
    assert verdict(Kind.MATRIX, "[[1,2],[3,4]]", "[[1,2];[3,4]]") is Verdict.CORRECT
    assert verdict(Kind.MATRIX, "[[1,2],[3,4]]", "[[1,3];[2,4]]") is not Verdict.CORRECT


def test_a_determinant_is_no_matrix():
    answer = r"\begin{vmatrix}1&2\\3&4\end{vmatrix}"

    assert verdict(Kind.MATRIX, "[[1,2],[3,4]]", answer) is Verdict.UNREADABLE


@pytest.mark.parametrize("reference", ["x=2 or x=-2", "x^2=4"])
def test_two_solutions_joined_by_and_are_left_to_a_person(reference):
    assert verdict(Kind.EQUATION, reference, "x=2 and x=-2") is Verdict.WAITING
    assert verdict(Kind.EQUATION, "x=2 and x=-2", "x=-2 and x=2") is Verdict.CORRECT
    assert verdict(Kind.EQUATION, reference, "x=2 and x=-3") is Verdict.INCORRECT


@pytest.mark.parametrize(
    "answer",
    ["](U" * 1300, "(1,2)U" * 650, "<" + "," * 3990, "<" + "1," * 1990 + ">", "[1]U" * 990],
)
def test_long_rows_of_such_signs_take_no_long_time(answer):
    started = process_time()

    check(Kind.INTERVAL, UNION, answer)

    assert process_time() - started < 0.5


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("72 percent", Verdict.CORRECT), ("72percent", Verdict.CORRECT), ("72%", Verdict.CORRECT),
     ("1.44/2 * 100 percent", Verdict.CORRECT), ("72", Verdict.INCORRECT),
     ("73 percent", Verdict.INCORRECT), ("0.72 percent", Verdict.INCORRECT),
     ("72 percent of 2", Verdict.UNREADABLE)],
)  # fmt: skip
def test_percent_behind_a_number_is_a_hundredth(answer, expected):
    assert verdict(Kind.NUMBER, "0.72", answer) is expected
    assert verdict(Kind.NUMBER, "72 percent", answer) is expected


def test_million_is_a_number_and_a_capital_apart_from_one_is_a_name():
    assert verdict(Kind.NUMBER, "58200000", "58.2 million") is Verdict.CORRECT
    assert verdict(Kind.NUMBER, "58200000", "58.2 M") is Verdict.INCORRECT
    assert verdict(Kind.EXPRESSION, "58.2*M", "58.2M") is Verdict.CORRECT


def test_a_sum_without_an_index_that_runs_is_not_read():
    found = check(Kind.EXPRESSION, "n(n+1)/2", r"\sum_i i")

    assert found.verdict is Verdict.UNREADABLE
    assert "needs an index such as i=1" in found.remarks[0].text
