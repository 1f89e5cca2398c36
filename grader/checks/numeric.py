"""Answers as plain numbers, for the parts that an author judges as a whole or draws."""

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from grader.answers.balls import evaluate
from grader.answers.definitions import written_out
from grader.answers.exact import exact
from grader.answers.layouts import arrays_as_lists
from grader.answers.names import Names
from grader.answers.parser import parse
from grader.answers.tree import Node
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined, Work
from grader.checks.array_terms import array_of
from grader.checks.claims import claim_of, read_claim
from grader.checks.kernels import read_kernel
from grader.errors import InvalidAnswer
from grader.spec import Domain, Options

PRECISION = 128
"""Bits; a drawing needs few of them, a difference of large terms more."""


def read_numbers(text: str) -> NDArray[np.float64]:
    """Return the numbers that an array of any shape spells, in all the ways that arrays are typed.

    Raises:
        InvalidAnswer: it cannot be read, is no array, or holds something else than numbers.
    """
    array = array_of(parse(arrays_as_lists(text), Names(Options())))
    values = []
    for entry in array.entries:
        value = exact(entry)
        if value is None:
            raise InvalidAnswer("Every entry has to be a plain number.", entry.start)
        values.append(float(value))
    return np.array(values).reshape(array.shape)


def read_filter(text: str) -> NDArray[np.float64]:
    """Return the filter that a text spells, a number times a matrix included.

    Raises:
        InvalidAnswer: it is no matrix of numbers.
    """
    return np.array([[float(entry.value) for entry in row] for row in read_kernel(text)])


def value_at(text: str, values: Mapping[str, int]) -> float | None:
    """Return the value of a formula where its names have these values; None where it has none.

    Raises:
        InvalidAnswer: it cannot be read.
    """
    return _real_at(parse(text, _names(values)), values)


def growth_at(text: str, name: str, values: Mapping[str, int]) -> float | None:
    """Return the value of a growth class, "n^2", "O(n)" or "linear", as `value_at` does.

    Args:
        name: the variable that words such as "linear" speak of.

    Raises:
        InvalidAnswer: it cannot be read.
    """
    return _real_at(read_claim(claim_of(text), _names(values), name), values)


def _names(values: Mapping[str, int]) -> Names:
    return Names(Options(symbols=dict.fromkeys(values, Domain.REAL)))


def _real_at(tree: Node, values: Mapping[str, int]) -> float | None:
    point = {name: Fraction(value) for name, value in values.items()}
    try:
        (ball,), _ = evaluate((written_out(tree),), b"", point, PRECISION, Work())
    except (Undefined, Unclear, TooMuch, NotScalar):
        return None
    value = float(ball.real.mid())
    return value if ball.imag.contains(0) and isfinite(value) else None
