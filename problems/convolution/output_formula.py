"""The side of a convolution's output, as a formula."""

from functools import partial

import numpy as np

from grader.spec import Domain, Field, Kind, Misconception, Options, Params, Part

LETTERS = Options(symbols=dict.fromkeys("WKsp", Domain.INTEGER))
AS_SET: Params = {"K": "K", "s": "s", "p": "p"}


def draw(rng: np.random.Generator) -> Params:
    """One of the letters becomes a number."""
    numbers = {"K": rng.choice([5, 7]), "s": rng.integers(2, 5), "p": rng.integers(2, 4)}
    name = str(rng.choice(list(numbers)))
    return {**AS_SET, name: str(numbers[name])}


def plain(params: Params, wrong: str = "") -> str:
    """Stride 1, no padding."""
    return f"W - {params['K']}" + ("" if wrong == "+1 forgotten" else " + 1")


def general(params: Params, wrong: str = "", *, floor: bool = False) -> str:
    """Any stride and padding, right or wrong in a known way."""
    padding = {"padding counted once": " + {p}", "padding forgotten": ""}.get(wrong, " + 2*{p}")
    span = f"(W - {params['K']}{padding.format(p=params['p'])})"
    steps = f"{span}/{params['s']}"
    if wrong == "stride outside":
        return f"({span} + 1)/{params['s']}"
    if wrong == "+1 forgotten":
        return steps
    return f"floor({steps}) + 1" if floor else f"{steps} + 1"


MISTAKES = {
    "+1 forgotten": "Count the positions of the window, not the steps between them.",
    "padding counted once": "Padding is added at both ends of a side.",
    "padding forgotten": "Padding enlarges the input before the window slides.",
    "stride outside": "The first position takes no step: what does the stride divide?",
}

PART = Part(
    label="f",
    fields=(
        Field(
            name="plain",
            kind=Kind.EXPRESSION,
            prompt="$W'$ with stride 1 and no padding",
            solve=plain,
            options=LETTERS,
            misconceptions=(
                Misconception(
                    "+1 forgotten", partial(plain, wrong="+1 forgotten"), MISTAKES["+1 forgotten"]
                ),
                Misconception(
                    "as large as the input",
                    lambda _: "W",
                    "Can the window's first entry reach the end of the side?",
                ),
            ),
        ),
        Field(
            name="general",
            kind=Kind.EXPRESSION,
            prompt="$W'$ with stride and padding",
            solve=general,
            accept=(partial(general, floor=True),),
            options=LETTERS,
            misconceptions=tuple(
                Misconception(wrong, partial(general, wrong=wrong), feedback)
                for wrong, feedback in MISTAKES.items()
            ),
        ),
    ),
)
