"""Values of index formulas: random arrays of drawn sizes, in the prime field of the pair."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

from grader.answers.exact import Rational, exact
from grader.answers.field import Field
from grader.answers.limits import MAX_TERMS
from grader.answers.pair import Pair
from grader.answers.tree import ADD, INDEX, MUL, NEG, NUM, SUM, SYM, Node, number, walk
from grader.answers.work import TooMuch, Undefined

Sizes = Mapping[str, tuple[int, ...]]
_MAX_NODES = 4000


class OutOfRange(Exception):
    """An index lies outside of its array.

    Attributes:
        text: the entry, such as x[7, 2].
        sizes: the sizes of the array, such as 5 × 5.
    """

    def __init__(self, name: str, places: tuple[Rational, ...], sizes: tuple[int, ...]) -> None:
        self.text = f"{name}[{', '.join(map(str, places))}]"
        self.sizes = " × ".join(map(str, sizes))
        super().__init__(self.text)


class NoIndex(Exception):
    """An index or the end of a sum is no whole number here."""


class ArrayField(Field):
    """Evaluates formulas whose arrays have random entries; indices count from 1.

    Attributes:
        sizes: the sizes of every array at this point.
    """

    def __init__(self, pair: Pair, draw: int, known: dict[str, Rational], sizes: Sizes) -> None:
        super().__init__(pair.prime, pair.seed, draw, known, pair.work, pair.digests)
        self.sizes = sizes
        self.entries: dict[tuple[str, tuple[Rational, ...]], int] = {}

    def _entry(self, node: Node) -> int:
        sizes = self.sizes.get(node.name)
        if sizes is None:
            return self._index(node)
        key = node.name, places_of(node, self.known, sizes)
        found = self.entries.get(key)
        if found is None:
            found = self.entries[key] = self.random("entry", self.point, key)
        return found

    def _whole_sum(self, node: Node) -> int:
        ends_of(node, self.known)
        return self.summed(node)

    rules: ClassVar[dict[str, Callable[[Any, Node], int]]] = Field.rules | {
        INDEX: _entry,
        SUM: _whole_sum,
    }


def places_of(
    node: Node, known: Mapping[str, Rational], sizes: tuple[int, ...]
) -> tuple[Rational, ...]:
    """Return the indices of an entry.

    Raises:
        OutOfRange: one lies outside of its range.
        NoIndex: one is no whole number.
    """
    places: list[Rational] = []
    inside = True
    for part, size in zip(node.args, sizes, strict=True):
        value = _index(part, known)
        if value is None or value.denominator != 1:
            raise NoIndex
        places.append(value)
        inside = inside and 1 <= value <= size
    found = tuple(places)
    if not inside:
        raise OutOfRange(node.name, found, sizes)
    return found


def _index(node: Node, known: Mapping[str, Rational]) -> Rational | None:
    """Return the value of an index; sums of names, the most common, without detours."""
    tag = node.tag
    if tag == NUM:
        return node.value
    if tag == SYM:
        return known.get(node.name)
    if tag == NEG:
        value = _index(node.args[0], known)
        return None if value is None else -value
    if tag != ADD:
        return exact(node, known)
    total: Rational = 0
    for part in node.args:
        value = known.get(part.name) if part.tag == SYM else _index(part, known)
        if value is None:
            return None
        total += value
    return total


def ends_of(node: Node, known: Mapping[str, Rational]) -> tuple[int, int]:
    """Return the ends of a sum.

    Raises:
        NoIndex: one is no whole number.
        TooMuch: the sum has too many terms.
    """
    low, high = exact(node.args[1], known), exact(node.args[2], known)
    if low is None or high is None or low.denominator != 1 or high.denominator != 1:
        raise NoIndex
    if high - low >= MAX_TERMS:
        raise TooMuch
    return int(low), int(high)


def written_out(node: Node, known: Mapping[str, Rational], sizes: Sizes) -> Node:
    """Return the formula at one point with its sums written out and its entries as variables.

    Raises:
        OutOfRange, NoIndex, TooMuch: see above.
    """
    tree = _written(node, known, sizes)
    if sum(1 for _ in walk(tree)) > _MAX_NODES:
        raise TooMuch
    return tree


def _written(node: Node, known: Mapping[str, Rational], sizes: Sizes) -> Node:
    if node.tag == SYM and node.name in known:
        return number(Fraction(known[node.name]))
    if node.tag == INDEX and node.name in sizes:
        places = places_of(node, known, sizes[node.name])
        return Node(SYM, f"{node.name}[{','.join(map(str, places))}]")
    if node.tag == SUM:
        terms = tuple(_terms(node, known, sizes))
        if not terms:
            return number(1 if node.name == "prod" else 0)
        return Node(MUL if node.name == "prod" else ADD, "", terms)
    return node._replace(args=tuple(_written(part, known, sizes) for part in node.args))


def _terms(node: Node, known: Mapping[str, Rational], sizes: Sizes) -> Iterator[Node]:
    low, high = ends_of(node, known)
    for k in range(low, high + 1):
        yield _written(node.args[3], {**known, node.args[0].name: k}, sizes)


def value_at(field: ArrayField, node: Node) -> int | None:
    """Return the value at the field's point, or None where there is none."""
    try:
        return field.value(node)
    except Undefined:
        return None
