"""Trees with sums over symbolic ends: different by an example, equal by induction, else undecided.

An example is a small whole value for every name in the ends of a sum, at which the sums are
written out. The induction over such a name n: equal at n = 1, and the difference (or else the
quotient) of the two sides does not change from n to n + 1, with everything else free and the sum
up to n unknown. Nothing is sampled to accept: what neither proves waits for a person.
"""

from grader.answers.balls import evaluate
from grader.answers.exact import Rational
from grader.answers.pair import Pair, Same
from grader.answers.points import generic_point
from grader.answers.survey import Survey
from grader.answers.tree import ADD, INDEX, Node, number, replace, walk
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined

_EXAMPLES = 8
_POINTS = 2
_TERMS = 160  # of all sums of an example together


def sums_agree(
    pair: Pair, reference: Node, answer: Node, survey: Survey, integers: set[str]
) -> Same:
    """Return whether trees with sums are equal."""
    if _example(pair, reference, answer, survey, integers):
        return Same.DIFFERENT
    if _induction(pair, reference, answer, sorted(survey.bounds)):
        return Same.EQUAL
    return pair.unknown("the two sums agree in the cases tried, but no proof was found")


def example_values(pair: Pair, survey: Survey, integers: set[str], k: int) -> dict[str, Rational]:
    """Return small whole values for the integer names."""
    depth = survey.depth
    cap = 40 if depth < 2 else max(2, int(_TERMS ** (1 / depth)))
    found: dict[str, Rational] = {}
    for name in survey.names:
        h = pair.hash("bound", name, k)
        if name in survey.bounds:
            found[name] = 1 + k if depth == 1 and k < 4 else 1 + h % cap
        elif name in integers:
            found[name] = 1 + h % 50
    return found


def _example(pair: Pair, reference: Node, answer: Node, survey: Survey, integers: set[str]) -> bool:
    """Whether the two are proved to differ at some example."""
    unclear = []
    for k in range(_EXAMPLES if len(survey.bounds) < 3 else 3):
        values = example_values(pair, survey, integers, k)
        field = pair.field(k, dict(values))
        try:
            if field.value(reference) == field.value(answer):
                continue
        except (Undefined, TooMuch):
            continue
        if not field.opaque:
            return True
        unclear.append(k)
    return any(_differ_at(pair, reference, answer, survey, integers, k) for k in unclear[:3])


def _differ_at(
    pair: Pair, reference: Node, answer: Node, survey: Survey, integers: set[str], k: int
) -> bool:
    if any(node.tag == INDEX and node.name in pair.domains for node in walk(reference, answer)):
        return False  # the balls draw entries from all reals, which may not be their domain
    point = generic_point(pair, list(survey.names), set(), k)
    for name, value in example_values(pair, survey, integers, k).items():
        point[name] = value  # type: ignore[assignment]
    try:
        (x, y), _ = evaluate((reference, answer), pair.seed, point, 256, pair.work)
    except (Undefined, Unclear, TooMuch, NotScalar, OverflowError):
        return False
    return not (x - y).contains(0)


def _induction(pair: Pair, reference: Node, answer: Node, names: list[str]) -> bool:
    """Whether the two are equal for all whole values of the names."""
    if _equal(pair, reference, answer):
        return True
    if not names:
        return False
    name, *rest = names
    one = number(1)
    if not _induction(pair, replace(reference, name, one), replace(answer, name, one), rest):
        return False
    return _step(pair, reference, answer, name)


def _equal(pair: Pair, left: Node, right: Node) -> bool:
    for flat in (True, False):
        if all(_agree_at(pair, left, right, k, flat=flat) for k in range(_POINTS)):
            return True
    return False


def _agree_at(pair: Pair, left: Node, right: Node, k: int, *, flat: bool) -> bool:
    field = pair.field(k)
    field.flat = flat
    try:
        return field.value(left) == field.value(right)
    except (Undefined, TooMuch):
        return False


def _step(pair: Pair, reference: Node, answer: Node, name: str) -> bool:
    """Whether n + 1 in place of n changes both sides by the same amount or factor."""
    following = Node(ADD, "", (Node("sym", name), number(1)))
    next_reference, next_answer = (
        replace(reference, name, following),
        replace(answer, name, following),
    )
    for flat in (True, False):
        differences = quotients = True
        for k in range(_POINTS):
            field = pair.field(k)
            field.flat = flat
            try:
                a, b = field.value(reference), field.value(answer)
                c, d = field.value(next_reference), field.value(next_answer)
            except (Undefined, TooMuch):
                differences = quotients = False
                break
            differences = differences and (c - a - d + b) % pair.prime == 0
            quotients = quotients and bool(a and b) and (c * b - a * d) % pair.prime == 0
        if differences or quotients:
            return True
    return False
