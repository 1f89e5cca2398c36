"""Scales of growth: exp(...) * n^a * (log n)^b * (log log n)^c, compared exactly.

What stands above e has coefficients that are rational multiples of logarithms of primes: these are
independent, so that 4^(n/2) is 2^n and 3^n is not, without a tolerance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from grader.answers.exact import bits
from grader.answers.limits import MAX_BITS

_MAX_PRIME = 1000
_BITS = 192
_LOGARITHM = 2  # the level of log n


class Undecided(Exception):
    """How fast this grows cannot be proved here."""


def short(value: Fraction) -> Fraction:
    """Return a rational that is not too long to be compared and written down.

    Raises:
        Undecided: it is.
    """
    if bits(value) > MAX_BITS:
        raise Undecided
    return value


Logs = tuple[tuple[int, Fraction], ...]
"""A real number as rational multiples of 1 (written 1) and of the logarithms of primes: a basis."""


def logs_of(value: Fraction) -> Logs:
    """Return the logarithm of a positive rational.

    Raises:
        Undecided: it is not positive, or has a large prime factor.

    >>> logs_of(Fraction(8, 3))
    ((2, Fraction(3, 1)), (3, Fraction(-1, 1)))
    """
    if value <= 0:
        raise Undecided
    found: dict[int, Fraction] = {}
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        rest, prime = part, 2
        while rest > 1:
            if prime > _MAX_PRIME:
                raise Undecided
            while rest % prime == 0:
                rest //= prime
                found[prime] = found.get(prime, Fraction(0)) + sign
            prime += 1
    return tuple(sorted((prime, power) for prime, power in found.items() if power))


def added_logs(one: Logs, other: Logs, factor: Fraction = Fraction(1)) -> Logs:
    """Return one + factor * other."""
    total = dict(one)
    for base, coefficient in other:
        total[base] = short(total.get(base, Fraction(0)) + factor * coefficient)
    return tuple(sorted((base, each) for base, each in total.items() if each))


def sign_of_logs(value: Logs) -> int:
    """Return the sign; the basis is independent, so that only () is zero."""
    ctx.prec = _BITS
    total = arb(0)
    for base, coefficient in value:
        unit = arb(1) if base == 1 else arb(base).log()
        total += unit * coefficient.numerator / coefficient.denominator
    if not value:
        return 0
    if total > 0:
        return 1
    if total < 0:
        return -1
    raise Undecided


Level = tuple[str, int]
"""A variable (1), its logarithm (2), or the logarithm of that (3)."""


@dataclass(frozen=True, slots=True)
class Monomial:
    """One scale of growth.

    Attributes:
        powers: exponents of variables and their logarithms, sorted.
        exponent: what stands above e, as monomials that grow with their coefficients, sorted.
    """

    powers: tuple[tuple[Level, Fraction], ...] = ()
    exponent: "tuple[tuple[Monomial, Logs], ...]" = ()

    def times(self, other: "Monomial") -> "Monomial":
        """Return the product."""
        powers = dict(self.powers)
        for level, power in other.powers:
            powers[level] = short(powers.get(level, Fraction(0)) + power)
        exponent = dict(self.exponent)
        for monomial, logs in other.exponent:
            exponent[monomial] = added_logs(exponent.get(monomial, ()), logs)
        return Monomial(
            tuple(sorted((level, power) for level, power in powers.items() if power)),
            tuple(sorted(((m, logs) for m, logs in exponent.items() if logs), key=repr)),
        )

    def power(self, by: Fraction) -> "Monomial":
        """Return the power."""
        if not by:
            return CONSTANT
        return Monomial(
            tuple((level, short(each * by)) for level, each in self.powers),
            tuple((m, tuple((b, short(c * by)) for b, c in logs)) for m, logs in self.exponent),
        )

    def along(self, way: "Mapping[str, int]") -> "Monomial":
        """Return the scale where every variable is a power of one variable t.

        The logarithm of t^k is k log t: its factor counts inside an exponent only.
        """
        found = CONSTANT
        for (name, level), power in self.powers:
            by = power * way[name] if level == 1 else power
            found = found.times(Monomial(((("t", level), by),)))
        for monomial, logs in self.exponent:
            inner = monomial.along(way)
            factor = Fraction(1)
            for (name, level), power in monomial.powers:
                if level > 1 and way[name] > 1:
                    if level > _LOGARITHM or power.denominator != 1:
                        raise Undecided
                    factor *= Fraction(way[name]) ** int(power)
            scaled = tuple((base, each * factor) for base, each in logs)
            found = found.times(Monomial((), ((inner, scaled),)))
        return found

    @property
    def variables(self) -> set[str]:
        """The variables that take part."""
        inner = [monomial.variables for monomial, _ in self.exponent]
        return {name for (name, _), _ in self.powers}.union(*inner)

    def direction(self) -> int | None:
        """Return 1 if this goes to infinity, -1 if to zero, 0 if constant, None if neither."""
        signs = self.signs()
        if self.exponent:
            above = _direction_of_exponent(self.exponent)
            covered = set().union(*(monomial.variables for monomial, _ in self.exponent))
            others = {sign for name, sign in signs.items() if name not in covered}
            return above if above is not None and others <= {above} else None
        found = set(signs.values())
        return (found.pop() if found else 0) if len(found) <= 1 else None

    def signs(self) -> dict[str, int]:
        """Return for every variable the sign of its first power: n^a before (log n)^b."""
        first: dict[str, int] = {}
        for (name, _), power in self.powers:
            first.setdefault(name, 1 if power > 0 else -1)
        return first


CONSTANT = Monomial()


def _direction_of_exponent(exponent: tuple[tuple[Monomial, Logs], ...]) -> int | None:
    """Return the sign of the leading term, where one term leads all that have another sign."""
    leading = [
        (monomial, logs)
        for monomial, logs in exponent
        if not any(order(monomial, other) == -1 for other, _ in exponent)
    ]
    signs = {sign_of_logs(logs) for _, logs in leading}
    return signs.pop() if len(signs) == 1 else None


def order(one: Monomial, other: Monomial) -> int | None:
    """Return 1 if `one` grows faster, -1 if slower, 0 if they are equal, None if neither leads."""
    return one.times(other.power(Fraction(-1))).direction()
