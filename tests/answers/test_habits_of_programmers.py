"""Python and machine learning in answers: modules, an x for a product, 4.7M parameters."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Domain, Kind, Options

SIZES = dict.fromkeys("FCKS", Domain.POSITIVE)

SAME = [
    ("exp(-u) + pi", "np.exp(-u) + math.pi"),
    ("max(0, u)", "torch.maximum(0, u)"),
    ("min(u, v)", "numpy.minimum(u, v)"),
    ("u^3", "np.power(u, 3)"),
    ("a*b", "a x b"),
    ("(a+b)*c", "(a + b) X c"),
    ("(u+1)^2", "(u+1) squared"),
    ("u^3 - u^2", "u cubed - u squared"),
]
DIFFERENT = [
    ("exp(-u) + pi", "np.exp(-u) - math.pi"),
    ("a*x*b", "a b"),
    ("a*x", "a X"),
    ("a*b", "a x - b"),
    ("a*b", "a x^2 b"),
    ("u^2", "u cubed"),
]


@pytest.mark.parametrize(("reference", "answer"), SAME)
def test_what_programmers_write_is_read(reference, answer):
    assert check(Kind.EXPRESSION, reference, answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(("reference", "answer"), DIFFERENT)
def test_what_stands_beside_it_is_not_accepted(reference, answer):
    assert check(Kind.EXPRESSION, reference, answer).verdict is Verdict.INCORRECT


def test_an_x_is_a_sign_where_the_author_declared_other_names():
    found = check(Kind.EXPRESSION, "F*(C*K^2 + 1)", "F x (C x K x K + 1)", Options(symbols=SIZES))

    assert found.verdict is Verdict.CORRECT


def test_an_x_is_a_name_where_the_author_declared_it():
    symbols = SIZES | {"x": Domain.POSITIVE}

    found = check(Kind.EXPRESSION, "F*C", "F x C", Options(symbols=symbols))

    assert found.verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("reference", "answer", "verdict"),
    [
        ("4718592", "4.718592M", Verdict.CORRECT),
        ("-12000", "-12k", Verdict.CORRECT),
        ("12000", "12K", Verdict.CORRECT),
        ("7*10^9", "7B", Verdict.CORRECT),
        ("12", "12k", Verdict.INCORRECT),
        ("12000", "12M", Verdict.INCORRECT),
        ("12000", "12m", Verdict.INCORRECT),
        ("9", "3 squared", Verdict.CORRECT),
    ],
)
def test_thousands_and_millions_may_be_a_letter_behind_a_number(reference, answer, verdict):
    assert check(Kind.NUMBER, reference, answer).verdict is verdict


def test_the_letter_is_a_name_where_the_author_declared_it():
    options = Options(symbols={"M": Domain.POSITIVE})

    assert check(Kind.EXPRESSION, "5*M", "5M", options).verdict is Verdict.CORRECT


def test_a_growth_class_may_be_said_in_words():
    assert check(Kind.GROWTH, "n^2", "n squared").verdict is Verdict.CORRECT
    assert check(Kind.GROWTH, "n^2", "O(n cubed)").verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "answer",
    [
        "u if u > 0 else 0",
        "0 if u < 0 else u",
        "(u if u > 0 else 0)",
        "u if u > 0, 0 otherwise",
        "{u if u > 0, 0 otherwise}",
        "u if u > 0; 0 if u <= 0",
        "u if u > 1 else 0 if u < 0 else u",
        "y = u if u > 0 else 0",
    ],
)
def test_cases_may_stand_in_a_line(answer):
    assert check(Kind.EXPRESSION, "max(0, u)", answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "answer",
    ["u if u > 0 else u", "0 if u > 0 else u", "u if u > 0, 1 otherwise", "u if u>1 else 0"],
)
def test_other_cases_are_not_accepted(answer):
    assert check(Kind.EXPRESSION, "max(0, u)", answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "answer",
    [
        "u if you want",
        "u if",
        "u if u",
        "if u > 0 then u else 0",
        "u otherwise",
        "u if u > 0 else",
        "u if u > 0, 0",
        "u if u > 0, 0 otherwise, 1 otherwise",
        "u if u > 0 else " * 200 + "0",
    ],
)
def test_an_if_that_is_none_stays_a_word(answer):
    assert check(Kind.EXPRESSION, "max(0, u)", answer).verdict is Verdict.UNREADABLE
