"""Answers built to be dear to compare: their work is counted, and it ends early."""

from itertools import islice
from time import process_time

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind, Options

_SECONDS = 0.12  # of the processor; each takes less than half of it, and took up to four times it
_TRIES = 4  # the fastest counts: other work slows a machine down
_PRIMES = tuple(n for n in range(2, 1400) if all(n % d for d in range(2, int(n**0.5) + 1)))


def _sum(term: str, count: int) -> str:
    return "+".join(term.format(p) for p in islice(_PRIMES, count))


@pytest.mark.parametrize(
    ("kind", "reference", "answer"),
    [(Kind.GROWTH, "n log n", "*".join(f"n^{10**6 + k}" for k in range(380))),
     (Kind.GROWTH, "2^n n!", "*".join(f"(2n)^{10**6 + k}" for k in range(250))),
     (Kind.EQUATION, "x=2", _sum("x/{}^500", 220) + "=0"),
     (Kind.INEQUALITY, "x>2", _sum("x/{}^500", 220) + ">0"),
     (Kind.EQUATION, "x=2", "<".join(f"{k}x" for k in range(400))),
     (Kind.EQUATION, "x=2", " and ".join(f"x<{k}" for k in range(400, 9, -1))),
     (Kind.EQUATION, "x=1 or x=-1", " or ".join(f"x^{k}=1" for k in range(1, 250))),
     (Kind.EQUATION, "x=2 or x=3", "^".join(["x"] * 40) + "=1"),
     (Kind.INTERVAL, "[0,1)", "[0," + _sum("sqrt({})", 400) + ")"),
     (Kind.INTERVAL, "[0,1)", "[0," + "^".join(["2"] * 40) + ")"),
     (Kind.SET, "{1,2}", "{1," + _sum("3/{}^500", 220) + "}"),
     (Kind.SET, "{1,2}", "{1," + "^".join(["3"] * 40) + "}"),
     (Kind.MATRIX, "[[x,2],[3,4]]", "[[" + _sum("x/{}^500", 220) + ",1],[1,1]]"),
     (Kind.EXPRESSION, "x+1", _sum("floor(x/{})", 270)),
     (Kind.EXPRESSION, "x+1", "+".join(f"binomial(n,{k})" for k in range(240))),
     (Kind.SHAPE, "(3,32,32)", "(3," + "^".join(["(x+1)"] * 46) + ",32)"),
     (Kind.SET, "{1,2}", " ∪ ".join(f"{{sqrt({p}),{k}}}" for k, p in enumerate(_PRIMES[:90]))),
     (Kind.SET, "(0,1)", " ∪ ".join(f"{{e^{k}}}" for k in range(1, 100))),
     (Kind.INTERVAL, "(0,1) ∪ (2,3)", " ∩ ".join(f"(a+{k},b+{k})" for k in range(100))),
     (Kind.INTERVAL, "(0,1)", " ∪ ".join(f"({p}^200,oo)" for p in _PRIMES[:140])),
     (Kind.EQUATION, "x=1 ∪ x=2", " ∪ ".join(f"{k}+sqrt({k})" for k in range(150))),
     (Kind.EQUATION, "x=1", " or ".join(f"x^40+{k}x^3={p}" for k, p in enumerate(_PRIMES[:99]))),
     (Kind.EQUATION, "x=1", "(x-10^99)^4=10^-90 x or (10^60x-1)^8=x^9"),
     (Kind.INEQUALITY, "1<x<2", "+".join(f"softplus(abs(x+{k}))" for k in range(170)) + "<1"),
     (Kind.INEQUALITY, "x<2", " and ".join(f"{v}=x" for v in "abcdfghjlmnopqrstuvw" * 15)),
     (Kind.GROWTH, "n", "/".join(f"(n+{k})!" for k in range(1, 16))),
     (Kind.GROWTH, "n", "*".join(f"(n^{k}+n)!" for k in range(1, 16))),
     (Kind.GROWTH, "n", "n^(" + "+".join(f"n/{p}^500" for p in _PRIMES[:150]) + ")"),
     (Kind.EXPRESSION, "x+1", "+".join(f"(x mod {k})" for k in range(1, 330))),
     (Kind.INTERVAL, "[0,1)", "{x | ||" + "^".join(f"binomial(2000,{k})" for k in range(101, 140))
      + "|| > 0}")],
)  # fmt: skip
def test_an_answer_that_is_dear_to_compare_gets_its_verdict_at_once(
    kind: Kind, reference: str, answer: str
) -> None:
    spent = []
    for _ in range(_TRIES):
        started = process_time()
        found = check(kind, reference, answer)
        spent.append(process_time() - started)

    assert found.verdict is not Verdict.CORRECT
    assert min(spent) < _SECONDS


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [("n * n^2 * 2^n * 3^n * n", Verdict.CORRECT), ("n^4 * 2^n * 3^n * (2/5)", Verdict.CORRECT),
     ("n*n*n*2^n*3^n", Verdict.INCORRECT), ("6^n n^4 - 6^n n^4 + 6^n n^3", Verdict.INCORRECT)],
)  # fmt: skip
def test_growth_of_long_products_and_sums_is_exact(answer: str, verdict: Verdict) -> None:
    assert check(Kind.GROWTH, "6^n n^4", answer).verdict is verdict


def test_the_first_part_that_fails_decides_a_conjunction() -> None:
    found = check(Kind.EQUATION, "x=2", "x<1 and x*y<z and y^x>sin(z)")

    assert found.verdict is Verdict.INCORRECT


@pytest.mark.parametrize(("base", "value"), [("1", "1"), ("(-1)", "-1")])
def test_a_huge_power_of_one_has_a_value(base: str, value: str) -> None:
    assert check(Kind.NUMBER, value, f"{base}^1000001").verdict is Verdict.CORRECT


def test_a_choice_that_unfolds_into_many_letters_is_cut_short() -> None:
    choices = {str(k): "x" * 100 + str(k) for k in range(20)}
    started = process_time()
    found = check(Kind.CHOICE, "1", "ﷺ" * 3999, Options(choices=choices))

    assert found.verdict is Verdict.UNREADABLE
    assert process_time() - started < _SECONDS / 2
