"""Equations and inequalities: equal up to a factor, or as solution sets."""

from dataclasses import replace

from grader.answers.pair import Same
from grader.answers.spellings import with_logic
from grader.answers.tree import DIV, Node, free_names, walk
from grader.checks.congruence import is_congruence, same_congruences
from grader.checks.reading import read_answer, read_reference
from grader.checks.settle import Job
from grader.checks.solutions import same_solutions
from grader.checks.structure import Comparer
from grader.report import CheckResult


def check_equation(job: Job) -> CheckResult:
    """Compare an equation or inequality with the reference."""
    job = replace(job, reference=with_logic(job.reference), answer=with_logic(job.answer))
    reference = read_reference(job)
    answer = read_answer(job)
    return job.result(same_relation(job, reference, answer), answer)


def same_relation(job: Job, reference: Node, answer: Node) -> Same:
    """Return whether two relations say the same, in form or as what solves them."""
    if is_congruence(reference) and is_congruence(answer):
        return same_congruences(job.pair, reference, answer)
    found = Comparer(job).same(reference, answer)
    if found is Same.EQUAL and not _has_poles(reference, answer):
        return found
    solved = same_solutions(job.pair, reference, answer, intervals=True)
    return found if solved is None else solved


def _has_poles(*trees: Node) -> bool:
    """Whether something is divided by what may be zero: x^2/x = 0 has no solution, x = 0 has."""
    return any(node.tag == DIV and free_names(node.args[1]) for node in walk(*trees))
