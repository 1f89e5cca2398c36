"""Judging of stored evidence: pure, so tested without any sandbox."""

import numpy as np
import pytest
from scipy import stats

from grader.checks.probe_values import compare
from grader.checks.probes import judge_probe
from grader.errors import SolverError
from grader.evidence import CallRecord, CellError, Opaque, ProbeRecord
from grader.evidence.values import Tensor
from grader.report import CheckResult, Outcome, Verdict
from grader.spec import (
    Between,
    Call,
    Calls,
    Close,
    Distributed,
    File,
    Judged,
    Output,
    Picture,
    Same,
    Text,
    Value,
)

NAN, INF = float("nan"), float("inf")


def record(*outputs, outcome=Outcome.OK, args=()):
    calls = tuple(CallRecord(args=args, output=output) for output in outputs)
    return ProbeRecord(outcome, calls)


def verdict(rule, answer, reference):
    return compare(answer, reference, rule).wrong


@pytest.mark.parametrize(
    ("answer", "reference", "wrong"),
    [
        (np.ones(3), np.ones(3), False),
        (np.ones(3) * 1.000001, np.ones(3), False),
        (np.ones(3) * 1.001, np.ones(3), True),
        (np.ones((1, 1)), np.ones((2, 2)), True),  # NumPy would broadcast
        (np.ones((3, 1)), np.ones(3), True),
        (1.0, np.ones(3), True),
        ([1.0, 1.0, 1.0], np.ones(3), False),
        ([[1.0], [1.0, 2.0]], np.ones(3), True),
        (["1", "1", "1"], np.ones(3), True),
        (np.array([1, 1, 1]), np.ones(3), False),
        (np.array([1.0, NAN, 1.0]), np.ones(3), True),
        (np.array([1.0, NAN]), np.array([1.0, NAN]), False),
        (np.array([1.0, INF]), np.array([1.0, -INF]), True),
        (np.array([1.0, 1e300]), np.array([1.0, INF]), True),
        (np.zeros(0), np.zeros(0), False),
        (np.ones(3) + 0j, np.ones(3), False),
        (np.ones(3) + 1e-3j, np.ones(3), True),
        (np.array([200], np.uint8), np.array([-56]), True),
        (np.array([2], np.int8), 2.0, False),
        (True, 1.0, False),
        (None, 1.0, True),
        ("1.0", 1.0, True),
        (10**400, 1.0, True),
        (Opaque("Model"), np.ones(3), True),
        ((np.ones(2), 3), (np.ones(2), 3), False),
        ((np.ones(2), 4), (np.ones(2), 3), True),
        ([np.ones(2)], (np.ones(2), 3), True),
    ],
)
def test_closeness(answer, reference, wrong):
    assert verdict(Close(), answer, reference) is wrong


@pytest.mark.parametrize(
    ("answer", "reference", "wrong"),
    [
        (3, 3, False),
        (3.0, 3, False),
        (3.5, 3, True),
        (True, 1, True),
        (1, True, True),
        ("a", "a", False),
        ("a", "A", True),
        ([2, 3], (2, 3), False),
        ((3, 2), (2, 3), True),
        (np.array([2, 3]), (2, 3), False),
        (np.array(3), 3, False),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({"a": 2}, {"a": 1}, True),
        ([("a", 1)], {"a": 1}, True),
        (None, None, False),
        (Opaque("int"), 3, True),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0]), False),
    ],
)
def test_equality(answer, reference, wrong):
    assert verdict(Same(), answer, reference) is wrong


@pytest.mark.parametrize(
    ("rule", "answer", "reference", "wrong"),
    [
        (Close(either_sign=True), -np.ones(3), np.ones(3), False),
        (Close(), -np.ones(3), np.ones(3), True),
        (Close(permuted_axis=0), np.array([[3, 4], [1, 2]]), np.array([[1, 2], [3, 4]]), False),
        (Close(permuted_axis=0), np.array([[1, 2], [1, 2]]), np.array([[1, 2], [3, 4]]), True),
        (Close(permuted_axis=0), np.array([[2, 1], [4, 3]]), np.array([[1, 2], [3, 4]]), True),
        (Close(permuted_axis=1), np.array([[2, 1], [4, 3]]), np.array([[1, 2], [3, 4]]), False),
        (Close(dtype="float32"), np.ones(3), np.ones(3), True),
        (Close(dtype="float32"), np.ones(3, np.float32), np.ones(3), False),
        (Between(0.95, 1), 0.97, None, False),
        (Between(0.95, 1), 0.95, None, False),
        (Between(0.95, 1), 0.9, None, True),
        (Between(0.95, 1), NAN, None, True),
        (Between(0.95, 1), "0.97", None, True),
        (Between(0.95, 1), np.array([0.97]), None, False),
        (Between(0.95, 1), [0.97, 0.98], None, True),
    ],
)
def test_rules_and_freedoms(rule, answer, reference, wrong):
    assert verdict(rule, answer, reference) is wrong


def test_a_share_of_the_calls_earns_a_share_where_the_author_says_so():
    draw = lambda _rng, _params: (1,)  # noqa: E731
    shared = Calls("f", draw=draw, reference=lambda _n: 1.0, shared=True)
    whole = Calls("f", draw=draw, reference=lambda _n: 1.0)
    found = record(1.0, 1.0, 1.0, 2.0, args=(1,))

    assert judge_probe(shared, found, {}).result.credit == 0.75
    assert judge_probe(whole, found, {}).result.credit == 0.0


def test_a_changed_tolerance_judges_stored_evidence_again():
    found = record(1.001, args=(1,))

    strict, loose = (
        Call("f", draw=lambda _r, _p: (1,), reference=lambda _n: 1.0, compare=Close(rtol=rtol))
        for rtol in (1e-5, 1e-2)
    )

    assert judge_probe(strict, found, {}).result.verdict is Verdict.INCORRECT
    assert judge_probe(loose, found, {}).result.verdict is Verdict.CORRECT


def test_the_reference_gets_tensors_where_the_student_did():
    import torch

    seen = []
    probe = Call("f", draw=lambda _r, _p: (), reference=lambda x: seen.append(type(x)) or x)
    tensor = Tensor(np.ones(2, np.float32))

    result = judge_probe(probe, record(tensor, args=(tensor,)), {}).result

    assert (seen, result.verdict) == ([torch.Tensor], Verdict.CORRECT)


def test_repeated_calls_must_agree():
    probe = Call("f", draw=lambda _r, _p: (1,), reference=lambda _n: 1.0, repeats=2)

    assert judge_probe(probe, record(1.0, 1.0, args=(1,)), {}).result.verdict is Verdict.CORRECT
    disagreeing = judge_probe(probe, record(1.0, 1.5, args=(1,)), {}).result
    assert "must not be random" in disagreeing.feedback


@pytest.mark.parametrize("crash", ["reference", "judge"])
def test_an_author_who_crashes_is_our_fault(crash):
    def fail(*_):
        raise ZeroDivisionError

    probe = Value("x", reference=fail) if crash == "reference" else None
    probe = probe or Value("x", compare=Judged(fail))

    with pytest.raises(SolverError, match="crashed"):
        judge_probe(probe, record(1.0), {})


def test_a_value_may_depend_on_the_variant():
    probe = Value("x", reference=lambda params: params["n"] + 1)

    assert judge_probe(probe, record(4), {"n": 3}).result.verdict is Verdict.CORRECT


def test_other_right_ways_are_accepted():
    probe = Value("x", reference=3, accept=(4, 5))

    assert judge_probe(probe, record(5), {}).result.verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("outcome", "error", "words"),
    [
        (Outcome.NOT_DEFINED, CellError("NameError", "f is not defined"), "f is not defined"),
        (
            Outcome.RAISED,
            CellError("KeyError", "'k'", 3, "d['k']"),
            "at line 3 of its cell: d['k']",
        ),
        (Outcome.TIMED_OUT, None, "longer than allowed"),
        (Outcome.OUT_OF_MEMORY, None, "more memory than allowed"),
        (Outcome.GPU_OUT_OF_MEMORY, None, "than the GPU has"),
        (Outcome.CRASHED, None, "process died"),
    ],
)
def test_every_outcome_has_plain_words(outcome, error, words):
    found = ProbeRecord(outcome, (CallRecord(outcome=outcome, error=error),), error)

    judged = judge_probe(Value("f", reference=1), found, {})

    assert words in judged.result.feedback
    assert judged.outcome is outcome
    assert judged.result.credit == 0.0


def test_one_lost_call_is_not_all_right():
    lost = CallRecord(args=(1,), outcome=Outcome.TIMED_OUT)
    found = ProbeRecord(Outcome.TIMED_OUT, (CallRecord(args=(1,), output=1.0), lost))
    fine = CheckResult(Verdict.CORRECT, 1.0)

    for compare_by in (Close(), Judged(lambda _params, _answers: fine)):
        probe = Calls("f", draw=lambda _r, _p: (1,), reference=lambda _n: 1.0, compare=compare_by)
        assert judge_probe(probe, found, {}).result.verdict is Verdict.INCORRECT


SAMPLES = np.random.default_rng(7)


@pytest.mark.parametrize(
    ("sample", "verdict"),
    [
        (SAMPLES.normal(size=5000), Verdict.CORRECT),
        (SAMPLES.normal(0.2, 1, size=5000), Verdict.INCORRECT),
        (SAMPLES.normal(0, 1.3, size=5000), Verdict.INCORRECT),
        (SAMPLES.uniform(-1.7, 1.7, size=5000), Verdict.INCORRECT),
        (np.zeros(5000), Verdict.INCORRECT),
        (np.full(5000, NAN), Verdict.INCORRECT),
        (np.zeros(3), Verdict.INCORRECT),
        ("normal", Verdict.INCORRECT),
    ],
)
def test_random_answers_are_judged_by_their_distribution(sample, verdict):
    probe = Call(
        "f", draw=lambda _r, _p: (), reference=lambda: stats.norm.cdf, compare=Distributed()
    )

    assert judge_probe(probe, record(sample), {}).result.verdict is verdict


def test_the_false_alarm_rate_is_kept():
    rule = Distributed(false_alarm=0.05)
    probe = Call("f", draw=lambda _r, _p: (), reference=lambda: stats.norm.cdf, compare=rule)
    rng = np.random.default_rng(1)

    refused = sum(
        judge_probe(probe, record(rng.normal(size=200)), {}).result.verdict is Verdict.INCORRECT
        for _ in range(400)
    )

    assert refused / 400 <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5


@pytest.mark.parametrize(
    ("probe", "output", "verdict"),
    [
        (Text("Question 1"), "An answer.", Verdict.WAITING),
        (Text("Question 1"), "", Verdict.MISSING),
        (Text("Question 1", template=("Your answer here.",)), "Your answer here.", Verdict.MISSING),
        (Picture("plot"), [b"png"], Verdict.WAITING),
        (Picture("plot"), None, Verdict.MISSING),
        (File("a.csv", reference="1,2\n"), "1,2\n", Verdict.CORRECT),
        (Output("print", reference="done"), "done", Verdict.CORRECT),
        (Output("acc", find=r"Acc: ([\d.]+)", compare=Between(0.9, 1)), "Acc: 0.5\nAcc: 0.95",
         Verdict.CORRECT),
        (Output("acc", find=r"Acc: ([\d.]+)", compare=Between(0.9, 1)), "none", Verdict.MISSING),
    ],
)  # fmt: skip
def test_text_pictures_files_and_output(probe, output, verdict):
    assert judge_probe(probe, record(output), {}).result.verdict is verdict
