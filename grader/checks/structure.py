"""Comparing trees of any form: scalars by value, everything else part by part."""

from grader.answers.alike import alike, has_value_somewhere
from grader.answers.decide import same
from grader.answers.pair import Same
from grader.answers.plusminus import written
from grader.answers.ratio import same_up_to_factor
from grader.answers.tree import (
    AND,
    BUILD,
    CALL,
    CHAIN,
    INDEX,
    OR,
    PM,
    POW,
    RATIO,
    REL,
    SEQ,
    SETOP,
    SYM,
    TEXT,
    UNIT,
    Node,
    form,
    free_names,
    is_scalar,
    minus,
    number,
    walk,
)  # fmt: skip
from grader.checks.outcome import as_sets, both, either, in_any_order, in_order
from grader.checks.settle import Job
from grader.checks.tolerance import has_tolerance, same_or_close
from grader.report import Topic
from grader.spec import Kind

_FLIPPED = {">": "<", ">=": "<="}
_UNIT_WORDS = 2
_MEANINGFUL = frozenset(
    "not no never or and is isn wrong false minus negative plus times over per hundred thousand "
    "million billion trillion dozen percent half double squared cubed mod k m b i x".split()
)
_FREE = frozenset({"", "{}"})
_STEPS = 4  # counted for two trees that are no scalars, beside their nodes


class Comparer:
    """Compares two trees under the options of a job."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.pair = job.pair

    def same(self, reference: Node, answer: Node) -> Same:
        """Return whether two trees say the same."""
        if is_scalar(reference) and is_scalar(answer):
            return self.value(reference, answer)
        nodes = walk(reference, answer)
        self.pair.work.spend(_STEPS + len(nodes) // 2)
        if PM in {node.tag for node in nodes}:
            reference, answer = written(reference), written(answer)
        reference, answer = self.collapsed(reference), self.collapsed(answer)
        reference, answer = self.opened(reference, answer), self.opened(answer, reference)
        found = self.same_tag(reference, answer)
        if found is not None:
            return found
        if is_scalar(reference) and is_scalar(answer):
            return self.value(reference, answer)
        if self.says_again(reference, answer):
            return Same.EQUAL
        return self.mixed(reference, answer)

    def value(self, reference: Node, answer: Node) -> Same:
        """Compare two scalars, as nearly as the author asks."""
        return same_or_close(self.job, reference, answer)

    def same_tag(self, reference: Node, answer: Node) -> Same | None:
        """Compare trees of one form; None where the forms differ."""
        tags = {reference.tag, answer.tag}
        if tags <= {AND, OR} and self.job.kind in (Kind.EQUATION, Kind.INEQUALITY):
            return self.connected(reference, answer)
        if tags == {SEQ} or (
            tags <= {SEQ, AND, OR} and not (has_relation(reference) or has_relation(answer))
        ):
            return self.sequences(reference, answer)
        if tags == {SEQ, OR} and all(map(_is_equation, (*reference.args, *answer.args))):
            return in_any_order(self.same, reference.args, answer.args, form)
        if len(tags) != 1:
            return None
        tag = reference.tag
        if tag in (TEXT, RATIO, UNIT, SETOP) and reference.name != answer.name:
            return Same.DIFFERENT if tag != SETOP else None
        if tag == REL:
            return self.relation(reference, answer)
        if tag == CHAIN:
            return in_any_order(self.same, links(reference), links(answer), form)
        if tag in (AND, OR) or (tag == SETOP and reference.name != "∖"):
            return in_any_order(self.same, operands(reference), operands(answer), form)
        if tag in (TEXT, RATIO, UNIT, SETOP, BUILD):
            return in_order(self.same, reference.args, answer.args)
        return None

    def connected(self, reference: Node, answer: Node) -> Same:
        """Compare A and B with A and B: between conditions the word counts, and what it joins."""
        if reference.tag != answer.tag:
            return Same.DIFFERENT
        return in_any_order(self.same, reference.args, answer.args, form)

    def mixed(self, reference: Node, answer: Node) -> Same:
        """Compare trees of different forms: x = 11 for 11, 0 < x < 1 for (0, 1)."""
        if _has_plain_unit(answer) and is_scalar(reference) and not free_names(reference):
            return self.same(reference, answer.args[0])
        if reference.tag == UNIT and is_scalar(answer):
            if self.same(reference.args[0], answer) is Same.EQUAL:
                self.job.remark(Topic.UNIT, "The unit is missing.")
            return Same.DIFFERENT
        for one, other, is_answer in ((answer, reference, True), (reference, answer, False)):
            if one.tag == REL and one.name in ("=", "≈") and not has_relation(other):
                value = assigned(one, other, constant=not is_answer)
                if value is not None:
                    return self.same(other, value) if is_answer else self.same(value, other)
        left, right = as_interval(reference) or reference, as_interval(answer) or answer
        if (left is not reference or right is not answer) and left.tag == right.tag == SEQ:
            return self.sequences(left, right)
        if {reference.tag, answer.tag} <= {CHAIN, REL, AND, SEQ}:
            ones, others = conjuncts(reference), conjuncts(answer)
            if ones and others:
                return in_any_order(self.same, ones, others, form)
        return Same.DIFFERENT

    def says_again(self, reference: Node, answer: Node) -> bool:
        """Whether an answer is a = b = ..., every part of it what is asked: x + x = 2x.

        With a lone name as a part, as in x = x, it is an equation and no way to a result.
        """
        return (
            is_scalar(reference)
            and answer.tag in (REL, CHAIN)
            and set(answer.name.split()) == {"="}
            and all(is_scalar(part) and part.tag != SYM for part in answer.args)
            and all(same(self.pair, reference, part) is Same.EQUAL for part in answer.args[::-1])
        )

    def collapsed(self, node: Node) -> Node:
        """Return a = b = c with b equal to c as a = c; other chains stay chains."""
        if node.tag != CHAIN or any(operator not in ("=", "≈") for operator in node.name.split()):
            return node
        members = node.args
        if not all(is_scalar(member) for member in members):
            return node
        if all(same(self.pair, members[1], member) is Same.EQUAL for member in members[2:]):
            return node._replace(tag=REL, name="=", args=(members[0], members[-1]))
        first, *rest = [member for member in members if not free_names(member)] or [members[0]]
        if any(same(self.pair, first, member) is Same.DIFFERENT for member in rest):
            self.job.remark(Topic.NOTE, "The parts of this chain are not equal to one another.")
        return node

    def opened(self, node: Node, other: Node) -> Node:
        """Return what stands in brackets around one thing, or behind `x ∈`."""
        if (
            node.tag == SEQ
            and len(node.args) == 1
            and not (other.tag == SEQ and len(other.args) == 1)
        ):
            inside = node.args[0]
            if node.name in ("[]", "", "{}") and (is_scalar(inside) or inside.tag == SEQ):
                return inside
        if node.tag == REL and node.name == "∈" and other.tag != REL:
            return node.args[1]
        return node

    def sequences(self, reference: Node, answer: Node) -> Same:
        """Compare lists, tuples, sets and intervals."""
        left, right = items(reference), items(answer)
        one, other = brackets(reference), brackets(answer)
        kind = self.job.kind
        if one in _FREE and other in _FREE:
            if kind is Kind.SET or "{}" in (one, other):
                return as_sets(self.same, left, right, form)
            order = self.job.options.order
            if order or (order is None and kind in (Kind.TUPLE, Kind.LIST)):
                return in_order(self.same, left, right)
            return in_any_order(self.same, left, right, form)
        if one != other and not self.interchangeable(one, other):
            return Same.DIFFERENT
        return in_order(self.same, left, right)

    def interchangeable(self, one: str, other: str) -> bool:
        """Whether (1, 2) and [1, 2] mean the same here: as lists they do, not as intervals."""
        half_open = {"[)", "(]", "]["}
        if one in half_open or other in half_open or self.job.kind is Kind.INTERVAL:
            return False
        if {one, other} == {"()", "[]"}:
            return self.job.kind in (Kind.LIST, Kind.TUPLE, Kind.VECTOR, Kind.SHAPE)
        return True

    def relation(self, reference: Node, answer: Node) -> Same:
        """Compare equations and inequalities: equal up to a factor."""
        operator, r1, r2 = directed(reference)
        other, a1, a2 = directed(answer)
        if operator != other:
            return Same.DIFFERENT
        sides = (r1, r2, a1, a2)
        two_way = operator in ("=", "!=")
        if not all(is_scalar(side) for side in sides) or operator in ("∈", "∉"):
            return self.side_by_side(r1, r2, a1, a2, two_way=two_way)
        if alike(r1, a1) and alike(r2, a2) and has_value_somewhere(r1) and has_value_somewhere(r2):
            return Same.EQUAL
        constant = not any(
            free_names(side) or any(n.tag == INDEX for n in walk(side)) for side in sides
        )
        if constant:
            return self.side_by_side(r1, r2, a1, a2, two_way=two_way)
        found = same_up_to_factor(self.pair, minus(r1, r2), minus(a1, a2), positive=not two_way)
        by_sides = found is Same.UNKNOWN or has_tolerance(self.job.options)
        if self.pair.work.is_over or not by_sides:
            return found
        if self.side_by_side(r1, r2, a1, a2) is Same.EQUAL:
            return Same.EQUAL
        return found

    def side_by_side(
        self, r1: Node, r2: Node, a1: Node, a2: Node, *, two_way: bool = False
    ) -> Same:
        """Compare the sides of two relations as they stand, and crosswise for =."""
        straight = both((self.same(r1, a1), self.same(r2, a2)))
        if not two_way or straight is Same.EQUAL:
            return straight
        return either((straight, both((self.same(r1, a2), self.same(r2, a1)))))


def _has_plain_unit(answer: Node) -> bool:
    """Whether a number is followed by one or two words that do not change what it says."""
    if answer.tag != UNIT:
        return False
    said = answer.name.lower().partition("^")[0].split()
    return len(said) <= _UNIT_WORDS and all(
        word.strip(".").isalpha() and word.strip(".") not in _MEANINGFUL for word in said
    )


def operands(node: Node) -> list[Node]:
    """Return what a run of one operation of sets or conditions joins, however it is bracketed."""
    found, left = [], [node]
    while left:
        part = left.pop()
        if part.tag == node.tag and part.name == node.name:
            left += part.args[::-1]
        else:
            found.append(part)
    return found


def _is_equation(node: Node) -> bool:
    return node.tag == REL and node.name == "="


def has_relation(tree: Node) -> bool:
    """Whether a relation stands in the tree."""
    return any(part.tag in (REL, CHAIN) for part in walk(tree))


def items(node: Node) -> tuple[Node, ...]:
    """Return the items of a list, whichever way it is joined: 6 and 8; 19, 46, and 82."""
    if node.tag in (AND, OR):
        return tuple(
            each
            for part in node.args
            for each in (items(part) if part.tag in (AND, OR) else (part,))
        )
    if node.tag == SEQ and node.name == "" and node.args and node.args[-1].tag in (AND, OR):
        return (*node.args[:-1], *items(node.args[-1]))
    if node.tag == SEQ and len(node.args) == 1 and node.args[0].tag in (AND, OR):
        return items(node.args[0])
    return node.args


def brackets(node: Node) -> str:
    """Return the brackets of a sequence; a bare list has none."""
    return node.name if node.tag == SEQ else ""


def directed(node: Node) -> tuple[str, Node, Node]:
    """Return a relation with > turned into <, and |a| < |b| as a^2 < b^2."""
    left, right = node.args
    if all(side.tag == CALL and side.name == "abs" for side in (left, right)):
        left, right = (Node(POW, "", (side.args[0], number(2))) for side in (left, right))
    if node.name in _FLIPPED:
        return _FLIPPED[node.name], right, left
    return ("=" if node.name == "≈" else node.name), left, right


def links(node: Node) -> list[Node]:
    """Return the relations of a chain, one by one."""
    pairs = zip(node.name.split(), node.args, node.args[1:], strict=False)
    return [
        Node(REL, operator, (left, right), 0, left.start, right.end)
        for operator, left, right in pairs
    ]


def conjuncts(node: Node) -> list[Node]:
    """Return the relations that hold together: 2 < x < 5 is x > 2 and x < 5."""
    if node.tag == REL:
        return [node]
    if node.tag == CHAIN:
        return links(node)
    if node.tag == AND or (node.tag == SEQ and node.name == ""):
        parts = [conjuncts(part) for part in node.args]
        return [each for part in parts for each in part] if all(parts) else []
    return []


def assigned(relation: Node, value: Node, *, constant: bool) -> Node | None:
    """Return the right side of `name = value` where the name means nothing else."""
    left, right = relation.args
    if left.tag == SEQ and not left.args:
        return right
    if left.tag not in (SYM, INDEX):
        return None
    name = left.name
    known = free_names(right, value)
    if name in known or (constant and free_names(right)):
        return None
    return right


def as_interval(node: Node) -> Node | None:
    """Return lo < x < hi, or x > lo, as an interval; None where it is neither."""
    infinity = Node("const", "oo")
    if node.tag == CHAIN and len(node.args) == 3:
        operators = node.name.split()
        low, middle, high = node.args
        if all(op in (">", ">=") for op in operators):
            low, high, operators = high, low, [_FLIPPED[op] for op in reversed(operators)]
        if all(op in ("<", "<=") for op in operators) and free_names(middle):
            ends = ("(" if operators[0] == "<" else "[") + (")" if operators[1] == "<" else "]")
            return Node(SEQ, ends, (low, high))
    if node.tag == REL and node.name in ("<", "<=", ">", ">="):
        operator, left, right = directed(node)
        if right.tag == SYM and not free_names(left):
            return Node(SEQ, "()" if operator == "<" else "[)", (left, infinity))
        if left.tag == SYM and not free_names(right):
            return Node(
                SEQ, "()" if operator == "<" else "(]", (Node("neg", "", (infinity,)), right)
            )
    return None
