r"""Sets and intervals in all spellings: {1, 2}, (-oo, 2) U [3, 5], R \ {0}, {x | x < 2}.

Finite sets are compared item by item, order and repeats aside; sets of reals by what they contain;
unions with symbols for ends piece by piece.
"""

import re
from collections.abc import Callable

from grader.answers.names import Names
from grader.answers.pair import Same
from grader.answers.parser import parse
from grader.answers.plusminus import written
from grader.answers.tree import ADD, NEG, SEQ, SETOP, SYM, Node, form, is_scalar
from grader.checks.collection import joined_otherwise, members
from grader.checks.equation import same_relation
from grader.checks.outcome import as_sets, both, in_any_order, in_order
from grader.checks.reading import used_names
from grader.checks.settle import Job
from grader.checks.solutions import same_solutions
from grader.checks.structure import Comparer
from grader.errors import InvalidAnswer, SpecError
from grader.report import CheckResult

_WORDS = {
    "all real numbers": "R", "all reals": "R", "real numbers": "R", "reals": "R", "the reals": "R",
    "all real x": "R", "every real number": "R", "no solution": "{}", "no solutions": "{}",
    "no real solution": "{}", "no real solutions": "{}", "empty set": "{}", "the empty set": "{}",
    "empty": "{}",
}  # fmt: skip
_REALS = r"(?:\\mathbb\s*\{?\s*R\s*\}?|\\R\b|ℝ|R|\\Re\b)"
_SUCH_THAT = re.compile(
    r"(\\?\{)\s*([A-Za-z])\s*(?:(?:∈|\\in\b|\bin\b)\s*" + _REALS + r"\s*)?"
    r"(?:\||\\mid\b|\\vert\b|:|\\colon\b|such that|s\.t\.)"
)
_MEMBER = re.compile(r"^(\s*\$?\s*[A-Za-z])\s+in\s+")
_WITHOUT = re.compile(r"(" + _REALS + r"|[)\]}])\s*\\\s*(?=[{(\[])")
_MINUS = re.compile(r"(" + _REALS + r"|[)\]])\s*[-−–]\s*(?=\\?\{)")
_FRENCH = re.compile(r"([\[\]])([^\[\](){}]*?[,;][^\[\](){}]*?)([\[\]])")
_SEMICOLON = re.compile(r"([(\[\]][^()\[\];,]*);([^()\[\];,]*[)\[\]])")  # (-∞; 1)
_HALVES = (
    (re.compile(_REALS + r"\s*(?:\^\s*\{?\s*\+\s*\}?|_\s*\{?\s*>\s*0\s*\}?)"), "(0, oo)"),
    (re.compile(_REALS + r"\s*(?:\^\s*\{?\s*-\s*\}?|_\s*\{?\s*<\s*0\s*\}?)"), "(-oo, 0)"),
)
_BEFORE_SETS = frozenset({"", "{", "(", ",", ";", "=", "∪", "∩", "∖", "U", "p", "s", "∈", "[", "$"})
_INTERVALS = frozenset({"()", "[]", "[)", "(]", "]["})
_ITEM_STEPS = 8  # counted for two items, beside what comparing them takes


def set_text(text: str) -> str:
    r"""Return a set with one spelling for what the parser does not read otherwise.

    >>> set_text("]0, 1]"), set_text(r"R \ {0}"), set_text(r"\{x \in \mathbb{R} \mid x < 2\}")
    ('(0, 1]', 'R ∖ {0}', '\\{x | x < 2\\}')
    """
    word = " ".join(text.casefold().strip(" .").split())
    if word in _WORDS:
        return _WORDS[word]
    for pattern, piece in _HALVES:
        text = pattern.sub(piece, text)
    text = _SEMICOLON.sub(r"\1,\2", text)
    body = _MEMBER.sub(r"\1 ∈ ", _SUCH_THAT.sub(r"\1\2 |", text))
    if "\\}" not in body:
        body = _WITHOUT.sub(r"\1 ∖ ", body)
    return _FRENCH.sub(_rounded, _MINUS.sub(r"\1 ∖ ", body))


def doubled(text: str) -> str:
    """Return {(1, 2)} as {(1, 2), (1, 2)}: braces around one bracket would be LaTeX's grouping.

    >>> doubled("{(1, 2)}"), doubled("{1, 2}"), doubled("x^{(2)}")
    ('{(1, 2),(1, 2)}', '{1, 2}', 'x^{(2)}')
    """
    levels: list[list[str]] = [[""]]
    marks: list[str] = []
    for place, char in enumerate(text):
        if char == "{":
            before = text[:place].rstrip(" \\")[-1:]
            marks.append(before)
            levels.append([""])
        elif char == "}" and len(levels) > 1:
            body = "".join(levels.pop())
            inside = body.removesuffix("\\").strip()
            if marks.pop() in _BEFORE_SETS and _is_bracket(inside):
                body = f"{inside},{inside}" + "\\" * body.endswith("\\")
            levels[-1].append("{" + body + "}")
        else:
            levels[-1].append(char)
    return "".join("".join(level) for level in levels) if len(levels) == 1 else text


def _is_bracket(text: str) -> bool:
    """Whether the text is one pair of brackets with something inside."""
    if not text or text.lstrip("\\")[:1] not in tuple("({"):
        return False
    depth = 0
    for place, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if not depth and place >= text.index(text.lstrip("\\")[0]):
            return place == len(text) - 1
    return False


def _rounded(found: "re.Match[str]") -> str:
    """Return ]a, b[ as (a, b)."""
    left, inside, right = found.groups()
    if left == "[" and right == "]":
        return found.group()
    return f"{'(' if left == ']' else '['}{inside.replace(';', ',')}{')' if right == '[' else ']'}"


def check_interval(job: Job) -> CheckResult:
    """Compare an interval, a union of intervals, or conditions that describe one."""
    reference, answer = _read(job)
    found = same_relation(job, reference, answer)
    if found is not Same.EQUAL and _has_operation(reference, answer):
        pieces = in_any_order(Comparer(job).same, _pieces(reference), _pieces(answer))
        found = Same.EQUAL if pieces is Same.EQUAL else found
    return job.result(found, answer)


def check_set(job: Job) -> CheckResult:
    """Compare a set with the reference."""
    reference, answer = _read(job, grouped=doubled)
    if joined_otherwise(reference, answer):
        return job.result(Same.DIFFERENT, answer)
    items = _Items(job)
    left, right = items.finite(reference), items.finite(answer)
    if left is not None and right is not None:
        if job.options.order:
            found = in_order(items.same, left, right)
        else:
            found = as_sets(items.same, left, right, form)
        if found is Same.EQUAL:
            return job.result(found, answer)
    else:
        found = Comparer(job).same(reference, answer)
    if left is None or right is None or _describes(left, right):
        endless = left is None or right is None  # beside {x | x > 2}, (2, oo) is no pair
        solved = same_solutions(job.pair, reference, answer, intervals=endless)
        found = found if solved is None else solved
    return job.result(found, answer)


def _describes(*sides: tuple[Node, ...]) -> bool:
    """Whether a listed item is a condition, as in x = 1 or x = -1."""
    return any(not is_scalar(item) and item.tag != SEQ for side in sides for item in side)


def _read(job: Job, grouped: Callable[[str], str] = str) -> tuple[Node, Node]:
    try:
        reference = _parse(job.reference, job.names, grouped)
    except InvalidAnswer as error:
        raise SpecError(f"the reference {job.reference[:80]!r} cannot be read: {error}") from error
    job.names.learn(job.reference, used_names(reference))
    return reference, _parse(job.answer, job.names, grouped)


def _parse(text: str, names: Names, grouped: Callable[[str], str]) -> Node:
    rewritten = set_text(grouped(text))
    try:
        return _differences(parse(rewritten, names))
    except InvalidAnswer as error:
        if rewritten == text:
            raise
        raise InvalidAnswer(str(error)) from error


def _differences(tree: Node) -> Node:
    """Return (0, 6] - (0, 2] as a difference of sets; minus between sets means nothing else."""
    if tree.tag == SETOP:
        return tree._replace(args=tuple(_differences(part) for part in tree.args))
    if tree.tag != ADD or not any(_is_set(part) for part in tree.args):
        return tree
    first, *others = tree.args
    if not _is_set(first) or not all(each.tag == NEG and _is_set(each.args[0]) for each in others):
        return tree
    for each in others:
        first = Node(SETOP, "∖", (first, each.args[0]), 0, tree.start, each.end)
    return first


def _is_set(tree: Node) -> bool:
    return tree.tag in (SEQ, SETOP) or (tree.tag == SYM and tree.name == "R")


def _has_operation(*trees: Node) -> bool:
    return any(tree.tag == SETOP for tree in trees)


def _pieces(tree: Node) -> list[Node]:
    """Return the parts of a union."""
    if tree.tag == SETOP and tree.name == "∪":
        return [piece for part in tree.args for piece in _pieces(part)]
    return [tree]


class _Items:
    """Compares the items of finite sets, in which a tuple is no set and no number."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.comparer = Comparer(job)

    def finite(self, tree: Node) -> tuple[Node, ...] | None:
        """Return the items of a finite set, with its operations carried out; None for others."""
        if tree.tag == SETOP:
            return self.operation(tree)
        if tree.tag == SEQ and tree.name in _INTERVALS - {"()", "[]"}:
            return None
        if tree.tag in (SEQ, "and", "or", "pm") or is_scalar(tree):
            return members(tree)
        return None

    def operation(self, tree: Node) -> tuple[Node, ...] | None:
        sides = []
        for part in tree.args:
            if part.tag == SEQ and part.name != "{}":
                return None
            items = self.finite(part)
            if items is None:
                return None
            sides.append(written(Node(SEQ, "{}", items)).args)
        left, right = sides
        if tree.name == "∪":
            return (*left, *right)
        if tree.name not in ("∩", "∖"):
            return None
        inside = [self.contains(right, item) for item in left]
        if None in inside:
            return None
        return tuple(
            item for item, is_in in zip(left, inside, strict=True) if is_in == (tree.name == "∩")
        )

    def contains(self, items: tuple[Node, ...], item: Node) -> bool | None:
        outcomes = [self.same(each, item) for each in items]
        if Same.EQUAL in outcomes:
            return True
        return None if Same.UNKNOWN in outcomes else False

    def same(self, reference: Node, answer: Node) -> Same:
        """Compare two items."""
        self.job.pair.work.spend(_ITEM_STEPS)
        if reference.tag == SEQ and answer.tag == SEQ:
            if reference.name != answer.name:
                return Same.DIFFERENT
            if reference.name == "{}":
                return as_sets(self.same, reference.args, answer.args)
            return in_order(self.same, reference.args, answer.args)
        if SEQ in (reference.tag, answer.tag):
            return Same.DIFFERENT
        return both([self.comparer.same(reference, answer)])
