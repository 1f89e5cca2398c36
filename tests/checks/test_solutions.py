"""Equations and inequalities are right when they have the same solutions, where that is proved."""

import random
from collections import Counter
from fractions import Fraction

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind, Options

SAME = [
    ("x^2=4", "x=2 or x=-2"),
    ("x^2=4", "x=±2"),
    ("x^2=4", "|x|=2"),
    ("x^2=4", "x=2, x=-2"),
    ("x^2=4", "x = 2, -2"),
    ("x^3=8", "x=2"),
    ("1/x=1/2", "x=2"),
    ("(x-1)^2=0", "x=1"),
    ("x^4=16", "x^2=4"),
    ("x^2+1=0", "x^4+3=0"),
    ("x^2=2", "x=sqrt(2) or x=-sqrt(2)"),
    ("x^2-x-1=0", r"x=\frac{1\pm\sqrt5}{2}"),
    ("|x-1|=3", "x=4 or x=-2"),
    ("n=1, 2, 3", "n=1 or n=2 or n=3"),
    ("|x|<2", "-2<x<2"),
    ("|x|<2", "x<2 and x>-2"),
    ("|x|<2", "x<2, x>-2"),
    ("|x|>2", "x<-2 or x>2"),
    ("x^2>4", "|x|>2"),
    ("(x-1)/(x-3)<=0", "1<=x<3"),
    ("1/x<1", "x<0 or x>1"),
    ("x>2", "x>2 and x>1"),
    ("max(x,0)<1", "x<1"),
    ("|x|+|x-1|<3", "-1<x<2"),
    ("x!=0", "x<0 or x>0"),
    ("x/y=2", "x=2y, y!=0"),
    ("x*y=0", "x=0 or y=0"),
    ("x^2=y^2", "x=y or x=-y"),
    ("x^2=y^2", "x=±y"),
    ("(x-y)^2=0", "x=y"),
    ("x<pi or x>5", "-x>-pi or x>5"),
    ("sign(x)=1", "x>0"),
    ("x<pi", "-x>-pi and x<9"),
    ("x^2*y/x=0", "y=0 and x!=0"),
    ("x=2, y=3", "y=3, x=2"),
    ("3e^x=6", "x=ln(2)"),
    ("2^x=8", "x=3"),
    ("log_2(x)=3", "x=8"),
    ("ln(x)<1", "0<x<e"),
    ("(1/2)^x<1/8", "x>3"),
    ("sqrt(x)<2", "0<=x<4"),
    ("sqrt(x)>-1", "x>=0"),
]
OTHER = [
    ("x^2=4", "x=2"),
    ("x^2=2x", "x=2"),
    ("x^2/x=0", "x=0"),
    ("1/(1/x)=0", "x=0"),
    ("sign(x)=1", "sign(x)=-1"),
    ("x^2=-1", "x=1"),
    ("x^2=2", "x=sqrt(2) or x=-1.41421356"),
    ("x^5-x-1=0", "x=1.1673039782614187"),
    ("x=2", "x=2.0000001"),
    ("x=3", "y=3"),
    ("|x|<2", "x<2"),
    ("|x|<2", "x<2 or x>-2"),
    ("(x-1)/(x-3)<=0", "1<=x<=3"),
    ("2<x<5", "x>2 or x<5"),
    ("x>=2", "x>2"),
    ("x/y=2", "x=2y"),  # where both are 0
    ("x^2=y^2", "x=y"),
    ("x=2, y=3", "x=3, y=2"),
    ("x<y", "x<=y"),
    ("x+y<2", "x+y<3"),
    ("y=sin(x)", "y=cos(x)"),
    ("y=sqrt(x)", "y^2=x"),
    ("e^x=2", "x=1"),
    ("e^x>2", "x>=ln(2)"),
    ("ln(x)<1", "x<e"),
    ("sqrt(x)=-2", "x=4"),
    ("sin(x)=0", "x=0"),
    ("f(x)=x", "f(x)=x+1"),
]


def judged(reference, answer):
    return check(Kind.EQUATION, reference, answer, Options(functions=("f",))).verdict


@pytest.mark.parametrize(("reference", "answer"), SAME)
def test_the_same_solutions_are_correct_either_way_round(reference, answer):
    assert judged(reference, answer) is Verdict.CORRECT
    assert judged(answer, reference) is Verdict.CORRECT


@pytest.mark.parametrize(("reference", "answer"), OTHER)
def test_other_solutions_are_incorrect_either_way_round(reference, answer):
    assert judged(reference, answer) is Verdict.INCORRECT
    assert judged(answer, reference) is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [("x^2=y^2", "|x|=|y| and x=x"), ("sin(x)=0", "sin(2x)=2sin(x)cos(x) and sin(x)=0")],
)
def test_what_may_be_equal_and_is_not_proved_waits(reference, answer):
    assert judged(reference, answer) is Verdict.WAITING


@pytest.mark.parametrize(
    "answer",
    [
        "x^10000=1",
        "|" + "|x|" * 8 + "|>1",
        "*".join(f"(x-{k})" for k in range(60)) + "<0",
        " or ".join(f"x={k}" for k in range(200)),
        "+".join(f"|x-{k}|" for k in range(8)) + "<2",
        "abs(" * 10 + "x" + ")" * 10 + "<2",
    ],
)
def test_large_conditions_are_never_accepted_by_mistake(answer):
    assert judged("x^2<4", answer) in (Verdict.INCORRECT, Verdict.WAITING)


def test_conditions_said_to_be_equal_hold_at_the_same_points():
    rng = random.Random(5)
    outcomes = Counter()
    for _ in range(150):
        one, other = _condition(rng), _condition(rng)
        if rng.random() < 0.5:
            other = f"({other}) or ({one})" if rng.random() < 0.5 else f"{one}"
        found = check(Kind.INEQUALITY, one[:], other).verdict
        outcomes[found] += 1
        agree = all(
            _truth(one, Fraction(k, 4)) == _truth(other, Fraction(k, 4)) for k in range(-40, 41)
        )
        if found is Verdict.CORRECT:
            assert agree, (one, other)
        if not agree:
            assert found is Verdict.INCORRECT, (one, other)

    assert outcomes[Verdict.CORRECT] > 20
    assert outcomes[Verdict.INCORRECT] > 20


def _condition(rng):
    """Return a random condition on x that both Python and the grader read."""
    a, b, c = (rng.randint(-4, 4) for _ in range(3))
    operator = rng.choice(["<", "<=", ">", ">="])
    left = rng.choice([f"x-({a})", f"(x-({a}))*(x-({b}))", f"abs(x-({a}))", f"({b})*x+({c})*x*x"])
    return f"{left} {operator} {c}"


def _truth(text, x):
    return bool(eval(text, {"__builtins__": {}, "abs": abs, "x": x}))
