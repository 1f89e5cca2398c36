"""The table of a small network, layer by layer: activations and parameters."""

from functools import partial
from math import prod

import numpy as np

from grader.spec import Field, Kind, Misconception, Params, Part

from ..solvers.conv import output_size
from ..solvers.parameters import conv_parameters, linear_parameters

KERNEL, PADDING, POOL = 3, 1, 2
AS_SET: Params = {"side": 28, "filters": 10, "classes": 3}


def draw(rng: np.random.Generator) -> Params:
    """An image that can be halved twice, and layers of the same order."""
    return {
        "side": 4 * int(rng.integers(5, 10)),
        "filters": int(rng.integers(4, 13)),
        "classes": int(rng.integers(2, 8)),
    }


def show(params: Params) -> dict[str, str]:
    """The entries of the table that are given."""
    filters, half = params["filters"], pooled_side(params, 1)
    return {
        "half": str(half),
        "flat": str(prod(solve_pooled(params))),
        "conv2_parameters": rf"3\times 3\times {filters}\times {filters} + {filters}",
    }


def pooled_side(params: Params, pools: int) -> int:
    """The side of the maps after some of the pooling layers."""
    side = int(params["side"])
    for _ in range(pools):
        side = output_size(side, POOL, stride=POOL)
    return side


def activations(params: Params, pools: int, padding: int = PADDING) -> list[int]:
    """Width, height and channels of CONV3 after some of the pooling layers."""
    side = output_size(pooled_side(params, pools), KERNEL, padding=padding)
    return [side, side, params["filters"]]


def solve_conv1(params: Params, *, bias: bool = True) -> int:
    """Parameters of the first convolution, which reads one channel."""
    return conv_parameters(KERNEL, 1, params["filters"], bias=bias)


def solve_pooled(params: Params) -> list[int]:
    """Activations of the second pooling layer."""
    side = pooled_side(params, 2)
    return [side, side, params["filters"]]


def solve_fc(params: Params, *, bias: bool = True) -> int:
    """Parameters of the fully connected layer, which reads the flattened maps."""
    return linear_parameters(prod(solve_pooled(params)), params["classes"], bias=bias)


def bias_forgotten(solve: partial[int]) -> Misconception:
    """The weights alone."""
    return Misconception(
        "bias forgotten", solve, "Every filter and every neuron has a bias besides its weights."
    )


PART = Part(
    label="e",
    fields=(
        Field(
            name="conv2_activations",
            kind=Kind.SHAPE,
            prompt="Second CONV3: activations (width, height, channels)",
            solve=partial(activations, pools=1),
            misconceptions=(
                Misconception(
                    "padding forgotten",
                    partial(activations, pools=1, padding=0),
                    "This layer pads its input.",
                ),
                Misconception(
                    "pooling forgotten",
                    partial(activations, pools=0),
                    "What does the pooling layer before it do to the sides?",
                ),
            ),
        ),
        Field(
            name="conv1_parameters",
            kind=Kind.NUMBER,
            prompt="First CONV3: parameters",
            solve=solve_conv1,
            misconceptions=(
                bias_forgotten(partial(solve_conv1, bias=False)),
                Misconception(
                    "as many input channels as filters",
                    lambda params: conv_parameters(KERNEL, params["filters"], params["filters"]),
                    "How many channels does this layer read?",
                ),
            ),
        ),
        Field(
            name="pool2_parameters",
            kind=Kind.NUMBER,
            prompt="Second POOL2: parameters",
            solve=lambda _: 0,
            misconceptions=(
                Misconception(
                    "window counted as weights",
                    lambda _: POOL * POOL,
                    "Is there anything to learn in a maximum?",
                ),
            ),
        ),
        Field(
            name="pool2_activations",
            kind=Kind.SHAPE,
            prompt="Second POOL2: activations (width, height, channels)",
            solve=solve_pooled,
            misconceptions=(
                Misconception(
                    "pooled once",
                    partial(activations, pools=1),
                    "This is the second pooling layer of the network.",
                ),
            ),
        ),
        Field(
            name="fc_parameters",
            kind=Kind.NUMBER,
            prompt="FC: parameters",
            solve=solve_fc,
            misconceptions=(
                bias_forgotten(partial(solve_fc, bias=False)),
                Misconception(
                    "one bias for the whole layer",
                    lambda params: solve_fc(params, bias=False) + 1,
                    "Each neuron has a bias of its own.",
                ),
            ),
        ),
    ),
)
