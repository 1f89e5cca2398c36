"""A small classifier: the shapes on its way, its parameters, and where most of them are."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.spec import Field, Kind, Misconception, Options, Params, Part, Problem

from ..drawings.layers import layer_diagram
from ..mistakes import also_as_fraction
from ..prose import written
from ..solvers.conv import output_size
from ..solvers.stack import conv_part, dense_part, shapes

AS_SET: Params = {
    "side": 128,
    "channels": 3,
    "pool1": 2,
    "kernel": 17,
    "filters": 12,
    "pool2": 3,
    "hidden": 128,
    "classes": 10,
}
IMAGES = ("maxpool1", "conv", "maxpool2")
NAMES = {
    "maxpool1": "(a) maxpool-1",
    "conv": "(b) conv",
    "maxpool2": "(c) maxpool-2",
    "flatten": "(d) flatten",
    "fc1": "(e) fully-connected-1",
    "relu": "(f) ReLU",
    "fc2": "(g) fully-connected-2",
    "softmax": "(h) softmax",
}


def draw(rng: np.random.Generator) -> Params:
    """Windows that fit everywhere, sizes of the same order."""
    kernel, after = int(rng.choice([5, 7, 9, 13, 17])), int(rng.integers(6, 17))
    return {
        "side": 2 * (3 * after + kernel - 1),
        "channels": 3,
        "pool1": 2,
        "kernel": kernel,
        "filters": int(rng.integers(6, 17)),
        "pool2": 3,
        "hidden": int(rng.choice([64, 100, 128, 200])),
        "classes": int(rng.integers(5, 21)),
    }


def shape_of(params: Params, layer: str) -> list[int]:
    """Part (.1): what leaves a layer."""
    return shapes(params)[layer]


def as_column(params: Params, layer: str) -> list[int]:
    """A vector as a column."""
    return [*shape_of(params, layer), 1]


def as_map(params: Params, layer: str) -> list[int]:
    """A vector as a map of one channel."""
    return [1, *shape_of(params, layer), 1]


def as_line(params: Params, layer: str) -> list[int]:
    """A vector as a map of one channel, one row high."""
    return [1, 1, *shape_of(params, layer)]


def as_row(params: Params, layer: str) -> list[int]:
    """A vector as a row."""
    return [1, *shape_of(params, layer)]


def padded_conv(params: Params) -> list[int]:
    """The convolution as if it kept the size of its input."""
    side = shape_of(params, "maxpool1")[1]
    return [params["filters"], side, side]


def one_short(params: Params) -> list[int]:
    """The convolution with one position too few."""
    filters, side, _ = shape_of(params, "conv")
    return [filters, side - 1, side - 1]


def stride_one(params: Params) -> list[int]:
    """The second pooling as if its windows overlapped."""
    side = output_size(shape_of(params, "conv")[1], params["pool2"])
    return [params["filters"], side, side]


def with_input(params: Params) -> dict[str, list[int]]:
    """Part (.2): the input, and what leaves each layer."""
    image = [params["channels"], params["side"], params["side"]]
    return {"input": image, **shapes(params)}


MISTAKES = {
    "maxpool1": (
        Misconception(
            "channels pooled too",
            lambda params: [1, *shape_of(params, "maxpool1")[1:]],
            "Each channel is pooled by itself.",
        ),
        Misconception(
            "not pooled",
            lambda params: [params["channels"], params["side"], params["side"]],
            "What does the stride do to the sides?",
        ),
    ),
    "conv": (
        Misconception("padding assumed", padded_conv, "This convolution has no padding."),
        Misconception("+1 forgotten", one_short, "Count the positions, not the steps."),
        Misconception(
            "channels of the input",
            lambda params: [params["channels"], *shape_of(params, "conv")[1:]],
            "Each filter gives one channel of the output.",
        ),
    ),
    "maxpool2": (Misconception("stride forgotten", stride_one, "How far does this window move?"),),
    "flatten": (
        Misconception(
            "channels forgotten",
            lambda params: [shape_of(params, "maxpool2")[1] ** 2],
            "Flattening keeps the entries of every channel.",
        ),
    ),
    "fc1": (
        Misconception(
            "input for output",
            lambda params: shape_of(params, "flatten"),
            "What leaves the layer is asked.",
        ),
    ),
    "relu": (),
    "fc2": (
        Misconception(
            "input for output",
            lambda params: shape_of(params, "fc1"),
            "What leaves the layer is asked.",
        ),
    ),
    "softmax": (
        Misconception("a single class", lambda _: [1], "Softmax gives every class a probability."),
    ),
}


def shape_field(layer: str) -> Field:
    """The field of one row of the table."""
    vector = layer not in IMAGES
    spellings = (as_row, as_column, as_map, as_line) if vector else ()
    return Field(
        name=layer,
        kind=Kind.SHAPE,
        prompt=NAMES[layer],
        solve=partial(shape_of, layer=layer),
        accept=tuple(partial(spelling, layer=layer) for spelling in spellings),
        misconceptions=MISTAKES[layer],
    )


def parameters_part(label: str, count: Callable[..., int], *mistakes: Misconception) -> Part:
    """A part that counts parameters."""
    bias_forgotten = Misconception(
        "bias forgotten",
        partial(count, bias=False),
        "The layers have biases besides their weights.",
    )
    field = Field(
        kind=Kind.NUMBER,
        prompt="Parameters",
        solve=count,
        misconceptions=(bias_forgotten, *mistakes),
    )
    return Part(label=label, fields=(field,))


def conv_share(params: Params) -> float:
    """The convolution's share of all parameters."""
    return conv_part(params) / (conv_part(params) + dense_part(params))


def share_field(name: str, prompt: str, share: Callable[[Params], float]) -> Field:
    """A share in percent, or as a fraction."""
    return Field(
        name=name,
        kind=Kind.NUMBER,
        prompt=prompt,
        solve=lambda params: round(100 * share(params), 6),
        accept=(lambda params: round(share(params), 8),),
        options=Options(digits=2),
        misconceptions=also_as_fraction(
            [
                Misconception(
                    "the other share",
                    lambda params: round(100 * (1 - share(params)), 6),
                    "Which layers does this field ask for?",
                )
            ]
        ),
    )


PROBLEM = Problem(
    title="Parameters of a small classifier",
    parts=(
        Part(label=".1", fields=tuple(shape_field(layer) for layer in NAMES)),
        Part(
            label=".2",
            fields=(
                written(
                    "Every operation stands in order, with the shapes before and after it.",
                    "Maps and vectors can be told apart; the sizes agree with the table.",
                    prompt="The diagram, described or drawn with characters",
                ),
            ),
            drawing=lambda params, _: layer_diagram(with_input(params)),
        ),
        parameters_part(
            ".3",
            conv_part,
            Misconception(
                "channels forgotten",
                lambda params: conv_part({**params, "channels": 1}),
                "A filter spans every channel of its input.",
            ),
            Misconception(
                "one filter",
                lambda params: conv_part({**params, "filters": 1}),
                "How many filters are there?",
            ),
        ),
        parameters_part(
            ".4",
            dense_part,
            Misconception(
                "first layer alone",
                lambda params: dense_part(params) - (params["hidden"] + 1) * params["classes"],
                "There are two fully connected layers.",
            ),
        ),
        Part(
            label=".5",
            fields=(
                share_field("conv_share", "Convolutional share, in percent", conv_share),
                share_field(
                    "fc_share", "Fully connected share, in percent", lambda p: 1 - conv_share(p)
                ),
                written(
                    "The convolution shares its filters over all places; dense layers share none.",
                    "So a few percent of the parameters do the work on the whole image.",
                    name="explanation",
                    prompt="Why?",
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    source="Carnegie Mellon 10-601, fall 2023, recitation 7, section 1.3",
    note="(.1): what leaves each operation; a vector may be written with sides of 1 as well.",
)
