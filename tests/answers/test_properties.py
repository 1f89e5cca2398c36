"""Generated answers: what is equal is never refused, what differs never accepted."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.answers import Names, Pair, Same, canonical, parse, preview, same, to_latex
from grader.answers.work import Undefined
from grader.checks import check
from grader.report import CheckResult
from grader.spec import Kind, Options
from tests.answers.generate import pair, printed, random_tree

PAIRS = 1500
PIECES = [
    "x",
    "y",
    "z",
    "n",
    "i",
    "e",
    "1",
    "2",
    "0.5",
    "7",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ",",
    ";",
    "+",
    "-",
    "*",
    "/",
    "^",
    "_",
    "!",
    "%",
    "=",
    "<",
    "<=",
    "'",
    "sin",
    "ln",
    "sqrt",
    "max",
    "sum",
    "\\frac",
    "\\sqrt",
    "\\left",
    "\\right",
    "\\sum",
    "\\text{a}",
    "\\begin{bmatrix}",
    "\\end{bmatrix}",
    "&",
    "\\\\",
    "\\pm",
    "∪",
    "∈",
    "π",
    "√",
    "²",
    "₁",
    "½",
    "and",
    "or",
    "mod",
    "oo",
    "nan",
    "floor",
    "|",
]


@pytest.mark.parametrize("seed", range(4))
def test_generated_pairs_are_judged_as_exact_evaluation_judges_them(seed):
    rng = random.Random(seed)
    waiting = judged = 0

    while judged < PAIRS // 4:
        found = pair(rng)
        if found is None:
            continue
        judged += 1
        reference, answer, equal = found
        verdict = check(Kind.EXPRESSION, reference, answer).verdict.value
        waiting += verdict == "waiting"
        assert verdict in ("waiting", "correct" if equal else "incorrect"), found

    assert waiting <= PAIRS // 100


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_latex_of_a_tree_is_read_as_the_same_tree(seed, latex):
    rng = random.Random(seed)
    text = printed(rng, random_tree(rng, 4, "smooth"), latex)

    tree = parse(text)

    assert canonical(parse(to_latex(tree))) == canonical(tree)


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(list(Kind)))
@settings(max_examples=600, deadline=None)
def test_no_text_whatever_makes_a_checker_or_the_preview_raise(pieces, kind):
    text = " ".join(pieces)
    reference = {
        Kind.CHOICE: "a",
        Kind.FILTER: "[[1/9, 1/9, 1/9], [1/9, 1/9, 1/9], [1/9, 1/9, 1/9]]",
        Kind.FORMULA: "1",
    }.get(kind, "1")
    options = Options(
        choices={"a": "one", "b": "two"}, response="blur" if kind is Kind.FILTER else None
    )
    if kind is Kind.PROBE:
        return

    result = check(kind, reference, text, options)
    shown = preview(text, kind, options)

    assert isinstance(result, CheckResult)
    assert shown.error is None or shown.mathml is None


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_unicode_text_is_read_or_refused(text):
    result = check(Kind.EXPRESSION, "x+1", text)

    assert result.verdict.value in ("correct", "incorrect", "unreadable", "waiting", "missing")


@pytest.mark.parametrize(("prime", "most"), [(101, 0.04), (10007, 0.002)])
def test_the_field_errs_no_more_often_than_degree_over_prime(prime, most):
    """At one point of a small field, d/p with d < 5 is what different polynomials agree at."""
    accepted = trials = 0
    for k in range(2000):
        reference, answer = (
            parse(f"(x+{k % 17})*(y+{k % 13})"),
            parse(f"(x+{k % 17})*(y+{k % 13}+1)"),
        )
        setting = Pair(str(k), "other")
        setting.__dict__["prime"] = prime
        field = setting.field(0)
        try:
            accepted += field.value(reference) == field.value(answer)
        except Undefined:
            continue
        trials += 1

    assert accepted / trials <= most


def test_the_prime_is_large_and_never_the_same_for_two_pairs():
    primes = {Pair(f"x+{k}", "x").prime for k in range(200)}

    assert len(primes) == 200
    assert min(primes) > 2**60


@pytest.mark.parametrize(
    "answer",
    [
        "9**9**9**9",
        "(x+1)**100000",
        "exp(exp(exp(exp(exp(10)))))",
        "10000000!",
        "x!" * 200,
        "+".join(["sin(x)^2"] * 100),
        "|x" * 12 + "|" * 12,
        "sqrt(" * 40 + "x" + ")" * 40,
        "sum(i,1,400,sum(j,1,400,i*j))",
        "sum(i,1,10^30,i)",
        "x^-" * 300 + "x",
        "sin " * 400 + "x",
        "max(" + ",".join(f"x+{k}" for k in range(99)) + ")",
        "[" * 2000,
        "\\left" * 400 + "x",
        "x=" * 300 + "x",
        "\\begin{bmatrix}" * 50,
        "lcm(" + ",".join(f"10^300+{k}" for k in range(60)) + ")",
    ],
)
def test_no_answer_takes_long(answer):
    started = time.process_time()

    check(Kind.EXPRESSION, "x+1", answer)

    assert time.process_time() - started < 0.25  # 50 ms on an idle machine; this one may be busy


def test_equality_is_decided_alike_for_trees_and_for_texts():
    names = Names(Options())
    outcome = same(Pair("2x", "x+x"), parse("2x", names), parse("x+x", names))

    assert outcome is Same.EQUAL
