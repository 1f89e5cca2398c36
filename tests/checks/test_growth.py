"""Growth classes are compared by exact leading terms, in words and in symbols."""

import pytest

from grader.answers.parser import parse
from grader.checks import check
from grader.checks.asymptotics import logarithm, multiplied, variable
from grader.checks.growth_tree import growth_of
from grader.report import Verdict
from grader.spec import Domain, Kind, Options


def judged(reference, answer, **options):
    return check(Kind.GROWTH, reference, answer, Options(**options))


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("n", "O(n)"),
        ("n", r"$\mathcal{O}\left(n\right)$"),
        ("n", r"T(n) = \Theta(3n + 5)"),
        ("n", "Linear time"),
        ("n", "grows linearly"),
        ("n", "on the order of n"),
        ("n", "proportional to n"),
        ("n", "(n+1)^2 - n^2"),
        ("n", "sqrt(n^2 + 1)"),
        ("n", "n + sin(n)"),
        ("n", "floor(n/2)"),
        ("n log n", "nlogn"),
        ("n log n", "O(n lg n)"),
        ("n log n", "n log_10(n)"),
        ("n log n", "linearithmic"),
        ("n log n", "log(n!)"),
        ("log n", "log(n^2)"),
        ("log n", "logarithmic"),
        ("n^2", "2n^2+3"),
        ("n^2", "n(n-1)/2"),
        ("n^2", "binomial(n, 2)"),
        ("n^2", "quadratic in n"),
        ("n^2", "4^(log_2 n)"),
        ("sqrt(n)", "n^0.5"),
        ("n^(3/2)", r"n\sqrt{n}"),
        ("1", "constant"),
        ("1", "O(5 + 1/n)"),
        ("2^n", "2^(n+1)"),
        ("2^n", "4^(n/2)"),
        ("2^n", "e^(n ln 2)"),
        ("n!", "factorial"),
        ("n!", "sqrt(n) (n/e)^n"),
        ("1/n", "1/(n+1)"),
        ("n m", "n m + n + m"),
        ("n + m", "max(n, m)"),
        ("n^2 + m^2", "(n+m)^2"),
        ("V + E", "O(E + V)"),
        ("n^(log_2 7)", "n^(log_2 7)"),
        ("Ω(n)", "Ω(2n)"),
    ],
)
def test_functions_of_one_class_are_correct(reference, answer):
    assert judged(reference, answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("n", "n log n"),
        ("n", "n log log n"),
        ("n", "n^1.0000001"),
        ("n", "quadratic"),
        ("n", "o(n)"),
        ("n", "Ω(n)"),
        ("n", "O(m)"),
        ("n", "-n"),
        ("n", "0"),
        ("n log n", "n"),
        ("n log n", "n log^2 n"),
        ("log n", "log log n"),
        ("n^2", "n^2 / log n"),
        ("n^2", "(n+1)^2 - n^2"),
        ("2^n", "3^n"),
        ("2^n", "2^(2n)"),
        ("2^n", "n 2^n"),
        ("n!", "n^n"),
        ("n", "n^n^n^n"),
        ("n!", "(n+1)!"),
        ("1", "log n"),
        ("1", "sqrt(n^2+1) - n"),
        ("n + m", "n"),
        ("n m", "n + m"),
        ("n^2 d", "n d^2"),
        ("E log V", "(E + V) log V"),
    ],
)
def test_functions_of_two_classes_are_told_apart(reference, answer):
    assert judged(reference, answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("log n", "log n + n sin(n)"),
        ("2^n", "exponential"),
        ("n^2", "polynomial"),
        ("n^(log_2 7)", "n^3"),
    ],
)
def test_what_cannot_be_proved_waits_for_a_grader(reference, answer):
    assert judged(reference, answer).verdict is Verdict.WAITING


@pytest.mark.parametrize("answer", ["O()", "O(n", "fast", "n < m", "[n]"])
def test_what_is_no_growth_is_not_accepted(answer):
    assert judged("n", answer).verdict in (Verdict.UNREADABLE, Verdict.INCORRECT)


def test_the_direction_of_a_miss_is_told():
    assert "faster" in judged("n", "n log n").feedback
    assert "slower" in judged("n log n", "n").feedback
    assert "faster" in judged("n", "n^2/log n").feedback
    assert "slower" in judged("n", "sqrt(n) log n").feedback


def test_a_declared_variable_is_enough():
    options = {"symbols": {"n": Domain.POSITIVE}}

    assert judged("sqrt(n)", "O(sqrt(n))", **options).verdict is Verdict.CORRECT
    assert judged("n", "O(x)", **options).verdict is Verdict.UNREADABLE


def test_equal_classes_have_one_canonical_text():
    assert judged("n", "7 n log(n^3) + n").canonical == judged("n", "O(n lg n)").canonical


def test_an_error_that_could_hide_the_leading_term_is_not_ignored():
    growth = growth_of(parse("n + sin(n) - n"))

    assert not growth.terms
    assert growth.error


def test_logarithms_of_products_are_sums():
    n = variable("n")

    found = logarithm(multiplied(n, n))

    assert [monomial for monomial, _ in found.terms] == [
        monomial for monomial, _ in logarithm(n).terms
    ]
