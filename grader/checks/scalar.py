"""Numbers and expressions: one value, or one formula."""

from grader.answers.exact import exact
from grader.answers.pair import Same
from grader.answers.tree import CHAIN, REL, SEQ, Node, free_names, is_scalar, walk
from grader.checks.named import drop_name
from grader.checks.near_miss import remark_near_miss
from grader.checks.reading import read_answer, read_reference
from grader.checks.settle import Job
from grader.checks.structure import Comparer
from grader.checks.tolerance import same_or_close
from grader.checks.words import asks_for_digits, read_digits, refuse_words
from grader.report import CheckResult


def check_scalar(job: Job) -> CheckResult:
    """Compare one value or formula with the reference."""
    reference = read_reference(job, commas=True)
    drop_name(job, reference)
    digits = asks_for_digits(job.kind, job.options) and not free_names(reference)
    answer = read_digits(job.answer, job.names) if digits else read_answer(job, commas=True)
    scalars = is_scalar(reference) and is_scalar(answer)
    if not scalars and is_scalar(reference) and _is_worked_out(job, reference, answer):
        return job.result(Same.EQUAL, answer.args[-1])
    if not scalars:
        reference, answer = ungrouped(reference), ungrouped(answer)
        scalars = is_scalar(reference) and is_scalar(answer)
    outcome = _same(job, reference, answer) if scalars else Comparer(job).same(reference, answer)
    if outcome is Same.DIFFERENT:
        if digits:
            refuse_words(job.answer, answer)
        if scalars:
            remark_near_miss(job, reference, answer)
    return job.result(outcome, answer)


def _same(job: Job, reference: Node, answer: Node) -> Same:
    outcome = same_or_close(job, reference, answer)
    if outcome is Same.DIFFERENT and _counts_degrees(reference, answer):
        return _same(job, reference, answer.args[0])
    return outcome


def _counts_degrees(reference: Node, answer: Node) -> bool:
    """Whether an answer such as 90° meets a reference without the sign: 90 of them."""
    return (
        answer.name == "°"
        and exact(answer.args[0]) is not None
        and all(node.name != "°" for node in walk(reference))
    )


def _is_worked_out(job: Job, reference: Node, answer: Node) -> bool:
    """Whether this is a number with the way to it, 7*3 = 21: each side has to be right."""
    return (
        not free_names(reference)
        and answer.tag in (REL, CHAIN)
        and set(answer.name.split()) == {"="}
        and all(is_scalar(side) for side in answer.args)
        and all(_same(job, reference, side) is Same.EQUAL for side in answer.args)
    )


def ungrouped(node: Node) -> Node:
    """Return the tree with square brackets around single terms taken as round ones: [x + y] z."""
    if not any(part.tag == SEQ for part in walk(node)) or node.tag == SEQ:
        return node
    return _ungrouped(node)


def _ungrouped(node: Node) -> Node:
    if node.tag == SEQ and len(node.args) == 1 and node.name in ("[]", "{}", ""):
        return _ungrouped(node.args[0])
    return node._replace(args=tuple(_ungrouped(part) for part in node.args)) if node.args else node
