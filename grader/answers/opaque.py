"""Functions without exact values in a field: random functions that keep their identities.

Their identities are listed in `field`, which is built on this class.
"""

from collections.abc import Callable

from grader.answers.exact import Rational, exact
from grader.answers.tree import CONST, Node, weight
from grader.answers.work import Undefined, Work

_ODD = frozenset({"sin", "asin", "atan", "asinh", "atanh", "erf", "sign"})
_SMALL = 64


class OpaqueFunctions:
    """Calls of functions at a point of the field."""

    p: int
    opaque: bool
    known: dict[str, Rational]
    powers: dict[int, list[tuple[int, int]]]
    logs: dict[int, int]
    work: Work
    shifted: dict[str, list[tuple[int, int]]]

    def value(self, node: Node) -> int:
        """Return the value of a tree."""
        raise NotImplementedError

    def random(self, *key: object) -> int:
        """Return a field element that is a random function of the key."""
        raise NotImplementedError

    def inverse(self, value: int) -> int:
        """Return 1/value; Undefined for 0."""
        raise NotImplementedError

    def constant(self, node: Node) -> int:
        """Return the value of a constant."""
        raise NotImplementedError

    def power(self, base: int, exponent: int, base_node: Node) -> int:
        """Return base^exponent for an exponent that is not a number."""
        self.opaque = True
        p = self.p
        if not base:
            raise Undefined
        is_e = base_node.tag == CONST and base_node.name == "e"
        if is_e and exponent in self.logs:
            return self.logs[exponent]
        if not exponent:
            return 1
        seen = self.powers.setdefault(base, [])
        self.work.spend(2 * len(seen))
        for old, value in seen:
            found = self.related(base, exponent, old, value)
            if found is not None:
                return found
        for i, (one, value) in enumerate(seen[:12]):
            for other, factor in seen[: i + 1]:
                if (one + other - exponent) % p == 0:
                    return value * factor % p
                if (one - other - exponent) % p == 0:
                    return value * self.inverse(factor) % p
        result = self.random("power", base, exponent)
        seen.append((exponent, result))
        return result

    def related(self, base: int, exponent: int, old: int, value: int) -> int | None:
        """Return base^exponent from base^old, an exponent a small step or factor away."""
        p = self.p
        shift = (exponent - old) % p
        shift = shift - p if shift > p // 2 else shift
        if abs(shift) <= _SMALL:
            return value * pow(base, shift, p) % p
        factor = exponent * self.inverse(old) % p
        factor = factor - p if factor > p // 2 else factor
        if abs(factor) <= _SMALL:
            return pow(value, factor, p)
        return None

    def call(self, node: Node) -> int:
        """Return the value of a function."""
        name = node.name
        if name in ("factorial", "floor", "gcd", "lcm", "abs", "max", "sign"):
            self.work.spend(weight(node))
            known = exact(node, self.known)
            if known is not None:
                return known.numerator * self.inverse(known.denominator) % self.p
        values = [self.value(part) for part in node.args]
        rule = _CALLS.get(name)
        if rule is not None:
            return rule(self, values)
        self.opaque = True
        if name in ("max", "gcd", "lcm"):
            values.sort()
        return self.function(name, *values)

    def function(self, name: str, *values: int) -> int:
        """Return an opaque function of the values."""
        self.opaque = True
        if len(values) == 1 and name in _ODD:
            value = values[0]
            if not value:
                return 0
            if value > self.p // 2:
                return -self.random(name, self.p - value) % self.p
        return self.random(name, *values)

    def even(self, name: str, value: int) -> int:
        """Return an opaque even function of a value."""
        self.opaque = True
        return self.random(name, min(value, self.p - value)) if value else 1

    def ln(self, value: int) -> int:
        """Return a logarithm, remembered so that e^(ln u) is u."""
        if not value:
            raise Undefined
        if value == 1:
            return 0
        if value == self.constant(Node(CONST, "e")):
            return 1
        result = self.function("ln", value)
        self.logs[result] = value
        return result

    def exponential(self, exponent: int) -> int:
        """Return e to the power of a value."""
        euler = Node(CONST, "e")
        return self.power(self.constant(euler), exponent, euler)

    def shift(self, name: str, value: int) -> tuple[int, int] | None:
        """Return (value of the function, steps) for an argument seen a few whole steps away."""
        seen = self.shifted.setdefault(name, [])
        self.work.spend(len(seen) // 4)
        for old, result in seen:
            steps = (value - old) % self.p
            steps = steps - self.p if steps > self.p // 2 else steps
            if abs(steps) <= _SMALL:
                return result, steps
        return None

    def factorial(self, value: int) -> int:
        """Return a factorial, related to those of u + k seen before."""
        self.opaque = True
        near = self.shift("factorial", value)
        if near is None:
            result = self.random("factorial", value)
            self.shifted["factorial"].append((value, result))
            return result
        result, steps = near
        for k in range(abs(steps)):
            result = result * (value - k if steps > 0 else self.inverse(value + k + 1)) % self.p
        return result

    def floor(self, value: int) -> int:
        """Return a floor, related to those of u + k seen before."""
        self.opaque = True
        near = self.shift("floor", value)
        if near is None:
            result = self.random("floor", value)
            self.shifted["floor"].append((value, result))
            return result
        return (near[0] + near[1]) % self.p


_CALLS: dict[str, Callable[[OpaqueFunctions, list[int]], int]] = {
    "cos": lambda f, v: f.even("cos", v[0]),
    "tan": lambda f, v: f.function("sin", v[0]) * f.inverse(f.even("cos", v[0])) % f.p,
    "cot": lambda f, v: f.even("cos", v[0]) * f.inverse(f.function("sin", v[0])) % f.p,
    "sec": lambda f, v: f.inverse(f.even("cos", v[0])),
    "csc": lambda f, v: f.inverse(f.function("sin", v[0])),
    "sinh": lambda f, v: (f.exponential(v[0]) - f.exponential(-v[0] % f.p)) * f.inverse(2) % f.p,
    "cosh": lambda f, v: (f.exponential(v[0]) + f.exponential(-v[0] % f.p)) * f.inverse(2) % f.p,
    "tanh": lambda f, v: _tanh(f, v[0]),
    "coth": lambda f, v: f.inverse(_tanh(f, v[0])),
    "sech": lambda f, v: f.inverse(_CALLS["cosh"](f, v)),
    "csch": lambda f, v: f.inverse(_CALLS["sinh"](f, v)),
    "ln": lambda f, v: f.ln(v[0]),
    "factorial": lambda f, v: f.factorial(v[0]),
    "floor": lambda f, v: f.floor(v[0]),
    "abs": lambda f, v: f.even("abs", v[0]) if v[0] else 0,
}


def _tanh(field: OpaqueFunctions, value: int) -> int:
    up, down = field.exponential(value), field.exponential(-value % field.p)
    return (up - down) * field.inverse(up + down) % field.p
