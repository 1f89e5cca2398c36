"""The work of one growth class: what is done inside `counted` is counted as one decision."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from grader.answers.work import TooMuch, Work
from grader.checks.scales import Undecided

_WORK: ContextVar[Work] = ContextVar("_WORK")


@contextmanager
def counted(work: Work) -> Iterator[None]:
    """Count all that is done inside as work of one decision."""
    token = _WORK.set(work)
    try:
        yield
    finally:
        _WORK.reset(token)


def current() -> Work:
    """Return the work that is counted here; work of its own outside of `counted`."""
    return _WORK.get(Work())


def spend(steps: int) -> None:
    """Count steps.

    Raises:
        Undecided: the decision may not take more.
    """
    try:
        current().spend(steps)
    except TooMuch as error:
        raise Undecided from error
