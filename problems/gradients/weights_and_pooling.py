"""Gradients in a convolutional network: the weights', how it grows with the image, and pooling's.

The letters are the paper's: image X of side n, kernel w of side k, output Y of side m = n - k + 1,
upstream gradient dY, and dw for the gradient of the weights.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np

from grader.spec import (
    Domain,
    Drawing,
    Field,
    Kind,
    Misconception,
    Options,
    Params,
    Part,
    Problem,
)

from ..drawings.growth import own_spreads, spread_drawing
from ..prose import written
from . import pooling_backward

AS_SET: Params = {
    "weights": "as they are",
    "dimensions": 2,
    "k": "k",
    **pooling_backward.AS_SET,
}


IMAGE_DIMENSIONS = 2
WEIGHTS = {
    "as they are": ("h, l", "i + h - 1", "j + l - 1"),
    "turned round": ("k - h + 1, k - l + 1", "i + k - h", "j + k - l"),
    "transposed": ("l, h", "i + l - 1", "j + h - 1"),
}
"""By how the kernel is laid over the image: the weight that meets x[i + h - 1, j + l - 1], and the
row and column of x that the weight w[h, l] meets at output (i, j)."""


def draw(rng: np.random.Generator) -> Params:
    """Weights laid down otherwise, signals or volumes for images, an instance without ties."""
    return {
        "weights": str(rng.choice(list(WEIGHTS))),
        "dimensions": int(rng.choice([1, 2, 3])),
        "k": str(rng.choice([3, 5, 7])),
        **pooling_backward.draw(rng),
    }


def show(params: Params) -> dict[str, str]:
    """The weight's indices in the forward pass, and what part (b) calls its image."""
    place = params["dimensions"] - 1
    return {
        "weight": WEIGHTS[params["weights"]][0],
        "thing": ["a signal", "an image", "a volume"][place],
        "dw": ["dw_{h}", "dw_{h,l}", "dw_{h,l,q}"][place],
        "dimensions_in_words": ["one dimension", "both dimensions", "all three dimensions"][place],
    }


def weight_gradient(params: Params, wrong: str = "") -> str:
    """Part (a): every position at which the weight was used contributes its product."""
    _, row, column = WEIGHTS[params["weights"]]
    if wrong == "offset forgotten":
        row, column = "i", "j"
    if wrong == "off by one":
        row, column = f"{row} + 1", f"{column} + 1"
    if wrong == "weights otherwise":
        other = "turned round" if params["weights"] == "as they are" else "as they are"
        _, row, column = WEIGHTS[other]
    return f"sum(i, 1, m, sum(j, 1, m, dy[i, j]*x[{row}, {column}]))"


def solve_step(_: Params) -> str:
    """Part (a): against the gradient."""
    return "w[h, l] - eta*dw[h, l]"


def spelled_step(params: Params) -> str:
    """The step with the gradient written out."""
    return f"w[h, l] - eta*{weight_gradient(params)}"


def solve_variance(params: Params, wrong: str = "") -> str:
    """Part (b): a sum of uncorrelated products, each with variance sigma_x^2 sigma_g^2."""
    side = {"n for m": "n", "+1 forgotten": f"(n - {params['k']})"}.get(
        wrong, f"(n - {params['k']} + 1)"
    )
    powers = {"count squared": 2 * params["dimensions"], "one side": 1}
    power = powers.get(wrong, params["dimensions"])
    terms = "" if wrong == "one product" else f"{side}^{power}*"
    if wrong == "deviations for variances":
        return f"{terms}sigma_x*sigma_g"
    return f"{terms}sigma_x^2*sigma_g^2"


def solve_growth(params: Params) -> str:
    """Part (b): the root of the variance's growth."""
    return {1: "sqrt(n)", 2: "n", 3: "n^(3/2)"}[params["dimensions"]]


def unreduced_growth(params: Params) -> str:
    """Part (b): the side of the output in place of n, which grows alike while k is fixed.

    Given in two dimensions alone: of roots in several letters the growth cannot be decided, and an
    undecided answer would wait for a person where it is plainly wrong.
    """
    return "n - k + 1" if params["dimensions"] == IMAGE_DIMENSIONS else solve_growth(params)


def whole_spread(params: Params) -> str:
    """Part (b): the standard deviation itself, in two dimensions alone."""
    growth = unreduced_growth(params)
    return f"({growth})*sigma_x*sigma_g" if "k" in growth else growth


def draw_spreads(params: Params, answers: Mapping[str, str]) -> Drawing:
    """Part (b): the simulated growth, with the formula of the solution and the student's."""
    return spread_drawing(
        drawn_kernel(params), params["dimensions"], solve_variance(params), answers
    )


def draw_own_spreads(params: Params, answers: Mapping[str, str]) -> Drawing | None:
    """Part (b): the student's formulas alone."""
    return own_spreads(drawn_kernel(params), answers)


def drawn_kernel(params: Params) -> int:
    """Side of the kernel that is simulated: the variant's, or 3 where that stays a letter."""
    return 3 if params["k"] == "k" else int(params["k"])


SIDE = "m = n - k + 1"
ARRAYS = {"x": ("n", "n"), "dy": (SIDE, SIDE), "w": ("k", "k")}
GRADIENT = Options(arrays=ARRAYS)
STEP = Options(arrays={**ARRAYS, "dw": ("k", "k")})
STATISTICS = Options(symbols=dict.fromkeys(("n", "k", "sigma_x", "sigma_g"), Domain.POSITIVE))

GRADIENT_OF_WEIGHTS = Part(
    label="a",
    fields=(
        Field(
            name="dw",
            kind=Kind.FORMULA,
            prompt="$dw_{h,l}$, written with sums over $x$ and $dy$",
            solve=weight_gradient,
            options=GRADIENT,
            misconceptions=(
                Misconception(
                    "offset forgotten",
                    partial(weight_gradient, wrong="offset forgotten"),
                    "Which input entry does this weight meet when the output is at (i, j)?",
                ),
                Misconception(
                    "off by one",
                    partial(weight_gradient, wrong="off by one"),
                    "Try the first weight and the first output: which input entry do they share?",
                ),
                Misconception(
                    "weights otherwise",
                    partial(weight_gradient, wrong="weights otherwise"),
                    "Which weight meets which input entry in this forward pass?",
                ),
                Misconception(
                    "averaged",
                    lambda params: f"({weight_gradient(params)})/m^2",
                    "The loss depends on a weight through all outputs: are their parts averaged?",
                ),
            ),
        ),
        Field(
            name="sgd_step",
            kind=Kind.FORMULA,
            prompt="The weight $w_{h,l}$ after the step, with rate `eta`; may use `dw`",
            solve=solve_step,
            accept=(spelled_step,),
            options=STEP,
            misconceptions=(
                Misconception(
                    "uphill",
                    lambda _: "w[h, l] + eta*dw[h, l]",
                    "Does this step make the loss smaller or larger?",
                ),
                Misconception(
                    "step alone",
                    lambda _: "-eta*dw[h, l]",
                    "This is the change; the weight after the step is asked.",
                    credit=0.5,
                ),
                Misconception(
                    "rate forgotten",
                    lambda _: "w[h, l] - dw[h, l]",
                    "How far does a step go?",
                ),
            ),
        ),
    ),
)

STATISTICS_OF_WEIGHTS = Part(
    label="b",
    fields=(
        Field(
            name="mean",
            kind=Kind.EXPRESSION,
            prompt="Mean",
            solve=lambda _: 0,
            options=STATISTICS,
            misconceptions=(
                Misconception(
                    "spread for the mean",
                    lambda _: "sigma_x*sigma_g",
                    "What is the mean of a product of independent factors?",
                ),
            ),
        ),
        Field(
            name="variance",
            kind=Kind.EXPRESSION,
            prompt="Variance, in `n`, `k`, `sigma_x`, `sigma_g`",
            solve=solve_variance,
            options=STATISTICS,
            misconceptions=(
                Misconception(
                    "one product",
                    partial(solve_variance, wrong="one product"),
                    "Over how many positions is the gradient summed?",
                ),
                Misconception(
                    "deviations for variances",
                    partial(solve_variance, wrong="deviations for variances"),
                    "What is the variance of a product of independent factors with mean zero?",
                ),
                Misconception(
                    "count squared",
                    partial(solve_variance, wrong="count squared"),
                    "Variances of uncorrelated terms add up; the number of terms is not squared.",
                ),
                Misconception(
                    "one side",
                    partial(solve_variance, wrong="one side"),
                    "Along how many dimensions does the kernel move?",
                ),
                Misconception(
                    "n for m",
                    partial(solve_variance, wrong="n for m"),
                    "The sum runs over the positions of the output, not of the input.",
                ),
                Misconception(
                    "+1 forgotten",
                    partial(solve_variance, wrong="+1 forgotten"),
                    "How many positions does a kernel as large as the input have?",
                ),
            ),
        ),
        Field(
            name="std_growth",
            kind=Kind.GROWTH,
            prompt="Growth of the standard deviation with `n`",
            solve=solve_growth,
            accept=(unreduced_growth, whole_spread),
            options=STATISTICS,
            misconceptions=(
                Misconception(
                    "variance's growth",
                    lambda params: f"n^{params['dimensions']}",
                    "That is how the variance grows.",
                ),
                Misconception(
                    "one side",
                    lambda _: "sqrt(n)",
                    "Along how many dimensions does the kernel move?",
                ),
            ),
        ),
    ),
    drawing=draw_spreads,
    answer_drawing=draw_own_spreads,
)

PROBLEM = Problem(
    title="Weights and gradients in a convolutional network",
    parts=(
        GRADIENT_OF_WEIGHTS,
        STATISTICS_OF_WEIGHTS,
        pooling_backward.PART,
        Part(
            label="d",
            fields=(
                written(
                    "Max: keeps the strongest response, wherever in the window it was.",
                    "Average: smooths, and passes gradient to every entry.",
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    show=show,
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 5",
    note=(
        "(c) is asked for a 4x4 instance of our own without ties, besides the general rule; "
        "(d) is asked for this network alone, not after the notebook."
    ),
)
