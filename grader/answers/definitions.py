"""Functions defined by simpler ones, written out before two trees are compared.

What is left with corners or jumps is then abs, max, sign, floor, gcd, lcm and cases only.
"""

from collections.abc import Callable
from fractions import Fraction

from grader.answers.limits import MAX_WORK
from grader.answers.tree import ADD, CALL, CONST, DIV, MUL, NEG, POW, Node, minus, number
from grader.answers.work import TooMuch

_ONE, _TWO = number(1), number(2)
_E = Node(CONST, "e")


def _call(name: str, *args: Node) -> Node:
    return Node(CALL, name, args)


def _neg(node: Node) -> Node:
    return Node(NEG, "", (node,))


def _add(*terms: Node) -> Node:
    return Node(ADD, "", terms)


def _div(top: Node, bottom: Node) -> Node:
    return Node(DIV, "", (top, bottom))


def _exp(node: Node) -> Node:
    return Node(POW, "", (_E, node))


def _square(node: Node) -> Node:
    return Node(POW, "", (node, _TWO))


def _sqrt(node: Node) -> Node:
    return Node(POW, "", (node, number(Fraction(1, 2))))


def _log_base(base: int) -> Callable[[Node], Node]:
    return lambda x: _div(_call("ln", x), _call("ln", number(base)))


def _mod(a: Node, b: Node) -> Node:
    return minus(a, Node(MUL, "", (b, _call("floor", _div(a, b)))))


def _binomial(n: Node, k: Node) -> Node:
    below = Node(MUL, "", (_call("factorial", k), _call("factorial", minus(n, k))))
    return _div(_call("factorial", n), below)


def _min(*args: Node) -> Node:
    return _neg(_call("max", *(_neg(arg) for arg in args)))


_RULES: dict[str, Callable[..., Node]] = {
    "ceil": lambda x: _neg(_call("floor", _neg(x))),
    "round": lambda x: _call("floor", _add(x, number(Fraction(1, 2)))),
    "mod": _mod,
    "min": _min,
    "relu": lambda x: _call("max", x, number(0)),
    "norm": lambda x: _call("abs", x),
    "hypot": lambda x, y: _sqrt(_add(_square(x), _square(y))),
    "sigmoid": lambda x: _div(_ONE, _add(_ONE, _exp(_neg(x)))),
    "softplus": lambda x: _call("ln", _add(_ONE, _exp(x))),
    "log10": _log_base(10),
    "log2": _log_base(2),
    "log1p": lambda x: _call("ln", _add(_ONE, x)),
    "expm1": lambda x: minus(_exp(x), _ONE),
    "erfc": lambda x: minus(_ONE, _call("erf", x)),
    "asec": lambda x: _call("acos", _div(_ONE, x)),
    "acsc": lambda x: _call("asin", _div(_ONE, x)),
    "acot": lambda x: _call("atan", _div(_ONE, x)),
    "asech": lambda x: _call("acosh", _div(_ONE, x)),
    "acsch": lambda x: _call("asinh", _div(_ONE, x)),
    "acoth": lambda x: _call("atanh", _div(_ONE, x)),
    "binomial": _binomial,
}


def written_out(node: Node) -> Node:
    """Return the tree with defined functions replaced by what they stand for.

    Raises:
        TooMuch: written out it would be too long: a mod b mod c ... doubles with every step.

    >>> written_out(_call("relu", number(3))).name
    'max'
    """
    tree = _written(node)
    if tree is not node and _size(tree, {}) > MAX_WORK:
        raise TooMuch
    return tree


def _size(node: Node, seen: dict[int, int]) -> int:
    """Return how many nodes a tree has, each part that it shares with itself counted once a use."""
    found = seen.get(id(node))
    if found is None:
        found = seen[id(node)] = 1 + sum([_size(part, seen) for part in node.args])
    return found


def _written(node: Node) -> Node:
    if not node.args:
        return node
    args = tuple([_written(part) for part in node.args])
    if node.tag == CALL and node.name in _RULES:
        return _RULES[node.name](*args)
    if all(new is old for new, old in zip(args, node.args, strict=True)):
        return node
    return node._replace(args=args)
