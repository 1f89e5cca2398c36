"""Corners and branches: what decides which analytic formula holds, and the formula on either side.

A guard is an expression whose sign decides: the inside of |x|, the difference of two arguments of
max, the sides of a condition, the inside of a root or a logarithm.
"""

from collections.abc import Iterator
from itertools import pairwise

from grader.answers.canonical import canonical
from grader.answers.exact import exact
from grader.answers.survey import BRANCHES
from grader.answers.tree import (
    AND,
    CALL,
    CASES,
    CHAIN,
    CONST,
    DIV,
    NEG,
    NUM,
    POW,
    REL,
    Node,
    minus,
    number,
    walk,
)
from grader.answers.work import NotScalar, TooMuch

ONE = number(1)


def all_guards(tree: Node) -> list[Node]:
    """Return every expression whose sign decides a formula in the tree."""
    found = list(branch_guards(tree))
    for part in walk(tree):
        if part.tag == CASES:  # every link of every condition, of which an option is the first
            found += _sides(part.args[1::2])
        elif part.tag == CALL and part.name in ("abs", "max", "sign"):
            found += [guard for guard, _, _ in options(part)]
            if part.name == "max":
                found += [minus(a, b) for k, a in enumerate(part.args) for b in part.args[:k]]
    return found


def _sides(conditions: tuple[Node, ...]) -> list[Node]:
    """Return the difference of the sides of every relation."""
    relations = [part for part in walk(*conditions) if part.tag in (REL, CHAIN)]
    return [minus(one, other) for part in relations for one, other in pairwise(part.args)]


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
                yield minus(ONE, inside)
                yield Node("add", "", (ONE, inside))
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
        return [(corner.args[0], 1, ONE), (corner.args[0], -1, number(-1))]
    first, *rest = corner.args
    if not rest:
        return [(ONE, 1, first)]
    second, *rest = rest
    guard = minus(first, second)
    return [
        (guard, 1, corner._replace(args=(first, *rest))),
        (guard, -1, corner._replace(args=(second, *rest))),
    ]


def met(corner: Node, first: Node) -> Node:
    """Return what a corner is where its guard is zero everywhere.

    Args:
        first: what it is where the guard is above zero.

    Raises:
        TooMuch: the corner is of cases, where it is a matter of the condition.
    """
    if corner.tag == CASES:
        raise TooMuch
    return number(0) if corner.name == "sign" else first


def _case_options(corner: Node) -> list[tuple[Node, int, Node]]:
    """Take the first link of a condition: true shortens the condition, false drops the case."""
    parts = corner.args
    if len(parts) == 1:
        return [(ONE, 1, parts[0])]
    if not parts:
        return [(ONE, 1, Node(DIV, "", (ONE, number(0))))]
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


def innermost(trees: tuple[Node, ...]) -> Node | None:
    """Return a corner that holds no other corner, or None."""
    for tree in trees:
        corners = [part for part in walk(tree) if is_corner(part)]
        for corner in reversed(corners):
            if not any(is_corner(part) for each in corner.args for part in walk(each)):
                return corner
    return None


def is_corner(node: Node) -> bool:
    """Whether the node itself has corners."""
    return node.tag == CASES or (node.tag == CALL and node.name in ("abs", "max", "sign"))


def swapped(tree: Node, corner: Node, replacement: Node) -> Node:
    """Return the tree with every copy of a corner replaced."""
    key = canonical(corner)

    def swap(node: Node) -> Node:
        if node.tag == corner.tag and node.name == corner.name and canonical(node) == key:
            return replacement
        return node._replace(args=tuple(swap(part) for part in node.args)) if node.args else node

    return swap(tree)
