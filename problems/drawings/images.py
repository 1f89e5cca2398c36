"""What filters do to a small image: the reference's answer, and the student's beside it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from grader.checks.numeric import read_filter
from grader.errors import InvalidAnswer
from grader.spec import Drawing, Draws, Params, Solver, as_typed

from ..solvers.conv import Array, conv
from . import svg

SIDE, CELL, GAP, TOP = 14, 9.0, 26.0, 30.0
STRENGTHS = 20
"""Steps from no answer to a picture's largest one; the eye tells no more apart."""


def scene_with_edges() -> Array:
    """Return an image with a vertical edge, a horizontal edge and a disc, values 0 to 1."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    scene = np.zeros((SIDE, SIDE))
    scene[2:7, 2:7] = 1.0
    scene[(rows - 9.5) ** 2 + (columns - 9) ** 2 < 11] = 0.7
    return scene


def beside_reference(solve: Solver) -> Draws:
    """Return the drawing of a part whose one field is a filter."""

    def draw(params: Params, answers: Mapping[str, str]) -> Drawing:
        given = _kernel_in(answers)
        own = {} if given is None else {"your filter": given}
        return filtered({**own, "reference": read_filter(as_typed(solve(params)))})

    return draw


def own_filter(_: Params, answers: Mapping[str, str]) -> Drawing | None:
    """Draw what the student's filter does; nothing where it cannot be laid over the scene."""
    given = _kernel_in(answers)
    return None if given is None else filtered({"your filter": given})


def _kernel_in(answers: Mapping[str, str]) -> Array | None:
    try:
        given = read_filter(answers[""])
    except (KeyError, InvalidAnswer):
        return None
    return given if max(given.shape) <= SIDE else None


def filtered(kernels: Mapping[str, ArrayLike]) -> Drawing:
    """Draw the scene and what each filter makes of it, without borders.

    Positive answers are drawn in ink, negative ones in the warning colour, each picture scaled to
    its own largest answer.

    Args:
        kernels: caption to kernel, at least one.
    """
    scene = scene_with_edges()
    pictures = {"image": scene} | {name: conv(scene, kernel) for name, kernel in kernels.items()}
    parts, left, facts = [], GAP, []
    for name, picture in pictures.items():
        parts += _picture(picture, left)
        width = CELL * picture.shape[1]
        parts.append(svg.words((left + width / 2, TOP - 10), name))
        facts.append(f"{name}: answers from {picture.min():.2g} to {picture.max():.2g}")
        left += max(width, 100) + GAP
    parts += _legend(TOP + CELL * SIDE + GAP)
    alt = f"A small image with edges and a disc, and filtered copies of it. {'; '.join(facts)}."
    return svg.drawing(left, TOP + CELL * SIDE + 2 * GAP, parts, alt)


def _legend(base: float) -> list[str]:
    """Return a line of words, on that base, that says what the colours mean."""
    left, parts = GAP, []
    for colour, words, room in ((svg.INK, "positive", 78.0), (svg.WRONG, "negative", 82.0)):
        parts.append(svg.box((left, base - CELL), (CELL, CELL), fill=colour))
        parts.append(svg.words((left + CELL + 6, base), words, anchor="start"))
        left += room + CELL
    return [*parts, svg.words((left, base), "empty: 0", anchor="start")]


def _picture(picture: Array, left: float) -> list[str]:
    """Return a frame and, for each strength of each sign, its pixels as one shape."""
    height, width = picture.shape
    parts = [svg.box((left, TOP), (CELL * width, CELL * height), stroke=svg.SOFT)]
    largest = float(np.abs(picture).max()) or 1.0
    strengths = np.rint(STRENGTHS * picture / largest).astype(int)
    for strength in np.unique(strengths[strengths != 0]):
        corners = [
            (left + CELL * column, TOP + CELL * row)
            for row, column in np.argwhere(strengths == strength).tolist()
        ]
        colour = svg.INK if strength > 0 else svg.WRONG
        parts.append(svg.squares(corners, CELL, fill=colour, opacity=abs(strength) / STRENGTHS))
    return parts
