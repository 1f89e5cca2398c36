"""Which entries of a matrix are not zero."""

import numpy as np
from numpy.typing import ArrayLike

from grader.spec import Drawing

from . import svg

CELL, MARGIN = 16.0, 10.0


def sparsity(labels: ArrayLike) -> Drawing:
    """Draw a matrix as a grid of cells; entries with one label have one strength of colour.

    Args:
        labels: (rows, columns) of whole numbers, 0 where the entry is zero.
    """
    grid = np.asarray(labels, dtype=int)
    rows, columns = grid.shape
    strongest = max(1, int(grid.max()))
    parts = [
        svg.box(
            (MARGIN + CELL * column, MARGIN + CELL * row),
            (CELL, CELL),
            fill=svg.ACCENT,
            opacity=_strength(int(label), strongest),
            stroke=svg.SOFT,
        )
        for (row, column), label in np.ndenumerate(grid)
    ]
    filled = int(np.count_nonzero(grid))
    alt = (
        f"A matrix of {rows} rows and {columns} columns; {filled} of its {grid.size} entries are "
        f"not zero, with {len(np.unique(grid[grid > 0]))} different weights. "
        f"The first row has them in columns {_places(grid[0])}, the last in {_places(grid[-1])}."
    )
    return svg.drawing(2 * MARGIN + CELL * columns, 2 * MARGIN + CELL * rows, parts, alt)


def _strength(label: int, strongest: int) -> float:
    return 0.25 + 0.75 * label / strongest if label else 0.0


def _places(row: ArrayLike) -> str:
    return ", ".join(str(int(place) + 1) for place in np.flatnonzero(np.asarray(row)))
