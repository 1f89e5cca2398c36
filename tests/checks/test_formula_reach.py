"""Index formulas that agree for small sizes only are not accepted."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind, Options

_ONE = Options(arrays={"x": ["n"]})
_TWO = Options(arrays={"x": ["n", "n"], "dy": ["m=n-k+1", "m"]})
_CONVOLUTION = "sum(i,1,m,sum(j,1,m,dy[i,j]*x[i+h-1,j+l-1]))"


@pytest.mark.parametrize(
    "extra",
    ["prod(k,2,5,n-k)*x[1]", "(n-2)(n-3)(n-4)(n-5)*x[1]", "floor(n/6)", "max(0,n-6)",
     "floor(n/2/2/2/2/2)", "binomial(n,40)", "max(0,i-60)", "(i-1)(i-2)(i-3)(i-4)(i-5)",
     "prod(k,2,9^2,n-k)"],
)  # fmt: skip
def test_a_term_that_vanishes_for_small_sizes_is_seen(extra: str) -> None:
    found = check(Kind.FORMULA, "x[i]", f"x[i]+{extra}", _ONE)

    assert found.verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "extra",
    [
        "max(0,i-6000)",
        "floor(ln(n)/4)",
        "(gcd(n,997)-1)",
        "prod(k,2,9^3,n-k)",
        "max(0,n^2-n^2/4-9)",
        "0^(n-60)^2",
        "0^|n-60|",
        "(1 if n = 60 else 0)",
        "(1 if 59 < n < 61 else 0)",
    ],
)
def test_a_term_that_no_drawn_size_may_meet_waits(extra: str) -> None:
    found = check(Kind.FORMULA, "x[i]", f"x[i]+{extra}", _ONE)

    assert found.verdict is not Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer", "options"),
    [("x[i]", "255*x[i]/255", _ONE), ("x[i]", "(2x[i]+4x[i])/6", _ONE),
     ("n*x[i]", "sum(k,1,n,x[i])", _ONE), ("sum(i,1,n,i*x[i])", "sum(i,1,n,2*i*x[i]/2)", _ONE),
     ("sum(i,1,n,x[i])", "x[1]+x[2]+sum(i,3,n,x[i])", _ONE), ("x[i]", "x[i] if n > 0 else 2", _ONE),
     (_CONVOLUTION, "sum(a,0,m-1,sum(b,0,m-1,dy[a+1,b+1]*x[a+h,b+l]))", _TWO),
     (_CONVOLUTION, "sum(a,2,m+1,sum(b,2,m+1,dy[a-1,b-1]*x[a+h-2,b+l-2]))", _TWO)],
)  # fmt: skip
def test_numbers_of_ones_own_do_not_hold_a_right_formula_up(
    reference: str, answer: str, options: Options
) -> None:
    assert check(Kind.FORMULA, reference, answer, options).verdict is Verdict.CORRECT
