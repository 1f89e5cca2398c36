"""The padding that keeps the size of the input."""

import numpy as np

from grader.spec import Field, Kind, Misconception, Params, Part, Problem

AS_SET: Params = {"side": 32, "kernel": 7}


def draw(rng: np.random.Generator) -> Params:
    """An odd kernel, which can be padded evenly."""
    return {"side": 8 * int(rng.integers(2, 17)), "kernel": int(rng.choice([3, 5, 9, 11, 13]))}


PROBLEM = Problem(
    title="Same padding",
    parts=(
        Part(
            label="",
            fields=(
                Field(
                    kind=Kind.NUMBER,
                    prompt="Padding on every side",
                    solve=lambda params: (params["kernel"] - 1) // 2,
                    misconceptions=(
                        Misconception(
                            "both sides together",
                            lambda params: params["kernel"] - 1,
                            "That is what both ends of a side need together.",
                            credit=0.5,
                        ),
                        Misconception(
                            "half the kernel, rounded up",
                            lambda params: (params["kernel"] + 1) // 2,
                            "How far does the window reach beyond its centre?",
                        ),
                        Misconception(
                            "full convolution",
                            lambda params: params["kernel"],
                            "How large would the output be?",
                        ),
                    ),
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 5",
)
