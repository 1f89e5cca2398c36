"""Output shapes, two filters designed by what they do, and dilated convolution."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from grader.report import Topic
from grader.spec import Field, Kind, Misconception, Options, Params, Part, Problem, Reference

from ..drawings.images import beside_reference, own_filter
from ..mistakes import also_as_side
from ..solvers.conv import Array, conv, output_size, receptive_field

AS_SET: Params = {
    "batch": 10,
    "channels": 3,
    "side": 32,
    "filters": 64,
    "first": {"kernel": 3, "stride": 1, "padding": 1},
    "second": {"kernel": 4, "stride": 2, "padding": 0},
    "edge_side": 3,
    "blur_side": 3,
    "M": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
    "k": [[1, 1], [1, 1]],
    "spacing": 2,
    "stack": [[3, 1], [3, 2]],
}


def draw(rng: np.random.Generator) -> Params:
    """Strides that fit, a 3x3 matrix under a 2x2 filter, and two small kernels."""
    side, kernel = 4 * int(rng.integers(4, 12)), int(rng.choice([3, 5]))
    outer, inner = rng.choice([3, 5], size=2)
    return {
        "batch": int(rng.integers(2, 33)),
        "channels": int(rng.choice([1, 3, 4])),
        "side": side,
        "filters": int(rng.choice([8, 16, 32, 64])),
        "first": {"kernel": kernel, "stride": 1, "padding": int(rng.integers(1, 4))},
        "second": {"kernel": 4, "stride": 2, "padding": int(rng.integers(0, 3))},
        "edge_side": int(rng.choice([3, 5])),
        "blur_side": int(rng.choice([3, 5])),
        "M": rng.integers(1, 10, size=(3, 3)).tolist(),
        "k": rng.choice([-2, -1, 1, 2], size=(2, 2)).tolist(),
        "spacing": 2,
        "stack": [[int(outer), 1], [int(inner), int(rng.integers(2, 4))]],
    }


def show(params: Params) -> dict[str, str]:
    """The parts of the nested parameters that the statement names."""
    texts = {
        f"{layer}_{name}": str(value)
        for layer in ("first", "second")
        for name, value in params[layer].items()
    }
    (first, first_spacing), (second, second_spacing) = params["stack"]
    return texts | {
        "stack1": str(first),
        "stack1_spacing": str(first_spacing),
        "stack2": str(second),
        "stack2_spacing": str(second_spacing),
    }


def shape(params: Params, layer: str, wrong: str = "") -> list[int]:
    """Part (a): batch, filters and the sides that the window leaves."""
    settings: Mapping[str, int] = dict(params[layer])
    kernel, stride, padding = settings["kernel"], settings["stride"], settings["padding"]
    side = output_size(params["side"], kernel, stride, padding)
    if wrong == "padding counted once":
        side = (params["side"] + padding - kernel) // stride + 1
    if wrong == "+1 forgotten":
        side -= 1
    if wrong == "padding forgotten":
        side = output_size(params["side"], kernel, stride)
    if wrong == "stride ignored":
        side = output_size(params["side"], kernel, padding=padding)
    channels = params["channels" if wrong == "channels of the input" else "filters"]
    return [params["batch"], channels, side, side]


SHAPE_MISTAKES = {
    "+1 forgotten": "Count the positions of the window, not the steps between them.",
    "padding counted once": "Padding is added at both ends of a side.",
    "channels of the input": "Each filter gives one channel of the output.",
}
MISTAKES_OF_LAYER = {
    # The first layer's stride is 1, and the paper's second one has no padding.
    "first": {"padding forgotten": "Padding enlarges the input before the window slides."},
    "second": {
        "stride ignored": "How far does the window move each time?",
    },
}


def shape_part(label: str, layer: str) -> Part:
    """One configuration of part (a)."""
    mistakes = tuple(
        Misconception(wrong, partial(shape, layer=layer, wrong=wrong), feedback)
        for wrong, feedback in (SHAPE_MISTAKES | MISTAKES_OF_LAYER[layer]).items()
    )
    solve = partial(shape, layer=layer)
    prompt = "Output shape (batch, channels, height, width)"
    return Part(
        label=label,
        fields=(Field(kind=Kind.SHAPE, prompt=prompt, solve=solve, misconceptions=mistakes),),
    )


def solve_edge(params: Params) -> Reference:
    """Part (b): right minus left; flat areas and horizontal edges give nothing."""
    side = params["edge_side"]
    return [[-1] + [0] * (side - 2) + [1]] * side


def solve_blur(params: Params) -> str:
    """Part (c): the mean of the window."""
    side = params["blur_side"]
    return f"1/{side * side} * {[[1] * side] * side}"


def solve_dilated(params: Params, padding: int = 0) -> Array:
    """Part (d.i)."""
    return conv(params["M"], params["k"], padding=padding, dilation=params["spacing"])


def solve_field(params: Params) -> str:
    """Part (d.ii): as the region that it is, side by side."""
    side = field_side(params["stack"])
    return f"{side}x{side}"


def field_side(stack: Sequence[Sequence[int]]) -> int:
    """The receptive field of layers given as kernel and dilation, all with stride 1."""
    return receptive_field([(kernel, 1, spacing) for kernel, spacing in stack])


ANY_FORM = frozenset(Topic) - {Topic.SHAPE}
"""Feedback where the answer has more than one form: no word of the one that it was not typed in."""


def square(side: int) -> list[int]:
    """The shape of a square region."""
    return [side, side]


FIELD_MISTAKES = (
    *also_as_side(
        (
            Misconception(
                "dilation ignored",
                lambda params: square(field_side([(kernel, 1) for kernel, _ in params["stack"]])),
                "The gaps between a dilated kernel's entries are part of what it spans.",
            ),
            Misconception(
                "last layer alone",
                lambda params: square(field_side(params["stack"][1:])),
                "Follow the region back through both layers to the image.",
            ),
            Misconception(
                "spans added up",
                lambda params: square(sum(field_side([layer]) for layer in params["stack"])),
                "Two windows in a row share an entry: what does the second one add?",
            ),
        )
    ),
    Misconception(
        "area as a side",
        lambda params: [field_side(params["stack"]) ** 2],
        "Give the side of the region, or its two sides.",
        credit=0.5,
    ),
)

PROBLEM = Problem(
    title="Shapes, designed filters and dilated convolution",
    parts=(
        shape_part("a.i", "first"),
        shape_part("a.ii", "second"),
        Part(
            label="b",
            fields=(
                Field(
                    kind=Kind.FILTER,
                    prompt="The filter",
                    solve=solve_edge,
                    options=Options(response="vertical-edge"),
                    grid=(3, 3),
                ),
            ),
            drawing=beside_reference(solve_edge),
            answer_drawing=own_filter,
        ),
        Part(
            label="c",
            fields=(
                Field(
                    kind=Kind.FILTER,
                    prompt="The filter",
                    solve=solve_blur,
                    options=Options(response="blur"),
                    grid=(3, 3),
                ),
            ),
            drawing=beside_reference(solve_blur),
            answer_drawing=own_filter,
        ),
        Part(
            label="d.i",
            fields=(
                Field(
                    kind=Kind.MATRIX,
                    prompt="The output",
                    solve=solve_dilated,
                    # The output has a single entry, which may come without its brackets.
                    accept=(
                        lambda params: float(solve_dilated(params)[0, 0]),
                        lambda params: solve_dilated(params)[0],
                    ),
                    grid=(1, 1),
                    feedback=ANY_FORM,
                    misconceptions=(
                        Misconception(
                            "dilation ignored",
                            lambda params: conv(params["M"], params["k"]),
                            "The filter has gaps here: what does it look like written out?",
                        ),
                        Misconception(
                            "padded by one",
                            partial(solve_dilated, padding=1),
                            "Without padding, in how many places does the spread filter fit?",
                        ),
                    ),
                ),
            ),
        ),
        Part(
            label="d.ii",
            fields=(
                Field(
                    kind=Kind.SHAPE,
                    prompt="Side of the receptive field (or both sides)",
                    solve=solve_field,
                    accept=(lambda params: [field_side(params["stack"])],),
                    feedback=ANY_FORM,
                    misconceptions=FIELD_MISTAKES,
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    show=show,
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 4",
    note="(d.ii): the region is square, so that its side and side by side are the same answer.",
)
