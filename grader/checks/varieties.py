"""Equations in several unknowns, compared by the irreducible factors of what has to vanish.

A solution set is a union of parts: a factor vanishes, and no denominator does. Two of them are
equal if they have the same parts. They differ if a factor of one takes both signs and divides
nothing of the other: its zeros then fill a surface on which the other does not vanish.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from grader.answers.exact import exact, magnitude
from grader.answers.pair import Pair, Same
from grader.answers.tree import ADD, DIV, MUL, NEG, POW, SYM, Node, free_names
from grader.checks.cells import Any, Atom, Both, Condition, names_of
from grader.checks.places import NotRational, Undecided, coefficient

_MAX_NAMES = 6
_MAX_DEGREE = 12
_MAX_TERMS = 200
_MAX_PARTS = 24
_SAMPLES = 24
_GRID = 800  # points at which a common zero is looked for


@dataclass(frozen=True, slots=True)
class Part:
    """What one alternative asks: all of `zero` vanish, none of `nonzero` does."""

    zero: tuple[fmpq_mpoly, ...]
    nonzero: tuple[fmpq_mpoly, ...] = ()


def same_variety(pair: Pair, reference: Condition, answer: Condition) -> Same:
    """Return whether two conditions made of equations have the same real solutions.

    Raises:
        Undecided: they are not made of rational equations, or no proof is found.
    """
    names = sorted(names_of(reference) | names_of(answer))
    if len(names) > _MAX_NAMES:
        raise Undecided
    ring = _Ring(pair, names)
    one, other = ring.components(reference), ring.components(answer)
    for mine, theirs in ((one, other), (other, one)):
        for text, (factor, _) in mine.items():
            if text not in theirs and ring.changes_sign(factor):
                return Same.DIFFERENT
    if one.keys() != other.keys():
        raise Undecided
    for text, (factor, excluded) in one.items():
        theirs_out = other[text][1]
        for key in excluded.keys() ^ theirs_out.keys():
            if ring.meet(factor, excluded.get(key) or theirs_out[key]):
                return Same.DIFFERENT
            raise Undecided
    return Same.EQUAL


Excluded = Mapping[str, fmpq_mpoly]


class _Ring:
    """Polynomials in the names of one comparison."""

    def __init__(self, pair: Pair, names: list[str]) -> None:
        self.pair = pair
        self.names = names
        self.context = fmpq_mpoly_ctx.get([f"v{k}" for k in range(len(names))], Ordering.lex)
        self.symbols = dict(zip(names, self.context.gens(), strict=True))

    def components(self, condition: Condition) -> dict[str, tuple[fmpq_mpoly, Excluded]]:
        """Return the factors whose zeros make up the solutions, with what must not vanish there."""
        found: dict[str, tuple[fmpq_mpoly, Excluded]] = {}
        for part in self.parts(condition):
            if len(part.zero) != 1:
                raise Undecided
            excluded = {key: each for n in part.nonzero for key, each in self.factors(n).items()}
            for key, factor in self.factors(part.zero[0]).items():
                if key in excluded:
                    continue  # it vanishes only where a denominator does
                if key in found and found[key][1].keys() != excluded.keys():
                    raise Undecided
                found[key] = factor, excluded
        return found

    def parts(self, condition: Condition) -> list[Part]:
        """Return the alternatives of a condition."""
        if isinstance(condition, Atom):
            top, poles = self.quotient(condition.tree)
            if condition.operator == "=":
                return [Part((top,), poles)]
            if condition.operator == "!=":
                return [Part((), (top, *poles))]
        if isinstance(condition, Any):
            found = [part for each in condition.parts for part in self.parts(each)]
        elif isinstance(condition, Both):
            choices = [self.parts(each) for each in condition.parts]
            found = [
                Part(sum((p.zero for p in chosen), ()), sum((p.nonzero for p in chosen), ()))
                for chosen in islice(product(*choices), _MAX_PARTS + 1)
            ]
        else:
            raise Undecided
        if len(found) > _MAX_PARTS:
            raise Undecided
        return found

    def factors(self, polynomial: fmpq_mpoly) -> dict[str, fmpq_mpoly]:
        """Return the irreducible factors, without constants, by their text."""
        if polynomial.is_zero():
            raise Undecided
        self.pair.work.spend(50 + 2 * len(polynomial.coeffs()))
        _, factors = polynomial.factor()
        found = {}
        for factor, _ in factors:
            if factor.total_degree():
                lead = factor.coeffs()[0]
                monic = factor / lead
                found[str(monic)] = monic
        return found

    def quotient(self, node: Node) -> tuple[fmpq_mpoly, tuple[fmpq_mpoly, ...]]:
        """Return the numerator of a tree, and all denominators on the way."""
        top, bottom, poles = self.fraction(node)
        del bottom
        return top, tuple(poles)

    def fraction(self, node: Node) -> tuple[fmpq_mpoly, fmpq_mpoly, list[fmpq_mpoly]]:
        one = self.context.constant(1)
        if node.tag == SYM and node.name in self.symbols:
            return self.symbols[node.name], one, []
        if not free_names(node):
            try:
                return self.context.constant(coefficient(node)), one, []
            except NotRational as error:
                raise Undecided from error
        if node.tag == POW:
            return self.power(node)
        if node.tag not in (ADD, MUL, DIV, NEG):
            raise Undecided
        top, bottom, poles = self.fraction(node.args[0])
        if node.tag == NEG:
            return -top, bottom, poles
        for part in node.args[1:]:
            above, below, more = self.fraction(part)
            poles = [*poles, *more]
            if node.tag == ADD:
                top, bottom = top * below + above * bottom, bottom * below
            elif node.tag == MUL:
                top, bottom = top * above, bottom * below
            else:
                top, bottom = top * below, bottom * above
                poles.append(above)
            self.check(top, bottom)
        return top, bottom, poles

    def power(self, node: Node) -> tuple[fmpq_mpoly, fmpq_mpoly, list[fmpq_mpoly]]:
        exponent = exact(node.args[1])
        if exponent is None or exponent.denominator != 1 or magnitude(exponent) > _MAX_DEGREE:
            raise Undecided
        top, bottom, poles = self.fraction(node.args[0])
        power = abs(int(exponent))
        if power * max(top.total_degree(), bottom.total_degree()) > _MAX_DEGREE:
            raise Undecided
        if exponent <= 0:
            top, bottom, poles = bottom, top, [*poles, top]
        top, bottom = top**power, bottom**power
        self.check(top, bottom)
        return top, bottom, poles

    def check(self, *polynomials: fmpq_mpoly) -> None:
        for each in polynomials:
            self.pair.work.spend(1 + len(each.coeffs()))
            if each.total_degree() > _MAX_DEGREE or len(each.coeffs()) > _MAX_TERMS:
                raise Undecided

    def changes_sign(self, polynomial: fmpq_mpoly) -> bool:
        """Whether a polynomial is seen above and below zero."""
        signs = set()
        for k in range(_SAMPLES):
            point = [
                fmpq(self.pair.hash("sign", name, k) % 2001 - 1000, 1 + 100 * (k % 3))
                for name in self.names
            ]
            value = polynomial(*point)
            signs.add((value > 0) - (value < 0))
            if {1, -1} <= signs:
                return True
        return False

    def meet(self, one: fmpq_mpoly, other: fmpq_mpoly) -> bool:
        """Whether a common zero is found among small whole numbers."""
        for point in self.grid():
            values = [fmpq(value) for value in point]
            if one(*values) == 0 and other(*values) == 0:
                return True
        return False

    def grid(self) -> Iterator[tuple[int, ...]]:
        small = (0, 1, -1, 2, -2)
        return islice(product(small, repeat=len(self.names)), _GRID)
