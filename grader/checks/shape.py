"""Shapes: the sizes of an array, in all the ways in which people write them."""

from grader.answers.decide import same
from grader.answers.layouts import shape_as_list
from grader.answers.names import Names
from grader.answers.pair import Same
from grader.answers.parser import parse
from grader.answers.tree import RATIO, SEQ, Node, is_scalar
from grader.checks.array_terms import HALF_OPEN
from grader.checks.outcome import in_order
from grader.checks.reading import parse_reference, used_names
from grader.checks.settle import Job
from grader.errors import InvalidAnswer
from grader.report import CheckResult, Topic


def check_shape(job: Job) -> CheckResult:
    """Compare the sizes with those of the reference, in order."""
    reference = sizes(job.reference, job.names, is_reference=True)
    job.names.learn(job.reference, set().union(*(used_names(size) for size in reference)))
    answer = sizes(job.answer, job.names)
    tree = Node(SEQ, "()", tuple(answer))
    if len(reference) != len(answer):
        job.remark(Topic.SHAPE, f"{_count(answer)} given; asked for are {len(reference)}.")
        return job.result(Same.DIFFERENT, tree)
    outcome = in_order(lambda x, y: same(job.pair, x, y), reference, answer)
    if outcome is Same.DIFFERENT:
        _remark_order(job, reference, answer)
    return job.result(outcome, tree)


def sizes(text: str, names: Names, *, is_reference: bool = False) -> list[Node]:
    """Return the sizes that a text spells: (3, 32, 32), [3, 32, 32], 3x32x32, 3@32×32, 3 32 32.

    Raises:
        InvalidAnswer: it cannot be read.
    """
    written = shape_as_list(text)
    try:
        tree = parse_reference(written, names) if is_reference else parse(written, names)
    except InvalidAnswer as error:
        raise InvalidAnswer(str(error), error.position if written == text else None) from error
    return _parts(tree)


def _parts(tree: Node) -> list[Node]:
    while tree.tag == SEQ and len(tree.args) == 1 and tree.args[0].tag == SEQ:
        tree = tree.args[0]
    parts = list(tree.args) if tree.tag in (SEQ, RATIO) else [tree]
    if not parts or not all(is_scalar(part) for part in parts) or tree.name in HALF_OPEN:
        raise InvalidAnswer("A shape is a list of sizes, such as 3 x 32 x 32.", tree.start)
    return parts


def _count(answer: list[Node]) -> str:
    return "1 size is" if len(answer) == 1 else f"{len(answer)} sizes are"


def _remark_order(job: Job, reference: list[Node], answer: list[Node]) -> None:
    from grader.checks.outcome import in_any_order

    if in_any_order(lambda x, y: same(job.pair, x, y), reference, answer) is Same.EQUAL:
        job.remark(Topic.NEAR_MISS, "The sizes are right, but in another order.")
