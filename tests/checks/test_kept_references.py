"""A reference is read once for all its answers; what came before never changes a verdict."""

import pytest

from grader.checks import check
from grader.errors import SpecError
from grader.report import Verdict
from grader.spec import Domain, Kind, Options

PLAIN = Options()
REAL = Options(symbols={"x": Domain.REAL})
POSITIVE = Options(symbols={"x": Domain.POSITIVE})
CASES = [
    (Kind.EXPRESSION, "sqrt(x^2)", "x", PLAIN, Verdict.INCORRECT),
    (Kind.EXPRESSION, "sqrt(x^2)", "x", POSITIVE, Verdict.CORRECT),
    (Kind.EXPRESSION, "sqrt(x^2)", "x", REAL, Verdict.INCORRECT),
    (Kind.EXPRESSION, "x*y", "yx", PLAIN, Verdict.CORRECT),
    (Kind.EXPRESSION, "x", "x+X-X", PLAIN, Verdict.CORRECT),
    (Kind.EXPRESSION, "x", "x+X-X", REAL, Verdict.UNREADABLE),
    (Kind.EXPRESSION, "f(2)+x", "x+f(2)", Options(functions=("f",)), Verdict.CORRECT),
    (Kind.EXPRESSION, "j^2", "-1", Options(imaginary=("j",)), Verdict.CORRECT),
    (Kind.EXPRESSION, "j^2", "-1", PLAIN, Verdict.INCORRECT),
    (Kind.NUMBER, "1,000", "1000", PLAIN, Verdict.CORRECT),
    (Kind.LIST, "1,000", "1, 0", PLAIN, Verdict.CORRECT),
    (Kind.VECTOR, "[1, x]", "[1 x]", REAL, Verdict.CORRECT),
    (Kind.EQUATION, "x = 2y", "y = x/2", PLAIN, Verdict.CORRECT),
    (Kind.FILTER, "[1, -1]", "[2, -2]", Options(response="vertical-edge"), Verdict.CORRECT),
]


@pytest.mark.parametrize("order", [1, -1])
def test_verdicts_do_not_depend_on_what_was_judged_before(order):
    for _ in range(2):
        for kind, reference, answer, options, expected in CASES[::order]:
            found = check(kind, reference, answer, options).verdict
            assert found is expected, (kind, reference, answer)


def test_a_remark_is_that_of_its_own_answer():
    first = check(Kind.EXPRESSION, "x+1", "y = x+1", PLAIN)
    second = check(Kind.EXPRESSION, "x+1", "x+1", PLAIN)

    assert first.remarks
    assert not second.remarks


def test_sympys_constants_are_read_only_where_the_syntax_says_so():
    found = [
        check(Kind.EXPRESSION, "E*x", "e x", PLAIN, reference_syntax=syntax).verdict
        for syntax in ("sympy", "auto", "sympy")
    ]

    assert found == [Verdict.CORRECT, Verdict.INCORRECT, Verdict.CORRECT]


@pytest.mark.parametrize("answer", ["x[i+9]", "x[1]"])
def test_a_formula_that_always_leaves_its_arrays_is_the_authors_fault_each_time(answer):
    options = Options(arrays={"x": ("n",)})
    for _ in range(2):
        with pytest.raises(SpecError, match="leaves its arrays"):
            check(Kind.FORMULA, "x[i+9]", answer, options)


def test_a_filter_that_does_not_do_what_is_asked_is_the_authors_fault_each_time():
    for _ in range(2):
        with pytest.raises(SpecError, match="no blur filter itself"):
            check(Kind.FILTER, "[1, -1]", "[1, -1]", Options(response="blur"))


def test_sizes_of_arrays_are_part_of_what_a_formula_means():
    square = Options(arrays={"x": ("n", "n")})
    long = Options(arrays={"x": ("n", "2n")})
    reference, answer = "sum(i,1,n,x[i,1])", "sum(k,1,n,x[k,1])"

    assert check(Kind.FORMULA, reference, answer, square).verdict is Verdict.CORRECT
    assert check(Kind.FORMULA, "sum(i,1,n,x[i,2*i])", "0", long).verdict is Verdict.INCORRECT
    with pytest.raises(SpecError, match="leaves its arrays"):
        check(Kind.FORMULA, "sum(i,1,n,x[i,2*i])", "0", square)
