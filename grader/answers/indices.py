"""Indexed names as names: outside of sums, x_1 and x_{i+1} are variables like any other.

So is an unknown function of a constant: nothing is known of f(2).
"""

from grader.answers.pair import Pair
from grader.answers.tree import CALL, INDEX, SYM, TEXT, Node, free_names
from grader.answers.vocabulary import KNOWN_FUNCTIONS
from grader.answers.work import Undefined


def stands_alone(node: Node) -> bool:
    """Whether a node is a value of which nothing is known."""
    if node.tag == INDEX:
        return True
    return node.tag == CALL and node.name not in KNOWN_FUNCTIONS and not free_names(node)


def without_indices(pair: Pair, *trees: Node) -> tuple[Node, ...]:
    """Return the trees with every indexed name as a variable of its own, in the domain of its base.

    Two of them are one variable if their indices are equal as formulas: x_{2n} is x_{n+n}.
    """
    names: dict[tuple[str, ...], str] = {}
    field = pair.field(0)

    def key(node: Node) -> str:
        if node.tag == TEXT:
            return node.name
        try:
            return str(field.value(node))
        except Undefined:
            return "undefined"

    def renamed(node: Node) -> Node:
        if stands_alone(node):
            parts = (node.name, *(key(part) for part in node.args))
            name = names.setdefault(parts, f"{node.name}[{len(names)}]")
            pair.adopt(name, node.name)
            return Node(SYM, name, (), 0, node.start, node.end)
        if not node.args:
            return node
        return node._replace(args=tuple([renamed(part) for part in node.args]))

    return tuple(renamed(tree) for tree in trees)
