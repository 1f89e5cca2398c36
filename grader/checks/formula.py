r"""Index formulas, such as sum(i, 1, m, dy[i]*x[i+h-1]), evaluated on random arrays of drawn sizes.

Entries are random elements of a prime field, so that agreement at the drawn points is agreement but
for a chance below 2^-50 a point; a difference is exact. Sizes and free indices are drawn among
those for which the reference stays inside its arrays. Indices count from 1; the names of summation
indices are free.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from grader.answers.canonical import canonical
from grader.answers.names import Names
from grader.answers.pair import Pair, Same
from grader.answers.parser import parse
from grader.answers.tree import (
    INDEX,
    NUM,
    SEQ,
    SYM,
    TEXT,
    Node,
    form,
    free_names,
    is_scalar,
    number,
)  # fmt: skip
from grader.answers.tree import (
    replace as replaced,
)
from grader.checks.formula_draws import Comparison, size_of
from grader.checks.reading import used_names
from grader.checks.settle import Job
from grader.errors import InvalidAnswer, SpecError
from grader.report import CheckResult
from grader.spec import Domain, Kind, Options

_REFERENCES = 1024  # references kept as read
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_PARTIAL = re.compile(
    r"(?:\\d?frac\s*\{\s*(?:\\partial|d|∂)\s*(?:\\mathcal\s*\{?\s*L\s*\}?|L|\\ell)\s*\}"
    r"\s*\{\s*(?:\\partial|d|∂)\s*([A-Za-z]+)\s*(_\{[^{}]*\}|\[[^\[\]]*\])\s*\}"
    r"|(?:∂|d)L\s*/\s*(?:∂|d)([A-Za-z]+)(_\{[^{}]*\}|\[[^\[\]]*\]))"
)
_BECOMES = re.compile(r":=|\\(?:leftarrow|gets)(?![A-Za-z])|←")
_EQUALS = re.compile(r"(?<![<>!=:])=(?!=)")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as typed.

    Attributes:
        left: the indices of the entry that it defines, where it says which.
        sides: what the entry is said to be; more than one in a chain of equalities.
    """

    left: tuple[str, ...]
    sides: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A reference as read, shared by all its answers.

    Attributes:
        ranks: how many indices every array takes.
        form: the text that only the same tree has; empty where its values were not decided.
    """

    formula: Formula
    names: Names
    ranks: dict[str, int]
    comparison: Comparison
    form: str


def check_formula(job: Job) -> CheckResult:
    """Compare an index formula with the reference.

    Raises:
        SpecError: the reference cannot be read, or leaves its arrays for all sizes.
    """
    ranges = tuple((name, tuple(sizes)) for name, sizes in job.options.arrays.items())
    symbols = job.options.symbols
    asked = _asked(
        job.reference,
        None if symbols is None else tuple(symbols.items()),
        (tuple(job.options.functions), tuple(job.options.imaginary or ())),
        ranges,
    )
    typed = _read(job.answer, asked.names, asked.ranks)
    answer = _renamed(asked.formula, typed, asked.comparison.free)
    for side in answer.sides:
        asked.comparison.check_names(side)
    if _is_as_asked(asked, answer):
        outcome = Same.EQUAL
    else:
        outcome = asked.comparison.of(job).run(answer.sides)
    done = job.result(outcome, None)
    return CheckResult(done.verdict, done.credit, done.remarks, canonical(answer.sides[-1]))


@lru_cache(_REFERENCES)
def _asked(
    text: str,
    symbols: tuple[tuple[str, Domain], ...] | None,
    declared: tuple[tuple[str, ...], tuple[str, ...]],
    ranges: tuple[tuple[str, tuple[str, ...]], ...],
) -> _Asked:
    """Return a reference as read, compared with itself: it has to have values."""
    functions, imaginary = declared
    options = Options(
        symbols=None if symbols is None else dict(symbols),
        functions=functions,
        imaginary=imaginary,
        arrays=dict(ranges),
    )
    names = Names(options)
    ranks = {name: len(sizes) for name, sizes in ranges}
    try:
        formula = _read(text, names, ranks)
        sizes = [size_of(size) for _, each in ranges for size in each]
    except InvalidAnswer as error:
        raise SpecError(f"the reference {text[:80]!r} cannot be read: {error}") from error
    names.learn(text, used_names(formula.sides[0]) | set(free_names(*sizes)))
    job = Job(Kind.FORMULA, text, text, options, Pair(text, text, options.symbols))
    comparison = Comparison(job, formula.sides[0])
    decided = comparison.of(job).run(formula.sides[:1]) is Same.EQUAL
    return _Asked(formula, names, ranks, comparison, form(formula.sides[0]) if decided else "")


def _is_as_asked(asked: _Asked, answer: Formula) -> bool:
    """Whether the answer is the reference itself, sign for sign."""
    return len(answer.sides) == 1 and asked.form == form(answer.sides[0])


def _read(text: str, names: Names, ranks: Mapping[str, int]) -> Formula:
    """Read a formula with or without the entry that it defines before an equals sign.

    Raises:
        InvalidAnswer: it cannot be read, or an array has another number of indices.
    """
    body = _PARTIAL.sub(lambda m: f"d{m[1] or m[3]}{m[2] or m[4]}", text) if "L" in text else text
    parts = _sides(body)
    left = _left(parts[0], names) if len(parts) > 1 else ()
    sides = []
    for part in parts[1:] or parts:
        tree = parse(part if len(parts) > 1 else body, names)
        if not is_scalar(tree):
            raise InvalidAnswer("This is no formula for an entry.", None)
        sides.append(_indexed(tree, ranks))
    return Formula(left, tuple(sides))


def _sides(text: str) -> list[str]:
    """Cut a text at the equals signs that stand outside of all brackets."""
    body = _BECOMES.sub("=", text.strip().strip("$"))
    depth, cuts = 0, [0]
    for place, char in enumerate(body):
        depth += (char in _OPEN) - (char in _CLOSE)
        bare_index = re.search(r"_\s*\\?\w+\s*$", body[max(0, place - 12) : place])
        if char == "=" and not depth and not bare_index and _EQUALS.match(body, place):
            cuts.append(place + 1)
    ends = [cut - 1 for cut in cuts[1:]] + [len(body)]
    return [body[start:end] for start, end in zip(cuts, ends, strict=True)]


def _left(text: str, names: Names) -> tuple[str, ...]:
    """Return the indices of the entry left of the equals sign, if it is one."""
    try:
        tree = parse(text, names)
    except InvalidAnswer:
        return ()
    if tree.tag != INDEX:
        return ()
    parts = [part.name for part in tree.args if part.tag in (SYM, TEXT)]
    return tuple(parts[0]) if len(parts) == 1 and tree.args[0].tag == TEXT else tuple(parts)


def _indexed(tree: Node, ranks: Mapping[str, int]) -> Node:
    """Return the tree with x_{ij} and x_{11} as x_{i,j} and x_{1,1}.

    Raises:
        InvalidAnswer: an array has too few or too many indices.
    """
    args = tuple(_indexed(part, ranks) for part in tree.args)
    rank = ranks.get(tree.name)
    if rank is None or tree.tag not in (SYM, INDEX):
        return tree._replace(args=args)
    if len(args) == 1 and rank > 1:
        args = _cut(args[0], rank)
    if len(args) != rank:
        count = f"{rank} indices" if rank > 1 else "one index"
        raise InvalidAnswer(f"The array {tree.name!r} needs {count}; {len(args)} given.", None)
    return tree._replace(args=args)


def _cut(label: Node, rank: int) -> tuple[Node, ...]:
    if label.tag == SEQ:
        return label.args
    if label.tag == TEXT and len(label.name) == rank and label.name.isalpha():
        return tuple(Node(SYM, char) for char in label.name)
    if label.tag == NUM and len(str(label.value)) == rank:
        return tuple(number(int(char)) for char in str(label.value))
    return (label,)


def _renamed(reference: Formula, answer: Formula, free: Sequence[str]) -> Formula:
    """Return the answer with the free indices that it declares, dw[a, b] = ..., named as asked."""
    asked = reference.left or tuple(free)
    if len(asked) != len(answer.left) or set(asked) == set(answer.left):
        return answer
    sides = answer.sides
    for old, new in zip(answer.left, asked, strict=True):
        sides = tuple(replaced(side, old, Node(SYM, f"{new}\0")) for side in sides)
    for new in asked:
        sides = tuple(replaced(side, f"{new}\0", Node(SYM, new)) for side in sides)
    return Formula(asked, sides)
