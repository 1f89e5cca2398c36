"""Numbers that need not be equal. The edge of a tolerance counts as inside."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from flint import arb

from grader.answers.ball_corners import rational
from grader.answers.balls import evaluate
from grader.answers.exact import exact
from grader.answers.names import Names
from grader.answers.pair import Pair, Same
from grader.answers.parser import parse
from grader.answers.tree import Node, free_names
from grader.answers.work import Unclear, Undefined
from grader.checks.settle import Job
from grader.errors import InvalidAnswer, SpecError
from grader.spec import Options


def has_tolerance(options: Options) -> bool:
    """Whether the author allows any difference."""
    return options.atol is not None or options.rtol is not None or options.digits is not None


def within_tolerance(job: Job, reference: Node, answer: Node) -> Same:
    """Return whether two constants are as near as the options allow."""
    if free_names(reference, answer):
        return Same.DIFFERENT
    options = job.options
    values = _values(job.pair, reference, answer)
    if values is None:
        return Same.DIFFERENT
    r, a = values
    difference = abs(r - a)
    bounds = []
    if options.atol is not None:
        bounds.append(_ball(bound(options.atol)))
    if options.rtol is not None:
        bounds.append(_ball(bound(options.rtol)) * abs(r))
    if options.digits is not None:
        bounds.append(_half_unit(r, options.digits))
    if any(difference <= limit for limit in bounds):
        return Same.EQUAL
    if options.digits is not None and _rounded(r, options.digits) == _rounded(a, options.digits):
        return Same.EQUAL
    return (
        Same.DIFFERENT
        if all(difference > limit for limit in bounds)
        else _exactly(reference, answer, options)
    )


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


def _exactly(reference: Node, answer: Node, options: Options) -> Same:
    """Decide the edge itself, where balls cannot: with exact values."""
    r, a = exact(reference), exact(answer)
    if r is None or a is None:
        return Same.UNKNOWN
    limits = []
    if options.atol is not None:
        limits.append(bound(options.atol))
    if options.rtol is not None:
        limits.append(bound(options.rtol) * abs(Fraction(r)))
    return Same.EQUAL if any(abs(Fraction(r) - a) <= limit for limit in limits) else Same.DIFFERENT


def _values(pair: Pair, reference: Node, answer: Node) -> tuple[arb, arb] | None:
    try:
        (r, a), _ = evaluate((reference, answer), pair.seed, {}, pair.full_bits, pair.work)
    except (Undefined, Unclear, OverflowError):
        return None
    if not (r.imag == 0 and a.imag == 0):
        return None
    return r.real, a.real


def _ball(value: Fraction) -> arb:
    return rational(value).real


def _half_unit(value: arb, digits: int) -> arb:
    """Return half a unit of the last of so many significant figures."""
    middle = value.mid()
    if middle == 0:
        return arb(0)
    exponent = int(abs(middle).log_base(10).floor().unique_fmpz() or 0)
    return arb(10) ** (exponent - digits + 1) / 2


def _rounded(value: arb, digits: int) -> Decimal:
    with localcontext() as context:
        context.prec = digits
        context.rounding = ROUND_HALF_UP
        return +Decimal(value.mid().str(40, radius=False))
