"""Real roots of polynomials with whole coefficients, in bounded work.

Isolating roots takes long where some lie close together, and closeness is bought with long
coefficients. Factors of degree one and two are solved by formula, whatever their coefficients; of
higher ones the height is bounded.
"""

from dataclasses import dataclass
from fractions import Fraction

from flint import acb, arb, ctx, fmpz_poly

from grader.answers.work import TooMuch, Work

_BITS = 384
_MAX_SIZE = 1000  # degree times bits of the longest coefficient
_ROOT_STEPS = 60


@dataclass(frozen=True, slots=True)
class Root:
    """A real root.

    Attributes:
        ball: encloses it; the balls of the roots of one factor do not overlap.
        value: its value, where it is rational.
        factor: the irreducible polynomial that it is a root of.
    """

    ball: arb
    value: Fraction | None
    factor: fmpz_poly


def real_roots(polynomial: fmpz_poly, work: Work) -> list[Root]:
    """Return the real roots of a polynomial, each once; of a constant none.

    Raises:
        TooMuch: they cannot be isolated within the work.
    """
    if polynomial.degree() < 1:
        return []
    size = sum([int(each).bit_length() for each in polynomial.coeffs()])
    work.spend(_ROOT_STEPS + size // 4 + polynomial.degree() ** 2)
    _, factors = polynomial.factor()
    return [root for factor, _ in factors for root in _roots_of(factor, work)]


def _roots_of(factor: fmpz_poly, work: Work) -> list[Root]:
    degree, height = factor.degree(), factor.height_bits()
    if degree == 1:
        value = Fraction(-int(factor[0]), int(factor[1]))
        return [Root(_ball(value), value, factor)]
    if degree == 2:
        return _quadratic(factor, height)
    if degree * height > _MAX_SIZE:
        raise TooMuch
    work.spend(_ROOT_STEPS + degree**2 * height)
    ctx.prec = _BITS
    # The stub of python-flint forgets that every root comes with its multiplicity.
    found: list[tuple[acb, int]] = factor.complex_roots()  # type: ignore[assignment]
    return [Root(root.real, None, factor) for root, _ in found if root.imag == 0]


def _ball(value: Fraction) -> arb:
    ctx.prec = _BITS
    return arb(value.numerator) / value.denominator


def _quadratic(factor: fmpz_poly, height: int) -> list[Root]:
    c, b, a = (int(each) for each in factor.coeffs())
    inside = b * b - 4 * a * c
    if inside < 0:
        return []
    ctx.prec = _BITS + 4 * height
    root = arb(inside).sqrt()
    return [Root((sign * root - b) / (2 * a), None, factor) for sign in (1, -1)]
