"""Trees that are equal by their form alone, and forms that have a value without looking."""

import pytest

from grader.answers.alike import alike, has_value_somewhere
from grader.answers.parser import parse
from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x + 2y", "2y + x"),
        ("a*b*c", "c a b"),
        ("x + x + y", "x + y + x"),
        (r"\frac{x+1}{y}", "(1+x)/y"),
        ("sin(a+b)^2", r"\sin^2(b+a)"),
        ("x_{i+1} + f(2)", "f(2) + x_{1+i}"),
        ("max(a, b, c)", "max(max(c, a), b)"),
        ("min(min(a, min(b, d)), c)", "min(d, c, b, a)"),
    ],
)
def test_trees_in_another_order_are_alike(one: str, other: str) -> None:
    assert alike(parse(one), parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x - y", "y - x"),
        ("x/y", "y/x"),
        ("x^y", "y^x"),
        ("x + x + y", "x + y + y"),
        ("x + y", "x + y + y"),
        ("sin(x)", "cos(x)"),
        ("x_1", "x_2"),
        ("f(1, 2)", "f(2, 1)"),
        ("2x", "3x"),
        ("e", "i"),
        ("x + y", "x y"),
        ("max(a, b, c)", "max(a, b)"),
        ("max(a, b)", "min(a, b)"),
        ("max(a, min(b, c))", "max(a, b, c)"),
        ("max(a, a, b)", "max(a, b, b)"),
        ("gcd(a, b, c)", "gcd(a, gcd(b, c))"),
    ],
)
def test_trees_that_differ_are_not_alike(one: str, other: str) -> None:
    assert not alike(parse(one), parse(other))


def test_more_than_the_counted_steps_is_left_to_the_values() -> None:
    long = "+".join(f"x_{k}" for k in range(150))

    assert not alike(parse(long), parse("+".join(reversed(long.split("+")))))


@pytest.mark.parametrize(
    "text",
    ["x", "2x/y", "sqrt(x+1)", "e^(x+y)", "ln(x+1)", "(n-k)!", "floor((w-k)/s)", "x_1/x_2",
     "ln(x)/ln(2)", "sin(0)", "max(a, b)", "x^y", "f(x-x)"],
)  # fmt: skip
def test_plain_forms_have_a_value_somewhere(text: str) -> None:
    assert has_value_somewhere(parse(text))


@pytest.mark.parametrize(
    "text",
    ["ln(0)", "ln(x-x)", "ln(0x)", "ln(x(1-1))", "1/0", "1/(x-x)", "1/sin(pi)", "0^0", "0^(-x)",
     "(x-x)^(-1)", "tan(pi/2)", "(-1)!", "oo", "1/(0x)", "x + 0ln(0)", "x/ln(1)", "max(x, i)",
     "ln(x^0 - 1)", "(x/x - 1)^(-2)"],
)  # fmt: skip
def test_forms_that_may_have_no_value_are_left_to_an_evaluation(text: str) -> None:
    assert not has_value_somewhere(parse(text))


@pytest.mark.parametrize("text", ["ln(x-x)", "1/(x-x)", "0/0", "x + 0*ln(0)"])
def test_a_text_without_any_value_is_not_right_by_looking_like_the_reference(text: str) -> None:
    assert check(Kind.EXPRESSION, text, text).verdict is not Verdict.CORRECT
