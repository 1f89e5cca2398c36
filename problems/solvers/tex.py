"""Variants written as TeX, for the statements."""

from collections.abc import Iterable, Sequence
from typing import Any


def column(values: Iterable[Any]) -> str:
    r"""Return a column vector.

    >>> column([1, 0])
    '\\begin{bmatrix} 1 \\\\ 0 \\end{bmatrix}'
    """
    return matrix([[value] for value in values])


def matrix(rows: Iterable[Sequence[Any]]) -> str:
    """Return a matrix in square brackets."""
    lines = r" \\ ".join(" & ".join(str(entry) for entry in line) for line in rows)
    return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"
