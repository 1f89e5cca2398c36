"""Answers as plain numbers, for the parts that an author judges as a whole or draws."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grader.answers.exact import exact
from grader.answers.layouts import arrays_as_lists
from grader.answers.names import Names
from grader.answers.parser import parse
from grader.checks.array_terms import array_of
from grader.checks.kernels import read_kernel
from grader.errors import InvalidAnswer
from grader.spec import Domain, Options


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
    tree = parse(text, Names(Options(symbols=dict.fromkeys(values, Domain.REAL))))
    value = exact(tree, values)
    return None if value is None else float(value)
