"""Answers as conditions on one real number: intervals, sets, equations and inequalities alike."""

from grader.answers.pair import Pair, Same
from grader.answers.plusminus import has_plus_minus, values
from grader.answers.tree import (
    AND,
    BUILD,
    CALL,
    CHAIN,
    CONST,
    INDEX,
    NEG,
    OR,
    POW,
    REL,
    SEQ,
    SETOP,
    SUM,
    SYM,
    Node,
    free_names,
    is_scalar,
    minus,
    number,
    replace,
    walk,
)  # fmt: skip
from grader.answers.vocabulary import FUNCTIONS
from grader.answers.work import NotScalar, TooMuch
from grader.checks.cells import Any, Atom, Both, Condition, Line, Not, names_of
from grader.checks.inverses import inverse
from grader.checks.places import Undecided
from grader.checks.varieties import same_variety
from grader.checks.witness import proved_different
from grader.spec import Domain

VARIABLE = "x"
_REALS = frozenset({"R", "\\R"})
_OPERATORS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_FUNCTIONS = frozenset(FUNCTIONS.values()) | {"abs", "norm", "floor", "ceil", "factorial"}
_TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_INTERVALS = frozenset({"()", "[]", "[)", "(]", "]["})


def same_solutions(pair: Pair, reference: Node, answer: Node, *, intervals: bool) -> Same | None:
    """Return whether two answers describe the same set of reals, or of points.

    Args:
        intervals: whether (1, 2) and [1, 2] are intervals here.

    Returns:
        None where one of them describes no such set.
    """
    if any(_is_opaque(part) for part in walk(reference, answer)):
        return None
    asked, given = _Reader(intervals), _Reader(intervals)
    try:
        one, other = asked.condition(reference), given.condition(answer)
        if len(names_of(one) | names_of(other)) > 1 and len(names_of(one)) == 1:
            other = _renamed(one, other, reference, answer)
    except Undecided:
        return None
    names = names_of(one) | names_of(other)
    if any(pair.domain(name) is Domain.COMPLEX for name in names):
        return None
    try:
        found = _compared(pair, one, other, sorted(names))
        if found is Same.UNKNOWN and proved_different(pair, one, other):
            return Same.DIFFERENT
    except (TooMuch, NotScalar):
        return pair.unknown("comparing the solutions takes more work than is allowed")
    if found is Same.EQUAL and asked.doubtful != given.doubtful:
        return pair.unknown("the word between the solutions may be taken in two ways")
    return found


def _is_opaque(node: Node) -> bool:
    """Whether a part stands for something that no number given to a name decides."""
    if node.tag == SUM:  # a corner inside depends on the index, which is no name of the line
        return any(part.tag == CALL for part in walk(node.args[3]))
    return node.tag == INDEX or (node.tag == CALL and node.name not in _FUNCTIONS)


def _compared(pair: Pair, one: Condition, other: Condition, names: list[str]) -> Same:
    """Compare two conditions in one name, or in several."""
    try:
        if len(names) > 1:
            found = same_variety(pair, one, other)
        else:
            name = names[0] if names else VARIABLE
            if pair.domain(name) is Domain.POSITIVE:
                above = Atom(Node(SYM, name), ">")
                one, other = Both((above, one)), Both((above, other))
            found = Line(pair, name).equal(one, other)
    except Undecided:
        return pair.unknown("that these have the same solutions could not be proved")
    limited = any(pair.domain(name) in (Domain.INTEGER, Domain.POSITIVE) for name in names)
    if found is Same.DIFFERENT and ((limited and len(names) > 1) or _whole(pair, names)):
        return pair.unknown("the solutions differ, but perhaps not in the domain")
    return found


def _whole(pair: Pair, names: list[str]) -> bool:
    return any(pair.domain(name) is Domain.INTEGER for name in names)


def _renamed(one: Condition, other: Condition, reference: Node, answer: Node) -> Condition:
    """Return the answer's condition in the reference's variable, if its own does not matter."""
    mine, theirs = names_of(one), names_of(other)
    silent = not _relates(reference) or not _relates(answer)
    if len(mine) != 1 or len(theirs) != 1 or not silent:
        raise Undecided
    return _swapped(other, theirs.pop(), mine.pop())


def _relates(node: Node) -> bool:
    """Whether a name of the answer counts: y = 3 is not x = 3, but {y | y < 2} is {x | x < 2}."""
    if node.tag == SEQ:
        return any(_relates(part) for part in node.args)
    return node.tag in (REL, CHAIN, AND, OR) and bool(free_names(node))


def _swapped(condition: Condition, old: str, new: str) -> Condition:
    if isinstance(condition, bool):
        return condition
    if isinstance(condition, Atom):
        return Atom(replace(condition.tree, old, Node(SYM, new)), condition.operator)
    if isinstance(condition, Not):
        return Not(_swapped(condition.part, old, new))
    parts = tuple(_swapped(part, old, new) for part in condition.parts)
    return Both(parts) if isinstance(condition, Both) else Any(parts)


class _Reader:
    """Turns a tree into a condition on one real number.

    Attributes:
        doubtful: whether it holds `x = 2 and x = -2`, said of two solutions or of none.
    """

    def __init__(self, intervals: bool) -> None:
        self.intervals = intervals
        self.name = ""
        self.doubtful = False

    def condition(self, node: Node) -> Condition:
        """Return the condition that a tree describes.

        Raises:
            Undecided: it describes none.
        """
        self.name = self.name or next(iter(_variables(node)), VARIABLE)
        if node.tag == SYM and node.name in _REALS:
            return True
        if has_plus_minus(node) and node.tag != SEQ:
            return Any(tuple(self.condition(each) for each in values(node)))
        if node.tag == REL:
            return self.relation(node.name, node.args[0], node.args[1])
        if node.tag == CHAIN:
            links = zip(node.name.split(), node.args, node.args[1:], strict=False)
            return Both(tuple(self.relation(op, a, b) for op, a, b in links))
        if node.tag in (AND, OR):
            return self.joined(node)
        if node.tag == SETOP:
            return self.operation(node.name, *node.args)
        if node.tag == BUILD:
            return self.builder(node)
        if node.tag == SEQ:
            return self.sequence(node)
        return self.scalar(node)

    def scalar(self, node: Node) -> Condition:
        """Return a single number."""
        if not is_scalar(node) or free_names(node):
            raise Undecided
        return self.point(node)

    def point(self, node: Node) -> Condition:
        if node.tag == CONST and node.name in ("oo", "nan", "true", "false"):
            raise Undecided
        return Atom(minus(Node(SYM, self.name), node), "=")

    def relation(self, operator: str, left: Node, right: Node) -> Condition:
        if operator in ("∈", "∉"):
            inside = _Reader(intervals=True)
            inside.name = left.name
            if left.tag != SYM:
                raise Undecided
            found = inside.condition(right)
            return found if operator == "∈" else Not(found)
        if right.tag == SEQ and right.name in ("", "{}") and is_scalar(left) and operator == "=":
            return Any(tuple(self.relation("=", left, each) for each in right.args))
        if operator not in _OPERATORS or not (is_scalar(left) and is_scalar(right)):
            raise Undecided
        if has_plus_minus(left) or has_plus_minus(right):
            raise Undecided
        if _is_infinite(left) or _is_infinite(right):
            return self.beyond(operator, left, right)
        if all(side.tag == CALL and side.name == "abs" for side in (left, right)):
            left, right = (Node(POW, "", (side.args[0], number(2))) for side in (left, right))
        return self.peeled(operator, left, right)

    def peeled(self, operator: str, left: Node, right: Node) -> Condition:
        """Return u < ln(c) for e^u < c, and the like for roots and logarithms."""
        if free_names(right) and not free_names(left):
            left, right, operator = right, left, _TURNED[operator]
        found = inverse(left, right) if not free_names(right) else None
        if found is None:
            return Atom(minus(left, right), operator)
        if found.inside is None:  # the value is never reached: the left side is above it
            always = operator in (">", ">=", "!=")
            return (found.domain or True) if always else False
        operator = operator if found.rising else _TURNED[operator]
        inner = self.peeled(operator, found.inside, found.value)
        return Both(((found.domain or True), inner))

    def beyond(self, operator: str, left: Node, right: Node) -> Condition:
        """Return a comparison with infinity: x < oo holds always."""
        if operator not in ("<", ">") or (_is_infinite(left) and _is_infinite(right)):
            raise Undecided
        if operator == ">":
            left, right = right, left
        return _infinity(right) > 0 if _is_infinite(right) else _infinity(left) < 0

    def joined(self, node: Node) -> Condition:
        parts = tuple(self.condition(part) for part in node.args)
        if node.tag == OR or not all(_is_relation(part) for part in node.args):
            return Any(parts)  # (1, 2) and (3, 4) are both meant
        found = _conjunction(parts)
        self.doubtful = self.doubtful or isinstance(found, Any)
        return found

    def operation(self, operator: str, left: Node, right: Node) -> Condition:
        one, other = (self.operand(each) for each in (left, right))
        if operator == "∪":
            return Any((one, other))
        if operator == "∩":
            return Both((one, other))
        if operator == "∖":
            return Both((one, Not(other)))
        return Any((Both((one, Not(other))), Both((other, Not(one)))))

    def operand(self, node: Node) -> Condition:
        """Return a part of a union, where brackets around two numbers are an interval."""
        outer, self.intervals = self.intervals, True
        try:
            return self.condition(node)
        finally:
            self.intervals = outer

    def builder(self, node: Node) -> Condition:
        element, condition = node.args
        extra: tuple[Condition, ...] = ()
        if element.tag == REL and element.name == "∈":
            extra = (self.relation("∈", *element.args),)
            element = element.args[0]
        if element.tag != SYM:
            raise Undecided
        inside = _Reader(self.intervals)
        inside.name = element.name
        return Both((*extra, inside.condition(condition)))

    def sequence(self, node: Node) -> Condition:
        half_open = node.name in ("[)", "(]", "][")
        if node.name in _INTERVALS and len(node.args) == 2 and (self.intervals or half_open):
            return self.interval(node)
        if node.name in ("{}", ""):
            return self.listed(node)
        if node.name in ("[]", "()") and len(node.args) == 1:
            return self.condition(node.args[0])
        raise Undecided

    def interval(self, node: Node) -> Condition:
        low, high = node.args
        closed = node.name[0] == "[", node.name[1] == "]"
        if node.name == "][":
            closed = False, False
        parts: list[Condition] = []
        for end, is_closed, operator in ((low, closed[0], ">"), (high, closed[1], "<")):
            if not is_scalar(end) or free_names(end):
                raise Undecided
            if _is_infinite(end):
                if is_closed or (_infinity(end) < 0) != (operator == ">"):
                    raise Undecided
                continue
            parts.append(Atom(minus(Node(SYM, self.name), end), operator + "=" * is_closed))
        return Both(tuple(parts))

    def listed(self, node: Node) -> Condition:
        """Return {1, 2}, or x = 1, x = 2, or x > 1, x < 2, or intervals with commas between."""
        items = [each for item in node.args for each in values(item)]
        parts = tuple(self.condition(item) for item in items)
        relations = [_is_relation(item) for item in items]
        if node.name == "" and all(relations) and parts:
            return _conjunction(parts)
        return Any(parts)


def _conjunction(parts: tuple[Condition, ...]) -> Condition:
    """Return all parts together; x = 2 and x = -2 lists what x may be."""
    names = {_assigned(part) for part in parts}
    return Any(parts) if len(names) == 1 and None not in names and len(parts) > 1 else Both(parts)


def _assigned(part: Condition) -> str | None:
    """Return the name that a condition sets to constants, if it does only that."""
    if isinstance(part, Any):
        names = {_assigned(each) for each in part.parts}
        return names.pop() if len(names) == 1 else None
    if not isinstance(part, Atom) or part.operator != "=":
        return None
    left, *rest = part.tree.args or (part.tree,)
    return left.name if left.tag == SYM and not free_names(*rest) else None


def _is_relation(node: Node) -> bool:
    return node.tag in (REL, CHAIN, AND, OR)


def _is_infinite(node: Node) -> bool:
    return _infinity(node) != 0


def _infinity(node: Node) -> int:
    """Return 1 for infinity, -1 for minus infinity, 0 for anything else."""
    sign = 1
    while node.tag == NEG:
        node, sign = node.args[0], -sign
    return sign if node.tag == CONST and node.name == "oo" else 0


def _variables(node: Node) -> list[str]:
    return [name for name in free_names(node) if name not in _REALS]
