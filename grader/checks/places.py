"""Real numbers at which something may change: rational, given by a formula, or roots.

Two numbers are told apart by balls; that they are equal is proved (the same irreducible polynomial,
a polynomial that vanishes, equal formulas) or stays `Undecided`.
"""

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx, fmpq, fmpq_poly, fmpz_poly

from grader.answers.balls import evaluate
from grader.answers.decide import same
from grader.answers.exact import exact, magnitude
from grader.answers.pair import Pair, Same
from grader.answers.real_roots import real_roots
from grader.answers.tree import (
    ADD,
    DIV,
    MUL,
    NEG,
    POW,
    SYM,
    Node,
    free_names,
    minus,
    number,
    replace,
    weight,
)  # fmt: skip
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined

BITS = 384
MAX_DEGREE = 40
_MAX_BITS = 2000
_LINEAR_STEPS = 16  # counted for a node


class Undecided(Exception):
    """The solution sets cannot be compared here."""


class NotRational(Exception):
    """The expression is no quotient of polynomials with rational coefficients."""


@dataclass(frozen=True, slots=True)
class Place:
    """A real number.

    Attributes:
        ball: encloses it.
        value: its value, where it is rational.
        formula: a tree that gives it, where there is one.
        polynomial: its irreducible polynomial, where it is a root of one.
    """

    ball: arb
    value: Fraction | None = None
    formula: Node | None = None
    polynomial: fmpz_poly | None = None


def rational_place(value: Fraction) -> Place:
    """Return the place of a rational number."""
    ctx.prec = BITS
    return Place(arb(value.numerator) / value.denominator, value, number(value))


def formula_place(pair: Pair, node: Node) -> Place:
    """Return the place of a constant.

    Raises:
        Undecided: it is not real, or has no value.
    """
    value = exact(node)
    return (
        rational_place(Fraction(value))
        if value is not None
        else Place(real_ball(pair, node), None, node)
    )


def real_ball(pair: Pair, node: Node) -> arb:
    """Return a ball around a constant tree.

    Raises:
        Undecided: it is not real, or has no value.
    """
    try:
        (ball,), _ = evaluate((node,), pair.seed, {}, BITS, pair.work)
    except (Undefined, Unclear, NotScalar, TooMuch, OverflowError, ZeroDivisionError) as error:
        raise Undecided from error
    if not ball.imag == 0:
        raise Undecided
    return ball.real


Quotient = tuple[fmpq_poly, fmpq_poly]


def quotient(node: Node, name: str) -> Quotient:
    """Return a tree as numerator and denominator, unreduced, so that no pole is lost.

    Raises:
        NotRational: it is none, or too large.
    """
    found = _quotient(node, name)
    if max(found[0].degree(), found[1].degree()) > MAX_DEGREE:
        raise NotRational
    return found


def _quotient(node: Node, name: str) -> Quotient:
    one = fmpq_poly([1])
    if node.tag == SYM and node.name == name:
        return fmpq_poly([0, 1]), one
    if not free_names(node):
        return fmpq_poly([coefficient(node)]), one
    if node.tag == NEG:
        top, bottom = quotient(node.args[0], name)
        return -top, bottom
    if node.tag == POW:
        return _power(node, name)
    if node.tag not in (ADD, MUL, DIV):
        raise NotRational
    top, bottom = quotient(node.args[0], name)
    for part in node.args[1:]:
        top, bottom = _combined(node.tag, (top, bottom), quotient(part, name))
        if top.degree() + bottom.degree() > 2 * MAX_DEGREE:
            raise NotRational
    return top, bottom


def coefficient(node: Node) -> fmpq:
    """Return a rational constant.

    Raises:
        NotRational: it is none, or too large.
    """
    value = exact(node)
    if value is None or value.numerator.bit_length() + value.denominator.bit_length() > _MAX_BITS:
        raise NotRational
    return fmpq(value.numerator, value.denominator)


def _combined(tag: str, one: Quotient, other: Quotient) -> Quotient:
    (top, bottom), (above, below) = one, other
    if tag == ADD:
        return top * below + above * bottom, bottom * below
    if tag == MUL:
        return top * above, bottom * below
    return top * below * below, bottom * above * below  # a pole of the divisor leaves no value


def _power(node: Node, name: str) -> Quotient:
    exponent = exact(node.args[1])
    if exponent is None or exponent.denominator != 1 or magnitude(exponent) > MAX_DEGREE:
        raise NotRational
    top, bottom = quotient(node.args[0], name)
    power = abs(int(exponent))
    if max(top.degree(), bottom.degree()) * power > MAX_DEGREE:
        raise NotRational
    if exponent > 0:
        return top**power, bottom**power
    return bottom**power * bottom, top ** max(power, 1) * bottom


def roots(pair: Pair, polynomial: fmpq_poly) -> list[Place]:
    """Return the real roots of a polynomial that is not zero.

    Raises:
        TooMuch: they cannot be isolated within the work.
    """
    return [
        Place(root.ball, root.value, None, root.factor)
        if root.value is None
        else rational_place(root.value)
        for root in real_roots(polynomial.numer(), pair.work)
    ]


def sign_of(pair: Pair, polynomial: fmpq_poly, place: Place) -> int:
    """Return the sign of a polynomial at a place.

    Raises:
        Undecided: it may be zero, and that is not proved.
    """
    if place.value is not None:
        value = polynomial(fmpq(place.value.numerator, place.value.denominator))
        return (value > 0) - (value < 0)
    if place.polynomial is not None and not polynomial % fmpq_poly(place.polynomial):
        return 0
    ctx.prec = BITS
    total = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        total = total * place.ball + arb(coefficient.p) / arb(coefficient.q)
    if total > 0 or total < 0:
        return 1 if total > 0 else -1
    if place.formula is not None and _vanishes(pair, polynomial, place.formula):
        return 0
    raise Undecided


def _vanishes(pair: Pair, polynomial: fmpq_poly, formula: Node) -> bool:
    tree = number(0)
    for coefficient in reversed(polynomial.coeffs()):
        value = number(Fraction(int(coefficient.p), int(coefficient.q)))
        tree = Node(ADD, "", (Node(MUL, "", (tree, formula)), value))
    return same(pair, number(0), tree) is Same.EQUAL


def compare(pair: Pair, one: Place, other: Place) -> int:
    """Return -1, 0 or 1 as the first is smaller than, equal to or larger than the second.

    Raises:
        Undecided: they may be equal, and that is not proved.
    """
    if one.value is not None and other.value is not None:
        return (one.value > other.value) - (one.value < other.value)
    if one.ball > other.ball:
        return 1
    if one.ball < other.ball:
        return -1
    if _proved_equal(pair, one, other) or _proved_equal(pair, other, one):
        return 0
    raise Undecided


def _proved_equal(pair: Pair, one: Place, other: Place) -> bool:
    """Whether two numbers whose balls overlap are equal for certain."""
    if one.polynomial is not None and other.polynomial is not None:
        return bool(one.polynomial == other.polynomial)
    if other.formula is None:
        return False
    if one.polynomial is not None:
        return _vanishes(pair, fmpq_poly(one.polynomial), other.formula)
    return one.formula is not None and same(pair, one.formula, other.formula) is Same.EQUAL


def linear_root(pair: Pair, node: Node, name: str) -> tuple[Place, int]:
    """Return the root of a x + b with constants of any kind, and the sign of a.

    Raises:
        Undecided: the expression is not linear in the name.
        TooMuch: the work of the pair is used up.
    """
    pair.work.spend(_LINEAR_STEPS * weight(node))
    at = [replace(node, name, number(k)) for k in range(4)]
    slope = minus(at[1], at[0])
    straight = minus(minus(at[3], at[2]), slope), minus(minus(at[2], at[1]), slope)
    try:
        if any(same(pair, number(0), each) is not Same.EQUAL for each in straight):
            raise Undecided
    except (NotScalar, TooMuch) as error:
        raise Undecided from error
    ball = real_ball(pair, slope)
    if ball.contains(0):
        raise Undecided
    root = Node(DIV, "", (Node(NEG, "", (at[0],)), slope))
    return formula_place(pair, root), 1 if ball > 0 else -1
