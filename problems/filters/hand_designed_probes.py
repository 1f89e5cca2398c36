"""What the notebook's two filters are asked: averages against a mean of windows, edges by response.

Images have values from 0 to 1, as the notebook's photograph. Borders are reflected and the window
of an even filter reaches one pixel further down and right, as `scipy.ndimage.convolve` has it.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from grader.checks.probe_values import as_array, describe
from grader.report import CheckResult, Remark, Topic, Verdict
from grader.spec import Answered, Calls, Close, Inputs, Judged, Params, WrongWay

Array = NDArray[np.float64]
Border = Literal["symmetric", "constant", "edge", "reflect", "wrap"]

OTHER_BORDERS: tuple[Border, ...] = ("constant", "edge", "reflect", "wrap")
SIZES = (3, 6, 9)
IMAGES = 24  # each size is among them but for one notebook in ten thousand

DIRECTIONS = 16
PATCH = 28  # pixels; one straight edge each
MARGIN = 5  # pixels at the rim of a patch that belong to its neighbours
REACH = 4  # pixels on each side that a filter may look at
FLAT = 0.02  # largest answer to a flat area, as a share of the strongest
STRONG = 0.2  # weakest direction as a share of the strongest
FAINT = 0.01  # an answer below this share of the step in brightness detects nothing
SOME_DIRECTIONS = 0.5  # credit


def draw_image(rng: np.random.Generator, _params: Params) -> Inputs:
    """An image that is not square, and a size; the default one may be left out."""
    height, width = (int(n) for n in rng.permutation([20, 31])) if rng.random() < 0.5 else (24, 35)
    image = rng.uniform(size=(height, width))
    image[height // 3 :, width // 2 :] *= 0.3
    size = int(rng.choice(SIZES))
    if size == SIZES[0] and rng.random() < 0.3:
        return Inputs((image,))
    return Inputs((image, size)) if rng.random() < 0.5 else Inputs((image,), {"filter_size": size})


def windows(image: Array, size: int, *, flip: bool = True, border: Border = "symmetric") -> Array:
    """Return the window of every pixel, shape (H, W, size, size)."""
    before = (size - 1) // 2 if flip else size // 2
    around = (before, size - 1 - before)
    return sliding_window_view(np.pad(image, (around, around), mode=border), (size, size))


def averaged(image: Array, filter_size: int = 3) -> Array:
    """The mean of every window."""
    return _mean(windows(image, filter_size))


def _mean(around: Array) -> Array:
    mean: Array = around.mean(axis=(-2, -1))
    return mean


def _one_over_n(image: Array, filter_size: int = 3) -> Array:
    return averaged(image, filter_size) * filter_size


def _summed(image: Array, filter_size: int = 3) -> Array:
    return averaged(image, filter_size) * filter_size**2


def _always_three(image: Array, filter_size: int = 3) -> Array:  # noqa: ARG001
    return averaged(image, 3)


def _not_flipped(image: Array, filter_size: int = 3) -> Array:
    return _mean(windows(image, filter_size, flip=False))


def _transposed(image: Array, filter_size: int = 3) -> Array:
    return averaged(image, filter_size).T


def _whole(image: Array, filter_size: int = 3) -> Array:
    return np.trunc(averaged(image, filter_size))


def _with_border(border: Border) -> WrongWay:
    def average(image: Array, filter_size: int = 3) -> Array:
        return _mean(windows(image, filter_size, border=border))

    said = (
        "Inside the image it is right; at the borders the last lines of the notebook were changed."
    )
    return WrongWay(f"borders by {border!r} padding", average, said)


AVERAGING = Calls(
    "averaging_filtering",
    draw=draw_image,
    reference=averaged,
    compare=Close(rtol=1e-4, atol=1e-6),
    wrong=(
        WrongWay(
            "1/n for 1/n^2",
            _one_over_n,
            "How many entries does the kernel have, and what must they add up to?",
        ),
        WrongWay(
            "not normalized",
            _summed,
            "The image becomes brighter. What must the entries of the kernel add up to?",
        ),
        WrongWay(
            "filter_size ignored",
            _always_three,
            "The result is the same for every filter_size.",
        ),
        WrongWay(
            "kernel not flipped",
            _not_flipped,
            "For an even size the result is off by one pixel: that is a correlation, or another "
            "function than the convolution of the notebook's last lines.",
        ),
        WrongWay("axes exchanged", _transposed, "Rows and columns are exchanged."),
        WrongWay(
            "whole numbers",
            _whole,
            "The fractions are lost: which type do the kernel and the result have?",
        ),
        *(_with_border(border) for border in OTHER_BORDERS),
    ),
    count=IMAGES,
)


def draw_edges(rng: np.random.Generator, _params: Params) -> tuple[Array]:
    """Patches side by side, in each of them a straight edge, one pixel soft, of another direction.

    Shape (2 PATCH, 8 PATCH); the edge's normal turns by pi / 16 from patch to patch.
    """
    dark, bright = rng.uniform(0.1, 0.3), rng.uniform(0.6, 0.9)
    rows, columns = np.mgrid[0:PATCH, 0:PATCH] - (PATCH - 1) / 2
    patches = []
    for turn in range(DIRECTIONS):
        angle = np.pi * turn / DIRECTIONS
        distance = columns * np.cos(angle) + rows * np.sin(angle) - rng.uniform(-2, 2)
        share = np.clip(distance + 0.5, 0, 1)
        share = share if rng.random() < 0.5 else 1 - share
        patches.append(dark + (bright - dark) * share)
    return (np.block([patches[: DIRECTIONS // 2], patches[DIRECTIONS // 2 :]]),)


def judge_edges(_params: Params, answers: Sequence[Answered]) -> CheckResult:
    """Nothing on flat areas and an answer at edges of every direction, whatever sign and scale."""
    strengths: list[Array] = []
    notes: tuple[Remark, ...] = ()
    for answer in answers:
        image = answer.args[0]
        response, refusal = _response(answer.output, image)
        if response is None:
            return refusal
        if isinstance(answer.output, (list, tuple)):
            notes = (Remark(Topic.NOTE, "A list was accepted where an array was asked."),)
        found = _strengths(response, image)
        if isinstance(found, CheckResult):
            return found
        strengths.append(found)
    weakest = np.min(strengths, axis=0)
    if weakest.min() >= STRONG:
        return CheckResult(Verdict.CORRECT, 1.0, notes)
    text = f"It misses edges of some directions: {_edges(int(weakest.argmin()))} hardly answer."
    return CheckResult(Verdict.PARTIAL, SOME_DIRECTIONS, (Remark(Topic.NEAR_MISS, text), *notes))


def _response(output: Any, image: Array) -> tuple[Array | None, CheckResult]:
    """Return the magnitude of the answer, or what is wrong with it."""
    given = as_array(output)
    if given is None or given.dtype.kind == "c":
        return None, _wrong(
            Topic.SHAPE, f"It returned {describe(output)} where an image was asked."
        )
    if given.shape != image.shape:
        text = f"Its shape is {given.shape}; that of the image, {image.shape}, was expected."
        return None, _wrong(Topic.SHAPE, text)
    if not np.isfinite(given).all():
        return None, _wrong(Topic.ENTRIES, "Some entries are not finite (nan or inf).")
    return np.abs(given.astype(np.float64)), CheckResult(Verdict.CORRECT, 1.0)


def _strengths(response: Array, image: Array) -> Array | CheckResult:
    """Return the answer to each direction, as a share of the strongest, or what is wrong."""
    step = float(image.max() - image.min())
    side = 2 * REACH + 1
    around = windows(image, side)
    flat = around.max(axis=(-2, -1)) == around.min(axis=(-2, -1))
    inside = [
        (row + MARGIN, row + PATCH - MARGIN, column + MARGIN, column + PATCH - MARGIN)
        for row in (0, PATCH)
        for column in range(0, image.shape[1], PATCH)
    ]
    strongest = np.array([response[a:b, c:d].max() for a, b, c, d in inside])
    if strongest.max() < FAINT * step:
        return _wrong(Topic.NEAR_MISS, "It hardly answers any edge.")
    if response[flat].max() > FLAT * strongest.max():
        text = "It answers on flat areas too: the entries of an edge filter add up to 0."
        return _wrong(Topic.NEAR_MISS, text)
    shares: Array = strongest / strongest.max()
    return shares


def _edges(direction: int) -> str:
    names = ("vertical edges", "diagonal edges", "horizontal edges", "diagonal edges")
    return names[round(direction * 4 / DIRECTIONS) % 4]


def _wrong(topic: Topic, text: str) -> CheckResult:
    return CheckResult(Verdict.INCORRECT, 0.0, (Remark(topic, text),))


EDGES = Calls("edge_detecting", draw=draw_edges, compare=Judged(judge_edges), count=2)
