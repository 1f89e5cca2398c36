"""Which checker judges which kind, and the one way into all of them."""

from collections.abc import Callable

from grader.answers.names import Names
from grader.answers.pair import Pair
from grader.answers.work import NotScalar
from grader.checks.arrays import check_array
from grader.checks.collection import check_collection
from grader.checks.equation import check_equation
from grader.checks.filter import check_filter
from grader.checks.quantity import check_quantity
from grader.checks.scalar import check_scalar
from grader.checks.settle import Job, unreadable
from grader.checks.shape import check_shape
from grader.checks.text import check_text
from grader.errors import InvalidAnswer, SpecError
from grader.report import CheckResult, Remark, Topic, Verdict
from grader.spec import Kind, Options

Checker = Callable[[Job], CheckResult]

CHECKERS: dict[Kind, Checker] = {
    Kind.NUMBER: check_scalar,
    Kind.EXPRESSION: check_scalar,
    Kind.EQUATION: check_equation,
    Kind.INEQUALITY: check_equation,
    Kind.INTERVAL: check_equation,
    Kind.LIST: check_collection,
    Kind.TUPLE: check_collection,
    Kind.SET: check_collection,
    Kind.SHAPE: check_shape,
    Kind.VECTOR: check_array,
    Kind.MATRIX: check_array,
    Kind.TENSOR: check_array,
    Kind.QUANTITY: check_quantity,
    Kind.FILTER: check_filter,
    Kind.TEXT: check_text,
}


def check(
    kind: Kind,
    reference: str,
    answer: str,
    options: Options = Options(),
    *,
    reference_syntax: str = "auto",
    syntax: str = "auto",
) -> CheckResult:
    """Judge an answer against a reference.

    Args:
        reference_syntax: "sympy" reads E, I as constants; anything else is mixed freely.
        syntax: the same for the answer.

    Raises:
        SpecError: the reference cannot be read, or the kind has no checker.
    """
    checker = CHECKERS.get(kind)
    if checker is None:
        raise SpecError(f"there is no checker for the kind {kind.value!r}")
    if not answer.strip():
        return CheckResult(Verdict.MISSING, 0.0)
    names = Names(options, sympy=reference_syntax == "sympy")
    job = Job(kind, reference, answer, options, names, Pair(reference, answer, options.symbols))
    try:
        return checker(job)
    except InvalidAnswer as error:
        return unreadable(answer, error)
    except NotScalar:
        remark = Remark(Topic.READING, "This is not the kind of answer asked for.")
        return CheckResult(Verdict.INCORRECT, 0.0, (remark,))
