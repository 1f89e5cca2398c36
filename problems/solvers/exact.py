"""Exact linear algebra on small systems."""

from collections.abc import Sequence
from fractions import Fraction


def solve_linear(matrix: Sequence[Sequence[int]], right: Sequence[int]) -> list[Fraction]:
    """Return x with matrix x = right, exactly.

    Args:
        matrix: square and regular, row by row.
        right: one entry a row.

    Raises:
        ZeroDivisionError: the matrix is singular.

    >>> solve_linear([[2, 0], [1, 1]], [1, 1])
    [Fraction(1, 2), Fraction(1, 2)]
    """
    rows = [
        [Fraction(entry) for entry in (*line, value)]
        for line, value in zip(matrix, right, strict=True)
    ]
    for column in range(len(rows)):
        pivot = max(range(column, len(rows)), key=lambda place: abs(rows[place][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        scale = 1 / rows[column][column]
        rows[column] = [entry * scale for entry in rows[column]]
        for other in range(len(rows)):
            if other != column:
                rows[other] = _less(rows[other], rows[column], rows[other][column])
    return [line[-1] for line in rows]


def is_regular(matrix: Sequence[Sequence[int]]) -> bool:
    """Say whether the square system has exactly one solution.

    >>> is_regular([[1, 2], [2, 4]])
    False
    """
    try:
        solve_linear(matrix, [0] * len(matrix))
    except ZeroDivisionError:
        return False
    return True


def _less(line: list[Fraction], other: list[Fraction], times: Fraction) -> list[Fraction]:
    return [entry - times * taken for entry, taken in zip(line, other, strict=True)]
