"""Numbers and expressions: one value, or one formula."""

from grader.answers.decide import same
from grader.answers.pair import Same
from grader.answers.tree import SEQ, Node, is_scalar, walk
from grader.checks.named import drop_name
from grader.checks.near_miss import remark_near_miss
from grader.checks.reading import read_answer, read_reference
from grader.checks.settle import Job
from grader.checks.structure import Comparer
from grader.checks.tolerance import has_tolerance, within_tolerance
from grader.report import CheckResult


def check_scalar(job: Job) -> CheckResult:
    """Compare one value or formula with the reference."""
    reference = read_reference(job, commas=True)
    drop_name(job, reference)
    answer = read_answer(job, commas=True)
    scalars = is_scalar(reference) and is_scalar(answer)
    if not scalars:
        reference, answer = ungrouped(reference), ungrouped(answer)
        scalars = is_scalar(reference) and is_scalar(answer)
    if not scalars:
        return job.result(Comparer(job).same(reference, answer), answer)
    outcome = same(job.pair, reference, answer)
    if outcome is not Same.EQUAL and has_tolerance(job.options):
        outcome = within_tolerance(job, reference, answer)
    if outcome is Same.DIFFERENT:
        remark_near_miss(job, reference, answer)
    return job.result(outcome, answer)


def ungrouped(node: Node) -> Node:
    """Return the tree with square brackets around single terms taken as round ones: [x + y] z."""
    if not any(part.tag == SEQ for part in walk(node)) or node.tag == SEQ:
        return node
    return _ungrouped(node)


def _ungrouped(node: Node) -> Node:
    if node.tag == SEQ and len(node.args) == 1 and node.name in ("[]", "{}", ""):
        return _ungrouped(node.args[0])
    return node._replace(args=tuple(_ungrouped(part) for part in node.args)) if node.args else node
