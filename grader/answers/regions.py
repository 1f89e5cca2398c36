"""Where two trees with corners and branches were compared, and where not.

|x|, max, cases, roots and logarithms are given by one analytic formula wherever the signs of their
guards do not change. Trees that agree at sampled points are equal only on the regions that the
points lie in; so every combination of signs is proved equal in the field with the corners
resolved, or ruled out, or holds a point at which the two were compared. What is left over may hide
a difference: it is UNKNOWN. With one name, and guards made of it by arithmetic and roots, the
regions are intervals between real roots, and each gets a point.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

from flint import acb, fmpq_mpoly

from grader.answers.balls import Point, evaluate
from grader.answers.canonical import canonical
from grader.answers.corners import (
    ONE,
    all_guards,
    branch_guards,
    innermost,
    is_corner,
    met,
    options,
    swapped,
)
from grader.answers.exact import bits
from grader.answers.limits import MAX_PATHS
from grader.answers.pair import Pair, Same
from grader.answers.polynomials import Polynomials, Signed, Span
from grader.answers.radicals import are_radicals, without_radicals
from grader.answers.tree import CASES, NEG, SYM, Node, free_names, walk
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined
from grader.spec import Domain

Guarded = tuple[Node, int]
_MOST_GUARDS = 6  # that are compared with each other


class Regions:
    """The regions of one comparison.

    Attributes:
        compare: compares the two trees at one more point, with at least so many bits.
        same: decides whether two guards are the same.
    """

    def __init__(
        self,
        pair: Pair,
        trees: tuple[Node, Node],
        integers: set[str],
        points: list[Point],
        compare: Callable[[Point, int], Same],
        same: Callable[[Pair, Node, Node], Same],
    ) -> None:
        self.pair = pair
        self.trees = trees
        self.integers = integers
        self.points = points
        self.compare = compare
        self.same = same
        self.names = list(free_names(*trees))
        self.leaves = 0

    def covered(self) -> Same:
        """Return EQUAL if every region was proved or sampled, DIFFERENT if one differs."""
        try:
            found = self.intervals() if len(self.names) == 1 else None
            if found is not None:
                return found
            for trees, guards in self.resolved(self.trees, ()):
                self.leaves += 1
                if self.leaves > MAX_PATHS:
                    return self.open("there are too many cases to compare")
                found = self.leaf(trees, guards)
                if found is not Same.EQUAL:
                    return found
        except (TooMuch, NotScalar):
            return self.open("its cases could not all be compared")
        return Same.EQUAL if self.leaves else self.open("none of its cases could be compared")

    def open(self, reason: str) -> Same:
        """Return UNKNOWN, and keep why."""
        return self.pair.unknown(reason)

    def intervals(self) -> Same | None:
        """Compare between all neighbouring roots of the guards; None if one is not rational."""
        guards = self.open_ones([guard for tree in self.trees for guard in all_guards(tree)])
        if any(is_corner(node) for guard in guards for node in walk(guard)):
            guards = [each for guard in guards for each in self.variants(guard)]
        polynomials = Polynomials(self.pair, (Node(SYM, self.names[0]), *guards))
        if not are_radicals(polynomials):
            return None
        switches: dict[str, fmpq_mpoly] = {}
        for guard in guards:
            for poly in polynomials.switches(guard).values():
                alone = without_radicals(polynomials, poly)
                if alone is None:
                    return None
                switches[str(alone)] = alone
        spans = polynomials.real_roots(switches.values())
        degree = max((poly.total_degree() for poly in switches.values()), default=1)
        name = self.names[0]
        for value in self.between(spans, name in self.integers):
            if self.pair.domain(name) is Domain.POSITIVE and value <= 0:
                continue
            found = self.compare({name: value}, self.pair.full_bits + degree * bits(value))
            if found is Same.DIFFERENT:
                return found
            if found is Same.UNKNOWN:
                return self.open("it could not be compared between all of its corners")
        return self.at_ends(spans)

    def at_ends(self, spans: list[Span]) -> Same:
        """Return DIFFERENT where a condition that meets, < or <=, gives another value, else EQUAL.

        Where a region ends in no rational number, nothing is compared.
        """
        if not any(part.tag == CASES for part in walk(*self.trees)):
            return Same.EQUAL
        name = self.names[0]
        for low, high in spans:
            fits = low == high and (low.denominator == 1 or name not in self.integers)
            outside = self.pair.domain(name) is Domain.POSITIVE and low <= 0
            if fits and not outside and self.compare({name: low}, 0) is Same.DIFFERENT:
                return Same.DIFFERENT
        return Same.EQUAL

    def between(self, spans: list[Span], whole: bool) -> list[Fraction]:
        """Return a value of every interval between the roots, and beyond them."""
        if whole:
            near = {end.__floor__() + k for span in spans for end in span for k in (-1, 0, 1, 2)}
            return [Fraction(value) for value in sorted(near)]
        low, high = spans[0][0], spans[-1][1]
        one = Fraction(1)
        far = low - 2 * max(one, abs(low)), high + 2 * max(one, abs(high))
        ends = [(far[0], low), *((left[1], right[0]) for left, right in pairwise(spans))]
        return [self.inside(*gap) for gap in (*ends, (high, far[1]))]

    def inside(self, low: Fraction, high: Fraction) -> Fraction:
        """Return a short number well inside an interval that is no special number."""
        gap = high - low
        size = gap.numerator.bit_length() - gap.denominator.bit_length()
        step = Fraction(1 << size, 8) if size > 0 else Fraction(1, 8 << -size)
        middle = round((low + high) / 2 / step) * step
        return middle + step * Fraction(self.pair.prime // 3, self.pair.prime)

    def open_ones(self, guards: list[Node]) -> list[Node]:
        """Return the guards without the constants that are clear of zero: no region ends there."""
        return [guard for guard in guards if free_names(guard) or not self.is_clear(guard)]

    def is_clear(self, constant: Node) -> bool:
        """Whether a constant is proved to be real and not zero."""
        try:
            (value,), _ = evaluate((constant,), self.pair.seed, {}, 128, self.pair.work)
        except (Undefined, Unclear, OverflowError):
            return False
        return _sign(value) != 0

    def variants(self, guard: Node) -> list[Node]:
        """Return a guard with the corners inside it resolved in every way."""
        return [trees[0] for trees, _ in self.resolved((guard, ONE), ())]

    def resolved(
        self, trees: tuple[Node, Node], guards: tuple[Guarded, ...]
    ) -> Iterator[tuple[tuple[Node, Node], tuple[Guarded, ...]]]:
        """Yield the trees without corners, for every feasible choice of signs."""
        corner = innermost(trees)
        if corner is None:
            yield trees, guards
            return
        self.pair.work.spend(20)
        ways = options(corner)
        if self.vanishes(ways[0][0]):  # the sides meet everywhere: no sign of the guard is right
            ways = [(ONE, 1, met(corner, ways[0][2]))]
        for guard, sign, replacement in ways:
            now = (*guards, (guard, sign))
            if self.feasible(now):
                sides = tuple(swapped(tree, corner, replacement) for tree in trees)
                yield from self.resolved((sides[0], sides[1]), now)

    def vanishes(self, guard: Node) -> bool:
        """Whether a guard is zero everywhere, by rational identities."""
        polynomials = Polynomials(self.pair, (guard,))
        return bool(polynomials.fraction(guard)[0].is_zero())

    def feasible(self, guards: tuple[Guarded, ...]) -> bool:
        """Whether it cannot be ruled out that the guards have these signs."""
        polynomials = Polynomials(self.pair, tuple(guard for guard, _ in guards))
        return polynomials.feasible([(polynomials.product(guard), sign) for guard, sign in guards])

    def contradictory(self, guards: tuple[Guarded, ...]) -> bool:
        """Whether two guards are one function, or opposite, with signs that contradict."""
        for k, (one, sign) in enumerate(guards):
            for other, another in guards[:k]:
                opposite = other if sign != another else Node(NEG, "", (other,))
                if self.same(self.pair, one, opposite) is Same.EQUAL:
                    return True
        return False

    def leaf(self, trees: tuple[Node, Node], guards: tuple[Guarded, ...]) -> Same:
        """Return whether the trees are equal on one region, branches and all."""
        if self.equal_in_field(trees):
            return Same.EQUAL
        every = {canonical(g): g for tree in trees for g in branch_guards(tree)}
        branches = self.open_ones(list(every.values()))
        found = self.branches(branches, guards)
        if found is Same.UNKNOWN and self.contradictory(guards):
            return Same.EQUAL
        distinct = self.distinct(branches) if found is Same.UNKNOWN else branches
        return found if len(distinct) == len(branches) else self.branches(distinct, guards)

    def distinct(self, guards: list[Node]) -> list[Node]:
        """Return the guards without those that are the same function as one before."""
        kept: list[Node] = []
        for guard in guards[:_MOST_GUARDS]:
            if not any(self.same(self.pair, guard, other) is Same.EQUAL for other in kept):
                kept.append(guard)
        return [*kept, *guards[_MOST_GUARDS:]]

    def branches(self, branches: list[Node], guards: tuple[Guarded, ...]) -> Same:
        """Return whether the trees agree for all signs of the branches in a region."""
        polynomials = Polynomials(self.pair, (*branches, *(guard for guard, _ in guards)))
        switches: dict[str, fmpq_mpoly] = {}
        for guard in branches:
            switches.update(polynomials.switches(guard))
        rows = [(polynomials.product(guard), sign) for guard, sign in guards]
        return self.cells(polynomials, list(switches.values()), rows)

    def cells(
        self, polynomials: Polynomials, switches: list[fmpq_mpoly], rows: list[Signed]
    ) -> Same:
        """Return whether every combination of signs of the switches is ruled out or sampled."""
        if not polynomials.feasible(rows):
            return Same.EQUAL
        if not switches:
            if self.sampled(polynomials, rows):
                return Same.EQUAL
            return self.open("one of its cases could not be compared")
        self.leaves += 1
        if self.leaves > MAX_PATHS:
            return self.open("there are too many cases to compare")
        first, *rest = switches
        for sign in (1, -1):
            found = self.cells(polynomials, rest, [*rows, (first, sign)])
            if found is not Same.EQUAL:
                return found
        return Same.EQUAL

    def sampled(self, polynomials: Polynomials, rows: list[Signed]) -> bool:
        """Whether a point at which the trees agreed has these signs."""
        return any(
            all(
                value * sign > 0
                for (poly, sign), value in zip(
                    rows, self.signs(polynomials, point, rows), strict=True
                )
            )
            for point in self.points
        )

    def signs(self, polynomials: Polynomials, point: Point, rows: list[Signed]) -> list[int]:
        """Return the signs of polynomials at a point, 0 where they are not clear."""
        atoms = tuple(polynomials.atoms.values())
        try:
            values, _ = evaluate(atoms, self.pair.seed, point, 128, self.pair.work)
        except (Undefined, Unclear, OverflowError, KeyError):
            return [0] * len(rows)
        return [_sign(_value(poly, values)) for poly, _ in rows]

    def equal_in_field(self, trees: tuple[Node, Node]) -> bool:
        """Whether the trees are equal by rational identities."""
        for k in (0, 1):
            field = self.pair.field(k)
            try:
                if field.value(trees[0]) != field.value(trees[1]):
                    return False
            except Undefined:
                return False
        return True


def _value(poly: fmpq_mpoly, atoms: list[acb]) -> acb:
    """Return the value of a polynomial at the values of its atoms."""
    total = acb(0)
    for monomial, coefficient in poly.to_dict().items():
        term = acb(int(coefficient.p)) / int(coefficient.q)
        for atom, power in zip(atoms, monomial, strict=False):
            if power:
                term = term * atom ** int(power)
        total = total + term
    return total


def _sign(value: acb) -> int:
    if value.imag == 0 and not value.real.contains(0):
        return 1 if value.real > 0 else -1
    return 0
