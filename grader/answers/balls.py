"""Values as balls of proven error (Arb): a difference whose ball excludes 0 is a proof.

Balls show when precision was lost to cancellation, but a ball around x + exp(-10^4) also holds x:
a term too small to be seen is flagged (`lossy`), and such a point counts for nothing until the
precision is high enough to see it.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import blake2b
from math import gcd

from flint import acb, arb, ctx

from grader.answers.exact import Rational, exact, magnitude
from grader.answers.limits import MAX_BITS, MAX_TERMS
from grader.answers.tree import (
    ADD,
    AND,
    CALL,
    CASES,
    CHAIN,
    CONST,
    DIV,
    INDEX,
    MUL,
    NEG,
    NUM,
    OR,
    POW,
    REL,
    SUM,
    SYM,
    TEXT,
    Node,
)  # fmt: skip
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined, Work

Point = Mapping[str, Fraction | tuple[Fraction, Fraction]]
_I = acb(0, 1)
_NATIVE = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "sech",
        "csch",
        "asin",
        "acos",
        "atan",
        "asinh",
        "acosh",
        "atanh",
        "erf",
    ]
)
_SATURATING = frozenset({"tanh", "coth", "erf"})
_EXPONENTIAL = frozenset({"sinh", "cosh", "tanh", "coth", "sech", "csch"})
_CUT = frozenset({"asin", "acos", "acosh", "atanh"})
_TOO_BIG = arb(2) ** 1000
_EXP_LIMIT = 1 << 20
_LARGEST_POWER = 1 << 16


class Balls:
    """Evaluates trees at one point, at one precision.

    Attributes:
        lossy: whether a term was too small to be seen at this precision.
        signs: sign of the argument of every corner (abs, max, sign) that was passed, by the id of
            its node and the place among its arguments.
    """

    def __init__(self, seed: bytes, point: Point, precision: int, work: Work) -> None:
        self.seed = seed
        self.point = point
        self.precision = precision
        self.work = work
        self.unit = 2 + precision // 2048
        self.dear = 4 + precision * precision // 500_000
        self.gap = arb(2) ** (-precision // 2 + 16)
        self.lossy = False
        self.values: dict[str, acb] = {}
        self.known: dict[str, Rational] = {
            name: value for name, value in point.items() if not isinstance(value, tuple)
        }
        self.signs: dict[tuple[int, int], int] = {}
        self.rules: dict[str, Callable[[Node], acb]] = {
            NUM: self._number, SYM: self._symbol, CONST: self._constant, INDEX: self._index,
            ADD: self._add, MUL: self._mul, NEG: self._neg, DIV: self._div, POW: self._pow,
            CALL: self._call, SUM: self._sum, CASES: self._cases,
        }  # fmt: skip
        self.corners: dict[str, Callable[[Node], acb]] = {
            "abs": self._absolute, "max": self._largest, "sign": self._sign, "floor": self._floor,
            "gcd": self._common, "lcm": self._common,
        }  # fmt: skip

    def value(self, node: Node) -> acb:
        """Return the ball of a tree.

        Raises:
            Undefined: it has no value here.
            Unclear: this precision does not show whether, or on which side of a cut, it has one.
            NotScalar: it is no number.
            TooMuch: the work is used up.
        """
        work = self.work
        work.used += self.unit
        if work.used > work.limit:
            raise TooMuch
        rule = self.rules.get(node.tag)
        if rule is None:
            raise NotScalar(node.tag)
        return rule(node)

    def _number(self, node: Node) -> acb:
        return rational(node.value)

    def _symbol(self, node: Node) -> acb:
        found = self.values.get(node.name)
        if found is None:
            value = self.point[node.name]
            if isinstance(value, tuple):
                found = acb(_real(value[0]), _real(value[1]))
            else:
                found = rational(value)
            self.values[node.name] = found
        return found

    def _constant(self, node: Node) -> acb:
        if node.name == "i":
            return _I
        if node.name == "e":
            return acb(arb.const_e())
        if node.name == "pi":
            return acb.pi()
        raise Undefined if node.name == "oo" else NotScalar(node.name)

    def _hashed(self, *key: object) -> int:
        digest = blake2b(repr(key).encode(errors="replace"), digest_size=8, key=self.seed).digest()
        return int.from_bytes(digest, "big")

    def unknown(self, name: str, values: list[acb]) -> acb:
        """Return the value of an unknown function: smooth, without identities of its own."""
        total = acb(self._hashed(name, "c") % 999 + 1) / 1000
        for k, value in enumerate(values):
            r = self._hashed(name, k)
            total += value * acb(r % 997 + 1) / 500 + value * value * acb(r // 1000 % 991 + 1) / 700
        return total.sin() + total / 3

    def _index(self, node: Node) -> acb:
        keys: list[object] = []
        values = []
        for part in node.args:
            if part.tag == TEXT:
                keys.append(part.name)
                continue
            value = self.value(part)
            values.append(value)
            keys.append(_whole(value))
        if any(key is None for key in keys):
            return self.unknown("_" + node.name, values)
        h = self._hashed("index", node.name, *keys)
        return acb((h % 8191 + 1) * (1 if h >> 40 & 1 else -1)) / 4096

    def _add(self, node: Node) -> acb:
        values = [self.value(part) for part in node.args]
        total = values[0]
        for value in values[1:]:
            total = total + value
        self.notice_small_terms(values)
        return total

    def notice_small_terms(self, values: list[acb]) -> None:
        """Flag a term that is proven not to be zero, yet too small beside the others."""
        sizes = [value.abs_upper() for value in values if not value.contains(0)]
        if len(sizes) > 1:
            low = high = sizes[0]
            for size in sizes[1:]:
                if size < low:
                    low = size
                elif size > high:
                    high = size
            if low < high * self.gap:
                self.lossy = True

    def _mul(self, node: Node) -> acb:
        product = self.value(node.args[0])
        for part in node.args[1:]:
            product = product * self.value(part)
        return product

    def _neg(self, node: Node) -> acb:
        return -self.value(node.args[0])

    def _div(self, node: Node) -> acb:
        below = self._nonzero(self.value(node.args[1]))
        return self.value(node.args[0]) / below

    def _nonzero(self, value: acb) -> acb:
        if value.contains(0):
            raise Undefined if value.is_zero() else Unclear
        return value

    def _pow(self, node: Node) -> acb:
        exponent = exact(node.args[1], self.known)
        base = self.value(node.args[0])
        if exponent is not None:
            return self._rational_power(base, exponent)
        power = self.value(node.args[1])
        if node.args[0].tag == CONST and node.args[0].name == "e":
            return self._exp(power)
        whole = _whole(power)
        if whole is not None:
            return self._rational_power(base, whole)
        if base.is_zero():
            if power.real > 0:
                return acb(0)
            raise Undefined if power.real <= 0 else Unclear
        return self._exp(power * self.log(base))

    def _rational_power(self, base: acb, exponent: Rational) -> acb:
        if base.contains(0):
            if not base.is_zero():
                if exponent.denominator == 1 and 0 < exponent <= _LARGEST_POWER:
                    return base ** int(exponent)
                raise Unclear
            if exponent <= 0:
                raise Undefined
            return acb(0)
        if exponent.denominator == 1:
            if magnitude(exponent) > _LARGEST_POWER:
                return self._exp(rational(exponent) * self.log(base))
            return base ** int(exponent)
        if exponent.denominator % 2 and base.imag == 0 and base.real < 0:  # the real odd root
            root = self._exp(self.log(-base) * rational(exponent))
            return -root if exponent.numerator % 2 else root
        if exponent == Fraction(1, 2):
            self.clear_of_cut(base)
            return base.sqrt()
        return self._exp(rational(exponent) * self.log(base))

    def clear_of_cut(self, value: acb) -> None:
        """Raise Unclear where the ball straddles the negative reals."""
        if value.imag.contains(0) and not value.imag == 0 and not value.real > 0:
            raise Unclear

    def _exp(self, value: acb) -> acb:
        self.work.spend(self.dear)
        size = value.abs_upper()
        if not size < _EXP_LIMIT:
            raise Unclear
        if size < self.gap and not value.contains(0):
            self.lossy = True
        return value.exp()

    def log(self, value: acb) -> acb:
        """Return the principal logarithm; Unclear near the cut, Undefined at 0."""
        self.work.spend(self.dear)
        self.clear_of_cut(self._nonzero(value))
        return value.log()

    def _call(self, node: Node) -> acb:
        name = node.name
        self.work.spend(self.dear * (8 if name in ("factorial", "erf") else 1))
        if name in self.corners:
            return self.corner(node)
        values = [self.value(part) for part in node.args]
        if name == "ln":
            return self.log(values[0])
        if name in _NATIVE:
            return self._native(name, values[0])
        if name == "factorial":
            return self._factorial(values[0])
        if name in _COMPLEX:
            return _COMPLEX[name](self, values)
        return self.unknown(name, values)

    def _native(self, name: str, value: acb) -> acb:
        size = value.abs_upper()
        if not size < _TOO_BIG or (name in _EXPONENTIAL and not size < _EXP_LIMIT):
            raise Unclear
        if not value.contains(0) and (
            size < self.gap
            or size * self.gap > 1
            or (name in _SATURATING and size * 6 > self.precision)
        ):
            self.lossy = True
        if name in _CUT and value.imag.contains(0) and not value.imag == 0:
            raise Unclear
        result: acb = getattr(value, name)()
        if not result.is_finite():
            at_pole = name in ("cot", "csc", "coth", "csch") and value.is_zero()
            raise Undefined if at_pole or (name == "atanh" and value * value == 1) else Unclear
        return result

    def _factorial(self, value: acb) -> acb:
        if not value.abs_upper() < 1 << 40:
            raise Unclear
        whole = _whole(value)
        if whole is not None and whole < 0:
            raise Undefined
        return (value + 1).gamma()

    def _reals(self, node: Node) -> list[arb]:
        values = [self.value(part) for part in node.args]
        for value in values:
            if not value.imag == 0:
                raise Unclear if value.imag.contains(0) else Undefined
        return [value.real for value in values]

    def corner(self, node: Node) -> acb:
        """Return the value of a function with corners or jumps, exactly wherever it can be."""
        self.work.spend(10 * len(node.args) + self.dear)
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
        if value.unique_fmpz() is None:
            raise Unclear
        return acb(value)

    def _common(self, node: Node) -> acb:
        values = []
        for value in self._reals(node):
            whole = _whole(acb(value))
            if whole is None:
                raise Undefined
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
        return _COMPARES[operator](self.sign_of(node, place, difference.real))


_COMPARES: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0, "<=": lambda s: s <= 0, ">": lambda s: s > 0, ">=": lambda s: s >= 0,
    "=": lambda s: s == 0, "!=": lambda s: s != 0,
}  # fmt: skip


def _atan2(balls: Balls, values: list[acb]) -> acb:
    y, x = values
    if not (y.imag == 0 and x.imag == 0):
        raise Undefined
    if x.real.contains(0) and y.real.contains(0):
        raise Undefined if x.is_zero() and y.is_zero() else Unclear
    balls.clear_of_cut(acb(x.real, y.real))
    return acb(acb(x.real, y.real).arg())


_COMPLEX: dict[str, Callable[[Balls, list[acb]], acb]] = {
    "re": lambda _, v: acb(v[0].real),
    "im": lambda _, v: acb(v[0].imag),
    "conj": lambda _, v: v[0].conjugate(),
    "arg": lambda balls, v: acb(balls.log(v[0]).imag),
    "atan2": _atan2,
}


def rational(value: Rational) -> acb:
    """Return a ball around an exact rational, of radius zero where it is a binary fraction."""
    if value.denominator == 1:
        return acb(value.numerator)
    return acb(value.numerator) / value.denominator


def _real(value: Fraction) -> arb:
    return arb(value.numerator) / value.denominator


def _whole(value: acb) -> int | None:
    """Return the integer that this ball is exactly, or None."""
    if value.imag != 0 or not value.real.is_exact():
        return None
    found = value.real.unique_fmpz()
    return None if found is None else int(found)


def evaluate(
    trees: tuple[Node, ...], seed: bytes, point: Point, precision: int, work: Work
) -> tuple[list[acb], Balls]:
    """Return the balls of the trees at a point and the evaluator that made them.

    Raises:
        Undefined, Unclear, NotScalar, TooMuch: see Balls.value.
    """
    ctx.prec = precision
    balls = Balls(seed, point, precision, work)
    values = [balls.value(tree) for tree in trees]
    if not all(value.is_finite() for value in values):
        raise Unclear
    return values, balls
