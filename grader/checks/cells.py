"""Sets of reals given by conditions, compared on the cells between their critical places.

On the line, the truth of a condition made of comparisons changes only at real roots of numerators,
denominators and the insides of |x|. Two conditions are equal if they agree at all these places and
at one point between any two neighbours: a proof either way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise

from flint import arb

from grader.answers.ball_corners import middle
from grader.answers.definitions import written_out
from grader.answers.pair import Pair, Same
from grader.answers.tree import CALL, Node, free_names, minus, number, walk, weight
from grader.checks.places import (
    NotRational,
    Place,
    Quotient,
    Undecided,
    compare,
    linear_root,
    quotient,
    rational_place,
    roots,
    sign_of,
)  # fmt: skip

MAX_BRANCHES = 32
MAX_PLACES = 120
_QUOTIENT_STEPS = 2  # counted for a node
_BRANCH_STEPS = 2  # counted for a node of a tree in which a corner is replaced
_CORNERS = frozenset({"abs", "max", "sign"})
HOLDS = {
    "=": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Atom:
    """A comparison of an expression with zero."""

    tree: Node
    operator: str


@dataclass(frozen=True, slots=True)
class Both:
    """All conditions hold."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """One of the conditions holds."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    part: "Condition"


Condition = Atom | Both | Any | Not | bool


def atoms(condition: Condition) -> Iterator[Atom]:
    """Yield the comparisons that a condition is made of."""
    if isinstance(condition, Atom):
        yield condition
    elif isinstance(condition, Not):
        yield from atoms(condition.part)
    elif isinstance(condition, Both | Any):
        for part in condition.parts:
            yield from atoms(part)


def names_of(condition: Condition) -> set[str]:
    """Return the variables of a condition."""
    return {name for atom in atoms(condition) for name in free_names(atom.tree)}


class Line:
    """The real line, cut at the critical places of some conditions."""

    def __init__(self, pair: Pair, name: str) -> None:
        self.pair = pair
        self.name = name

    def equal(self, one: Condition, other: Condition) -> Same:
        """Return whether two conditions hold at the same reals.

        Raises:
            Undecided: a condition is not made of rational expressions and corners.
        """
        places = self.sorted([*self.places(one), *self.places(other)])
        for place in (*places, *self.between(places)):
            if self.holds(one, place) != self.holds(other, place):
                return Same.DIFFERENT
        return Same.EQUAL

    def places(self, condition: Condition) -> list[Place]:
        """Return the places at which a condition may change."""
        found: list[Place] = []
        for atom in atoms(condition):
            found += self.critical(written_out(atom.tree))
            if len(found) > MAX_PLACES:
                raise Undecided
        return found

    def critical(self, tree: Node) -> list[Place]:
        """Return the places at which the sign of an expression may change."""
        corner = innermost(tree)
        if corner is None:
            return self.zeros(tree)
        found: list[Place] = []
        for guard in guards(corner):
            found += self.zeros(guard)
        options = choices(corner)
        self.spend(len(options), tree)
        for option in options:
            found += self.critical(swapped(tree, corner, option))
        return found

    def spend(self, branches: int, tree: Node) -> None:
        """Count the work of so many branches of a tree."""
        self.pair.work.spend((100 + _BRANCH_STEPS * len(walk(tree))) * branches)

    def zeros(self, tree: Node) -> list[Place]:
        """Return the zeros and poles of an expression without corners."""
        self.spend(1, tree)
        try:
            top, bottom = self.quotient(tree)
        except NotRational:
            return [linear_root(self.pair, tree, self.name)[0]]
        return [root for part in (top, bottom) for root in roots(self.pair, part)]

    def quotient(self, tree: Node) -> Quotient:
        """Return a tree as a quotient of polynomials, its work counted."""
        self.pair.work.spend(_QUOTIENT_STEPS * weight(tree))
        return quotient(tree, self.name)

    def sorted(self, places: list[Place]) -> list[Place]:
        """Return the places in order, each once."""
        ordered = sorted(places, key=cmp_to_key(self.order))
        kept: list[Place] = []
        for place in ordered:
            if not kept or compare(self.pair, kept[-1], place) != 0:
                kept.append(place)
            elif place.value is not None or (place.polynomial and kept[-1].value is None):
                kept[-1] = place
        return kept

    def order(self, one: Place, other: Place) -> int:
        """Return -1, 0 or 1 as the first place lies left of, at or right of the second."""
        return compare(self.pair, one, other)

    def between(self, places: list[Place]) -> list[Place]:
        """Return one rational place in every open cell."""
        if not places:
            return [rational_place(Fraction(0))]
        ends = [_beside(places[0], -1), _beside(places[-1], 1)]
        middles = [_middle(a, b) for a, b in pairwise(places)]
        return [rational_place(value) for value in (*ends, *middles)]

    def holds(self, condition: Condition, place: Place) -> bool:
        """Whether a condition holds at a place; what has no value there does not."""
        if isinstance(condition, bool):
            return condition
        if isinstance(condition, Atom):
            sign = self.sign(written_out(condition.tree), place)
            return sign is not None and sign in HOLDS[condition.operator]
        if isinstance(condition, Not):
            return not self.holds(condition.part, place)
        found = (self.holds(part, place) for part in condition.parts)
        return all(found) if isinstance(condition, Both) else any(found)

    def sign(self, tree: Node, place: Place) -> int | None:
        """Return the sign of an expression at a place, or None where it has no value."""
        corner = innermost(tree)
        if corner is not None:
            self.spend(1, tree)
            option = self.chosen(corner, place)
            return None if option is None else self.sign(swapped(tree, corner, option), place)
        self.spend(1, tree)
        try:
            top, bottom = self.quotient(tree)
        except NotRational:
            root, slope = linear_root(self.pair, tree, self.name)
            return slope * compare(self.pair, place, root)
        below = sign_of(self.pair, bottom, place)
        return sign_of(self.pair, top, place) * below if below else None

    def chosen(self, corner: Node, place: Place) -> Node | None:
        """Return the formula that a corner is at a place."""
        signs = [self.sign(guard, place) for guard in guards(corner)]
        if None in signs:
            return None
        if corner.name == "max":
            best = corner.args[0]
            for other in corner.args[1:]:
                found = self.sign(minus(best, other), place)
                best = other if found is not None and found < 0 else best
            return best
        sign = signs[0] or 0
        if corner.name == "sign":
            return number(sign)
        return corner.args[0] if sign >= 0 else Node("neg", "", (corner.args[0],))


def innermost(tree: Node) -> Node | None:
    """Return a corner that holds no other, if any."""
    found = None
    for node in walk(tree):
        if node.tag == CALL and node.name in _CORNERS and free_names(node):
            found = node
    return found


def guards(corner: Node) -> list[Node]:
    """Return the expressions whose signs decide which formula a corner is."""
    if corner.name != "max":
        return [corner.args[0]]
    args = corner.args
    return [minus(a, b) for k, a in enumerate(args) for b in args[k + 1 :]]


def choices(corner: Node) -> list[Node]:
    """Return the formulas that a corner may be."""
    if corner.name == "max":
        return list(corner.args)
    if corner.name == "sign":
        return [number(1), number(-1), number(0)]
    return [corner.args[0], Node("neg", "", (corner.args[0],))]


def swapped(tree: Node, part: Node, by: Node) -> Node:
    """Return the tree with one of its parts replaced."""
    if tree is part or tree == part:
        return by
    if not tree.args:
        return tree
    return tree._replace(args=tuple(swapped(each, part, by) for each in tree.args))


def _exact(ball: arb) -> Fraction:
    """Return the middle of a ball; Undecided where it is too long to write down."""
    found = middle(ball)
    if found is None:
        raise Undecided
    return found


def _beside(place: Place, side: int) -> Fraction:
    """Return a whole number left (-1) or right (1) of a place."""
    value = Fraction(round(_exact(place.ball)) + 2 * side)
    if not (rational_place(value).ball - place.ball) * side > 0:
        raise Undecided
    return value


def _middle(low: Place, high: Place) -> Fraction:
    """Return a simple rational strictly between two places."""
    exact = _exact((low.ball + high.ball) / 2)
    near = (Fraction(round(exact * 2**bits), 2**bits) for bits in (1, 8, 32, 128))
    for value in (*near, exact):
        place = rational_place(value)
        if place.ball > low.ball and place.ball < high.ball:
            return value
    raise Undecided
