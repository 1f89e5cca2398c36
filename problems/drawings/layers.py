"""A stack of layers: maps as boxes, vectors as bars, in the order of the network."""

from collections.abc import Mapping, Sequence
from math import log2

from grader.spec import Drawing

from . import svg

COLUMN, TALLEST, FLOOR, SHEET = 104.0, 120.0, 150.0, 205.0
MAP_AXES = 3


def layer_diagram(shapes: Mapping[str, Sequence[int]]) -> Drawing:
    """Draw what leaves each layer; heights grow with the logarithm of the size.

    Args:
        shapes: name of the layer to (channels, height, width) or to a length, in order.
    """
    parts: list[str] = []
    largest = max(_extent(shape) for shape in shapes.values())
    for place, (name, shape) in enumerate(shapes.items()):
        middle = COLUMN * (place + 0.5)
        height = TALLEST * log2(1 + _extent(shape)) / log2(1 + largest)
        width = 0.55 * height if len(shape) == MAP_AXES else 12.0
        corner = (middle - width / 2, FLOOR - height)
        parts.append(
            svg.box(corner, (width, height), fill=svg.ACCENT, opacity=0.25, stroke=svg.ACCENT)
        )
        parts.append(svg.words((middle, FLOOR + 20), spelled(shape)))
        parts.append(svg.words((middle, FLOOR + 40), name, colour=svg.SOFT))
        if place:
            start, end = middle - COLUMN + 34, middle - 36
            parts.append(svg.path([(start, FLOOR - 30), (end, FLOOR - 30)], colour=svg.SOFT))
            parts.append(
                svg.path(
                    [(end - 5, FLOOR - 34), (end, FLOOR - 30), (end - 5, FLOOR - 26)],
                    colour=svg.SOFT,
                )
            )
    listed = ", then ".join(f"{name} {spelled(shape)}" for name, shape in shapes.items())
    return svg.drawing(COLUMN * len(shapes), SHEET, parts, f"The layers in order: {listed}.")


def spelled(shape: Sequence[int]) -> str:
    """Return a shape as the paper writes it.

    >>> spelled([3, 64, 64]), spelled([10])
    ('3@64×64', '10')
    """
    return f"{shape[0]}@{shape[1]}×{shape[2]}" if len(shape) == MAP_AXES else str(shape[0])


def _extent(shape: Sequence[int]) -> int:
    return shape[-1]
