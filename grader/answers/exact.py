"""Exact rational values of numbers and integer functions, bounded before they are computed."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import comb, factorial, gcd, isqrt

from grader.answers.limits import MAX_BITS, MAX_FACTORIAL
from grader.answers.tree import ADD, CALL, DIV, MUL, NEG, NUM, POW, SYM, Node

Rational = int | Fraction
_NO_NAMES: Mapping[str, Rational] = {}


def exact(node: Node, known: Mapping[str, Rational] = _NO_NAMES) -> Rational | None:
    """Return the exact value, or None where there is none or it would be too large.

    Args:
        known: values of the names that have one at this point.
    """
    tag = node.tag
    if tag == NUM:
        return node.value
    if tag == SYM:
        return known.get(node.name)
    rule = _RULES.get(tag)
    if rule is None:
        return None
    values = []
    for part in node.args[::-1]:  # exponents first: a tower that has no value ends at its top
        value = exact(part, known)
        if value is None:
            return None
        values.append(value)
    return rule(node, values[::-1])


def bits(value: Rational) -> int:
    """Return the size of a rational in bits."""
    return value.numerator.bit_length() + value.denominator.bit_length()


def magnitude(value: Rational) -> Rational:
    """Return the absolute value, as the type that went in."""
    return -value if value < 0 else value


def whole(value: Rational) -> Rational:
    """Return integers as int."""
    return value.numerator if value.denominator == 1 else value


def _add(_: Node, values: list[Rational]) -> Rational | None:
    total: Rational = 0
    for value in values:
        total += value
        if bits(total) > MAX_BITS:
            return None
    return whole(total)


def _mul(_: Node, values: list[Rational]) -> Rational | None:
    product: Rational = 1
    for value in values:
        if bits(product) + bits(value) > MAX_BITS:
            return None
        product *= value
    return whole(product)


def _neg(_: Node, values: list[Rational]) -> Rational | None:
    return -values[0]


def _div(_: Node, values: list[Rational]) -> Rational | None:
    above, below = values
    if not below or bits(above) + bits(below) > MAX_BITS:
        return None
    return whole(Fraction(above, below))


def _pow(_: Node, values: list[Rational]) -> Rational | None:
    base, exponent = values
    if exponent.denominator != 1:
        return exact_root(base, exponent)
    power = int(exponent)
    if base in (1, -1):
        return base if power % 2 else 1
    if abs(power) > MAX_BITS or bits(base) * abs(power) > MAX_BITS or (base == 0 and power <= 0):
        return None
    return whole(base**power if power >= 0 else Fraction(base) ** power)


def exact_root(base: Rational, exponent: Rational) -> Rational | None:
    """Return base^(p/q) where it is rational and base is not negative, for q up to 3; else None."""
    degree = exponent.denominator
    if degree > 3 or base < 0 or abs(exponent.numerator) * bits(base) > MAX_BITS:
        return None
    roots = []
    for part in (base.numerator, base.denominator):
        root = isqrt(part) if degree == 2 else _cube_root(part)
        if root**degree != part:
            return None
        roots.append(root)
    if not roots[0] and exponent <= 0:
        return None
    return whole(Fraction(*roots) ** exponent.numerator)


def _cube_root(value: int) -> int:
    guess = 1 << (value.bit_length() // 3 + 1)
    while guess**3 > value:
        guess = (2 * guess + value // guess**2) // 3
    return guess


def _call(node: Node, values: list[Rational]) -> Rational | None:
    rule = _FUNCTIONS.get(node.name)
    return None if rule is None else rule(values)


def _factorial(values: list[Rational]) -> Rational | None:
    value = values[0]
    if value.denominator != 1 or not 0 <= value <= MAX_FACTORIAL:
        return None
    return factorial(int(value))


def _binomial(values: list[Rational]) -> Rational | None:
    n, k = values
    if n.denominator != 1 or k.denominator != 1 or not 0 <= n <= 2 * MAX_FACTORIAL or k < 0:
        return None
    return _comb(int(n), int(k))


_comb = lru_cache(256)(comb)  # a canonical form asks for the value of each part again and again


def _mod(values: list[Rational]) -> Rational | None:
    value, modulus = values
    if not modulus or bits(value) + bits(modulus) > MAX_BITS:
        return None
    return whole(value % modulus)


def _common(values: list[Rational], *, multiple: bool) -> Rational | None:
    if any(value.denominator != 1 for value in values):
        return None
    result = int(values[0])
    for value in map(int, values[1:]):
        divisor = gcd(result, value)
        if multiple:
            if bits(result) + bits(value) > MAX_BITS:
                return None
            result = abs(result * value) // (divisor or 1)
        else:
            result = divisor
    return abs(result)


def _divisor(values: list[Rational]) -> Rational | None:
    return _common(values, multiple=False)


def _multiple(values: list[Rational]) -> Rational | None:
    return _common(values, multiple=True)


_RULES: dict[str, Callable[[Node, list[Rational]], Rational | None]] = {
    ADD: _add, MUL: _mul, NEG: _neg, DIV: _div, POW: _pow, CALL: _call,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[[list[Rational]], Rational | None]] = {
    "abs": lambda v: magnitude(v[0]),
    "norm": lambda v: magnitude(v[0]),
    "floor": lambda v: v[0].__floor__(),
    "ceil": lambda v: v[0].__ceil__(),
    "round": lambda v: (v[0] + Fraction(1, 2)).__floor__(),
    "max": max,
    "min": min,
    "relu": lambda v: max(v[0], 0),
    "sign": lambda v: (v[0] > 0) - (v[0] < 0),
    "factorial": _factorial,
    "binomial": _binomial,
    "mod": _mod,
    "gcd": _divisor,
    "lcm": _multiple,
}
