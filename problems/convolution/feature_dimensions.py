"""Feature dimensions of a convolutional network: shapes, parameters, receptive field, invariance.

The letters are the paper's: input W x H x C, F filters of side K, padding P, stride S, L layers.
A variant fixes some of the letters to numbers; formulas are written in what is left.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.spec import (
    Domain,
    Field,
    Kind,
    Misconception,
    Options,
    Params,
    Part,
    Problem,
    Solver,
)

from ..prose import written
from . import edge_features, layer_table

LETTERS = Options(symbols=dict.fromkeys("WHCFKPSL", Domain.INTEGER))

AS_SET: Params = {
    "C": "C",
    "F": "F",
    "K": "K",
    "P": "P",
    "S": "S",
    "pool_K": "K",
    "pool_S": "S",
    "deep_L": "L",
    "deep_K": "K",
    "pool": 2,
    **layer_table.AS_SET,
    **edge_features.AS_SET,
}


def draw(rng: np.random.Generator) -> Params:
    """Some letters become small numbers; the table and the images get sizes of the same order."""
    fixed = {"C": 3, "F": int(rng.choice([16, 32, 64])), "K": int(rng.choice([5, 7]))}
    fixed |= {"P": int(rng.integers(2, 4)), "S": int(rng.integers(2, 5))}
    kept = rng.choice(list(fixed), size=3, replace=False)
    side, first, second = str(rng.integers(2, 5)), bool(rng.integers(2)), bool(rng.integers(2))
    return {
        **{name: name if name in kept else str(value) for name, value in fixed.items()},
        "pool_K": "K" if first else side,
        "pool_S": side if first else "S",
        "deep_L": "L" if second else side,
        "deep_K": "5" if second else "K",
        "pool": int(rng.integers(2, 5)),
        **layer_table.draw(rng),
        **edge_features.draw(rng),
    }


def conv_side(params: Params, side: str, wrong: str = "", *, floor: bool = False) -> str:
    """One side of the convolution's output as a formula, right or wrong in a known way."""
    K, P, S = params["K"], params["P"], params["S"]
    padding = {"padding counted once": f" + {P}", "padding forgotten": ""}.get(wrong, f" + 2*{P}")
    if wrong == "1 divided too":
        padding += " + 1"
    steps = f"({side} - {K}{padding})"
    if wrong != "stride forgotten":
        steps = f"floor({steps}/{S})" if floor else f"{steps}/{S}"
    return steps if wrong in ("+1 forgotten", "1 divided too") else f"{steps} + 1"


def pool_side(params: Params, side: str, wrong: str = "", *, floor: bool = False) -> str:
    """One side of the pooling layer's output as a formula, right or wrong in a known way."""
    K, S = params["pool_K"], params["pool_S"]
    if wrong == "window taken for the stride":
        return f"{side}/{K}"
    steps = f"floor(({side} - {K})/{S})" if floor else f"({side} - {K})/{S}"
    return steps if wrong == "+1 forgotten" else f"{steps} + 1"


def solve_weights(params: Params) -> str:
    """Part (a): every filter spans all input channels."""
    return f"{params['F']}*{params['C']}*{params['K']}^2"


def solve_filters(params: Params) -> str:
    """Part (a): one bias and one output channel for each filter."""
    return str(params["F"])


def solve_depth(params: Params) -> str:
    """Part (c): each layer widens the field by K - 1."""
    return f"{params['deep_L']}*({params['deep_K']} - 1) + 1"


def formula(name: str, prompt: str, solve: Solver, *mistakes: Misconception) -> Field:
    """A field for a formula in the paper's letters."""
    return Field(
        name=name,
        kind=Kind.EXPRESSION,
        prompt=prompt,
        solve=solve,
        options=LETTERS,
        misconceptions=mistakes,
    )


ONE_FORGOTTEN = "Count the positions of the window, not the steps between them."
CONV_SIDE_MISTAKES = {
    "+1 forgotten": ONE_FORGOTTEN,
    "padding counted once": "Padding is added at both ends of a side.",
    "padding forgotten": "Padding enlarges the input before the window slides.",
    "stride forgotten": "Where does the stride come in?",
    "1 divided too": "The first position takes no step: what does the stride divide?",
}
POOL_SIDE_MISTAKES = {
    "+1 forgotten": ONE_FORGOTTEN,
    "window taken for the stride": "The window moves by the stride, not by its own side.",
}


def side_fields(solve_side: Callable[..., str], mistakes: dict[str, str]) -> tuple[Field, ...]:
    """Width and height of an output; the exact quotient counts as well as its floor."""
    return tuple(
        Field(
            name=name,
            kind=Kind.EXPRESSION,
            prompt=f"Output {name}",
            solve=partial(solve_side, side=letter),
            accept=(partial(solve_side, side=letter, floor=True),),
            options=LETTERS,
            misconceptions=tuple(
                Misconception(mistake, partial(solve_side, side=letter, wrong=mistake), feedback)
                for mistake, feedback in mistakes.items()
            ),
        )
        for name, letter in (("width", "W"), ("height", "H"))
    )


CONV_LAYER = Part(
    label="a",
    fields=(
        formula(
            "weights",
            "Number of weights",
            solve_weights,
            Misconception(
                "channels forgotten",
                lambda params: f"{params['F']}*{params['K']}^2",
                "A filter spans every channel of its input.",
            ),
            Misconception(
                "kernel side not squared",
                lambda params: f"{params['F']}*{params['C']}*{params['K']}",
                "A filter has two spatial sides.",
            ),
            Misconception(
                "one filter alone",
                lambda params: f"{params['C']}*{params['K']}^2",
                "The layer has more than one filter.",
            ),
            Misconception(
                "biases counted among the weights",
                lambda params: f"{solve_weights(params)} + {params['F']}",
                "The biases have a field of their own.",
                credit=0.5,
            ),
        ),
        formula(
            "biases",
            "Number of biases",
            solve_filters,
            Misconception(
                "a bias for each input channel",
                lambda params: f"{params['F']}*{params['C']}",
                "The products of all input channels are summed before the bias is added.",
            ),
            Misconception("one bias for the layer", lambda _: "1", "Do all filters share it?"),
        ),
        *side_fields(conv_side, CONV_SIDE_MISTAKES),
        formula(
            "channels",
            "Output channels",
            solve_filters,
            Misconception(
                "channels of the input",
                lambda params: str(params["C"]),
                "Each filter gives one map, whatever the depth of its input.",
            ),
        ),
    ),
)

POOLING_LAYER = Part(
    label="b",
    fields=(
        *side_fields(pool_side, POOL_SIDE_MISTAKES),
        formula(
            "channels",
            "Output channels",
            lambda _: "C",
            Misconception("pooled over channels", lambda _: "1", "Each map is pooled by itself."),
        ),
    ),
)

DEEP_STACK = Part(
    label="c",
    fields=(
        formula(
            "",
            "Receptive field, along one side",
            solve_depth,
            Misconception(
                "kernels added up",
                lambda params: f"{params['deep_L']}*{params['deep_K']}",
                "Neighbouring windows overlap: what does one more layer add?",
            ),
            Misconception(
                "+1 forgotten",
                lambda params: f"{params['deep_L']}*({params['deep_K']} - 1)",
                "Try it with a single layer.",
            ),
            Misconception(
                "kernel to the power of the depth",
                lambda params: f"{params['deep_K']}^{params['deep_L']}",
                "With stride 1 the field grows by the same amount in every layer.",
            ),
            Misconception(
                "area for side",
                lambda params: f"({solve_depth(params)})^2",
                "That is the number of pixels; along one side is asked.",
                credit=0.5,
            ),
        ),
    ),
)

DOWNSAMPLING = Part(
    label="d",
    fields=(
        Field(
            name="factor",
            kind=Kind.NUMBER,
            prompt="Factor, along one side",
            solve=lambda params: int(params["pool"]),
            misconceptions=(
                Misconception(
                    "area instead of side",
                    lambda params: int(params["pool"]) ** 2,
                    "The factor is asked along one side, not for the area.",
                    credit=0.5,
                ),
            ),
        ),
        written(
            "Later layers have fewer positions to visit, by about the stride squared.",
            "So each of them takes fewer multiplications (or less memory).",
            name="explanation",
            prompt="What is saved, and why",
        ),
    ),
)

PROBLEM = Problem(
    title="Feature dimensions of a convolutional network",
    parts=(
        CONV_LAYER,
        POOLING_LAYER,
        DEEP_STACK,
        DOWNSAMPLING,
        layer_table.PART,
        edge_features.PART,
    ),
    as_set=AS_SET,
    draw=draw,
    show=lambda params: {**layer_table.show(params), **edge_features.show(params)},
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 2",
    note=(
        "(a), (b): sizes that divide by the stride are assumed, and a floor is accepted too. "
        "(d): the growth is asked along a side, of a window of the pooled map. "
        "(f): padding wraps on one side only, since two-sided wrapping with an even kernel "
        "enlarges the maps and breaks the invariance; all images have 8 rows, of which the print "
        "had lost some."
    ),
)
