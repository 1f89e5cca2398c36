"""The expression tree: one immutable node type for everything that a student may type.

A node has a tag, a name, arguments, and the place in the text from which it was read. All children
are in `args`, so a walk needs no table. What `name` and `args` hold, by tag:

    NUM     value: exact int or Fraction; decimals are kept exactly
    SYM     name                                   a variable
    CONST   name: e pi i oo nan true false         a constant
    TEXT    name                                   words, or a label in a subscript
    INDEX   name: base      args: the indices      x_1, x_{i,j}, x[i,j]
    ADD, MUL                args: terms, factors   n-ary, so that long sums stay shallow
    NEG     args: (a,)      DIV args: (a, b)       POW args: (base, exponent)
    PM      name: ± or ∓    args: (a, b) or (b,)   a plus-minus
    CALL    name: function  args: its arguments    known, declared or applied to several arguments
    SUM     name: sum, prod args: (index, from, to, body), the index a SYM
    REL     name: operator  args: (left, right)    = != < <= > >= ≈ ∈ ∉
    CHAIN   name: operators, blank-separated       args: the members, as in 0 < x <= 1
    SEQ     name: brackets  args: the items        "" () [] {} [) (] <>; arrays are nested []
    AND, OR args: what is joined                   x < 2 or x > 5; 6 and 8
    SETOP   name: ∪ ∩ ∖ △   args: (left, right)
    BUILD   args: (element, condition)             { x | x > 2 }
    RATIO   args: the parts                        12:00, 1:2:3
    CASES   args: value, condition, value, condition, ... and last, if odd, the value otherwise
    UNIT    name: the words after the number       args: (number,)
"""

from fractions import Fraction
from typing import NamedTuple

NUM, SYM, CONST, TEXT, INDEX = "num", "sym", "const", "text", "index"
ADD, MUL, NEG, DIV, POW, PM = "add", "mul", "neg", "div", "pow", "pm"
CALL, SUM, REL, CHAIN, SEQ = "call", "sum", "rel", "chain", "seq"
AND, OR, SETOP, BUILD, RATIO = "and", "or", "setop", "build", "ratio"
CASES, UNIT = "cases", "unit"

SCALAR_TAGS = frozenset({NUM, SYM, CONST, INDEX, ADD, MUL, NEG, DIV, POW, CALL, SUM, CASES})


class Node(NamedTuple):
    """One node; `start` and `end` are offsets into the text as typed."""

    tag: str
    name: str = ""
    args: tuple["Node", ...] = ()
    value: int | Fraction = 0
    start: int = 0
    end: int = 0


def made(tag: str, name: str, args: tuple[Node, ...], start: int, end: int) -> Node:
    """Return a node, made without the detour of a named tuple's own constructor."""
    return tuple.__new__(Node, (tag, name, args, 0, start, end))


def spanning(node: Node, start: int, end: int) -> Node:
    """Return a node with another place: what was in brackets, with its brackets."""
    return tuple.__new__(Node, (*node[:4], start, end))


def number(value: int | Fraction) -> Node:
    """Return a number that stands nowhere in the text."""
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    return Node(NUM, value=value)


def minus(left: Node, right: Node) -> Node:
    """Return left - right as a tree."""
    return Node(ADD, "", (left, Node(NEG, "", (right,))))


def walk(*trees: Node) -> list[Node]:
    """Return every node of the trees, parents first."""
    found = list(trees)
    for node in found:  # the list grows while it is read: level by level
        if node.args:
            found += node.args
    return found


def weight(*trees: Node) -> int:
    """Return what it takes to work trees out once, in nodes: powers and long numbers are dear."""
    total = 0
    for node in walk(*trees):
        total += 8 if node.tag == POW else 1
        if node.tag == NUM:
            total += (node.value.numerator.bit_length() + node.value.denominator.bit_length()) >> 6
    return total


def levels(node: Node) -> int:
    """Return how many nodes stand inside one another."""
    count, row = 0, [node]
    while row:
        count += 1
        row = [part for each in row for part in each.args]
    return count


def form(node: Node) -> str:
    """Return a text that two trees share only if they are the same, positions aside."""
    if not node.args:
        return f"{node.tag}:{node.name}{node.value or ''}"
    return f"{node.tag}:{node.name}({','.join([form(part) for part in node.args])})"


def is_scalar(node: Node) -> bool:
    """Whether the tree stands for one number wherever its names do."""
    if node[0] not in SCALAR_TAGS:
        return False
    found = [node]
    for each in found:  # the list grows while it is read: level by level
        for part in each[2]:
            if part[0] not in SCALAR_TAGS:
                if not _is_condition(part):
                    return False
            elif part[2]:
                found.append(part)
    return True


def _is_condition(node: Node) -> bool:
    """Whether this may stand beside numbers: a condition of a case, a label in a subscript."""
    if node.tag == TEXT:
        return True
    return node.tag in (REL, CHAIN, AND, OR) and all(
        is_scalar(part) or _is_condition(part) for part in node.args
    )


def free_names(*trees: Node) -> dict[str, None]:
    """Return the names of variables, in order of appearance, without the indices of sums."""
    found: dict[str, None] = {}
    stack = list(trees[::-1])
    while stack:
        node = stack.pop()
        if node[0] == SYM:
            found.setdefault(node[1])
        elif node[0] == SUM:
            _collect(node, frozenset(), found)
        elif node[2]:
            stack += node[2][::-1]
    return found


def _collect(node: Node, bound: frozenset[str], found: dict[str, None]) -> None:
    if node.tag == SYM:
        if node.name not in bound:
            found.setdefault(node.name)
        return
    if node.tag == SUM:
        index, low, high, body = node.args
        _collect(low, bound, found)
        _collect(high, bound, found)
        _collect(body, bound | {index.name}, found)
        return
    for part in node.args:
        _collect(part, bound, found)


def replace(node: Node, name: str, by: Node) -> Node:
    """Return the tree with a variable replaced; the indices of sums are left alone."""
    if node.tag == SYM:
        return by if node.name == name else node
    if not node.args or (node.tag == SUM and node.args[0].name == name):
        return node
    return node._replace(args=tuple(replace(part, name, by) for part in node.args))
