"""Points at which balls are compared: of both signs, of many sizes, and where jumps may be.

Even points are binary fractions, exact in a ball, so that x - x is 0 there; odd points have an
unknown prime as denominator, so that sin(2^40 pi x) does not vanish on them.
"""

from fractions import Fraction

from grader.answers.exact import Rational, exact
from grader.answers.pair import Pair
from grader.answers.survey import Survey
from grader.answers.tree import Node, free_names, walk
from grader.spec import Domain

Value = Fraction | tuple[Fraction, Fraction]
_SCALES = (1, 2, Fraction(1, 2), 5, 1, Fraction(1, 5), 20, 1, 3, 100, 1, Fraction(1, 20), 7, 50,
1000, 10**4)  # fmt: skip
_INTEGER_SPANS = (6, 12, 4, 30, 100, 1000, 10**6, 10**12)
GENERIC = 16  # points before the ones that look for jumps
_MAX_BITS = 1400
_NAME_STEPS = 3  # counted for the value of a name


def generic_point(pair: Pair, names: list[str], integers: set[str], k: int) -> dict[str, Value]:
    """Return point k: every name a random value of its domain.

    Raises:
        TooMuch: the work of the pair is used up.
    """
    pair.work.spend(_NAME_STEPS * len(names))
    return {
        name: _value(pair, name, place, name in integers, k) for place, name in enumerate(names)
    }


def _value(pair: Pair, name: str, place: int, is_integer: bool, k: int) -> Value:
    domain = pair.domain(name)
    h = pair.hash("point", name, k)
    if is_integer:
        span = _INTEGER_SPANS[k % len(_INTEGER_SPANS)]
        whole = 1 + h % span
        return Fraction(-whole if k % 4 == 3 and h >> 50 & 1 else whole)
    scale = Fraction(_SCALES[(k + (h >> 50) % 3 if k > 3 else k) % len(_SCALES)])
    if k % 2:
        half = pair.prime // 2
        value = scale * Fraction(half + h % half, pair.prime)
    else:
        value = (scale if scale.denominator <= 2 else 1) * Fraction((1 << 63) + (h >> 1), 1 << 64)
    negative = (k ^ (k >> 1)) >> (place % 4) & 1 if k < GENERIC else h >> 60 & 1
    if negative and domain is not Domain.POSITIVE:
        value = -value
    if domain is Domain.COMPLEX:
        return value, Fraction(32768 + (h >> 20 & 0xFFFF), 65536) * (-1 if h >> 61 & 1 else 1)
    return value


def special_values(nodes: list[Node]) -> list[Fraction]:
    """Return values near which jumps may be: the constants in them, and very large ones."""
    third = Fraction(1, 3)
    found: dict[Fraction, None] = dict.fromkeys(
        [Fraction(0), Fraction(10**9), Fraction(-(10**9)), Fraction(10**40), Fraction(-(10**40))]
    )
    constants: dict[Rational, None] = {}
    for node in nodes:
        if free_names(node):
            for part in walk(node):
                value = exact(part)
                if value is not None:
                    constants.setdefault(value)
    for constant in list(constants)[:10]:
        c = Fraction(constant)
        for value in (c, c + third, c - third, c + 1, c - 1, -c, 2 * c, 2 * c + third, c * c):
            if value.numerator.bit_length() + value.denominator.bit_length() < _MAX_BITS:
                found.setdefault(value)
    return list(found)


def special_points(pair: Pair, survey: Survey, integers: set[str]) -> list[dict[str, Value]]:
    """Return points that look for jumps: integers, equal values, and the constants of the jumps."""
    names = list(survey.names)
    points: list[dict[str, Value]] = []
    if not names:
        return points
    for k in range(8):  # floor(x) + 1 and ceil(x) differ only at integers
        span = (5, 12, 60, 1000)[k % 4]
        points.append({name: Fraction(1 + pair.hash("whole", name, k) % span) for name in names})
    for value in (Fraction(3, 7), Fraction(5, 3), Fraction(-7, 2), Fraction(2)):
        points.append(dict.fromkeys(names, value))
    for k, value in enumerate(special_values(survey.jumps + survey.corners)):
        base = generic_point(pair, names, integers, k)
        base[names[k % len(names)]] = value
        points.append(base)
        if len(names) > 1:
            points.append(dict.fromkeys(names, value))
    return [point for point in points if _fits(pair, point, integers)]


def _fits(pair: Pair, point: dict[str, Value], integers: set[str]) -> bool:
    """Whether the point lies in the declared domains."""
    for name, value in point.items():
        if isinstance(value, tuple):
            continue
        if name in integers and value.denominator != 1:
            return False
        if pair.domain(name) is Domain.POSITIVE and value <= 0:
            return False
    return True
