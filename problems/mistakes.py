"""Well-known wrong ways in the other forms in which their answers may be typed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from grader.spec import Misconception, Params


def also_as_side(mistakes: Sequence[Misconception]) -> tuple[Misconception, ...]:
    """Return mistakes that lead to a square, [7, 7], each also for who types its side alone."""
    return _also(mistakes, "as a side", lambda square: square[:1])


def also_as_fraction(mistakes: Sequence[Misconception]) -> tuple[Misconception, ...]:
    """Return mistakes that lead to a percentage, each also for who types 28 % or 0.28."""
    return _also(mistakes, "as a fraction", lambda percentage: round(percentage / 100, 8))


def _also(
    mistakes: Sequence[Misconception], form: str, changed: Callable[[Any], Any]
) -> tuple[Misconception, ...]:
    others = (
        replace(mistake, name=f"{mistake.name}, {form}", solve=_changed_answer(mistake, changed))
        for mistake in mistakes
    )
    return (*mistakes, *others)


def _changed_answer(
    mistake: Misconception, changed: Callable[[Any], Any]
) -> Callable[[Params], Any]:
    return lambda params: changed(mistake.solve(params))
