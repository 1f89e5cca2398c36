"""Functions of lists: sin([x, y]) is [sin(x), sin(y)], 2 [1, 2] is [2, 4]."""

from grader.answers.tree import CALL, DIV, MUL, NEG, POW, SEQ, Node, is_scalar

_BRACKETS = frozenset({"[]", "()", "{}"})
_TOGETHER = frozenset({"max", "min", "gcd", "lcm", "norm"})


def spread(node: Node) -> Node:
    """Return the tree with functions of one list, and products with a number, item by item.

    >>> from grader.answers.parser import parse
    >>> [item.name for item in spread(parse("sin([x, y])")).args]
    ['sin', 'sin']
    """
    if not node.args or is_scalar(node):
        return node
    args = tuple(spread(part) for part in node.args)
    node = node._replace(args=args)
    lists = [place for place, part in enumerate(args) if _is_list(part)]
    if len(lists) != 1 or not _maps(node, lists[0]):
        return node
    place = lists[0]
    if not all(is_scalar(part) for k, part in enumerate(args) if k != place):
        return node
    items = tuple(
        spread(node._replace(args=(*args[:place], item, *args[place + 1 :])))
        for item in args[place].args
    )
    return args[place]._replace(args=items, start=node.start, end=node.end)


def _is_list(node: Node) -> bool:
    return node.tag == SEQ and node.name in _BRACKETS and bool(node.args)


def _maps(node: Node, place: int) -> bool:
    """Whether the operation is meant item by item."""
    if node.tag == CALL:
        return len(node.args) == 1 and node.name not in _TOGETHER
    if node.tag == POW:
        return node.name in ("exp", "sqrt")
    return node.tag in (NEG, MUL) or (node.tag == DIV and place == 0)
