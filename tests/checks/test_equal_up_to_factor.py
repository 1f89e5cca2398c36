"""Equations with corners are equal up to a factor only where that is proved, not sampled."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind


@pytest.mark.parametrize(
    ("reference", "answer"),
    [("y=e^x", "y=(e^x)^(1+(sqrt((x-39)^2)-(39-x)))"),
     ("y=x", "y=x*(1+max(0,(x-10^40)*(10^40+10^-20-x)))"),
     ("y=sqrt(x^2+1)", "y=sqrt(x^2+1)*(1+(sqrt((x-10^300)^2)-(10^300-x)))"),
     ("y=max(x,2)", "y=max(x,2)+e^(sqrt((x-10^100)^2)-(10^100-x))-1")],
)  # fmt: skip
def test_a_difference_between_the_sampled_points_is_not_accepted(reference, answer):
    assert check(Kind.EQUATION, reference, answer).verdict is not Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [("y=|x|", "2y=2*max(x,-x)"), ("y=|x|", "-y=min(x,-x)"), ("y=max(0,x)", "2y=x+|x|"),
     ("pi y=|x|", "y=max(x,-x)/pi"), ("y=sqrt(x)", "2y=sqrt(4x)"),
     ("y=floor(x/2)", "3y=3floor(x/2)")],
)  # fmt: skip
def test_an_equation_times_a_factor_is_the_same(reference, answer):
    assert check(Kind.EQUATION, reference, answer).verdict is Verdict.CORRECT
