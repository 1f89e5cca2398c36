"""Numbers as typed, exactly."""

from fractions import Fraction

from grader.answers.limits import MAX_DIGITS, MAX_SCALE
from grader.answers.tree import NUM, Node
from grader.errors import InvalidAnswer

_BASES = range(2, 37)
_DIGITS = "0123456789" + ":" * 27  # the first digit that a base does not have; beyond ten, none


def literal(text: str, start: int, end: int) -> Node:
    """Return the exact number written as 12, 1 000, .5 or 1.5e-3.

    Raises:
        InvalidAnswer: the exponent is out of bounds.
    """
    if text.isdigit() and text.isascii():
        return tuple.__new__(Node, (NUM, "", (), int(text), start, end))
    digits = "".join(c for c in text if c.isalnum() or c in ".+-")
    scale = 0
    for mark in ("e", "E"):
        if mark in digits:
            digits, exponent = digits.split(mark)
            scale = int(exponent) if len(exponent) <= len(str(MAX_DIGITS)) + 2 else MAX_SCALE + 1
            if abs(scale) > MAX_SCALE:
                raise InvalidAnswer(f"An exponent here is beyond {MAX_SCALE}.", start)
    if "." in digits:
        whole, fraction = digits.split(".")
        scale -= len(fraction)
        digits = whole + fraction
    if scale >= 0:
        return Node(NUM, "", (), int(digits) * 10**scale, start, end)
    value = Fraction(int(digits), 10**-scale)
    return Node(NUM, "", (), value.numerator if value.denominator == 1 else value, start, end)


def numeral(text: str, base: int | Fraction) -> int | Fraction | None:
    """Return a number written in another base with digits below ten, None where it is none.

    >>> numeral("204", 5), numeral("0.11", 2), numeral("29", 8)
    (54, Fraction(3, 4), None)
    """
    whole, _, fraction = text.partition(".")
    digits = whole + fraction
    if base not in _BASES or not digits.isdigit() or max(digits) >= _DIGITS[int(base)]:
        return None
    value = Fraction(int(digits, int(base)), int(base) ** len(fraction))
    return value.numerator if value.denominator == 1 else value
