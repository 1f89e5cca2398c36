"""Weight sharing: convolution in one dimension, written out as a matrix, and counted."""

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
)

from ..drawings.matrices import sparsity
from ..drawings.windows import first_and_last
from ..prose import written
from ..solvers.matrices import dot, toeplitz_1d, typed_rows
from . import output_formula, rgb_layer

KERNEL = ["k_1", "k_2", "k_3"]
FLIPPED = KERNEL[::-1]
SAME = 1
"""Zeros on either side with which a kernel of length 3 keeps the length of the signal."""

LONGEST = 12
SYMBOLS = Options(
    symbols=dict.fromkeys((*KERNEL, *(f"x_{i + 1}" for i in range(LONGEST))), Domain.REAL)
)
AS_SET: Params = {"length": 9, **output_formula.AS_SET, **rgb_layer.AS_SET}


def draw(rng: np.random.Generator) -> Params:
    """Another length of the signal, letters fixed to numbers, another layer."""
    length = int(rng.integers(6, LONGEST + 1))
    return {"length": length, **output_formula.draw(rng), **rgb_layer.draw(rng)}


def signal(params: Params) -> list[str]:
    """The entries of the input."""
    return [f"x_{i + 1}" for i in range(params["length"])]


def solve_outputs(params: Params, padding: int = 0) -> int:
    """Parts (a) and (b): how many outputs there are."""
    return len(toeplitz_1d(KERNEL, params["length"], padding))


def solve_first(params: Params, padding: int = 0, kernel: list[str] = KERNEL) -> str:
    """Parts (a) and (b): the first output; what lies on the padding drops out."""
    return dot(kernel[padding:], signal(params)[: len(kernel) - padding])


def solve_last(params: Params, padding: int = 0, kernel: list[str] = KERNEL) -> str:
    """Parts (a) and (b): the last output."""
    reach = len(kernel) - padding
    return dot(kernel[:reach], signal(params)[-reach:])


def solve_matrix(params: Params, padding: int = 0, kernel: list[str] = KERNEL) -> str:
    """Parts (c) and (d)."""
    return typed_rows(toeplitz_1d(kernel, params["length"], padding))


def transposed(params: Params, padding: int = 0) -> str:
    """Outputs as columns."""
    rows = toeplitz_1d(KERNEL, params["length"], padding)
    return typed_rows([list(column) for column in zip(*rows, strict=True)])


def flipped_kernel(solve: partial[str]) -> Misconception:
    """The answer of a convolution that turns its kernel round."""
    return Misconception(
        "kernel flipped", solve, "Here the kernel is laid over the signal as it is."
    )


def length_field(padding: int) -> Field:
    """How many outputs there are."""
    return Field(
        name="output_dim",
        kind=Kind.NUMBER,
        prompt="Length of the output",
        solve=partial(solve_outputs, padding=padding),
        misconceptions=(
            Misconception(
                "+1 forgotten",
                lambda params: solve_outputs(params, padding) - 1,
                "Count the positions of the kernel, not the steps between them.",
            ),
            Misconception(
                "the other padding",
                partial(solve_outputs, padding=SAME - padding),
                "Which padding is asked here?",
            ),
            Misconception(
                "every overlap counted",
                partial(solve_outputs, padding=len(KERNEL) - 1),
                "The kernel has to lie on the (padded) signal with all of its entries.",
            ),
        ),
    )


def end_field(name: str, solve: Callable[..., str], padding: int) -> Field:
    """The first or the last output."""
    return Field(
        name=name,
        kind=Kind.EXPRESSION,
        prompt=f"{name.capitalize()} element",
        solve=partial(solve, padding=padding),
        options=SYMBOLS,
        misconceptions=(
            flipped_kernel(partial(solve, padding=padding, kernel=FLIPPED)),
            Misconception(
                "the other padding",
                partial(solve, padding=SAME - padding),
                "Where does the kernel lie at this end, with the padding that is asked?",
            ),
        ),
    )


def ends_part(label: str, padding: int) -> Part:
    """How many outputs there are, and the outermost two."""
    return Part(
        label=label,
        fields=(
            length_field(padding),
            end_field("first", solve_first, padding),
            end_field("last", solve_last, padding),
        ),
        drawing=lambda params, _: first_and_last(signal(params), KERNEL, padding),
    )


def matrix_part(label: str, padding: int) -> Part:
    """The whole map."""
    field = Field(
        kind=Kind.MATRIX,
        prompt="$K$, row by row",
        solve=partial(solve_matrix, padding=padding),
        options=SYMBOLS,
        grid=(AS_SET["length"] - len(KERNEL) + 1 + 2 * padding, AS_SET["length"]),
        misconceptions=(
            flipped_kernel(partial(solve_matrix, padding=padding, kernel=FLIPPED)),
            Misconception(
                "transposed",
                partial(transposed, padding=padding),
                "Each output is a row of K times the signal.",
            ),
            Misconception(
                "the other padding",
                partial(solve_matrix, padding=SAME - padding),
                "How many outputs does the padding that is asked here give?",
            ),
        ),
    )
    return Part(
        label=label,
        fields=(field,),
        drawing=lambda params, _: sparsity(weight_numbers(params, padding)),
    )


def weight_numbers(params: Params, padding: int) -> list[list[int]]:
    """The matrix with 1, 2, 3 for the weights."""
    rows = toeplitz_1d(KERNEL, params["length"], padding)
    return [[KERNEL.index(entry) + 1 if entry in KERNEL else 0 for entry in row] for row in rows]


UNTIED = Part(
    label="e",
    fields=(
        Field(
            name="weights",
            kind=Kind.NUMBER,
            prompt="Number of weights, for the rows of part (a)",
            solve=lambda params: solve_outputs(params) * len(KERNEL),
            misconceptions=(
                Misconception(
                    "still shared",
                    lambda _: len(KERNEL),
                    "Now every place has a kernel of its own.",
                ),
                Misconception(
                    "fully connected",
                    lambda params: solve_outputs(params) * params["length"],
                    "Does an output still see only a window of the signal?",
                ),
                Misconception(
                    "rows of part (b)",
                    lambda params: solve_outputs(params, SAME) * len(KERNEL),
                    "Count for the outputs without padding.",
                ),
            ),
        ),
        written(
            "The zeros stay where they are: outputs still see only windows.",
            "Every row has weights of its own instead of the same three.",
            name="explanation",
            prompt="What changes in the matrix?",
        ),
    ),
)

PROBLEM = Problem(
    title="Weight sharing in convolutional networks",
    parts=(
        ends_part("a", padding=0),
        ends_part("b", padding=SAME),
        matrix_part("c", padding=0),
        matrix_part("d", padding=SAME),
        UNTIED,
        output_formula.PART,
        *rgb_layer.PARTS,
    ),
    as_set=AS_SET,
    draw=draw,
    source="UC Berkeley EECS 182, spring 2023, discussion 4, question 1",
    note=(
        "(a)-(d): the kernel is not flipped. (f): sizes that divide by the stride are assumed, and "
        "a floor is accepted too. (h): the stride does not fit a whole number of times; what is "
        "left at the end is dropped, and weights are counted without biases."
    ),
)
