"""How large sizes have to be for two index formulas to show that they differ.

Formulas agree for all small sizes where a difference hides behind a number: max(0, n - 60), the
quotient of n by 99 rounded down, (n - 2)(n - 3)(n - 4). Sizes beyond all numbers that the answer
has and the reference has not meet such a difference.
"""

from collections import Counter
from collections.abc import Iterator
from math import prod

from grader.answers.exact import exact
from grader.answers.hiding import is_linear_fraction
from grader.answers.survey import CORNERS, JUMPS
from grader.answers.tree import CALL, CHAIN, INDEX, POW, REL, SYM, Node, form, walk

_FACTORING = frozenset({"gcd", "lcm"})


def reach(reference: Node, answer: Node) -> int | None:
    """Return a size beyond all numbers that only the answer has; None where none may be enough.

    Returns:
        1 where the answer has no new numbers.
    """
    known = list(_of_sizes(reference))
    found = list(_of_sizes(answer))
    new = Counter(_numbers(found)) - Counter(_numbers(known))
    largest = sum(value * count for value, count in new.items())
    switches = {form(node) for node in _switches(known)}
    for node in _switches(found):
        if form(node) in switches:
            continue
        if node.name in _FACTORING or not all(map(is_linear_fraction, node.args)):
            return None
        if (_is_for_few(node) or node.tag == POW) and any(_numbers([node])):
            return None
        largest = max(largest, prod(_numbers([node])) + sum(_numbers([node])))
    return largest + 1


def _of_sizes(tree: Node) -> Iterator[Node]:
    """Yield the largest parts that hold names and no entries: of sizes and indices alone."""
    found: list[Node] = []
    if not _collect(tree, found):
        found.append(tree)
    return (part for part in found if any(node.tag == SYM for node in walk(part)))


def _collect(node: Node, found: list[Node]) -> bool:
    """Gather the parts without entries beside parts with entries; return whether it has entries."""
    has = [_collect(part, found) for part in node.args]
    if node.tag == INDEX or any(has):
        found += [part for part, inside in zip(node.args, has, strict=True) if not inside]
        return True
    return False


def _numbers(parts: list[Node]) -> Iterator[int]:
    """Yield the numbers above 1 in parts: numerators and denominators of constants."""
    left = list(parts)
    while left:
        node = left.pop()
        value = exact(node)
        if value is None:
            left += node.args
        else:
            yield from (each for each in (abs(value.numerator), value.denominator) if each > 1)


def _switches(parts: list[Node]) -> Iterator[Node]:
    """Yield what may hold for some sizes only: jumps, corners and comparisons."""
    for node in walk(*parts):
        is_corner = node.tag == CALL and node.name in CORNERS | JUMPS
        if node.tag in (REL, CHAIN) or is_corner or _is_power_of_zero(node):
            yield node


def _is_for_few(node: Node) -> bool:
    """Whether a comparison may hold, or fail, for a few sizes alone: n = 60, 59 < n < 61."""
    return node.tag == CHAIN or (node.tag == REL and node.name in ("=", "!="))


def _is_power_of_zero(node: Node) -> bool:
    """Whether this is 1 for the sizes alone at which its exponent is 0."""
    return node.tag == POW and exact(node.args[0]) == 0
