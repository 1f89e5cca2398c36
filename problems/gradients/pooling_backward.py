"""What pooling sends back, on a small instance with the maximum of every window known."""

from functools import partial

import numpy as np

from grader.spec import Field, Kind, Misconception, Params, Part

from ..prose import written
from ..solvers.conv import Array
from ..solvers.pooling import average_pool_gradient, max_pool_gradient

WINDOW = 2
AS_SET: Params = {
    "X": [[3, 1, 7, 4], [8, 5, 2, 6], [10, 12, 9, 16], [11, 14, 13, 15]],
    "dY": [[4, -8], [2, 12]],
}


def draw(rng: np.random.Generator) -> Params:
    """Sixteen different entries, and an upstream gradient that can be halved twice by hand."""
    upstream = 2 * rng.choice([-4, -3, -2, -1, 1, 2, 3, 4, 5, 6], size=4, replace=False)
    return {
        "X": (rng.permutation(16) + 1).reshape(4, 4).tolist(),
        "dY": upstream.reshape(2, 2).tolist(),
    }


def solve_max_pool(params: Params) -> Array:
    """Part (c): all of the upstream gradient goes to the entry that won its window."""
    return max_pool_gradient(params["X"], params["dY"], WINDOW)


def solve_average_pool(params: Params, share: float = 1 / WINDOW**2) -> Array:
    """Part (c): every entry of a window gets an equal share, a quarter unless another is given."""
    return average_pool_gradient(params["dY"], WINDOW) * WINDOW**2 * share


def ones_at_winners(params: Params) -> Array:
    """The local derivative of max pooling, without what comes from above."""
    return max_pool_gradient(params["X"], np.ones((2, 2)), WINDOW)


def weighted_by_input(params: Params) -> Array:
    """The upstream gradient times the winner itself."""
    return np.multiply(solve_max_pool(params), params["X"])


PART = Part(
    label="c",
    fields=(
        Field(
            name="max_pool_dx",
            kind=Kind.MATRIX,
            prompt="$dX$ for max pooling",
            solve=solve_max_pool,
            grid=(4, 4),
            misconceptions=(
                Misconception(
                    "whole window",
                    partial(solve_average_pool, share=1.0),
                    "Would the output change with an entry that is not the largest?",
                ),
                Misconception(
                    "upstream gradient forgotten",
                    ones_at_winners,
                    "This is the local derivative; the chain rule has another factor.",
                ),
                Misconception(
                    "weighted by the input",
                    weighted_by_input,
                    "The derivative of a maximum is one or zero, whatever the value.",
                ),
            ),
        ),
        Field(
            name="avg_pool_dx",
            kind=Kind.MATRIX,
            prompt="$dX$ for average pooling",
            solve=solve_average_pool,
            grid=(4, 4),
            misconceptions=(
                Misconception(
                    "not shared",
                    partial(solve_average_pool, share=1.0),
                    "By how much does the mean change with one of its entries?",
                ),
                Misconception(
                    "side for area",
                    partial(solve_average_pool, share=1 / WINDOW),
                    "How many entries does a window have?",
                ),
                Misconception(
                    "max pooling",
                    solve_max_pool,
                    "Here every entry of the window takes part in the output.",
                ),
            ),
        ),
        written(
            "Max: the upstream gradient goes to the largest entry, zero elsewhere.",
            "Average: a quarter of the upstream gradient goes to every entry.",
            name="derivation",
            prompt="The general rule for both, and why",
        ),
    ),
)
