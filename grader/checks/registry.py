"""Which checker judges which kind, and the one way into all of them."""

from collections.abc import Callable

from grader.answers.pair import Pair
from grader.answers.work import NotScalar, TooMuch
from grader.checks.arrays import check_array
from grader.checks.choice import check_choice
from grader.checks.collection import check_collection
from grader.checks.equation import check_equation
from grader.checks.filter import check_filter
from grader.checks.formula import check_formula
from grader.checks.growth import check_growth
from grader.checks.quantity import check_quantity
from grader.checks.scalar import check_scalar
from grader.checks.sets import check_interval, check_set
from grader.checks.settle import Job, unreadable
from grader.checks.shape import check_shape
from grader.checks.text import check_text
from grader.errors import InvalidAnswer, SpecError
from grader.report import CheckResult, Remark, Topic, Verdict
from grader.spec import Kind, Options

_DEFAULT = Options()
Checker = Callable[[Job], CheckResult]

CHECKERS: dict[Kind, Checker] = {
    Kind.NUMBER: check_scalar,
    Kind.EXPRESSION: check_scalar,
    Kind.EQUATION: check_equation,
    Kind.INEQUALITY: check_equation,
    Kind.INTERVAL: check_interval,
    Kind.LIST: check_collection,
    Kind.TUPLE: check_collection,
    Kind.SET: check_set,
    Kind.SHAPE: check_shape,
    Kind.VECTOR: check_array,
    Kind.MATRIX: check_array,
    Kind.TENSOR: check_array,
    Kind.QUANTITY: check_quantity,
    Kind.CHOICE: check_choice,
    Kind.GROWTH: check_growth,
    Kind.FORMULA: check_formula,
    Kind.FILTER: check_filter,
    Kind.TEXT: check_text,
}


def check(
    kind: Kind,
    reference: str,
    answer: str,
    options: Options = _DEFAULT,
    *,
    reference_syntax: str = "auto",
    syntax: str = "auto",
) -> CheckResult:
    """Judge an answer against a reference.

    Args:
        reference_syntax, syntax: how the texts were typed. All notations are read mixed freely;
            "sympy" also reads E and I as the constants in the reference.

    Raises:
        SpecError: the reference cannot be read, or the kind has no checker.
    """
    checker = CHECKERS.get(kind)
    if checker is None:
        raise SpecError(f"there is no checker for the kind {kind.value!r}")
    if not answer.strip():
        return CheckResult(Verdict.MISSING, 0.0)
    sympy = "sympy" in (reference_syntax, syntax)
    job = Job(kind, reference, answer, options, Pair(reference, answer, options.symbols), sympy)
    try:
        return checker(job)
    except InvalidAnswer as error:
        return unreadable(answer, error)
    except TooMuch:
        return job.result(job.pair.unknown("this takes more work than is allowed"), None)
    except NotScalar:
        remark = Remark(Topic.READING, "This is not the kind of answer asked for.")
        return CheckResult(Verdict.INCORRECT, 0.0, (remark,))
