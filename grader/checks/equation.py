"""Equations and inequalities: equal up to a factor, or as solution sets."""

from grader.checks.reading import read_answer, read_reference
from grader.checks.settle import Job
from grader.checks.structure import Comparer
from grader.report import CheckResult


def check_equation(job: Job) -> CheckResult:
    """Compare an equation or inequality with the reference."""
    reference = read_reference(job)
    answer = read_answer(job)
    return job.result(Comparer(job).same(reference, answer), answer)
