"""Whether two trees are equal up to a constant factor: equations, and near misses."""

from flint import acb, arb

from grader.answers.ball_corners import middle, rational
from grader.answers.balls import Point, evaluate
from grader.answers.decide import same
from grader.answers.definitions import written_out
from grader.answers.indices import without_indices
from grader.answers.induction import example_values
from grader.answers.pair import Pair, Same
from grader.answers.points import GENERIC, generic_point, special_points
from grader.answers.survey import Survey, survey_of
from grader.answers.tree import MUL, Node, number, replace
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined
from grader.spec import Domain

_POINTS = 3
_MAX_DENOMINATOR = 10**6


def same_up_to_factor(pair: Pair, reference: Node, answer: Node, *, positive: bool = False) -> Same:
    """Return whether answer = c * reference for a constant c that is not 0 (above 0 if `positive`).

    DIFFERENT is proved; two trees that both vanish everywhere are EQUAL.
    """
    survey = survey_of(reference, answer)
    if survey.infinite:
        return Same.UNKNOWN
    if survey.indexed and not survey.sums:
        reference, answer = without_indices(pair, reference, answer)
        survey = survey_of(reference, answer)
    if survey.written:
        reference, answer = written_out(reference), written_out(answer)
        survey = survey_of(reference, answer)
    integers = {
        name for name in survey.names if pair.domain(name) is Domain.INTEGER
    } | survey.bounds
    try:
        found = _in_field(pair, reference, answer)
        if found is None and survey.sums:
            return _sums_by_example(pair, reference, answer, survey, integers)
        if found is None:
            found = _by_balls(pair, reference, answer, survey, integers)
        if found is Same.EQUAL and positive:
            return _same_sign(pair, reference, answer, survey, integers)
    except (TooMuch, NotScalar):
        return pair.unknown("comparing the two sides takes more work than is allowed")
    return found


def _in_field(pair: Pair, reference: Node, answer: Node) -> Same | None:
    first: tuple[int, int] | None = None
    agreed = zeros = 0
    for point in range(_POINTS + 4):
        field = pair.field(point)
        try:
            x, y = field.value(reference), field.value(answer)
        except Undefined:
            continue
        if not x and not y:
            zeros += 1
        else:
            first = first or (x, y)
            proportional = x and y and (x * first[1] - y * first[0]) % pair.prime == 0
            if not proportional or zeros:
                return None if field.opaque else Same.DIFFERENT
            agreed += 1
        if max(agreed, zeros) == _POINTS:
            return Same.EQUAL
    return None


def _sums_by_example(
    pair: Pair, reference: Node, answer: Node, survey: Survey, integers: set[str]
) -> Same:
    """Return DIFFERENT where two examples prove that no factor fits both; EQUAL is not claimed."""
    values = []
    for k in range(6):
        field = pair.field(k, dict(example_values(pair, survey, integers, k)))
        try:
            x, y = field.value(reference), field.value(answer)
        except Undefined:
            continue
        if field.opaque:
            break
        values.append((x, y))
    if any((x * v - y * u) % pair.prime for x, y in values for u, v in values[:1]):
        return Same.DIFFERENT
    return pair.unknown("the two sums could not be compared")


def _by_balls(
    pair: Pair, reference: Node, answer: Node, survey: Survey, integers: set[str]
) -> Same:
    if survey.is_constant or survey.sums:
        return Same.UNKNOWN
    names = list(survey.names)
    points = [generic_point(pair, names, integers, k) for k in range(GENERIC)]
    if survey.jumps or survey.corners or integers:
        points += special_points(pair, survey, integers)
    first: acb | None = None
    start: Point = {}
    agreed = 0
    for point in points:
        values = _ratio_at(pair, (reference, answer), point)
        if values is None:
            continue
        x, y = values
        if x.contains(0) or y.contains(0):
            if x.contains(0) != y.contains(0):
                return (
                    Same.DIFFERENT
                    if not (x.contains(0) and y.contains(0)) and _is_zero(x, y)
                    else Same.UNKNOWN
                )
            continue
        quotient = y / x
        first, start = (quotient, point) if first is None else (first, start)
        if not (quotient - first).contains(0):
            return Same.DIFFERENT
        agreed += 1
    if agreed < _POINTS or first is None:
        return Same.UNKNOWN
    if not (survey.jumps or survey.corners or survey.branches):
        return Same.EQUAL
    return _by_factor(pair, reference, answer, first, start)


def _by_factor(pair: Pair, reference: Node, answer: Node, factor: acb, point: Point) -> Same:
    """Compare the answer with a multiple of the reference: corners hide between sampled points.

    The multiple is a short rational number, or else what the two are to each other at a point.
    """
    value = middle(factor.real)
    if value is not None and factor.imag.contains(0):
        guess = value.limit_denominator(_MAX_DENOMINATOR)
        if factor.real.overlaps(rational(guess).real):
            return same(pair, Node(MUL, "", (number(guess), reference)), answer)
    above, below = answer, reference
    for name, each in point.items():
        if isinstance(each, tuple):
            return Same.UNKNOWN
        above, below = replace(above, name, number(each)), replace(below, name, number(each))
    return same(pair, Node(MUL, "", (above, reference)), Node(MUL, "", (below, answer)))


def _is_zero(x: acb, y: acb) -> bool:
    return bool(x.is_zero() or y.is_zero())


def _ratio_at(pair: Pair, trees: tuple[Node, Node], point: Point) -> tuple[acb, acb] | None:
    """Return both values at a point, precisely enough; None where they are not clear."""
    for precision in (pair.full_bits, 4 * pair.full_bits):
        try:
            (x, y), balls = evaluate(trees, pair.seed, point, precision, pair.work)
        except Undefined:
            return None
        except (Unclear, OverflowError, ZeroDivisionError):
            continue
        small = arb(2) ** (-precision // 2)
        if (
            not balls.lossy
            and x.rad() < small * (1 + x.abs_upper())
            and y.rad() < small * (1 + y.abs_upper())
        ):
            return x, y
    return None


def _same_sign(
    pair: Pair, reference: Node, answer: Node, survey: Survey, integers: set[str]
) -> Same:
    for k in range(12):
        point = generic_point(pair, list(survey.names), integers, k)
        values = _ratio_at(pair, (reference, answer), point)
        if values is None:
            continue
        x, y = (value.real for value in values)
        if not x.contains(0) and not y.contains(0):
            return Same.EQUAL if bool(x > 0) == bool(y > 0) else Same.DIFFERENT
    return Same.UNKNOWN
