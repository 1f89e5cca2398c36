"""Numbers and expressions: one value, or one formula."""

from grader.answers.pair import Same
from grader.answers.parser import parse
from grader.answers.decide import same
from grader.answers.tree import Node, is_scalar
from grader.checks.settle import Job
from grader.report import CheckResult


def check_scalar(job: Job) -> CheckResult:
    """Compare one value or formula with the reference."""
    reference = read_reference(job)
    answer = parse(job.answer, job.names)
    if not (is_scalar(reference) and is_scalar(answer)):
        return job.result(Same.DIFFERENT, answer)
    return job.result(same(job.pair, reference, answer), answer)


def read_reference(job: Job) -> Node:
    """Return the tree of the reference and make its names known to the answer."""
    from grader.answers.tree import free_names

    tree = parse(job.reference, job.names)
    job.names.learn(job.reference, free_names(tree))
    return tree
