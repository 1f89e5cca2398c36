"""Whether random answers follow the distribution asked for, at a stated false-alarm rate."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.probe_values import as_array, describe, plain
from grader.errors import SolverError
from grader.evidence import CallRecord
from grader.report import CheckResult, Remark, Topic, Verdict
from grader.spec import Distributed

_FEWEST = 20


def largest_gap(points: NDArray[np.float64], cdf: Callable[[Any], Any]) -> float:
    """Return the largest distance between the sample's distribution function and `cdf`.

    Args:
        points: the sample, shape (n,).
        cdf: from points, shape (n,), to the probability of a value at most as large; continuous.
    """
    ordered = np.sort(points)
    count = len(ordered)
    try:
        expected = np.asarray(cdf(ordered), dtype=np.float64)
    except Exception as error:  # an author's function may raise anything
        raise SolverError(f"the distribution function crashed: {error!r}") from error
    if expected.shape != ordered.shape:
        raise SolverError("the distribution function must return one probability a point")
    above = np.arange(1, count + 1) / count - expected
    below = expected - np.arange(count) / count
    return float(max(above.max(), below.max()))


def judge_sample(calls: Sequence[CallRecord], cdf: Any, rule: Distributed) -> CheckResult:
    """Judge all entries of all answers together against a distribution function.

    Massart (1990): the gap exceeds e with probability at most 2 exp(-2 n e^2), whatever the
    distribution; so that bound, solved for e, refuses a right answer with `rule.false_alarm`.
    """
    arrays = [as_array(plain(call.output)) for call in calls]
    if any(array is None for array in arrays):
        odd = next(c.output for c, array in zip(calls, arrays, strict=True) if array is None)
        text = f"Numbers were asked for; it returned {describe(plain(odd))}."
        return CheckResult(Verdict.INCORRECT, 0.0, (Remark(Topic.SHAPE, text),))
    points = np.concatenate([np.ravel(a).astype(np.float64) for a in arrays if a is not None])
    if len(points) < _FEWEST or not np.isfinite(points).all():
        text = f"At least {_FEWEST} finite numbers are needed to tell a distribution."
        return CheckResult(Verdict.INCORRECT, 0.0, (Remark(Topic.SHAPE, text),))
    allowed = math.sqrt(math.log(2 / rule.false_alarm) / (2 * len(points)))
    if largest_gap(points, cdf) <= allowed:
        return CheckResult(Verdict.CORRECT, 1.0)
    text = (
        f"These {len(points)} numbers do not follow the distribution asked for: "
        f"their mean is {points.mean():.4g} and their standard deviation {points.std():.4g}."
    )
    return CheckResult(Verdict.INCORRECT, 0.0, (Remark(Topic.ENTRIES, text),))
