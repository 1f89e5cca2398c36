"""What a filter answers to test images: flat areas, straight steps, soft steps of every direction.

Only positions where the filter lies wholly inside the image count, so that no border is to be
chosen. Whether the filter is flipped does not matter: the answers agree up to the sign.
"""

import math
from collections.abc import Iterator
from fractions import Fraction

from grader.checks.kernels import Kernel, Rounded, added, entries, transposed

DIRECTIONS = 16
_OFFSETS = 20  # positions of a soft step before the filter
_STEP_WIDTH = 1.0  # pixels over which a soft step rises, as an edge in a photograph


def size(kernel: Kernel) -> Fraction:
    """Return the sum of the magnitudes of the entries, the scale of all answers."""
    return sum((abs(entry.value) for entry in entries(kernel)), Fraction(0))


def flat(kernel: Kernel) -> Rounded:
    """Return the answer to an image that is 1 everywhere."""
    return added(tuple(entries(kernel)))


def impulse(kernel: Kernel) -> Fraction:
    """Return the largest share that one pixel has in the answer to an image."""
    return max(abs(entry.value) for entry in entries(kernel)) / size(kernel)


def vertical_steps(kernel: Kernel) -> Iterator[Rounded]:
    """Yield the answers to images that are 0 left of a vertical line and 1 right of it.

    The line stands at every place inside the filter, and beyond it.
    """
    total = Rounded(Fraction(0))
    for column in reversed(transposed(kernel)):
        total = total.plus(added(column))
        yield total


def horizontal_steps(kernel: Kernel) -> Iterator[Rounded]:
    """Yield the answers to images that are 0 above a horizontal line and 1 below it."""
    return vertical_steps(transposed(kernel))


def soft_steps(kernel: Kernel) -> list[float]:
    """Return, for every direction, the strongest answer to a soft step, as a share of `size`."""
    scale = size(kernel)
    height, width = len(kernel), len(kernel[0])
    points = [
        (x - (width - 1) / 2, y - (height - 1) / 2, float(entry.value / scale))
        for y, row in enumerate(kernel)
        for x, entry in enumerate(row)
        if entry.value
    ]
    return [_strongest(points, math.pi * k / DIRECTIONS) for k in range(DIRECTIONS)]


def _strongest(points: list[tuple[float, float, float]], angle: float) -> float:
    """Return the largest magnitude of the answer over all places of a soft step at this angle."""
    cosine, sine = math.cos(angle), math.sin(angle)
    places = [(x * cosine + y * sine, weight) for x, y, weight in points]
    reach = max(abs(place) for place, _ in places) + _STEP_WIDTH
    best = 0.0
    for k in range(_OFFSETS + 1):
        edge = reach * (2 * k / _OFFSETS - 1)
        answer = sum(
            weight * min(1.0, max(0.0, (place - edge) / _STEP_WIDTH + 0.5))
            for place, weight in places
        )
        best = max(best, abs(answer))
    return best
