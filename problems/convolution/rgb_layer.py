"""One convolutional layer on a colour image: shapes, weights, and the dense layer in its place."""

from functools import partial
from math import prod

import numpy as np

from grader.spec import Field, Kind, Misconception, Params, Part

from ..solvers.conv import output_size
from ..solvers.parameters import conv_parameters, linear_parameters

CHANNELS = 3
AS_SET: Params = {"side": 256, "filters": 32, "kernel": 5, "stride": 2}


def draw(rng: np.random.Generator) -> Params:
    """Sizes of the same order; the stride need not fit."""
    return {
        "side": int(rng.choice([64, 96, 128, 224, 256])),
        "filters": int(rng.choice([8, 16, 32, 64])),
        "kernel": int(rng.choice([5, 7, 11])),
        "stride": int(rng.choice([2, 3])),
    }


def image(params: Params) -> list[int]:
    """Shape of the input, channels first."""
    return [CHANNELS, params["side"], params["side"]]


def kernel(params: Params) -> list[int]:
    """Shape of one filter, channels first."""
    return [CHANNELS, params["kernel"], params["kernel"]]


def output(params: Params, more: int = 0) -> list[int]:
    """Shape of the output, or of one that is larger along both sides."""
    side = output_size(params["side"], params["kernel"], params["stride"]) + more
    return [params["filters"], side, side]


def unstrided(params: Params) -> list[int]:
    """The output with stride 1."""
    side = output_size(params["side"], params["kernel"])
    return [params["filters"], side, side]


def weights(params: Params, *, bias: bool = False, channels: int = CHANNELS) -> int:
    """Weights of all filters."""
    return conv_parameters(params["kernel"], channels, params["filters"], bias=bias)


def dense_weights(params: Params) -> int:
    """Weights from the flattened image to the flattened output."""
    return linear_parameters(prod(image(params)), prod(output(params)), bias=False)


def last_axis(shape: list[int]) -> list[int]:
    """The same shape with its channels last."""
    return [*shape[1:], shape[0]]


ORDER = "The channels come first here."
CHANNELS_FORGOTTEN = "A filter spans every channel of its input."

PARTS = (
    Part(
        label="g",
        fields=(
            Field(
                name="input",
                kind=Kind.SHAPE,
                prompt="Input (channels, height, width)",
                solve=image,
                misconceptions=(
                    Misconception("channels last", lambda params: last_axis(image(params)), ORDER),
                ),
            ),
            Field(
                name="kernel",
                kind=Kind.SHAPE,
                prompt="One filter (channels, height, width)",
                solve=kernel,
                misconceptions=(
                    Misconception(
                        "one channel",
                        lambda params: [1, params["kernel"], params["kernel"]],
                        CHANNELS_FORGOTTEN,
                    ),
                    Misconception(
                        "number of filters for channels",
                        lambda params: [params["filters"], params["kernel"], params["kernel"]],
                        "This is asked of a single filter.",
                    ),
                    Misconception("channels last", lambda params: last_axis(kernel(params)), ORDER),
                ),
            ),
        ),
    ),
    Part(
        label="h",
        fields=(
            Field(
                name="output",
                kind=Kind.SHAPE,
                prompt="Output (channels, height, width)",
                solve=output,
                misconceptions=(
                    Misconception(
                        "last step rounded up",
                        partial(output, more=1),
                        "Does the window still fit after that step?",
                    ),
                    Misconception("+1 forgotten", partial(output, more=-1), "Count the positions."),
                    Misconception("stride forgotten", unstrided, "How far does the window move?"),
                    Misconception(
                        "channels of the input",
                        lambda params: [CHANNELS, *output(params)[1:]],
                        "Each filter gives one channel of the output.",
                    ),
                ),
            ),
            Field(
                name="weights",
                kind=Kind.NUMBER,
                prompt="Weights of all filters, without biases",
                solve=weights,
                misconceptions=(
                    Misconception(
                        "channels forgotten", partial(weights, channels=1), CHANNELS_FORGOTTEN
                    ),
                    Misconception(
                        "biases counted",
                        partial(weights, bias=True),
                        "Only the weights are asked.",
                        credit=0.5,
                    ),
                    Misconception(
                        "one filter",
                        lambda params: prod(kernel(params)),
                        "How many filters are there?",
                    ),
                ),
            ),
            Field(
                name="mlp_weights",
                kind=Kind.NUMBER,
                prompt="Weights of the linear layer in its place, exactly",
                solve=dense_weights,
                misconceptions=(
                    Misconception(
                        "one output channel",
                        lambda params: prod(image(params)) * prod(output(params)[1:]),
                        "The output has several channels, and every entry of it is an output here.",
                    ),
                    Misconception(
                        "biases counted",
                        lambda params: dense_weights(params) + prod(output(params)),
                        "Only the weights are asked.",
                        credit=0.5,
                    ),
                    Misconception(
                        "as many outputs as filters",
                        lambda params: prod(image(params)) * params["filters"],
                        "The linear layer has to give every entry of the convolution's output.",
                    ),
                ),
            ),
        ),
    ),
)
