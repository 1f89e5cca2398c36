"""Convolution as a matrix, in symbols and in numbers; the kernel is not flipped."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .conv import Array


def toeplitz_1d(entries: Sequence[str], size: int, padding: int = 0) -> list[list[str]]:
    """Return the matrix by which a kernel of symbols acts on a signal, stride 1.

    Args:
        entries: the kernel's entries as text.
        size: length of the signal.
        padding: zeros before and after the signal.

    Returns:
        Rows of text, one an output, `size` columns; "0" where the kernel does not reach.

    >>> toeplitz_1d(["a", "b"], 3)
    [['a', 'b', '0'], ['0', 'a', 'b']]
    """
    outputs = size + 2 * padding - len(entries) + 1
    rows = [["0"] * size for _ in range(outputs)]
    for start, row in enumerate(rows):
        for offset, entry in enumerate(entries):
            place = start + offset - padding
            if 0 <= place < size:
                row[place] = entry
    return rows


def toeplitz_2d(kernel: ArrayLike, height: int, width: int) -> Array:
    """Return the matrix by which a kernel acts on an image read row by row, stride 1, no padding.

    Args:
        kernel: (K, L).
        height: rows of the image.
        width: columns of the image.

    Returns:
        Array of shape ((height - K + 1) * (width - L + 1), height * width).
    """
    weights = np.asarray(kernel, dtype=float)
    rows, columns = height - weights.shape[0] + 1, width - weights.shape[1] + 1
    matrix = np.zeros((rows * columns, height * width))
    for output, (top, left) in enumerate(np.ndindex(rows, columns)):
        placed = np.zeros((height, width))
        placed[top : top + weights.shape[0], left : left + weights.shape[1]] = weights
        matrix[output] = placed.ravel()
    return matrix


def dot(weights: Sequence[str], inputs: Sequence[str]) -> str:
    """Return a sum of products as text.

    >>> dot(["a", "b"], ["x", "y"])
    'a*x + b*y'
    """
    return " + ".join(f"{weight}*{x}" for weight, x in zip(weights, inputs, strict=True))


def typed_rows(rows: Sequence[Sequence[str]]) -> str:
    """Return a matrix of symbols as it is typed.

    >>> typed_rows([["a", "0"], ["b", "1"]])
    '[[a, 0], [b, 1]]'
    """
    return "[" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "]"
