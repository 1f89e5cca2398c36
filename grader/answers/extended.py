"""Arithmetic with infinity, for constants: 2 oo and oo + 1 are oo, oo - oo is undefined."""

from fractions import Fraction

from grader.answers.exact import Rational, exact
from grader.answers.tree import ADD, CONST, DIV, MUL, NEG, POW, Node

Extended = Fraction | str
"""A rational number, "+", "-" (the infinities) or "nan"."""
_FLIPPED = {"+": "-", "-": "+"}


def extended(node: Node) -> Extended | None:
    """Return the value of a constant that may hold infinity; None where it is no such constant.

    >>> extended(Node(MUL, "", (Node("num", value=2), Node(CONST, "oo"))))
    '+'
    """
    value = exact(node)
    if value is not None:
        return Fraction(value)
    if node.tag == CONST:
        return {"oo": "+", "nan": "nan"}.get(node.name)
    if node.tag == POW:
        return _power(extended(node.args[0]), exact(node.args[1]))
    if node.tag not in (NEG, ADD, MUL, DIV):
        return None
    parts = [extended(part) for part in node.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if node.tag == NEG:
        return _times(Fraction(-1), known[0])
    total = known[0]
    for part in known[1:]:
        if node.tag == ADD:
            total = _plus(total, part)
        else:
            total = _times(total, _reciprocal(part) if node.tag == DIV else part)
    return total


def _power(base: Extended | None, exponent: Rational | None) -> Extended | None:
    """Return a power of infinity with a fixed exponent."""
    if base not in _FLIPPED or exponent is None or not exponent:
        return None
    if exponent < 0:
        return Fraction(0)
    if base == "+":
        return "+"
    return None if exponent.denominator != 1 else "-" if exponent.numerator % 2 else "+"


def _plus(a: Extended, b: Extended) -> Extended:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    infinite = {each for each in (a, b) if isinstance(each, str)}
    return infinite.pop() if len(infinite) == 1 else "nan"


def _times(a: Extended, b: Extended) -> Extended:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    if "nan" in (a, b) or a == 0 or b == 0:
        return "nan"
    negative = [each == "-" if isinstance(each, str) else each < 0 for each in (a, b)]
    return "-" if negative[0] != negative[1] else "+"


def _reciprocal(a: Extended) -> Extended:
    if isinstance(a, Fraction):
        return 1 / a if a else "nan"
    return Fraction(0) if a in _FLIPPED else "nan"
