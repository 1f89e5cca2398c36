"""Numbers that need not be equal. The edge of a tolerance counts as inside."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor, log10

from flint import acb, arb

from grader.answers.ball_corners import middle, rational
from grader.answers.balls import evaluate
from grader.answers.decide import same
from grader.answers.definitions import written_out
from grader.answers.exact import exact
from grader.answers.names import Names
from grader.answers.pair import Same
from grader.answers.parser import parse
from grader.answers.tree import Node, free_names
from grader.answers.work import TooMuch, Unclear, Undefined
from grader.checks.settle import Job
from grader.errors import InvalidAnswer, SpecError
from grader.spec import Options

_HALF = Fraction(1, 2)
_LOG = log10(2)


def same_or_close(job: Job, reference: Node, answer: Node) -> Same:
    """Return whether two scalars are equal, or constants as near as the options allow.

    Raises:
        SpecError: a tolerance of the options is no number.
    """
    outcome = same(job.pair, reference, answer)
    if outcome is Same.EQUAL or not has_tolerance(job.options):
        return outcome
    if free_names(reference, answer):
        return outcome
    r, a = exact(reference), exact(answer)
    if r is not None and a is not None:
        return _exactly(Fraction(r), Fraction(a), job.options)
    for bits in (job.pair.full_bits, 4 * job.pair.full_bits):
        try:
            return _by_balls(job, reference, answer, bits)
        except Undefined:
            return Same.DIFFERENT
        except TooMuch:
            break
        except (Unclear, OverflowError, ZeroDivisionError):
            continue
    return job.pair.unknown("its value is not known precisely enough for the tolerance")


def has_tolerance(options: Options) -> bool:
    """Whether the author allows any difference."""
    if options.digits is not None and options.digits < 1:
        raise SpecError(f"{options.digits} significant figures cannot be compared")
    return options.atol is not None or options.rtol is not None or options.digits is not None


def bound(text: str) -> Fraction:
    """Return a tolerance as typed by the author.

    Raises:
        SpecError: it is no number.
    """
    try:
        value = exact(parse(text, Names(Options())))
    except InvalidAnswer as error:
        raise SpecError(f"the tolerance {text!r} cannot be read: {error}") from error
    if value is None or value < 0:
        raise SpecError(f"the tolerance {text!r} is no number")
    return Fraction(value)


def _has_bounds(options: Options) -> bool:
    return options.atol is not None or options.rtol is not None


def _bounds(options: Options) -> tuple[Fraction, Fraction]:
    """Return what may differ, and what for each unit of the reference: both add up."""
    absolute = bound(options.atol) if options.atol is not None else Fraction(0)
    return absolute, bound(options.rtol) if options.rtol is not None else Fraction(0)


def _exactly(r: Fraction, a: Fraction, options: Options) -> Same:
    absolute, relative = _bounds(options)
    near = abs(r - a) <= absolute + relative * abs(r) if _has_bounds(options) else False
    if options.digits is not None and not near:
        near = abs(r - a) <= _unit(r, options.digits) / 2
        near = near or _rounded(r, options.digits) == _rounded(a, options.digits)
    return Same.EQUAL if near else Same.DIFFERENT


def _by_balls(job: Job, reference: Node, answer: Node, bits: int) -> Same:
    """Compare within proven errors; complex numbers by how far they are apart."""
    options = job.options
    trees = (written_out(reference), written_out(answer))
    (r, a), _ = evaluate(trees, job.pair.seed, {}, bits, job.pair.work)
    limits: list[arb] = []
    if _has_bounds(options):
        absolute, relative = _bounds(options)
        limits.append(_ball(absolute) + _ball(relative) * abs(r))
    alike: bool | None = False
    if options.digits is not None:
        size = middle(abs(r))
        if size is None:
            raise Unclear
        limits.append(_ball(_unit(size, options.digits) / 2))
        alike = _round_alike(r, a, options.digits)
    difference = abs(r - a)
    if alike or any(difference <= limit for limit in limits):
        return Same.EQUAL
    if alike is not None and all(difference > limit for limit in limits):
        return Same.DIFFERENT
    raise Unclear


def _round_alike(r: acb, a: acb, digits: int) -> bool | None:
    """Whether two numbers are equal when rounded; None where their balls do not show it."""
    if abs(r) > 2 * abs(a) or abs(a) > 2 * abs(r) or not (r.imag == 0 and a.imag == 0):
        return False
    ends = [middle(end) for ball in (r.real, a.real) for end in (ball.lower(), ball.upper())]
    rounded = {None if end is None else _rounded(end, digits) for end in ends}
    if len(rounded) == 1 and None not in rounded:
        return True
    return None if None in rounded or _overlap(ends, digits) else False


def _overlap(ends: Sequence[Fraction | None], digits: int) -> bool:
    """Whether what lies between two pairs of ends may be rounded to the same number."""
    low, high, other_low, other_high = (_rounded(end or Fraction(0), digits) for end in ends)
    return low <= other_high and other_low <= high


def _ball(value: Fraction) -> arb:
    return rational(value).real


def _unit(value: Fraction, digits: int) -> Fraction:
    """Return one unit of the last of so many significant figures; 0 for 0."""
    if not value:
        return Fraction(0)
    size = abs(value)
    exponent = floor((size.numerator.bit_length() - size.denominator.bit_length()) * _LOG)
    while Fraction(10) ** exponent > size:
        exponent -= 1
    while Fraction(10) ** (exponent + 1) <= size:
        exponent += 1
    return Fraction(10) ** (exponent - digits + 1)


def _rounded(value: Fraction, digits: int) -> Fraction:
    """Return a number with so many significant figures, halves away from zero."""
    unit = _unit(value, digits)
    if not unit:
        return Fraction(0)
    rounded = floor(abs(value) / unit + _HALF) * unit
    return rounded if value > 0 else -rounded
