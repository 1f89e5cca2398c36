"""Lists, tuples and sets: items compared one by one, in order where order counts."""

from grader.answers.pair import Same
from grader.answers.plusminus import written
from grader.answers.spreading import spread
from grader.answers.tree import AND, OR, REL, SEQ, Node, form, free_names
from grader.checks.outcome import Compare, as_sets, in_any_order, in_order
from grader.checks.reading import read_answer, read_reference
from grader.checks.settle import Job
from grader.checks.structure import Comparer, brackets, items
from grader.report import CheckResult
from grader.spec import Kind


def check_collection(job: Job) -> CheckResult:
    """Compare a list, a tuple or a set with the reference."""
    reference, answer = spread(read_reference(job)), spread(read_answer(job))
    comparer = Comparer(job)
    left, right = members(reference), members(answer)
    if joined_otherwise(reference, answer):
        return job.result(Same.DIFFERENT, answer)
    if _is_interval(reference) or _is_interval(answer):
        return job.result(comparer.same(reference, answer), answer)
    outcome = _compared(job, comparer.same, left, right)
    return job.result(outcome, answer)


def members(tree: Node) -> tuple[Node, ...]:
    """Return the items of a collection; anything else is a collection of one."""
    tree = written(tree)
    if tree.tag in (AND, OR):
        return items(tree)
    if tree.tag != SEQ:
        return (tree,)
    inner = tree.args[0] if len(tree.args) == 1 else None
    if inner is not None and inner.tag in (SEQ, AND, OR) and brackets(inner) == "":
        return items(inner)
    return items(tree)


def joined_otherwise(reference: Node, answer: Node) -> bool:
    """Whether one is a = 1 and b = 2, the other a = 1 or b = 2: of several names, this counts.

    x = 1 and x = 2 may list the solutions, as x = 1 or x = 2 does.
    """
    trees = (reference, answer)
    return (
        {tree.tag for tree in trees} == {AND, OR}
        and len(free_names(*trees)) > 1
        and all(part.tag == REL for tree in trees for part in tree.args)
    )


def _is_interval(tree: Node) -> bool:
    return tree.tag == SEQ and tree.name in ("[)", "(]", "][")


def _compared(
    job: Job, same: Compare[Node], left: tuple[Node, ...], right: tuple[Node, ...]
) -> Same:
    """Compare as the kind and the options ask: in order, in any order, or as sets."""
    order = job.options.order
    if job.kind is Kind.TUPLE or (job.kind is Kind.LIST and order is not False) or order:
        return in_order(same, left, right)
    if job.kind is Kind.SET:
        return as_sets(same, left, right, form)
    return in_any_order(same, left, right, form)
