"""Counted work, and the ways in which an evaluation ends without a value."""

from grader.answers.limits import MAX_WORK


class Undefined(Exception):
    """There is no value at this point: a pole, 0^0, the logarithm of 0."""


class Unclear(Exception):
    """There may be a value, but this precision does not show it: a branch or a jump too near."""


class TooMuch(Exception):
    """The work would go over its budget."""


class NotScalar(Exception):
    """A list, a relation or a text stands where a number is needed."""


class Work:
    """Steps used by one decision, shared by all its evaluations."""

    __slots__ = ("limit", "used")

    def __init__(self, limit: int = MAX_WORK) -> None:
        self.used = 0
        self.limit = limit

    @property
    def is_over(self) -> bool:
        """Whether more was asked for than the decision may take."""
        return self.used > self.limit

    def spend(self, steps: int) -> None:
        """Count steps.

        Raises:
            TooMuch: more are spent than the decision may take.
        """
        self.used += steps
        if self.used > self.limit:
            raise TooMuch
