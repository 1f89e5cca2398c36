"""Weights of a dense layer and of a convolution on the same image."""

from math import prod

import numpy as np

from grader.spec import Field, Kind, Misconception, Params, Part, Problem

from ..solvers.parameters import conv_parameters, linear_parameters

AS_SET: Params = {
    "side": 256,
    "channels": 3,
    "neurons": 1000,
    "kernel": 7,
    "output": 84,
    "filters": 32,
}


def draw(rng: np.random.Generator) -> Params:
    """An image on which the convolution's stride fits without padding."""
    kernel, stride = int(rng.choice([3, 5, 7])), int(rng.choice([2, 3]))
    output = int(rng.integers(20, 85))
    return {
        "side": stride * (output - 1) + kernel,
        "channels": int(rng.choice([3, 4])),
        "neurons": int(rng.choice([100, 200, 500, 1000])),
        "kernel": kernel,
        "output": output,
        "filters": int(rng.choice([8, 16, 32, 64])),
    }


def inputs(params: Params) -> int:
    """Entries of the image."""
    return prod((params["side"], params["side"], params["channels"]))


def solve_dense(params: Params, *, bias: bool = False) -> int:
    """Part (.1): each neuron sees the whole image."""
    return linear_parameters(inputs(params), params["neurons"], bias=bias)


def solve_conv(params: Params, *, bias: bool = False) -> int:
    """Part (.2): the size of the output does not matter."""
    return conv_parameters(params["kernel"], params["channels"], params["filters"], bias=bias)


BIASES_COUNTED = "Only the weights are asked, not the biases."
CHANNELS_FORGOTTEN = "How many channels does the input have?"

PROBLEM = Problem(
    title="Weight savings",
    parts=(
        Part(
            label=".1",
            fields=(
                Field(
                    kind=Kind.NUMBER,
                    prompt="Weights",
                    solve=solve_dense,
                    misconceptions=(
                        Misconception(
                            "channels forgotten",
                            lambda params: params["side"] ** 2 * params["neurons"],
                            CHANNELS_FORGOTTEN,
                        ),
                        Misconception(
                            "biases counted",
                            lambda params: solve_dense(params, bias=True),
                            BIASES_COUNTED,
                            credit=0.5,
                        ),
                        Misconception(
                            "one neuron", inputs, "How many neurons does the layer have?"
                        ),
                    ),
                ),
            ),
        ),
        Part(
            label=".2",
            fields=(
                Field(
                    kind=Kind.NUMBER,
                    prompt="Weights",
                    solve=solve_conv,
                    misconceptions=(
                        Misconception(
                            "channels forgotten",
                            lambda params: params["kernel"] ** 2 * params["filters"],
                            CHANNELS_FORGOTTEN,
                        ),
                        Misconception(
                            "biases counted",
                            lambda params: solve_conv(params, bias=True),
                            BIASES_COUNTED,
                            credit=0.5,
                        ),
                        Misconception(
                            "not shared",
                            lambda params: solve_conv(params) * params["output"] ** 2,
                            "Do different places of the output have filters of their own?",
                        ),
                        Misconception(
                            "one filter",
                            lambda params: params["kernel"] ** 2 * params["channels"],
                            "How many filters give an output of that depth?",
                        ),
                    ),
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 2",
    note="Weights are counted without biases.",
)
