"""What a pair of trees is made of: it decides which way of comparing is sound."""

from collections.abc import Callable
from dataclasses import dataclass, field

from grader.answers.exact import Rational
from grader.answers.tree import (
    CALL,
    CASES,
    CONST,
    INDEX,
    NUM,
    POW,
    SUM,
    SYM,
    Node,
    free_names,
)  # fmt: skip
from grader.answers.vocabulary import KNOWN_FUNCTIONS

CORNERS = frozenset({"abs", "max", "min", "relu", "sign", "norm"})
JUMPS = frozenset({"floor", "ceil", "round", "mod", "gcd", "lcm"})
GAMMAS = frozenset({"factorial", "binomial"})
BRANCHES = frozenset(
    [
        "ln",
        "asin",
        "acos",
        "acosh",
        "atanh",
        "asec",
        "acsc",
        "asech",
        "acoth",
        "log10",
        "log2",
        "log1p",
        "arg",
        "atan2",
        "softplus",
    ]
)
COMPLEX = frozenset({"re", "im", "conj", "arg"})
_DEFINED = (CORNERS - {"abs", "max", "sign"}) | (JUMPS - {"floor", "gcd", "lcm"})
_WRITTEN = _DEFINED | frozenset(
    [
        "hypot",
        "sigmoid",
        "softplus",
        "log10",
        "log2",
        "log1p",
        "expm1",
        "erfc",
        "asec",
        "acsc",
        "acot",
        "asech",
        "acsch",
        "acoth",
        "binomial",
    ]
)


@dataclass(slots=True)
class Survey:
    """What the trees hold.

    Attributes:
        names: free variables, in order of appearance.
        bounds: variables in the ends of sums: they are integers.
        corners, jumps: nodes with corners (abs, max, sign, cases) and with jumps (floor, gcd).
        branchy: whether anything has a branch or a pole off the entire functions.
        depth: how deeply sums stand inside sums.
        infinities, endless: infinite or undefined constants, and those of them that end sums.
        written: whether a defined function occurs that is to be written out.
    """

    names: dict[str, None] = field(default_factory=dict)
    bounds: set[str] = field(default_factory=set)
    corners: list[Node] = field(default_factory=list)
    jumps: list[Node] = field(default_factory=list)
    gammas: list[Node] = field(default_factory=list)
    branches: list[Node] = field(default_factory=list)
    constants: list[Rational] = field(default_factory=list)
    sums: bool = False
    depth: int = 0
    infinities: int = 0
    endless: int = 0
    indexed: bool = False
    infinite: bool = False
    written: bool = False
    complex_parts: bool = False

    @property
    def breaks(self) -> bool:
        """Whether a corner may break off, not only bend: single points matter then."""
        return any(node.tag == CASES or node.name == "sign" for node in self.corners)

    @property
    def is_constant(self) -> bool:
        """Whether there is nothing to choose a point for."""
        return not self.names and not self.indexed


def survey_of(*trees: Node) -> Survey:
    """Return what the trees hold."""
    found = Survey()
    stack = list(trees[::-1])
    while stack:
        node = stack.pop()
        if node.tag == SYM:
            found.names.setdefault(node.name)
            continue
        note = _NOTES.get(node.tag)
        if note is not None:
            note(found, node)
        if node.args:
            stack += node.args[::-1]
    if found.sums:
        found.names = free_names(*trees)  # without the indices of the sums
        found.bounds &= set(found.names)
    found.infinite = found.infinities > found.endless
    return found


def _note_number(found: Survey, node: Node) -> None:
    found.constants.append(node.value)


def _note_power(found: Survey, node: Node) -> None:
    if not (node.args[1].tag == NUM and node.args[1].value.denominator == 1):
        found.branches.append(node)


def _note_index(found: Survey, _: Node) -> None:
    found.indexed = True


def _note_constant(found: Survey, node: Node) -> None:
    found.infinities += node.name not in ("e", "pi", "i")


def _note_cases(found: Survey, node: Node) -> None:
    found.corners.append(node)


def _note_sum(found: Survey, node: Node) -> None:
    found.sums = True
    found.depth = max(found.depth, _sum_depth(node))
    found.bounds.update(free_names(*node.args[1:3]))
    found.endless += sum(
        end.tag == CONST and end.name == "oo"
        for part in node.args[1:3]
        for end in (part, *part.args)
    )


def _sum_depth(node: Node) -> int:
    return (node.tag == SUM) + max((_sum_depth(part) for part in node.args), default=0)


def _note_call(found: Survey, node: Node) -> None:
    name = node.name
    if name in CORNERS:
        found.corners.append(node)
    elif name in JUMPS:
        found.jumps.append(node)
    elif name in GAMMAS:
        found.gammas.append(node)
    elif name in BRANCHES:
        found.branches.append(node)
    if name not in KNOWN_FUNCTIONS and not free_names(node):
        found.indexed = True  # f(2) is as unknown as x_2
    if name in COMPLEX:
        found.complex_parts = True
    if name in _WRITTEN:
        found.written = True


_NOTES: dict[str, Callable[[Survey, Node], None]] = {
    CALL: _note_call, NUM: _note_number, POW: _note_power, INDEX: _note_index,
    CONST: _note_constant, SUM: _note_sum, CASES: _note_cases,
}  # fmt: skip
