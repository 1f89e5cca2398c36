"""Three-valued logic over comparisons: what is not decided is never called wrong."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from grader.answers.pair import Same

T = TypeVar("T")
Compare = Callable[[T, T], Same]


def both(outcomes: Iterable[Same]) -> Same:
    """Return DIFFERENT if any is, else UNKNOWN if any is, else EQUAL."""
    found = Same.EQUAL
    for outcome in outcomes:
        if outcome is Same.DIFFERENT:
            return outcome
        if outcome is Same.UNKNOWN:
            found = outcome
    return found


def either(outcomes: Iterable[Same]) -> Same:
    """Return EQUAL if any is, else UNKNOWN if any is, else DIFFERENT; stops at the first EQUAL."""
    found = Same.DIFFERENT
    for outcome in outcomes:
        if outcome is Same.EQUAL:
            return outcome
        if outcome is Same.UNKNOWN:
            found = outcome
    return found


def in_order(compare: Compare[T], left: Sequence[T], right: Sequence[T]) -> Same:
    """Compare two sequences item by item."""
    if len(left) != len(right):
        return Same.DIFFERENT
    return both(compare(a, b) for a, b in zip(left, right, strict=True))


def in_any_order(compare: Compare[T], left: Sequence[T], right: Sequence[T]) -> Same:
    """Compare two collections, each item of one against one item of the other."""
    if len(left) != len(right):
        return Same.DIFFERENT
    rest = list(right)
    found = Same.EQUAL
    for item in left:
        outcomes: list[Same] = []
        for k, other in enumerate(rest):
            outcomes.append(compare(item, other))
            if outcomes[-1] is Same.EQUAL:
                del rest[k]
                break
        else:
            if Same.UNKNOWN not in outcomes:
                return Same.DIFFERENT
            found = Same.UNKNOWN
    return found


def as_sets(compare: Compare[T], left: Sequence[T], right: Sequence[T]) -> Same:
    """Compare two collections, repetition and order aside."""
    return both(
        either(compare(item, other) for other in others)
        for items, others in ((left, right), (right, left))
        for item in items
    )
