"""Whether two formulas are equal, found out by evaluating them at random points.

The trees are tuples: ("+", left, right), ("sin", inside), ("n", 3), ("q", 1, 2), ("d", 0.5, 1, 2)
for a decimal and its fraction, ("v", "x"), ("c", "pi").
"""

import cmath
import math
import random
from dataclasses import dataclass
from typing import Any

import mpmath

Tree = tuple


class NoValue(Exception):
    """The tree has no value that can be trusted at this point."""


@dataclass(frozen=True)
class Numbers:
    """The numbers in which trees are evaluated: quick floats, or floats of many digits.

    Attributes:
        number: makes one of an integer, a float or another one.
        functions: where the functions of a complex argument are found.
        whole: the functions that round a real one: down, up, and to the nearest.
        clean: an imaginary part below this share of the real one is an error of rounding.
    """

    number: Any
    functions: Any
    whole: tuple[Any, Any, Any]
    clean: float

    def value(self, tree: Tree, point: dict[str, float]) -> Any:
        """Return the value at a point, with principal branches.

        Raises:
            NoValue: there is none, or it is too near to a pole, a jump or the limits of floats.
        """
        tag = tree[0]
        if tag == "n":
            return self.number(tree[1])
        if tag in ("q", "d"):
            return self.number(tree[-2]) / tree[-1]
        if tag == "v":
            return self.number(point[tree[1]])
        if tag == "c":
            return self.number(getattr(self.functions, tree[1]))
        found = self.number(self.applied(tag, [self.value(part, point) for part in tree[1:]]))
        if abs(found.imag) < self.clean * (1 + abs(found.real)):
            found = self.number(found.real)
        if not abs(found) < 1e100:
            raise NoValue
        return found

    def applied(self, tag: str, args: list[Any]) -> Any:
        """Return the value of an operation or function."""
        if tag in _ARITHMETIC:
            return _ARITHMETIC[tag](*args)
        if tag == "^":
            return self.power(*args)
        if tag in ("floor", "ceil"):
            down, up, nearest = self.whole
            if abs(_real(args[0]) - nearest(args[0].real)) < 1e-9:
                raise NoValue
            return (down if tag == "floor" else up)(args[0].real)
        return self.function({"ln": "log"}.get(tag, tag), args[0])

    def power(self, a: Any, b: Any) -> Any:
        """Return a^b; whole powers without a logarithm."""
        if abs(a) < 1e-12 or abs(b) > 60:
            raise NoValue
        if b == int(b.real):
            return a ** int(b.real)
        return self.functions.exp(b * self.functions.log(a))

    def function(self, name: str, a: Any) -> Any:
        """Return the value of a function that is smooth but for its branches."""
        if abs(a) > 60 or (name == "log" and abs(a) < 1e-12):
            raise NoValue
        if name == "log" and abs(a.imag) < 1e-20 and a.imag and a.real < 0:
            raise NoValue
        return getattr(self.functions, name)(a)


def _divided(a: Any, b: Any) -> Any:
    if abs(b) < 1e-9:
        raise NoValue
    return a / b


def _real(a: Any) -> Any:
    if a.imag:
        raise NoValue
    return a.real


_ARITHMETIC = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": _divided,
    "neg": lambda a: -a, "max": lambda a, b: max(_real(a), _real(b)),
    "min": lambda a, b: min(_real(a), _real(b)), "abs": abs,
}  # fmt: skip
_QUICK = Numbers(complex, cmath, (math.floor, math.ceil, round), 1e-13)
_EXACT = Numbers(mpmath.mpc, mpmath, (mpmath.floor, mpmath.ceil, mpmath.nint), 1e-35)
_POINTS, _EXACT_POINTS, _SEEN = 10, 2, 5


def truth(rng: random.Random, names: list[str], left: Tree, right: Tree) -> bool | None:
    """Return whether two trees are equal, or None where floats cannot tell.

    Args:
        names: the variables of both.

    Quick floats look at all points for a branch on which the trees part; the first points, and
    those at which quick floats differ, are looked at with 40 digits.
    """
    seen = exact = 0
    for _ in range(_POINTS):
        point = {name: rng.choice([1, 1, -1]) * rng.uniform(0.3, 3) for name in names}
        try:
            found = exact >= _EXACT_POINTS and _agree(_QUICK, left, right, point)
            if not found:
                with mpmath.workdps(40):
                    found = _agree(_EXACT, left, right, point)
                exact += 1
        except (NoValue, OverflowError, ZeroDivisionError, ValueError):
            continue
        if not found:
            return found
        seen += 1
    return True if seen >= _SEEN else None


def _agree(numbers: Numbers, left: Tree, right: Tree, point: dict[str, float]) -> bool | None:
    """Return whether the values at a point are equal, None where it is too near to tell."""
    a, b = numbers.value(left, point), numbers.value(right, point)
    size = max(abs(a), abs(b), 1e-3)
    if abs(a - b) > 1e-8 * size:
        return False
    return True if numbers is _QUICK or abs(a - b) < 1e-25 * size else None
