"""Convolution backwards, twice: which filter gave this output, and transpose convolution.

Filters are not flipped, as in neural networks.
"""

from functools import partial

import numpy as np

from grader.spec import Field, Kind, Misconception, Params, Part, Problem, Reference

from ..prose import written
from ..solvers.conv import Array, conv, conv_transpose, flipped
from ..solvers.exact import is_regular, solve_linear

LENGTH = 3
AS_SET: Params = {
    "signal": [1, 4, 0, -2, 3],
    "output": [-2, 2, 11],
    "x": [[-1, 2], [3, 1]],
    "kernel": [[1, -1], [0, 1]],
}


def draw(rng: np.random.Generator) -> Params:
    """A signal that determines its filter, and small images without a symmetric kernel."""
    signal = [0] * (2 * LENGTH - 1)
    while not is_regular(windows(signal)):
        signal = [int(entry) for entry in rng.integers(-3, 5, size=2 * LENGTH - 1)]
    kernel = rng.choice([-3, -2, -1, 1, 2, 3], size=LENGTH, replace=False)
    scattered = rng.choice(np.arange(-3, 4), size=4, replace=False)
    return {
        "signal": signal,
        "output": [int(entry) for entry in conv(signal, kernel)],
        "x": rng.choice([-3, -2, -1, 1, 2, 3], size=(2, 2)).tolist(),
        "kernel": scattered.reshape(2, 2).tolist(),
    }


def windows(signal: list[int]) -> list[list[int]]:
    """The stretches of the signal that the filter meets, one a row."""
    return [signal[start : start + LENGTH] for start in range(LENGTH)]


def solve_filter(params: Params) -> Reference:
    """Part (b): one linear equation for each entry of the output."""
    return solve_linear(windows(params["signal"]), params["output"])


def flipped_filter(params: Params) -> Reference:
    """The filter of a convolution that flips."""
    return solve_linear(windows(params["signal"]), params["output"])[::-1]


def solve_scattered(params: Params, stride: int = 1) -> Array:
    """Part (c): every input entry lays down a copy of the filter; overlaps add up."""
    return conv_transpose(params["x"], params["kernel"], stride)


def overwritten(params: Params) -> Array:
    """The later copy of the filter replaces what lies under it."""
    x, kernel = np.array(params["x"]), np.array(params["kernel"])
    out = np.zeros((3, 3))
    for i, j in np.ndindex(2, 2):
        out[i : i + 2, j : j + 2] = x[i, j] * kernel
    return out


PARTS = (
    Part(
        label="a",
        fields=(
            written(
                "Far fewer weights, since a small filter is shared by all places.",
                "Suits images: local features, found wherever they are (equivariance).",
                prompt="Two reasons",
            ),
        ),
    ),
    Part(
        label="b",
        fields=(
            Field(
                kind=Kind.VECTOR,
                prompt="The filter",
                solve=solve_filter,
                grid=(1, LENGTH),
                misconceptions=(
                    Misconception(
                        "filter flipped",
                        flipped_filter,
                        "Here the filter is laid over the signal as it is, not turned round.",
                    ),
                ),
            ),
        ),
    ),
    Part(
        label="c",
        fields=(
            Field(
                kind=Kind.MATRIX,
                prompt="The output",
                solve=solve_scattered,
                grid=(3, 3),
                misconceptions=(
                    Misconception(
                        "filter flipped",
                        lambda params: conv_transpose(params["x"], flipped(params["kernel"])),
                        "Here the filter is laid down as it is, not turned round.",
                    ),
                    Misconception(
                        "overlaps overwritten",
                        overwritten,
                        "What happens where two copies of the filter meet?",
                    ),
                    Misconception(
                        "convolution instead of its transpose",
                        lambda params: conv(params["x"], params["kernel"]),
                        "Transpose convolution makes the output larger than the input.",
                    ),
                    Misconception(
                        "stride 2",
                        partial(solve_scattered, stride=2),
                        "How far apart does this stride lay neighbouring copies?",
                    ),
                ),
            ),
        ),
    ),
)

PROBLEM = Problem(
    title="Finding a filter, and transpose convolution",
    parts=PARTS,
    as_set=AS_SET,
    draw=draw,
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 3",
)
