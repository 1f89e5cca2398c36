"""Where two trees with corners and branches were compared, and where not.

|x|, max, cases, roots and logarithms are given by one analytic formula wherever the signs of their guards
do not change. Trees that agree at sampled points are equal only on the regions that the points lie in; so
every combination of signs is proved equal in the field with the corners resolved, or ruled out, or holds a
point at which the two were compared. What is left over may hide a difference: it is UNKNOWN.
With one name and rational guards, the regions are intervals between real roots, and each gets a point.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction

from grader.answers.balls import Point, evaluate
from grader.answers.canonical import canonical
from grader.answers.limits import MAX_PATHS
from grader.answers.pair import Pair, Same
from grader.answers.polynomials import Factor, Polynomials
from grader.answers.survey import BRANCHES, CORNERS, survey_of
from grader.answers.tree import (
    AND, CALL, CASES, CHAIN, CONST, DIV, NEG, NUM, POW, REL, SYM, Node, free_names, minus, number, walk,
)  # fmt: skip
from grader.answers.exact import exact
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined
from grader.spec import Domain

Guarded = tuple[Node, int]
_ONE = number(1)


class Regions:
    """The regions of one comparison.

    Attributes:
        compare: compares the two trees at one more point.
        same: decides whether two guards are the same.
    """

    def __init__(
        self,
        pair: Pair,
        trees: tuple[Node, Node],
        integers: set[str],
        points: list[Point],
        compare: Callable[[Point], Same],
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
        """Return EQUAL if every region was proved or sampled, DIFFERENT if a new point shows a difference."""
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
        return Same.EQUAL

    def open(self, reason: str) -> Same:
        return self.pair.unknown(reason)

    def intervals(self) -> Same | None:
        """Compare once between any two neighbouring roots of the guards of one name; None if not rational."""
        guards = [guard for tree in self.trees for guard in all_guards(tree)]
        if any(
            node.tag == CASES or (node.tag == CALL and node.name in CORNERS)
            for guard in guards
            for node in walk(guard)
        ):
            guards = [each for guard in guards for each in self.variants(guard)]
        polynomials = Polynomials(self.pair, (Node(SYM, self.names[0]), *guards))
        if len(polynomials.atoms) != 1:
            return None
        roots = {Fraction(0)}
        for guard in guards:
            for factor, _ in polynomials.factors(guard)[1]:
                roots.update(polynomials.real_roots(factor.poly))
        name = self.names[0]
        for value in self.between(sorted(roots), name in self.integers):
            if self.pair.domain(name) is Domain.POSITIVE and value <= 0:
                continue
            found = self.compare({name: value})
            if found is Same.DIFFERENT:
                return found
            if found is Same.UNKNOWN:
                return self.open("it could not be compared between all of its corners")
        return Same.EQUAL

    def between(self, roots: list[Fraction], whole: bool) -> list[Fraction]:
        """Return a value of every interval between the roots, and beyond them."""
        if whole:
            near = {root.__floor__() + k for root in roots for k in (-1, 0, 1, 2)}
            return [Fraction(value) for value in sorted(near)]
        middles = [(a + b) / 2 for a, b in zip(roots, roots[1:], strict=False)]
        return [self.nudged(value, roots) for value in (roots[0] - 1, *middles, roots[-1] + 1)]

    def nudged(self, value: Fraction, roots: list[Fraction]) -> Fraction:
        """Return a value of the same interval that is no special number."""
        gap = min((abs(value - root) for root in roots), default=Fraction(1))
        return value + gap * Fraction(self.pair.prime // 3, self.pair.prime)

    def variants(self, guard: Node) -> list[Node]:
        """Return a guard with the corners inside it resolved in every way."""
        return [trees[0] for trees, _ in self.resolved((guard, _ONE), ())]

    def resolved(
        self, trees: tuple[Node, Node], guards: tuple[Guarded, ...]
    ) -> Iterator[tuple[tuple[Node, Node], tuple[Guarded, ...]]]:
        """Yield the trees without corners, for every feasible combination of signs of their guards."""
        corner = _innermost(trees)
        if corner is None:
            yield trees, guards
            return
        self.pair.work.spend(20)
        for guard, sign, replacement in options(corner):
            now = (*guards, (guard, sign))
            if self.feasible(now):
                swapped = tuple(_swap(tree, corner, replacement) for tree in trees)
                yield from self.resolved((swapped[0], swapped[1]), now)

    def feasible(self, guards: tuple[Guarded, ...]) -> bool:
        """Whether it cannot be ruled out that the guards have these signs."""
        polynomials = Polynomials(self.pair, tuple(guard for guard, _ in guards))
        rows = []
        for guard, sign in guards:
            top, bottom = polynomials.fraction(guard)
            rows.append((top * bottom, sign))
        return polynomials.feasible(rows)

    def contradictory(self, guards: tuple[Guarded, ...]) -> bool:
        """Whether two guards are the same function (or opposite) with signs that cannot both hold."""
        for k, (one, sign) in enumerate(guards):
            for other, another in guards[:k]:
                opposite = other if sign != another else Node(NEG, "", (other,))
                if self.same(self.pair, one, opposite) is Same.EQUAL:
                    return True
        return False

    def leaf(self, trees: tuple[Node, Node], guards: tuple[Guarded, ...]) -> Same:
        """Return whether the trees are equal on one region, with the branches that are left in it."""
        if self.equal_in_field(trees):
            return Same.EQUAL
        found = self.branches(trees, guards)
        if found is Same.UNKNOWN and self.contradictory(guards):
            return Same.EQUAL
        return found

    def branches(self, trees: tuple[Node, Node], guards: tuple[Guarded, ...]) -> Same:
        """Return whether the trees agree for all signs of the branches that are left in a region."""
        branches = [guard for tree in trees for guard in branch_guards(tree)]
        polynomials = Polynomials(self.pair, (*branches, *(guard for guard, _ in guards)))
        factors: dict[str, Factor] = {}
        for guard in branches:
            for factor, _ in polynomials.factors(guard)[1]:
                factors.setdefault(factor.key, factor)
        rows = []
        for guard, sign in guards:
            top, bottom = polynomials.fraction(guard)
            rows.append((top * bottom, sign))
        return self.cells(polynomials, list(factors.values()), rows)

    def cells(
        self, polynomials: Polynomials, factors: list[Factor], rows: list[tuple[object, int]]
    ) -> Same:
        """Return whether every combination of signs of the factors is ruled out or sampled."""
        if not polynomials.feasible(rows):
            return Same.EQUAL
        if not factors:
            return (
                Same.EQUAL
                if self.sampled(polynomials, rows)
                else self.open("one of its cases could not be compared")
            )
        self.leaves += 1
        if self.leaves > MAX_PATHS:
            return self.open("there are too many cases to compare")
        first, *rest = factors
        for sign in (1, -1):
            found = self.cells(polynomials, rest, [*rows, (first.poly, sign)])
            if found is not Same.EQUAL:
                return found
        return Same.EQUAL

    def sampled(self, polynomials: Polynomials, rows: list[tuple[object, int]]) -> bool:
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

    def signs(
        self, polynomials: Polynomials, point: Point, rows: list[tuple[object, int]]
    ) -> list[int]:
        """Return the signs of polynomials at a point, 0 where they are not clear."""
        try:
            values, _ = evaluate(
                tuple(polynomials.atoms.values()), self.pair.seed, point, 128, self.pair.work
            )
        except (Undefined, Unclear, OverflowError, KeyError):
            return [0] * len(rows)
        found = []
        for poly, _ in rows:
            total = values[0] * 0
            for monomial, coefficient in poly.to_dict().items():  # type: ignore[attr-defined]
                term = values[0] * 0 + int(coefficient.p)
                for k, power in enumerate(monomial):
                    if power:
                        term = term * values[k] ** int(power)
                total = total + term / int(coefficient.q)
            found.append(
                0
                if not total.imag == 0 or total.real.contains(0)
                else (1 if total.real > 0 else -1)
            )
        return found

    def equal_in_field(self, trees: tuple[Node, Node]) -> bool:
        for k in (0, 1):
            field = self.pair.field(k)
            try:
                if field.value(trees[0]) != field.value(trees[1]):
                    return False
            except Undefined:
                return False
        return True


def needs_regions(trees: tuple[Node, Node]) -> bool:
    """Whether the trees have corners or branches whose regions must be looked at."""
    survey = survey_of(*trees)
    return bool(survey.corners or survey.branches)


def all_guards(tree: Node) -> list[Node]:
    """Return every expression whose sign decides a formula in the tree."""
    found = list(branch_guards(tree))
    for part in walk(tree):
        if part.tag == CASES or (part.tag == CALL and part.name in ("abs", "max", "sign")):
            found += [guard for guard, _, _ in options(part)]
            if part.tag == CALL and part.name == "max":
                found += [minus(a, b) for k, a in enumerate(part.args) for b in part.args[:k]]
    return found


def branch_guards(tree: Node) -> Iterator[Node]:
    """Yield the insides of roots and logarithms, and the ends of inverse functions."""
    for part in walk(tree):
        if part.tag == POW:
            exponent = exact(part.args[1])
            whole = exponent is not None and exponent.denominator == 1
            if not whole and not _is_positive_constant(part.args[0]):
                yield part.args[0]
        elif part.tag == CALL and part.name in BRANCHES:
            inside = part.args[0]
            if part.name in ("asin", "acos", "acosh", "atanh"):
                yield minus(_ONE, inside)
                yield Node("add", "", (_ONE, inside))
            else:
                yield inside
                if part.name == "atan2":
                    yield part.args[1]


def _is_positive_constant(node: Node) -> bool:
    return (node.tag == NUM and node.value > 0) or (node.tag == CONST and node.name in ("e", "pi"))


def options(corner: Node) -> list[tuple[Node, int, Node]]:
    """Return (guard, its sign, what the corner is then), for each way through a corner."""
    if corner.tag == CASES:
        return _case_options(corner)
    if corner.name == "abs":
        inside = corner.args[0]
        return [(inside, 1, inside), (inside, -1, Node(NEG, "", (inside,)))]
    if corner.name == "sign":
        return [(corner.args[0], 1, _ONE), (corner.args[0], -1, number(-1))]
    first, *rest = corner.args
    if not rest:
        return [(_ONE, 1, first)]
    second, *rest = rest
    guard = minus(first, second)
    return [
        (guard, 1, corner._replace(args=(first, *rest))),
        (guard, -1, corner._replace(args=(second, *rest))),
    ]


def _case_options(corner: Node) -> list[tuple[Node, int, Node]]:
    """Take the first link of the first condition: true shortens the condition, false drops the case."""
    parts = corner.args
    if len(parts) == 1:
        return [(_ONE, 1, parts[0])]
    if not parts:
        return [(_ONE, 1, Node(DIV, "", (_ONE, number(0))))]
    value, condition, *others = parts
    operator, left, right, remaining = _first_link(condition)
    guard = minus(left, right)
    met = corner._replace(args=(value, remaining, *others)) if remaining is not None else value
    missed = corner._replace(args=tuple(others))
    if operator == "=":
        return [(guard, 1, missed), (guard, -1, missed)]
    if operator == "!=":
        return [(guard, 1, met), (guard, -1, met)]
    up = operator in (">", ">=")
    return [(guard, 1, met if up else missed), (guard, -1, missed if up else met)]


def _first_link(condition: Node) -> tuple[str, Node, Node, Node | None]:
    """Return the first relation of a condition and the rest that must hold too."""
    if condition.tag == REL and condition.name in ("<", "<=", ">", ">=", "=", "!="):
        return condition.name, condition.args[0], condition.args[1], None
    if condition.tag == CHAIN:
        operators = condition.name.split()
        rest: Node | None = condition._replace(
            name=" ".join(operators[1:]), args=condition.args[1:]
        )
        if rest is not None and len(operators) == 2:
            rest = rest._replace(tag=REL)
        return operators[0], condition.args[0], condition.args[1], rest
    if condition.tag == AND:
        operator, left, right, rest = _first_link(condition.args[0])
        others = condition.args[1:] if rest is None else (rest, *condition.args[1:])
        return (
            operator,
            left,
            right,
            others[0] if len(others) == 1 else condition._replace(args=others),
        )
    raise NotScalar(condition.tag)


def _innermost(trees: tuple[Node, ...]) -> Node | None:
    """Return a corner that holds no other corner, or None."""
    for tree in trees:
        corners = [part for part in walk(tree) if _is_corner(part)]
        for corner in reversed(corners):
            if not any(_is_corner(part) for each in corner.args for part in walk(each)):
                return corner
    return None


def _is_corner(node: Node) -> bool:
    return node.tag == CASES or (node.tag == CALL and node.name in ("abs", "max", "sign"))


def _swap(tree: Node, corner: Node, replacement: Node) -> Node:
    key = canonical(corner)

    def swap(node: Node) -> Node:
        if node.tag == corner.tag and node.name == corner.name and canonical(node) == key:
            return replacement
        return node._replace(args=tuple(swap(part) for part in node.args)) if node.args else node

    return swap(tree)
