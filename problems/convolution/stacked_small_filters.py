"""A stack of 3x3 filters in place of a large one."""

import numpy as np

from grader.spec import Field, Kind, Misconception, Options, Params, Part, Problem

from ..mistakes import also_as_fraction
from ..solvers.conv import receptive_field
from ..solvers.parameters import conv_parameters

SMALL = 3
AS_SET: Params = {"large": 15}
TWO_FIGURES = Options(digits=2)


def draw(rng: np.random.Generator) -> Params:
    """Another odd side."""
    return {"large": 2 * int(rng.integers(3, 13)) + 1}


def show(params: Params) -> dict[str, str]:
    """How many entries either filter covers."""
    return {"covered": str(params["large"] ** 2)}


def solve_filters(params: Params) -> int:
    """The smallest stack whose receptive field is as large as the filter."""
    count = 1
    while receptive_field([(SMALL, 1, 1)] * count) < params["large"]:
        count += 1
    return count


def side_by_side(params: Params) -> int:
    """As if the filters tiled the large one."""
    tiles: int = -(-params["large"] // SMALL)
    return tiles * tiles


def share(params: Params, filters: int) -> float:
    """Weights of a stack as a share of the large filter's, one channel, no biases."""
    stack = filters * conv_parameters(SMALL, 1, 1, bias=False)
    return stack / conv_parameters(params["large"], 1, 1, bias=False)


def solve_saved(params: Params) -> float:
    """The share of the weights that the stack saves."""
    return 1 - share(params, solve_filters(params))


def percent(part: float) -> float:
    """A share in percent, rounded far below what is asked."""
    return round(100 * part, 6)


PROBLEM = Problem(
    title="Stacks of small filters",
    parts=(
        Part(
            label="",
            fields=(
                Field(
                    name="filters",
                    kind=Kind.NUMBER,
                    prompt="Number of $3 \\times 3$ filters",
                    solve=solve_filters,
                    misconceptions=(
                        Misconception(
                            "side by side",
                            side_by_side,
                            "The filters follow one another, each on the output of the last.",
                        ),
                        Misconception(
                            "sides divided",
                            lambda params: -(-params["large"] // SMALL),
                            "Neighbouring windows overlap: what does one more layer add?",
                        ),
                        Misconception(
                            "first layer forgotten",
                            lambda params: solve_filters(params) - 1,
                            "Begin to count with the first layer.",
                        ),
                    ),
                ),
                Field(
                    name="percent_saved",
                    kind=Kind.NUMBER,
                    prompt="Weights saved, in percent",
                    solve=lambda params: percent(solve_saved(params)),
                    accept=(lambda params: round(solve_saved(params), 8),),
                    options=TWO_FIGURES,
                    misconceptions=also_as_fraction(
                        (
                            Misconception(
                                "share that is left",
                                lambda params: percent(1 - solve_saved(params)),
                                "That is how much is left; how much is saved?",
                            ),
                            Misconception(
                                "a single small filter",
                                lambda params: percent(1 - share(params, 1)),
                                "Count the weights of the whole stack.",
                            ),
                            Misconception(
                                "saved in terms of the stack",
                                lambda params: percent(
                                    1 / share(params, solve_filters(params)) - 1
                                ),
                                "The large filter is the whole of which a share is asked.",
                            ),
                        )
                    ),
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    show=show,
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 4",
    note="One channel in and out, no biases; the stack is one of layers, with stride 1.",
)
