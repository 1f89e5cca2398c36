"""Forms in which a difference could hide from sampling: unless proved equal, they wait.

Functions with infinitely many jumps (floor, gcd) cannot be followed from region to region. They
are sampled at many whole, huge and special values, and an agreement counts only for answers built
like the reference: at most one jump more than it has, each of a plain quotient, so that no product
or nest of jumps can single out a few values.
"""

from collections.abc import Callable

from grader.answers.canonical import canonical
from grader.answers.survey import CORNERS, JUMPS, Survey
from grader.answers.tree import ADD, CALL, CASES, DIV, MUL, NEG, Node, free_names, walk

_PLAIN = frozenset({ADD, MUL, NEG, DIV, "num", "sym", "const", "index"})


def hiding_place(
    reference: Node,
    answer: Node,
    survey: Survey,
    integers: set[str],
    alike: Callable[[Node, Node], bool],
) -> str:
    """Return why an agreement at sampled points is not enough, or "" where it is.

    Args:
        alike: whether two insides of jumps are the same function.
    """
    if survey.jumps:
        known = _jumps(reference)
        found = _jumps(answer)
        new = {
            form: node
            for form, node in found.items()
            if form not in known
            and not any(_matches(node, other, alike) for other in known.values())
        }
        if len(new) > 1 and len(found) > len(known) + 1:
            return "it has more jumps than can be compared"
        if any(not _is_plain(node, integers) for node in new.values()):
            return "it has jumps that cannot be compared"
        if (
            survey.corners
            and new
            and any(_has_corner(part) for part in (answer,))
            and not _has_corner(reference)
        ):
            return "it has jumps and corners together"
    if integers and survey.gammas:
        arguments = {canonical(node) for node in survey.gammas if node in _all(reference)}
        for node in survey.gammas:
            if canonical(node) not in arguments and not all(_is_linear(part) for part in node.args):
                return "it has factorials that cannot be compared"
    return ""


def _matches(jump: Node, other: Node, alike: Callable[[Node, Node], bool]) -> bool:
    if jump.name != other.name or len(jump.args) != len(other.args):
        return False
    return all(alike(one, two) for one, two in zip(jump.args, other.args, strict=True))


def _all(tree: Node) -> list[Node]:
    return list(walk(tree))


def _jumps(tree: Node) -> dict[str, Node]:
    """Return the jumps of a tree by their form; those of constants hide nothing."""
    return {
        canonical(node): node
        for node in walk(tree)
        if node.tag == CALL and node.name in JUMPS and free_names(node)
    }


def _has_corner(tree: Node) -> bool:
    return any(
        node.tag == CASES or (node.tag == CALL and node.name in CORNERS) for node in walk(tree)
    )


def _is_plain(jump: Node, integers: set[str]) -> bool:
    """Whether a jump is of sums of names over a number or a sum of names."""
    del integers
    for argument in jump.args:
        for part in walk(argument):
            if part.tag == CALL and part.name in JUMPS:
                continue
            if part.tag not in _PLAIN:
                return False
            if part.tag == MUL and sum(bool(free_names(each)) for each in part.args) > 2:
                return False
        if not is_linear_fraction(argument):
            return False
    return True


def is_linear_fraction(node: Node) -> bool:
    """Whether a tree is a sum of linear terms, each over at most one linear denominator."""
    if node.tag == ADD:
        return all(is_linear_fraction(part) for part in node.args)
    if node.tag == NEG:
        return is_linear_fraction(node.args[0])
    if node.tag == DIV:
        return _is_linear(node.args[0]) and _is_linear(node.args[1])
    return _is_linear(node)


def _is_linear(node: Node) -> bool:
    """Whether a tree is a sum of names times numbers (or other jumps)."""
    if not free_names(node) or not node.args or node.tag == "index":
        return True
    if node.tag in (ADD, NEG):
        return all(_is_linear(part) for part in node.args)
    if node.tag == MUL:
        return sum(bool(free_names(part)) for part in node.args) <= 2 and all(
            _is_linear(part) for part in node.args
        )
    if node.tag == DIV:
        return not free_names(node.args[1]) and _is_linear(node.args[0])
    if node.tag == CALL and node.name in JUMPS:
        return all(is_linear_fraction(part) for part in node.args)
    return False
