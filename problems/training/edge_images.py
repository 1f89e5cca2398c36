"""Images with an edge, an edge of another direction, or none: drawn, and told apart again.

Bytes of shape (N, 28, 28), as the notebook's data sets have them: a dark ground and a bright band.
What an image shows can be read from it, so that its label need not travel with it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int64]

SIDE = 28
THREE = ("horizontal", "vertical", "none")
FIVE = ("horizontal", "vertical", "diagonal", "both", "none")
WIDTHS = (1, 4)  # pixels
BRIGHT, DARK = (0.25, 1.0), (0.0, 0.2)
ANGLES = (30, 45, 120, 135)  # degrees


def draw_images(
    rng: np.random.Generator, kinds: Sequence[str], each: int, places: tuple[int, int] = (0, SIDE)
) -> Bytes:
    """Return `each` images of every kind, shuffled.

    Args:
        places: first row or column where a straight band may lie, and the one after the last.
    """
    images = np.stack([_image(rng, kind, places) for kind in kinds for _ in range(each)])
    shuffled: Bytes = rng.permutation(images, axis=0)
    return shuffled


def _image(rng: np.random.Generator, kind: str, places: tuple[int, int]) -> Bytes:
    image = np.full((SIDE, SIDE), rng.uniform(*DARK))
    if kind == "diagonal":
        image = _slanted(rng, image)
    if kind in ("horizontal", "both"):
        image[_band(rng, places), :] = rng.uniform(*BRIGHT)
    if kind in ("vertical", "both"):
        image[:, _band(rng, places)] = rng.uniform(*BRIGHT)
    return (image * 255).astype(np.uint8)


def _band(rng: np.random.Generator, places: tuple[int, int]) -> slice:
    width = int(rng.integers(WIDTHS[0], WIDTHS[1] + 1))
    start = int(rng.integers(places[0], places[1] - width))
    return slice(start, start + width)


def _slanted(rng: np.random.Generator, ground: NDArray[np.float64]) -> NDArray[np.float64]:
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] - (SIDE - 1) / 2
    angle = np.deg2rad(float(rng.choice(ANGLES)))
    distance = rows * np.cos(angle) + columns * np.sin(angle) - rng.uniform(-9, 9)
    share = np.clip(rng.uniform(1, 2.8) / 2 + 0.5 - np.abs(distance), 0, 1)
    slanted: NDArray[np.float64] = ground + (rng.uniform(*BRIGHT) - ground) * share
    return slanted


def shown(images: NDArray[np.generic]) -> list[str]:
    """Return what each image shows, of the words of `FIVE`.

    >>> shown(draw_images(np.random.default_rng(1), ["both"], 2))
    ['both', 'both']
    """
    return [_shown(image) for image in np.asarray(images)]


def _shown(image: NDArray[np.generic]) -> str:
    rows_alike, columns_alike = (
        bool((image == image[:1]).all()),
        bool((image == image[:, :1]).all()),
    )
    if rows_alike and columns_alike:
        return "none"
    if rows_alike or columns_alike:
        return "vertical" if rows_alike else "horizontal"
    crossing = len(np.unique(image, axis=0)) == 2  # rows in the band and rows beside it
    return "both" if crossing else "diagonal"
