"""Plus-minus signs, written out: x = ±2 stands for two values, all signs read together."""

from grader.answers.tree import ADD, NEG, PM, SEQ, Node, walk


def has_plus_minus(node: Node) -> bool:
    """Whether a plus-minus sign occurs in the tree."""
    return any([part[0] == PM for part in walk(node)])


def values(node: Node) -> tuple[Node, ...]:
    """Return the tree for the upper and the lower signs; one tree where there are none."""
    if not has_plus_minus(node):
        return (node,)
    return _choose(node, upper=True), _choose(node, upper=False)


def written(node: Node) -> Node:
    """Return a sequence with the items that hold a plus-minus sign written twice."""
    if not has_plus_minus(node):
        return node
    if node.tag != SEQ:
        return Node(SEQ, "", values(node), 0, node.start, node.end)
    return node._replace(args=tuple(each for item in node.args for each in values(item)))


def _choose(node: Node, *, upper: bool) -> Node:
    args = tuple(_choose(part, upper=upper) for part in node.args)
    if node.tag != PM:
        return node._replace(args=args)
    last = args[-1] if upper == (node.name == "±") else Node(NEG, "", (args[-1],))
    return last if len(args) == 1 else Node(ADD, "", (args[0], last), 0, node.start, node.end)
