"""The side of one convolution's output, in numbers."""

from functools import partial

import numpy as np

from grader.report import Topic
from grader.spec import Field, Kind, Misconception, Params, Part, Problem

from ..mistakes import also_as_side
from ..solvers.conv import output_size

AS_SET: Params = {"side": 32, "kernel": 3, "stride": 3, "padding": 2}


def draw(rng: np.random.Generator) -> Params:
    """A stride that fits a whole number of times."""
    kernel, stride, padding = (int(rng.integers(*ends)) for ends in ((2, 6), (2, 5), (1, 4)))
    output = int(rng.integers(8, 20))
    side = stride * (output - 1) + kernel - 2 * padding
    return {"side": side, "kernel": kernel, "stride": stride, "padding": padding}


def solve(params: Params, wrong: str = "") -> list[int]:
    """Height and width, right or wrong in a known way."""
    side, kernel, stride, padding = (params[name] for name in AS_SET)
    count = {
        "+1 forgotten": output_size(side, kernel, stride, padding) - 1,
        "padding counted once": (side + padding - kernel) // stride + 1,
        "padding forgotten": output_size(side, kernel, stride),
        "stride forgotten": output_size(side, kernel, padding=padding),
    }.get(wrong, output_size(side, kernel, stride, padding))
    return [count, count]


MISTAKES = {
    "+1 forgotten": "Count the positions of the window, not the steps between them.",
    "padding counted once": "Padding is added at both ends of a side.",
    "padding forgotten": "Padding enlarges the input before the window slides.",
    "stride forgotten": "How far does the window move each time?",
}

PROBLEM = Problem(
    title="Output size",
    parts=(
        Part(
            label="",
            fields=(
                Field(
                    kind=Kind.SHAPE,
                    prompt="Output (height, width), or its side",
                    solve=solve,
                    accept=(lambda params: solve(params)[:1],),
                    feedback=frozenset(Topic) - {Topic.SHAPE},  # a side alone is as good
                    misconceptions=also_as_side(
                        [
                            Misconception(wrong, partial(solve, wrong=wrong), feedback)
                            for wrong, feedback in MISTAKES.items()
                        ]
                    ),
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 3",
    note="The number printed without a name is the padding.",
)
