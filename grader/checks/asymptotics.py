"""How fast an expression grows: a sum of scales with an error that is bounded by other scales.

What cancels is seen, and what cannot be known is `Undecided`, never guessed. All variables go to
infinity.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from flint import acb

from grader.answers.balls import evaluate
from grader.answers.decide import same
from grader.answers.exact import exact
from grader.answers.pair import Pair, Same
from grader.answers.tree import ADD, CALL, CONST, DIV, MUL, NEG, POW, Node, number
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined
from grader.checks.growth_work import current, spend
from grader.checks.scales import (
    CONSTANT,
    Level,
    Logs,
    Monomial,
    Undecided,
    added_logs,
    logs_of,
    order,
)  # fmt: skip

MAX_TERMS = 32
_MAX_PRODUCTS = 256
_MAX_POWER = 8  # powers of sums that are multiplied out
_MAX_DENOMINATOR = 64
_BITS = 192
_ORDER_STEPS, _TERM_STEPS = 8, 16  # counted for two scales compared, and for a product of terms


@dataclass(frozen=True, slots=True)
class Growth:
    """A sum of terms, plus an error of at most the order of other terms.

    Attributes:
        terms: coefficients by monomial, none of them zero.
        error: monomials that bound what was left away.
        loose: the terms are known up to positive factors only.
    """

    terms: tuple[tuple[Monomial, Node], ...]
    error: tuple[Monomial, ...] = ()
    loose: bool = False

    def leading(self) -> list[tuple[Monomial, Node]]:
        """Return the terms that no other term outgrows.

        Raises:
            Undecided: the error may be as large, or nothing is left.
        """
        spend(_ORDER_STEPS * len(self.terms) * (len(self.terms) + len(self.error)))
        top = [
            (monomial, coefficient)
            for monomial, coefficient in self.terms
            if not any(order(monomial, other) == -1 for other, _ in self.terms)
        ]
        hidden = any(all(order(e, monomial) != -1 for monomial, _ in top) for e in self.error)
        if not top or hidden:
            raise Undecided
        return top

    def lead(self) -> "tuple[Monomial, Node, Growth]":
        """Return the leading term, and how small the rest is beside it: a growth that vanishes."""
        top = self.leading()
        if len(top) != 1:
            raise Undecided
        monomial, coefficient = top[0]
        inverse = monomial.power(Fraction(-1))
        rest = tuple(
            (each.times(inverse), _folded(DIV, factor, coefficient))
            for each, factor in self.terms
            if each != monomial
        )
        return monomial, coefficient, Growth(rest, tuple(e.times(inverse) for e in self.error))


def constant(node: Node) -> Growth:
    """Return the growth of a number."""
    return Growth(((CONSTANT, node),) if sign(node) else ())


def variable(name: str) -> Growth:
    """Return the growth of a variable."""
    return Growth(((Monomial((((name, 1), Fraction(1)),)), number(1)),))


def sign(node: Node) -> int:
    """Return the sign of a constant tree.

    Raises:
        Undecided: it has no value, is not real, or too near to zero.
    """
    value = exact(node)
    if value is not None:
        return (value > 0) - (value < 0)
    ball = _ball(node)
    if not ball.imag == 0 or ball.real.contains(0):
        raise Undecided
    return 1 if ball.real > 0 else -1


def _ball(node: Node) -> acb:
    try:
        (ball,), _ = evaluate((node,), b"", {}, _BITS, current())
    except (Undefined, Unclear, NotScalar, TooMuch, OverflowError, ZeroDivisionError) as error:
        raise Undecided from error
    return ball


def _folded(tag: str, *args: Node) -> Node:
    node = Node(tag, "", args)
    value = exact(node)
    return node if value is None else number(value)


def total(parts: list[Growth]) -> Growth:
    """Return the sum.

    Raises:
        Undecided: terms known only loosely may cancel.
    """
    found: dict[Monomial, list[Node]] = {}
    for part in parts:
        for monomial, coefficient in part.terms:
            found.setdefault(monomial, []).append(coefficient)
    terms = {
        monomial: each[0] if len(each) == 1 else _folded(ADD, *each)
        for monomial, each in found.items()
    }
    loose = any(part.loose for part in parts)
    if loose and any(sign(coefficient) < 0 for coefficient in terms.values()):
        raise Undecided
    kept = tuple(  # what is alone is as little zero as it was before
        (monomial, each)
        for monomial, each in terms.items()
        if len(found[monomial]) == 1 or sign(each)
    )
    return _bounded(Growth(kept, tuple(e for part in parts for e in part.error), loose))


def negated(growth: Growth) -> Growth:
    """Return the growth with the other sign."""
    terms = tuple((monomial, _folded(NEG, each)) for monomial, each in growth.terms)
    return Growth(terms, growth.error, growth.loose)


def multiplied(one: Growth, other: Growth) -> Growth:
    """Return the product.

    Raises:
        Undecided: it would have too many terms.
    """
    if len(one.terms) * len(other.terms) > _MAX_PRODUCTS:
        raise Undecided
    spend(_TERM_STEPS * (len(one.terms) + len(one.error)) * (len(other.terms) + len(other.error)))
    parts = [
        Growth(((a.times(b), _folded(MUL, x, y)),), (), loose=one.loose or other.loose)
        for (a, x), (b, y) in product(one.terms, other.terms)
    ]
    everything = [monomial for monomial, _ in other.terms] + list(other.error)
    error = [a.times(b) for a in one.error for b in everything]
    error += [a.times(b) for a, _ in one.terms for b in other.error]
    found = total(parts) if parts else Growth(())
    return _bounded(Growth(found.terms, tuple(error), found.loose))


def _bounded(growth: Growth) -> Growth:
    error: list[Monomial] = []
    spend(_ORDER_STEPS * len(growth.error))
    for each in growth.error:
        if not any(order(each, other) in (-1, 0) for other in error):
            error = [other for other in error if order(other, each) != -1] + [each]
    if len(growth.terms) + len(error) > MAX_TERMS:
        raise Undecided
    return Growth(growth.terms, tuple(error), growth.loose)


def raised(growth: Growth, by: Fraction) -> Growth:
    """Return the growth to a fixed power."""
    if by.denominator == 1 and 0 <= by <= _MAX_POWER:
        result = constant(number(1))
        for _ in range(int(by)):
            result = multiplied(result, growth)
        return result
    monomial, coefficient, rest = growth.lead()
    if sign(coefficient) < 0 and by.denominator != 1:
        raise Undecided
    scale = Growth(((monomial.power(by), _folded(POW, coefficient, number(by))),), (), growth.loose)
    return multiplied(scale, _one_plus(multiplied(constant(number(by)), rest), rest))


def _one_plus(first: Growth, rest: Growth) -> Growth:
    """Return 1 + first + O(rest^2)."""
    return total([constant(number(1)), first, _squared(rest)])


def _squared(rest: Growth) -> Growth:
    """Return an error as large as the square of what vanishes."""
    everything = [monomial for monomial, _ in rest.terms] + list(rest.error)
    return _bounded(
        Growth((), tuple(one.times(other) for one in everything for other in everything))
    )


def logarithm(growth: Growth) -> Growth:
    """Return the natural logarithm."""
    top = growth.leading()
    if len(top) > 1 or growth.loose:  # log(n + m) is log n + log m up to a factor
        parts = [logarithm(Growth(((monomial, number(1)),))) for monomial, _ in top]
        joined = total(parts)
        return Growth(tuple((monomial, number(1)) for monomial, _ in joined.terms), (), loose=True)
    monomial, coefficient, rest = growth.lead()
    if sign(coefficient) < 0:
        raise Undecided
    terms = [constant(Node(CALL, "ln", (coefficient,)))] if exact(coefficient) != 1 else []
    for (name, level), power in monomial.powers:
        if level > 2:
            raise Undecided
        terms.append(Growth(((Monomial((((name, level + 1), Fraction(1)),)), number(power)),)))
    for each, logs in monomial.exponent:
        terms += [Growth(((each, _number_of(logs)),))]
    return total([*terms, rest, _squared(rest)])


def _rational(node: Node) -> Fraction:
    """Return the rational that a constant such as ln(4)/ln(2) is equal to."""
    value = exact(node)
    if value is not None:
        return Fraction(value)
    guess = Fraction(str(float(_ball(node).real.mid()))).limit_denominator(_MAX_DENOMINATOR)
    try:
        found = same(Pair("growth", str(guess)), node, number(guess))
    except (NotScalar, TooMuch) as error:
        raise Undecided from error
    if found is not Same.EQUAL:
        raise Undecided
    return guess


def _number_of(logs: Logs) -> Node:
    parts = [
        number(c) if b == 1 else _folded(MUL, number(c), Node(CALL, "ln", (number(b),)))
        for b, c in logs
    ]
    return parts[0] if len(parts) == 1 else Node(ADD, "", tuple(parts))


def exponential(growth: Growth) -> Growth:
    """Return e to the growth: what grows stands above, what is constant is a factor."""
    above: list[tuple[Monomial, Logs]] = []
    factor = number(1)
    powers = CONSTANT
    vanishing = list(growth.error)
    if growth.loose:
        raise Undecided
    for monomial, coefficient in growth.terms:
        direction = monomial.direction()
        name = _single_log(monomial)
        if monomial == CONSTANT:
            factor = Node(POW, "exp", (Node(CONST, "e"), coefficient))
        elif name is not None:  # e^(a log n) is n^a
            powers = powers.times(Monomial(((name, _rational(coefficient)),)))
        elif direction == 1:
            above.append((monomial, rational_logs(coefficient)))
        elif direction == -1:
            vanishing.append(monomial)
        else:
            raise Undecided
    if any(each.direction() != -1 for each in vanishing):
        raise Undecided
    scale = powers.times(Monomial((), tuple(sorted(above, key=repr))))
    return Growth(((scale, factor),), tuple(scale.times(each) for each in vanishing))


def _single_log(monomial: Monomial) -> Level | None:
    """Return the level below, for log n and log log n themselves."""
    if monomial.exponent or len(monomial.powers) != 1:
        return None
    (name, level), power = monomial.powers[0]
    return (name, level - 1) if power == 1 and level > 1 else None


def rational_logs(node: Node) -> Logs:
    """Return a constant made of rationals and logarithms of rationals in the basis of `Logs`.

    Raises:
        Undecided: it is made of something else.
    """
    value = exact(node)
    if value is not None:
        return ((1, Fraction(value)),) if value else ()
    if node.tag == CALL and node.name == "ln":
        return _logs_of_constant(node.args[0])
    if node.tag == NEG:
        return added_logs((), rational_logs(node.args[0]), Fraction(-1))
    if node.tag == ADD:
        total_logs: Logs = ()
        for part in node.args:
            total_logs = added_logs(total_logs, rational_logs(part))
        return total_logs
    if node.tag in (MUL, DIV):
        return _scaled_logs(node)
    raise Undecided


def _scaled_logs(node: Node) -> Logs:
    factor = Fraction(1)
    found: Logs | None = None
    for place, part in enumerate(node.args):
        value = exact(part)
        if value:
            factor = factor / value if node.tag == DIV and place else factor * value
        elif found is None and not (node.tag == DIV and place):
            found = rational_logs(part)
        else:
            raise Undecided
    return added_logs((), found or (), factor)


def _logs_of_constant(node: Node) -> Logs:
    value = exact(node)
    if value is not None:
        return logs_of(Fraction(value))
    if node.tag == CONST and node.name == "e":
        return ((1, Fraction(1)),)
    if node.tag == POW:
        power = exact(node.args[1])
        if power is not None:
            return added_logs((), _logs_of_constant(node.args[0]), Fraction(power))
    if node.tag in (MUL, DIV):
        parts = [_logs_of_constant(part) for part in node.args]
        joined = parts[0]
        for part in parts[1:]:
            joined = added_logs(joined, part, Fraction(-1 if node.tag == DIV else 1))
        return joined
    raise Undecided
