"""Three-valued logic over comparisons: what is not decided is never called wrong."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from grader.answers.pair import Same

T = TypeVar("T")
Compare = Callable[[T, T], Same]
Key = Callable[[T], str]
_MAX_COMPARISONS = 1600  # of items of unordered collections; beyond, a person decides


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


def in_any_order(
    compare: Compare[T], left: Sequence[T], right: Sequence[T], key: Key[T] | None = None
) -> Same:
    """Compare two collections, each item of one against one item of the other.

    Args:
        key: a form by which equal items are paired off before any is compared.
    """
    if len(left) != len(right):
        return Same.DIFFERENT
    ones, rest = _paired_off(left, right, key) if key else (list(left), list(right))
    if len(ones) ** 2 > _MAX_COMPARISONS:
        return Same.UNKNOWN
    found = Same.EQUAL
    for item in ones:
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


def _paired_off(left: Sequence[T], right: Sequence[T], key: Key[T]) -> tuple[list[T], list[T]]:
    """Return what is left of two collections when items of the same form are taken out in pairs."""
    forms = Counter(key(item) for item in right)
    ones = []
    for item in left:
        form = key(item)
        if forms[form]:
            forms[form] -= 1
        else:
            ones.append(item)
    rest = []
    for item in reversed(right):
        form = key(item)
        if forms[form]:
            forms[form] -= 1
            rest.append(item)
    return ones, rest[::-1]


def as_sets(
    compare: Compare[T], left: Sequence[T], right: Sequence[T], key: Key[T] | None = None
) -> Same:
    """Compare two collections, repetition and order aside."""
    if key:
        left, right = _without_repeats(left, key), _without_repeats(right, key)
        forms = {key(item) for item in left} & {key(item) for item in right}
        ones = [item for item in left if key(item) not in forms]
        others = [item for item in right if key(item) not in forms]
    else:
        ones, others = list(left), list(right)
    if len(ones) * len(right) + len(others) * len(left) > _MAX_COMPARISONS:
        return Same.UNKNOWN
    return both(
        either(compare(item, other) for other in candidates)
        for items, candidates in ((ones, right), (others, left))
        for item in items
    )


def _without_repeats(items: Sequence[T], key: Key[T]) -> list[T]:
    return list({key(item): item for item in reversed(items)}.values())[::-1]
