"""Looking for a point at which one condition holds and another does not."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from grader.answers.decide import same
from grader.answers.definitions import written_out
from grader.answers.exact import exact
from grader.answers.pair import Pair, Same
from grader.answers.tree import (
    CONST,
    DIV,
    NEG,
    SUM,
    SYM,
    Node,
    free_names,
    minus,
    number,
    replace,
    weight,
)
from grader.answers.work import NotScalar
from grader.checks.cells import HOLDS, Any, Atom, Both, Condition, Not, atoms, names_of
from grader.checks.places import Undecided, real_ball
from grader.spec import Domain

_RANDOM = 12
_PER_ATOM = 3
_MAX_ATOMS = 12
_SPAN = 9
_SIGN_STEPS, _ROOT_STEPS = 4, 24  # counted for a node, beside what deciding counts
_PI = Node(CONST, "pi")
_MARKS = (
    *(number(value) for value in (0, 1, -1, 2, -2, 3, 4, 10, -10)),
    _PI,
    Node(NEG, "", (_PI,)),
    Node(DIV, "", (_PI, number(2))),
    Node(CONST, "e"),
)


def proved_different(pair: Pair, one: Condition, other: Condition) -> bool:
    """Whether a point is found at which exactly one of two conditions holds.

    Raises:
        TooMuch: the work of the pair is used up.
    """
    names = sorted(names_of(one) | names_of(other))
    one, other = _plain(one), _plain(other)
    for point in _points(pair, names, (one, other)):
        try:
            if _holds(pair, one, point) != _holds(pair, other, point):
                return True
        except Undecided:
            continue
    return False


Point = dict[str, Node]


def _plain(condition: Condition) -> Condition:
    """Return a condition with defined functions written out."""
    if isinstance(condition, bool):
        return condition
    if isinstance(condition, Atom):
        return Atom(written_out(condition.tree), condition.operator)
    if isinstance(condition, Not):
        return Not(_plain(condition.part))
    parts = tuple(map(_plain, condition.parts))
    return Both(parts) if isinstance(condition, Both) else Any(parts)


def _points(pair: Pair, names: list[str], conditions: tuple[Condition, ...]) -> Iterator[Point]:
    """Yield points on the boundaries of the conditions, and others."""
    for condition in conditions:
        for place, atom in enumerate(islice(atoms(condition), _MAX_ATOMS)):
            for name in free_names(atom.tree):
                for k in range(_PER_ATOM):
                    point = _random(pair, names, 100 * place + k)
                    solved = _solved(pair, atom, name, point)
                    if solved is not None:
                        yield {**point, name: solved}
        for k in range(_PER_ATOM):
            yield from _solutions(pair, condition, _random(pair, names, 50 + k))
    for k in range(_RANDOM):
        yield _random(pair, names, k)
    for value in _MARKS:
        yield dict.fromkeys(names, value)


def _solutions(pair: Pair, condition: Condition, point: Point) -> Iterator[Point]:
    """Yield points that solve a system of linear equations, or one of several."""
    if isinstance(condition, Any):
        for part in condition.parts:
            yield from _solutions(pair, part, point)
    if not isinstance(condition, Both):
        return
    fixed: set[str] = set()
    for atom in condition.parts:
        if not isinstance(atom, Atom) or atom.operator != "=":
            continue
        for name in free_names(atom.tree):
            solved = None if name in fixed else _solved(pair, atom, name, point)
            if solved is not None:
                point = {**point, name: solved}
                fixed |= set(free_names(atom.tree))
                break
    yield point


def _random(pair: Pair, names: list[str], k: int) -> Point:
    found = {}
    for name in names:
        h = pair.hash("witness", name, k)
        value = Fraction(h % (2 * _SPAN + 1) - _SPAN, 1 + (h >> 20) % 3)
        if pair.domain(name) is Domain.POSITIVE:
            value = abs(value) + Fraction(1, 2)
        if pair.domain(name) is Domain.INTEGER:
            value = Fraction(int(value))
        found[name] = number(value)
    return found


def _at(tree: Node, point: Point) -> Node:
    if tree.tag == SYM:
        return point.get(tree.name, tree)
    if not tree.args:
        return tree
    if tree.tag == SUM and tree.args[0].name in point:
        point = {name: value for name, value in point.items() if name != tree.args[0].name}
    return tree._replace(args=tuple([_at(part, point) for part in tree.args]))


def _solved(pair: Pair, atom: Atom, name: str, point: Point) -> Node | None:
    """Return the value of a name at which the atom's expression, linear in it, is zero."""
    pair.work.spend(_ROOT_STEPS * weight(atom.tree))
    others = {key: value for key, value in point.items() if key != name}
    tree = _at(atom.tree, others)
    at = [replace(tree, name, number(k)) for k in range(3)]
    slope = minus(at[1], at[0])
    try:
        if same(pair, minus(at[2], at[1]), slope) is not Same.EQUAL:
            return None
        if same(pair, number(0), slope) is not Same.DIFFERENT:
            return None
    except NotScalar:
        return None
    root = Node(DIV, "", (Node(NEG, "", (at[0],)), slope))
    value = exact(root)
    if pair.domain(name) in (Domain.INTEGER, Domain.POSITIVE) and (value is None or value <= 0):
        return None
    return root if value is None else number(value)


def _holds(pair: Pair, condition: Condition, point: Point) -> bool:
    if isinstance(condition, bool):
        return condition
    if isinstance(condition, Atom):
        pair.work.spend(_SIGN_STEPS * weight(condition.tree))
        return _sign(pair, _at(condition.tree, point)) in HOLDS[condition.operator]
    if isinstance(condition, Not):
        return not _holds(pair, condition.part, point)
    found = (_holds(pair, part, point) for part in condition.parts)
    return all(found) if isinstance(condition, Both) else any(found)


def _sign(pair: Pair, tree: Node) -> int:
    """Return the sign of a constant tree.

    Raises:
        Undecided: it has no real value, or none that is told from zero.
    """
    value = exact(tree)
    if value is not None:
        return (value > 0) - (value < 0)
    ball = real_ball(pair, tree)
    if ball > 0 or ball < 0:
        return 1 if ball > 0 else -1
    if same(pair, number(0), tree) is Same.EQUAL:
        return 0
    raise Undecided
