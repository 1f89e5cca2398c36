"""Sums in the field: closed for polynomial bodies, opaque with their identities else.

A sum is T(to) - T(from - 1) for an unknown T with T(x) = T(x - 1) + body(x); two bodies that are
the same up to a shift or reversal of the index or a constant factor share one T. Products
likewise, with ratios. Nests of sums whose ends do not hold each other's indices are also taken as
one sum over several indices, the same in any order. All of this holds of every sum, so trees that
agree are equal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as field_of
from itertools import permutations
from typing import TYPE_CHECKING

from grader.answers.exact import Rational, exact
from grader.answers.limits import MAX_TERMS
from grader.answers.tree import ADD, CONST, MUL, NEG, SUM, Node, free_names
from grader.answers.work import TooMuch

if TYPE_CHECKING:
    from grader.answers.field import Field

Scope = tuple[dict[str, int], dict[str, Rational]]
"""Indices at field elements, and names with whole values, where a tree stands."""
_DEGREE = 6
_NEAR = 40
_MAX_NEST = 4


@dataclass(slots=True)
class Unknown:
    """The unknown T of one body, where it was needed so far."""

    body: Callable[[int], int]
    low: int
    high: int
    product: bool
    values: list[tuple[int, int]] = field_of(default_factory=list)


def field_sum(field: "Field", node: Node) -> int:
    """Return the value of a sum or product at a point of the field."""
    index, low_node, high_node, body = node.args
    low, high = exact(low_node, field.known), exact(high_node, field.known)
    if low is not None and high is not None and low.denominator == high.denominator == 1:
        return _written(field, node, int(low), int(high))
    if (
        any(end.tag == CONST and end.name == "oo" for end in (high_node, low_node))
        or low_node.tag == NEG
    ):
        return _endless(field, node)
    product = node.name == "prod"
    if not product and body.tag in (ADD, NEG):
        parts = [
            field_sum(field, node._replace(args=(index, low_node, high_node, part)))
            for part in body.args
        ]
        return (sum(parts) if body.tag == ADD else -parts[0]) % field.p
    if not product and body.tag == SUM and field.flat:
        found = _nest(field, node)
        if found is not None:
            return found
    start, stop = field.value(low_node), field.value(high_node)

    scope = field.scope

    def at(value: int) -> int:
        return with_index(field, scope, index.name, value, body)

    if not product:
        closed = _polynomial(field, at, start, (stop - start + 1) % field.p)
        if closed is not None:
            return closed
    field.opaque = True
    return _from_table(field, Unknown(at, start, stop, product))


def with_index(field: "Field", scope: Scope, name: str, value: int, body: Node) -> int:
    """Return the body's value with the index at a field element, in the sum's scope."""
    return with_indices(field, scope, {name: value % field.p}, body)


def with_indices(field: "Field", scope: Scope, places: dict[str, int], body: Node) -> int:
    """Return the body's value with several indices at field elements."""
    outside = field.scope
    bound, known = scope
    field.scope = (
        {**bound, **places},
        {key: each for key, each in known.items() if key not in places},
    )
    try:
        return field.value(body)
    finally:
        field.scope = outside


def _written(field: "Field", node: Node, low: int, high: int) -> int:
    """Return a sum with whole ends, term by term."""
    if high - low >= MAX_TERMS:
        raise TooMuch
    index, _, _, body = node.args
    product = node.name == "prod"
    total = 1 if product else 0
    outside = bound, known = field.scope
    inner = {key: each for key, each in bound.items() if key != index.name}
    try:
        for k in range(low, high + 1):
            field.work.used += 4
            field.scope = inner, {**known, index.name: k}
            value = field.value(body)
            total = (total * value if product else total + value) % field.p
    finally:
        field.scope = outside
    return total


def _endless(field: "Field", node: Node) -> int:
    """Return an infinite sum: a function of its body, counted from its start."""
    field.opaque = True
    index, low_node, high_node, body = node.args
    if high_node.tag == CONST and low_node.tag != NEG:
        start = field.value(low_node)
        inside = with_index(field, field.scope, index.name, start + field.random("index"), body)
        return field.random(node.name, "oo", inside)
    inside = with_index(field, field.scope, index.name, field.random("index"), body)
    ends = [repr(end._replace(start=0, end=0)) for end in (low_node, high_node)]
    return field.random(node.name, *ends, inside)


def _polynomial(field: "Field", at: Callable[[int], int], start: int, length: int) -> int | None:
    """Return the sum of a body that is a polynomial in the index, of degree up to 6; else None."""
    p = field.p
    differences = [at(start)]
    row = list(differences)
    probe = field.random("probe")
    value = at((start + probe) % p)
    for degree in range(_DEGREE + 1):
        if _newton(field, differences, probe) == value:
            return _newton_sum(field, differences, length)
        if degree == _DEGREE:
            break
        last = at((start + degree + 1) % p)
        new = [last]
        for old in row:
            new.append((new[-1] - old) % p)
        row = new
        differences.append(row[-1])
    return None


def _newton(field: "Field", differences: list[int], x: int) -> int:
    """Return the value x steps on of the polynomial with these differences."""
    total, factor = 0, 1
    for k, difference in enumerate(differences):
        total += difference * factor
        factor = factor * (x - k) * field.inverse(k + 1) % field.p
    return total % field.p


def _newton_sum(field: "Field", differences: list[int], length: int) -> int:
    """Return the sum over so many steps of the polynomial with these differences."""
    total, factor = 0, length
    for k, difference in enumerate(differences):
        total += difference * factor
        factor = factor * (length - k - 1) * field.inverse(k + 2) % field.p
    return total % field.p


def _from_table(field: "Field", new: Unknown) -> int:
    """Return T(to) - T(from - 1), with the T of a body seen before if they are related."""
    p = field.p
    spots = [field.random("spot", k) for k in range(3)]
    values = [new.body(spot) for spot in spots]
    if not values[0] and not new.product:
        values[0] = (
            1  # a body that vanishes at a random spot vanishes everywhere: a polynomial, met before
        )
    for old in field.unknowns:
        if old.product != new.product:
            continue
        for shift in dict.fromkeys((0, (old.low - new.low) % p, (old.high - new.high) % p)):
            factor = _factor(
                field, [old.body((spot + shift) % p) for spot in spots], values, new.product
            )
            if factor is not None:
                return (
                    factor * _between(field, old, (new.low + shift) % p, (new.high + shift) % p) % p
                )
        turn = (old.low + new.high) % p
        factor = _factor(
            field, [old.body((turn - spot) % p) for spot in spots], values, new.product
        )
        if factor is not None:
            return factor * _between(field, old, (turn - new.high) % p, (turn - new.low) % p) % p
    field.unknowns.append(new)
    return _between(field, new, new.low, new.high)


def _factor(field: "Field", old: list[int], new: list[int], product: bool) -> int | None:
    """Return the constant c with new = c * old, or None; for products only c = 1 will do."""
    if product:
        return 1 if old == new else None
    if not old[0]:
        return None
    c = new[0] * field.inverse(old[0]) % field.p
    return c if all((x - c * y) % field.p == 0 for x, y in zip(new, old, strict=True)) else None


def _between(field: "Field", unknown: Unknown, low: int, high: int) -> int:
    top, bottom = _at(field, unknown, high), _at(field, unknown, (low - 1) % field.p)
    if unknown.product:
        return top * field.inverse(bottom) % field.p
    return (top - bottom) % field.p


def _at(field: "Field", unknown: Unknown, x: int) -> int:
    """Return T(x), by steps from a place where it is known, if one is near."""
    p = field.p
    for old, value in unknown.values:
        steps = (x - old) % p
        steps = steps - p if steps > p // 2 else steps
        if abs(steps) <= _NEAR:
            return _stepped(field, unknown, old, value, steps)
    result = field.random("T", len(field.unknowns), x)
    unknown.values.append((x, result))
    return result


def _stepped(field: "Field", unknown: Unknown, x: int, value: int, steps: int) -> int:
    """Return T(x + steps) from T(x)."""
    p = field.p
    for k in range(abs(steps)):
        term = unknown.body((x + k + 1) % p if steps > 0 else (x - k) % p)
        if unknown.product:
            value = value * (term if steps > 0 else field.inverse(term)) % p
        else:
            value = (value + term if steps > 0 else value - term) % p
    return value


def _nest(field: "Field", node: Node) -> int | None:
    """Return a nest of sums with independent ends as one sum over several indices."""
    levels: list[Node] = []
    body = node
    while body.tag == SUM and body.name == "sum" and len(levels) < _MAX_NEST:
        levels.append(body)
        body = body.args[3]
    names = {level.args[0].name for level in levels}
    if len(levels) < 2 or len(names) < len(levels) or body.tag == SUM:
        return None
    if any(names & set(free_names(*level.args[1:3])) for level in levels):
        return None
    factors, body = _taken_out(body, names)
    ends = []
    for level in levels:
        low = field.value(level.args[1])
        ends.append(((field.value(level.args[2]) - low) % field.p, low, level.args[0].name))
    ends.sort()
    field.opaque = True
    first = _symmetric(field, ends, body, 0)
    second = _symmetric(field, ends, body, 1)
    if not first:
        return None
    ratio = second * field.inverse(first) % field.p
    value = first * field.random("nest", ratio, *[end[0] for end in ends]) % field.p
    for factor in factors:
        value = value * field.value(factor) % field.p
    return value


def _taken_out(body: Node, names: set[str]) -> tuple[list[Node], Node]:
    """Return the factors of a body that hold no index, and the rest."""
    if body.tag != MUL:
        return [], body
    outside = [part for part in body.args if not names & set(free_names(part))]
    inside = tuple(part for part in body.args if names & set(free_names(part)))
    return (outside, body._replace(args=inside)) if outside and inside else ([], body)


def _symmetric(field: "Field", ends: list[tuple[int, int, str]], body: Node, spot: int) -> int:
    """Return the body summed over the orders of those indices that run equally long."""
    spots = [field.random("nest", spot, k) for k in range(len(ends))]
    total = 0
    for order in permutations(range(len(ends))):
        if any(ends[k][0] != ends[place][0] for k, place in enumerate(order)):
            continue
        places = {end[2]: (end[1] + spots[k]) % field.p for end, k in zip(ends, order, strict=True)}
        total += with_indices(field, field.scope, places, body)
    return total % field.p
