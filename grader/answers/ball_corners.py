"""Corners, jumps and written sums in balls: exact where the sign of what decides is proved."""

from collections.abc import Callable
from fractions import Fraction
from math import gcd

from flint import acb, arb

from grader.answers.exact import Rational, exact
from grader.answers.limits import MAX_BITS, MAX_TERMS
from grader.answers.tree import (
    AND,
    CHAIN,
    CONST,
    OR,
    REL,
    Node,
    minus,
    weight,
)  # fmt: skip
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined, Work

_TOO_LONG = arb(2) ** MAX_BITS


class CornerBalls:
    """Functions with corners or jumps, and cases.

    Attributes:
        known: names with a rational value at this point.
        signs: sign of the argument of every corner that was passed.
    """

    work: Work
    dear: int
    known: dict[str, Rational]
    values: dict[str, acb]
    signs: dict[tuple[int, int], int]
    corners: dict[str, Callable[[Node], acb]]

    def value(self, node: Node) -> acb:
        """Return the ball of a tree."""
        raise NotImplementedError

    def _reals(self, node: Node) -> list[arb]:
        values = [self.value(part) for part in node.args]
        for value in values:
            if not value.imag == 0:
                raise Unclear if value.imag.contains(0) else Undefined
        return [value.real for value in values]

    def corner(self, node: Node) -> acb:
        """Return the value of a function with corners or jumps, exactly wherever it can be."""
        self.work.spend(10 * len(node.args) + self.dear + weight(node))
        value = exact(node, self.known)
        if value is not None and node.name not in ("abs", "max", "sign"):
            return rational(value)
        return self.corners[node.name](node)

    def sign_of(self, node: Node, place: int, value: arb) -> int:
        """Return the sign of a corner's argument and remember it."""
        if value > 0:
            sign = 1
        elif value < 0:
            sign = -1
        elif value == 0:
            sign = 0
        else:
            raise Unclear
        self.signs[id(node), place] = sign
        return sign

    def _absolute(self, node: Node) -> acb:
        value = self.value(node.args[0])
        if value.imag != 0:
            return acb(abs(value))
        return (
            value * self.sign_of(node, 0, value.real)
            if value.real.contains(0) is False
            else self._near_zero(node, value)
        )

    def _near_zero(self, node: Node, value: acb) -> acb:
        self.signs[id(node), 0] = 0
        return acb(abs(value.real))

    def _largest(self, node: Node) -> acb:
        values = self._reals(node)
        best = values[0]
        for place, value in enumerate(values[1:], 1):
            difference = best - value
            if difference > 0 or difference < 0:
                sign = self.sign_of(node, place, difference)
                best = best if sign > 0 else value
            else:
                self.signs[id(node), place] = 0
                best = best.max(value)
        return acb(best)

    def _sign(self, node: Node) -> acb:
        return acb(self.sign_of(node, 0, self._reals(node)[0]))

    def _floor(self, node: Node) -> acb:
        value = self._reals(node)[0].floor()
        if not _is_near(value) or value.unique_fmpz() is None:
            raise Unclear
        return acb(value)

    def _common(self, node: Node) -> acb:
        values = []
        for value in self._reals(node):
            whole = exact_whole(acb(value))
            if whole is None:
                raise Unclear if value.contains_integer() else Undefined
            values.append(whole)
        result = values[0]
        for each in values[1:]:
            divisor = gcd(result, each)
            result = divisor if node.name == "gcd" else abs(result * each) // (divisor or 1)
            if result.bit_length() > MAX_BITS:
                raise TooMuch
        return acb(abs(result))

    def _sum(self, node: Node) -> acb:
        index, low_node, high_node, body = node.args
        low, high = exact(low_node, self.known), exact(high_node, self.known)
        if low is None or high is None or low.denominator != 1 or high.denominator != 1:
            raise Unclear
        if high - low >= MAX_TERMS:
            raise TooMuch
        product = node.name == "prod"
        total = acb(1 if product else 0)
        known, value = self.known.get(index.name), self.values.get(index.name)
        for k in range(int(low), int(high) + 1):
            self.known[index.name] = k
            self.values[index.name] = acb(k)
            term = self.value(body)
            total = total * term if product else total + term
        self.values.pop(index.name, None)
        self.known.pop(index.name, None)
        if known is not None:
            self.known[index.name] = known
        if value is not None:
            self.values[index.name] = value
        return total

    def _cases(self, node: Node) -> acb:
        parts = node.args
        for place in range(0, len(parts) - 1, 2):
            if self.holds(parts[place + 1]):
                return self.value(parts[place])
        if len(parts) % 2 == 0:
            raise Undefined
        return self.value(parts[-1])

    def holds(self, condition: Node) -> bool:
        """Whether a condition holds at this point."""
        if condition.tag == REL:
            return self._compares(condition, condition.name, condition.args, 0)
        if condition.tag == CHAIN:
            links = zip(condition.name.split(), condition.args, condition.args[1:], strict=False)
            return all(
                [self._compares(condition, op, (a, b), k) for k, (op, a, b) in enumerate(links)]
            )
        if condition.tag in (AND, OR):
            return (all if condition.tag == AND else any)(
                [self.holds(part) for part in condition.args]
            )
        if condition.tag == CONST and condition.name in ("true", "false"):
            return condition.name == "true"
        raise NotScalar(condition.tag)

    def _compares(self, node: Node, operator: str, sides: tuple[Node, ...], place: int) -> bool:
        difference = self.value(sides[0]) - self.value(sides[1])
        if not difference.imag == 0:
            raise Unclear if difference.imag.contains(0) else Undefined
        if operator not in _COMPARES:
            raise NotScalar(operator)
        met = difference.real.contains(0) and exact(minus(*sides), self.known) == 0
        return _COMPARES[operator](self.sign_of(node, place, arb(0) if met else difference.real))


_COMPARES: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0, "<=": lambda s: s <= 0, ">": lambda s: s > 0, ">=": lambda s: s >= 0,
    "=": lambda s: s == 0, "!=": lambda s: s != 0,
}  # fmt: skip


def rational(value: Rational) -> acb:
    """Return a ball around an exact rational, of radius zero where it is a binary fraction."""
    if value.denominator == 1:
        return acb(value.numerator)
    return acb(value.numerator) / value.denominator


def real_ball(value: Fraction) -> arb:
    """Return a ball around an exact rational."""
    return arb(value.numerator) / value.denominator


def middle(value: arb) -> Fraction | None:
    """Return the middle of a ball, or None where it would take too many digits to write."""
    mantissa, exponent = value.mid().man_exp()
    if not -MAX_BITS < exponent < MAX_BITS:
        return None
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _is_near(value: arb) -> bool:
    """Whether the integers in a ball can be written out: a ball holds 2^(10^9) in a few bytes."""
    return bool(abs(value) < _TOO_LONG)


def exact_whole(value: acb) -> int | None:
    """Return the integer that this ball is exactly, or None; None also for one too long."""
    if value.imag != 0 or not value.real.is_exact() or not _is_near(value.real):
        return None
    found = value.real.unique_fmpz()
    return None if found is None else int(found)
