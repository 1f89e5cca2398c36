"""Trees that are the same but for the order of terms and factors: equal without any evaluation.

Most right answers are the reference in some order, so this comes before all other ways.
"""

from grader.answers.tree import (
    ADD,
    CALL,
    CONST,
    DIV,
    INDEX,
    MUL,
    NEG,
    NUM,
    POW,
    SYM,
    TEXT,
    Node,
)  # fmt: skip
from grader.answers.vocabulary import KNOWN_FUNCTIONS

_STEPS = 200  # comparisons of nodes; a tree that needs more is compared by its values
_NAMELESS = frozenset({ADD, MUL, NEG, DIV, POW})  # a name here says how it was typed, no more
_EXTREMES = frozenset({"max", "min"})
_NUMBERS = ("e", "pi", "i")
_EVERYWHERE = frozenset({"sin", "cos", "sinh", "cosh"})
_SOMEWHERE = _EVERYWHERE | frozenset(
    ["ln", "tan", "tanh", "asin", "acos", "atan", "floor", "ceil", "round", "sign", "factorial",
     "binomial", "abs", "norm", "max", "min", "relu"]
)  # fmt: skip


def alike(one: Node, other: Node) -> bool:
    """Whether two scalar trees are the same up to the order of their terms and factors.

    They have the same value wherever they have one; `has_value_somewhere` tells whether they do.
    False also where finding out takes more than a counted number of steps.
    """
    return _alike(one, other, [_STEPS])


def _alike(one: Node, other: Node, left: list[int]) -> bool:
    tag, name, args, value, _, _ = one
    others = other[2]
    if tag != other[0] or value != other[3] or (name != other[1] and tag not in _NAMELESS):
        return False
    if tag == CALL and name in _EXTREMES:
        args, others = _flat(name, args), _flat(name, others)
    if len(args) != len(others):
        return False
    left[0] -= 1
    if left[0] < 0:
        return False
    if not args:
        return True
    if tag in (ADD, MUL) or (tag == CALL and name in _EXTREMES):
        return _in_any_order(args, others, left)
    return all([_alike(a, b, left) for a, b in zip(args, others, strict=True)])


def _flat(name: str, args: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the arguments of a maximum or minimum with those of the same inside it."""
    found = list(args)
    place = 0
    while place < len(found):
        part = found[place]
        if part[0] == CALL and part[1] == name:
            found[place : place + 1] = part[2]
        else:
            place += 1
    return tuple(found)


def _in_any_order(parts: tuple[Node, ...], others: tuple[Node, ...], left: list[int]) -> bool:
    """Pair off the parts; which of several alike ones is taken makes no difference."""
    rest = list(others)
    for part in parts:
        for k, candidate in enumerate(rest):
            if _alike(part, candidate, left):
                del rest[k]
                break
        else:
            return False
    return True


def has_value_somewhere(node: Node) -> bool:
    """Whether it is plain from its form that a tree has a value at almost every point.

    False says nothing: it takes an evaluation then.
    """
    tag, name, args = node[:3]
    if tag in (SYM, NUM, TEXT):
        return True
    if tag == CALL and name in KNOWN_FUNCTIONS:
        return _call_has_value(name, args)
    if tag == DIV:
        return _is_never_zero(args[1]) and has_value_somewhere(args[0])
    if tag == POW:
        return _power_has_value(*args)
    if tag in (ADD, MUL, NEG, INDEX, CALL):
        return all([has_value_somewhere(part) for part in args])
    return tag == CONST and name in _NUMBERS


def _call_has_value(name: str, args: tuple[Node, ...]) -> bool:
    if name in _EVERYWHERE:
        return has_value_somewhere(args[0])
    if name not in _SOMEWHERE:
        return False
    if all([part[0] == SYM for part in args]):
        return True
    seen: set[str] = set()
    return all([_varies(part, seen) for part in args])


def _varies(node: Node, seen: set[str]) -> bool:
    """Whether a tree is plainly no constant: rational, of names that stand only once each."""
    tag, name, args = node[:3]
    if tag == SYM:
        fresh = name not in seen
        seen.add(name)
        return fresh
    if tag == ADD:
        rest = [part for part in args if part[0] != NUM]
        return bool(rest) and all([_varies(part, seen) for part in rest])
    if tag in (MUL, DIV):
        rest = [part for part in args if part[0] != NUM or not part[3]]
        return bool(rest) and all([_varies(part, seen) for part in rest])
    if tag == POW:
        return args[1][0] == NUM and args[1][3] > 0 and _varies(args[0], seen)
    return tag == NEG and _varies(args[0], seen)


def _is_never_zero(node: Node) -> bool:
    """Whether a denominator is plainly no zero: a name, a number, products and powers of them."""
    tag, name, args = node[:3]
    if tag == NUM:
        return bool(node[3])
    if tag in (MUL, NEG):
        return all([_is_never_zero(part) for part in args])
    if tag == POW:
        return _is_never_zero(args[0]) and args[1][0] in (NUM, SYM)
    if tag == CALL:
        return name == "ln" and (args[0][0] == SYM or (args[0][0] == NUM and args[0][3] > 1))
    return tag in (SYM, INDEX) or (tag == CONST and name in _NUMBERS)


def _power_has_value(base: Node, exponent: Node) -> bool:
    if _is_positive(exponent):
        return has_value_somewhere(base)
    return _is_never_zero(base) and has_value_somewhere(exponent)


def _is_positive(node: Node) -> bool:
    if node[0] == DIV:
        return all([_is_positive(part) for part in node[2]])
    return node[0] == NUM and node[3] > 0
