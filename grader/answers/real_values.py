"""Where only real values count: roots and logarithms of real names, with no i written.

1/sqrt(x) and sqrt(1/x) are one function where they have real values. Below zero both have none,
and there the principal values, which differ, say nothing about what was meant. Where only one side
leaves the reals, they differ: ln(x^2) is not 2 ln(x).
"""

from flint import acb

from grader.answers.balls import Point, evaluate
from grader.answers.pair import Pair
from grader.answers.survey import COMPLEX, Survey, survey_of
from grader.answers.tree import CALL, CONST, NUM, POW, Node, free_names, walk
from grader.answers.work import Unclear, Undefined
from grader.spec import Domain

_BITS = 128


def only_real(pair: Pair, trees: tuple[Node, Node], survey: Survey) -> bool:
    """Whether values that are not real mean nothing in these trees.

    A power with names in its exponent keeps its values: (a^b)^c is not a^(bc), though both are
    real for hardly any a below zero. So does a constant that is not real, such as ln(-2).
    """
    if any(pair.domain(name) is Domain.COMPLEX for name in survey.names):
        return False
    if any(_means_complex(node) for node in walk(*trees)):
        return False
    constants = tuple(node for node in survey.branches if not free_names(node))
    try:
        values, _ = evaluate(constants, pair.seed, {}, _BITS, pair.work)
    except (Undefined, Unclear, OverflowError, KeyError):
        return False
    return all(value.imag.contains(0) for value in values)


def _means_complex(node: Node) -> bool:
    if node.tag == CONST:
        return node.name == "i"
    if node.tag == CALL:
        return node.name in COMPLEX
    if node.tag != POW or not free_names(node.args[1]):
        return False
    base = node.args[0]
    return not ((base.tag == CONST and base.name == "e") or (base.tag == NUM and base.value > 0))


def leaves_the_reals(pair: Pair, tree: Node, value: acb, point: Point) -> bool:
    """Whether a tree, or a root or logarithm inside, is proven to have no real value at a point.

    |1 - sqrt(x - 1)| is real below 1 too, but only by way of the imaginary.
    """
    if not value.imag.contains(0):
        return True
    for node in survey_of(tree).branches:
        try:
            (inner,), _ = evaluate((node,), pair.seed, point, _BITS, pair.work)
        except (Undefined, Unclear, OverflowError, KeyError):
            continue
        if not inner.imag.contains(0):
            return True
    return False
