"""Vectors, matrices and tensors: the shape first, then entry by entry."""

import itertools
from collections import Counter
from collections.abc import Iterator

from grader.answers.canonical import canonical
from grader.answers.decide import same
from grader.answers.layouts import arrays_as_lists
from grader.answers.pair import Same
from grader.answers.parser import parse
from grader.answers.tree import Node, form
from grader.checks.array_terms import Array, Shape, array_of
from grader.checks.named import drop_name
from grader.checks.reading import read_reference
from grader.checks.settle import Job
from grader.checks.tolerance import same_or_close
from grader.errors import InvalidAnswer, SpecError
from grader.report import CheckResult, Topic, Verdict
from grader.spec import Kind

_NAMED = 6  # differing entries that a remark names


def check_array(job: Job) -> CheckResult:
    """Compare a vector, matrix or tensor with the reference."""
    reference, answer = _arrays(job)
    form = "[" + ", ".join(canonical(entry) for entry in answer.entries[:40]) + "]"
    if len(answer.shape) > 1:
        form = f"{'x'.join(map(str, answer.shape))}: {form}"
    form = form[:400]
    given, asked = _fitted(job.kind, answer.shape, reference.shape)
    if given != asked:
        job.remark(
            Topic.SHAPE,
            f"The shape is {_text(answer.shape)}; asked for is {_text(reference.shape)}.",
        )
        return CheckResult(Verdict.INCORRECT, 0.0, tuple(job.remarks), form)
    outcomes = [_entry(job, x, y) for x, y in zip(reference.entries, answer.entries, strict=True)]
    return _result(job, reference, answer, outcomes, form)


def _arrays(job: Job) -> tuple[Array, Array]:
    tree = read_reference(job, written=arrays_as_lists(job.reference))
    try:
        reference = array_of(tree)
    except InvalidAnswer as error:
        raise SpecError(f"the reference is no array: {error}") from error
    drop_name(job, tree)
    typed = job.answer
    text = arrays_as_lists(typed)
    try:
        return reference, array_of(parse(text, job.names))
    except InvalidAnswer as error:
        if text == typed:
            raise
        raise InvalidAnswer(str(error), None) from error


def _fitted(kind: Kind, given: Shape, asked: Shape) -> tuple[Shape, Shape]:
    """Return both shapes as they are compared: a vector may be written as a row or a column."""
    if kind is not Kind.VECTOR:
        return given, asked
    return _flat(given), _flat(asked)


def _flat(shape: Shape) -> Shape:
    return (
        tuple(size for size in shape if size != 1) or (1,)
        if len(shape) == 2 and 1 in shape
        else shape
    )


def _text(shape: Shape) -> str:
    return (
        " × ".join(map(str, shape))
        if len(shape) > 1
        else (f"{shape[0]} entries" if shape else "a single number")
    )


def _entry(job: Job, reference: Node, answer: Node) -> Same:
    if form(reference) == form(answer):
        return Same.EQUAL
    return same_or_close(job, reference, answer)


def _result(
    job: Job, reference: Array, answer: Array, outcomes: list[Same], form: str
) -> CheckResult:
    wrong = [k for k, outcome in enumerate(outcomes) if outcome is Same.DIFFERENT]
    if not wrong:
        done = job.result(Same.UNKNOWN if Same.UNKNOWN in outcomes else Same.EQUAL, None)
        return CheckResult(done.verdict, done.credit, done.remarks, form)
    places = list(itertools.islice(_places(answer.shape), len(outcomes)))
    named = ", ".join(
        str(places[k] if len(places[k]) > 1 else places[k][0]) for k in wrong[:_NAMED]
    )
    more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    job.remark(
        Topic.ENTRIES,
        f"{len(wrong)} of {len(outcomes)} entries differ: {named}{more}, counted from 1.",
    )
    _near_misses(job, reference, answer)
    if Same.UNKNOWN in outcomes:
        done = job.result(Same.UNKNOWN, None)
        return CheckResult(done.verdict, done.credit, done.remarks, form)
    credit = _credit(reference, answer, outcomes)
    verdict = Verdict.PARTIAL if credit else Verdict.INCORRECT
    return CheckResult(verdict, credit, tuple(job.remarks), form)


def _places(shape: Shape) -> Iterator[tuple[int, ...]]:
    return itertools.product(*(range(1, size + 1) for size in shape))


def _credit(reference: Array, answer: Array, outcomes: list[Same]) -> float:
    """Return the share of entries that are right.

    A value written into more entries than the reference has of it hits some of them by filling in,
    not by knowing: those hits count only in proportion to how many of the other entries are right.
    An array of one value (zeros, say) so earns nothing where the reference varies.
    """
    right = [outcome is Same.EQUAL for outcome in outcomes]
    given = [canonical(entry) for entry in answer.entries]
    common, count = Counter(given).most_common(1)[0]
    filled = [
        canonical(entry) == common or (hit and mine == common)
        for entry, mine, hit in zip(reference.entries, given, right, strict=True)
    ]
    others = len(filled) - sum(filled)
    if not others or count <= sum(filled):
        return round(sum(right) / len(right), 4)
    known = sum(hit and not fill for hit, fill in zip(right, filled, strict=True))
    hits = sum(hit and fill for hit, fill in zip(right, filled, strict=True))
    return round((known + hits * known / others) / len(right), 4)


def _near_misses(job: Job, reference: Array, answer: Array) -> None:
    """Say if the array is right but for a transposition, the sign, a flip or one constant."""
    pair = job.pair.renewed()
    for text, entries in _variants(reference):
        if len(entries) == len(answer.entries) and all(
            same(pair, x, y) is Same.EQUAL for x, y in zip(entries, answer.entries, strict=True)
        ):
            job.remark(Topic.NEAR_MISS, text)
            return


def _variants(reference: Array) -> Iterator[tuple[str, list[Node]]]:
    entries = reference.entries
    yield "This is right up to the sign.", [Node("neg", "", (entry,)) for entry in entries]
    yield "The order is reversed.", entries[::-1]
    if len(reference.shape) == 2:
        rows, columns = reference.shape
        table = [entries[k * columns : (k + 1) * columns] for k in range(rows)]
        if rows == columns:
            yield (
                "This is the transpose.",
                [table[j][i] for i in range(rows) for j in range(columns)],
            )
        yield "The rows are in reverse order.", [entry for row in table[::-1] for entry in row]
        yield "The columns are in reverse order.", [entry for row in table for entry in row[::-1]]
