"""What filters and convolutions are, the output's size, and what convolutional networks gain."""

from functools import partial

import numpy as np

from grader.spec import Domain, Field, Kind, Misconception, Options, Params, Part, Problem

from ..prose import written

LETTERS = Options(symbols=dict.fromkeys(("W_in", "K_w", "P", "S"), Domain.INTEGER))
AS_SET: Params = {"K": "K_w", "P": "P", "S": "S"}


def draw(rng: np.random.Generator) -> Params:
    """One or two of the letters become numbers."""
    numbers = {"K": rng.choice([5, 7]), "P": rng.integers(2, 4), "S": rng.integers(2, 5)}
    fixed = rng.choice(list(numbers), size=int(rng.integers(1, 3)), replace=False)
    return {**AS_SET, **{str(name): str(numbers[name]) for name in fixed}}


def width(params: Params, wrong: str = "", *, floor: bool = False) -> str:
    """Part (.3): the output's width, right or wrong in a known way."""
    K, P, S = params["K"], params["P"], params["S"]
    padding = {"padding counted once": f" + {P}", "padding forgotten": ""}.get(wrong, f" + 2*{P}")
    steps = f"(W_in - {K}{padding})"
    if wrong != "stride forgotten":
        steps = f"floor({steps}/{S})" if floor else f"{steps}/{S}"
    return steps if wrong == "+1 forgotten" else f"{steps} + 1"


MISTAKES = {
    "+1 forgotten": "Count the positions of the kernel, not the steps between them.",
    "padding counted once": "Padding is added at both ends of a side.",
    "padding forgotten": "Padding enlarges the input before the kernel slides.",
    "stride forgotten": "Where does the stride come in?",
}

PROBLEM = Problem(
    title="Convolutional networks: concepts",
    parts=(
        Part(
            label=".1",
            fields=(
                written(
                    "Small arrays of weights, laid over patches of the input.",
                    "They are learned, and respond to a feature such as an edge.",
                ),
            ),
        ),
        Part(
            label=".2",
            fields=(
                written(
                    "A filter slides over the input; each place gives a sum of products.",
                    "All places together make a feature map.",
                ),
            ),
        ),
        Part(
            label=".3",
            fields=(
                Field(
                    kind=Kind.EXPRESSION,
                    prompt="Output width",
                    solve=width,
                    accept=(partial(width, floor=True),),
                    options=LETTERS,
                    misconceptions=tuple(
                        Misconception(wrong, partial(width, wrong=wrong), feedback)
                        for wrong, feedback in MISTAKES.items()
                    ),
                ),
            ),
        ),
        Part(
            label=".4",
            fields=(
                written(
                    "Far fewer weights, since a small filter is shared by all places.",
                    "What is near together belongs together, and is found wherever it lies.",
                ),
            ),
        ),
        Part(
            label=".5",
            fields=(
                written(
                    "Each layer gives as many channels as it has filters, free to choose.",
                    "Usually more channels as the maps get smaller; pooling keeps their number.",
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    source="Carnegie Mellon 10-601, fall 2023, recitation 7, section 1.1",
)
