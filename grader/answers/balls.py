"""Values as balls of proven error (Arb): a difference whose ball excludes 0 is a proof.

Balls show when precision was lost to cancellation, but a ball around x + exp(-10^4) also holds x:
a term too small to be seen is flagged (`lossy`), and such a point counts for nothing until the
precision is high enough to see it.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from hashlib import blake2b

from flint import acb, arb, ctx

from grader.answers.ball_corners import CornerBalls, exact_whole, rational, real_ball
from grader.answers.exact import Rational, exact, magnitude
from grader.answers.exact import bits as size_of
from grader.answers.tree import (
    ADD,
    CALL,
    CASES,
    CONST,
    DIV,
    INDEX,
    MUL,
    NEG,
    NUM,
    POW,
    SUM,
    SYM,
    TEXT,
    Node,
    free_names,
    walk,
)  # fmt: skip
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined, Work

Point = Mapping[str, Fraction | tuple[Fraction, Fraction]]
_I = acb(0, 1)
_NATIVE = frozenset(
    "sin cos tan cot sec csc sinh cosh tanh coth sech csch asin acos atan asinh acosh atanh "
    "erf".split()
)
_SATURATING = frozenset({"tanh", "coth", "erf"})
_EXPONENTIAL = frozenset({"sinh", "cosh", "tanh", "coth", "sech", "csch"})
_CUT = frozenset({"asin", "acos", "acosh", "atanh"})
_TOO_BIG = arb(2) ** 1000
_EXP_LIMIT = 1 << 20
_LARGEST_POWER = 1 << 16


class Balls(CornerBalls):
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
                found = acb(real_ball(value[0]), real_ball(value[1]))
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
            self._notice_small(value)
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
            keys.append(exact_whole(value))
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
        if node.args[1].args:
            self.work.spend(len(walk(node.args[1])))
        exponent = exact(node.args[1], self.known)
        base = self.value(node.args[0])
        if exponent is not None:
            if exponent.denominator != 1 and 2 * size_of(exponent) > self.precision:
                self.lossy = True  # 1 + 10^-300 is too near to 1
            odd = exponent.denominator % 2 == 1 < exponent.denominator
            return self._rational_power(base, exponent, odd=odd and self._is_root(node.args[1]))
        power = self.value(node.args[1])
        if node.args[0].tag == CONST and node.args[0].name == "e":
            return self._exp(power)
        whole = exact_whole(power)
        if whole is not None:
            return self._rational_power(base, whole)
        if base.is_zero():
            if power.real > 0:
                return acb(0)
            raise Undefined if power.real <= 0 else Unclear
        return self._exp(power * self.log(base))

    def _is_root(self, exponent: Node) -> bool:
        """Whether this is 2/3 or 1/n, and no b that happens to be 2/3: else a^b a^c breaks."""
        return all(self.known[name].denominator == 1 for name in free_names(exponent))

    def _rational_power(self, base: acb, exponent: Rational, *, odd: bool = True) -> acb:
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
        if odd and base.imag == 0 and base.real < 0:  # the real odd root
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
        if not value.abs_upper() < _EXP_LIMIT:
            raise Unclear
        self._notice_small(value)
        return value.exp()

    def _notice_small(self, value: acb) -> None:
        """Flag an argument that is proven not to be zero, yet too near to it."""
        if value.abs_upper() < self.gap and not value.contains(0):
            self.lossy = True

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
            or (name == "erf" and size * size * 3 > self.precision)
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
        whole = exact_whole(value)
        if whole is not None and whole < 0:
            raise Undefined
        self._notice_small(value)
        return (value + 1).gamma()


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
