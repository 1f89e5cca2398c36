"""Sums: opaque values in the field that keep their identities, and sums proved equal by recurrence."""

from grader.answers.exact import exact
from grader.answers.field import Field
from grader.answers.limits import MAX_TERMS
from grader.answers.pair import Pair, Same
from grader.answers.survey import Survey
from grader.answers.tree import Node
from grader.answers.work import TooMuch


def field_sum(field: Field, node: Node) -> int:
    """Return the value of a sum or product in the field."""
    index, low_node, high_node, body = node.args
    low, high = exact(low_node, field.known), exact(high_node, field.known)
    if low is not None and high is not None and low.denominator == high.denominator == 1:
        return _written_sum(field, node, int(low), int(high))
    field.opaque = True
    start = field.value(low_node)
    length = (field.value(high_node) - start + 1) % field.p
    inside = _with_index(field, index.name, start + field.random("index"), body)
    return field.random(node.name, inside, length)


def _with_index(field: Field, name: str, value: int, body: Node) -> int:
    known = field.known.pop(name, None)
    old = field.values.get(name)
    field.values[name] = value % field.p
    result = field.value(body)
    del field.values[name]
    if old is not None:
        field.values[name] = old
    if known is not None:
        field.known[name] = known
    return result


def _written_sum(field: Field, node: Node, low: int, high: int) -> int:
    if high - low >= MAX_TERMS:
        raise TooMuch
    index, _, _, body = node.args
    product = node.name == "prod"
    total = 1 if product else 0
    known = field.known.get(index.name)
    for k in range(low, high + 1):
        field.known[index.name] = k
        value = field.value(body)
        total = (total * value if product else total + value) % field.p
    field.known.pop(index.name, None)
    if known is not None:
        field.known[index.name] = known
    return total


def sums_agree(
    pair: Pair, reference: Node, answer: Node, survey: Survey, integers: set[str]
) -> Same:
    """Return whether trees with sums are equal, by proof either way."""
    return pair.unknown("sums that differ in form")
