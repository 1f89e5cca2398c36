"""One convolution of a small image by hand, without padding and with it; no flip."""

from functools import partial

import numpy as np

from grader.spec import Field, Kind, Misconception, Params, Part, Problem

from ..solvers.conv import Array, conv, flipped

AS_SET: Params = {
    "image": [[1, 3, -2, 4], [0, 8, 6, 5], [2, 1, -9, 0], [4, -1, 3, 7]],
    "filter": [[1, 2], [-2, -1]],
}


def draw(rng: np.random.Generator) -> Params:
    """Small integers; the image's corner and all of the filter differ from zero."""
    image = rng.integers(-9, 10, size=(4, 4))
    image[3, 3] = rng.integers(1, 10)
    kernel = rng.choice([-3, -2, -1, 1, 2, 3], size=4, replace=False).reshape(2, 2)
    return {"image": image.tolist(), "filter": kernel.tolist()}


def output(params: Params, padding: int) -> Array:
    """The whole output."""
    return conv(params["image"], params["filter"], padding=padding)


def corner(params: Params, padding: int) -> float:
    """Its bottom right entry."""
    return float(output(params, padding)[-1, -1])


def flipped_corner(params: Params, padding: int) -> float:
    """The corner with the filter turned round."""
    return float(conv(params["image"], flipped(params["filter"]), padding=padding)[-1, -1])


def shape_field(padding: int) -> Field:
    """How large the output is."""
    side = 3 + 2 * padding
    return Field(
        name="output_shape",
        kind=Kind.SHAPE,
        prompt="Dimensions of the output",
        solve=lambda params: list(output(params, padding).shape),
        misconceptions=(
            Misconception(
                "+1 forgotten",
                lambda _: [side - 1, side - 1],
                "Count the positions of the filter, not the steps between them.",
            ),
            Misconception(
                "as large as the input",
                lambda _: [4, 4],
                "How many places are there for the filter along a side?",
            ),
            Misconception(
                "the other padding",
                lambda params: list(output(params, 1 - padding).shape),
                "Which padding is asked here?",
            ),
        ),
    )


def corner_field(padding: int) -> Field:
    """What stands in the corner of the output."""
    return Field(
        name="bottom_right",
        kind=Kind.NUMBER,
        prompt="Value in the bottom right corner",
        solve=partial(corner, padding=padding),
        misconceptions=(
            Misconception(
                "filter flipped",
                partial(flipped_corner, padding=padding),
                "Here the filter is laid over the image as it is.",
            ),
            Misconception(
                "top left corner",
                lambda params: float(output(params, padding)[0, 0]),
                "Which corner is asked?",
            ),
            Misconception(
                "the other padding",
                partial(corner, padding=1 - padding),
                "Where does the filter lie in this corner, with the padding that is asked?",
            ),
        ),
    )


def part(label: str, padding: int) -> Part:
    """Size and corner for one padding."""
    return Part(label=label, fields=(shape_field(padding), corner_field(padding)))


PROBLEM = Problem(
    title="A convolution by hand",
    parts=(part(".1", padding=0), part(".2", padding=1)),
    as_set=AS_SET,
    draw=draw,
    source="Carnegie Mellon 10-601, fall 2023, recitation 7, section 1.2",
    note="The filter is not flipped, as in neural networks; the padding is of zeros.",
)
