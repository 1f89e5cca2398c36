"""Shapes and parameters of a recurrent cell."""

import numpy as np

from grader.spec import Field, Kind, Misconception, Params, Part, Problem

AS_SET: Params = {"inputs": 3, "hidden": 4, "outputs": 2, "steps": 5}


def draw(rng: np.random.Generator) -> Params:
    """Four sizes that differ, so that a mixed-up one shows."""
    sizes = rng.choice(np.arange(2, 10), size=4, replace=False)
    return {name: int(size) for name, size in zip(AS_SET, sizes, strict=True)}


def solve_parameters(params: Params) -> int:
    """Part (b): the same three matrices at every step."""
    hidden = params["hidden"]
    return int(hidden * (params["inputs"] + hidden + params["outputs"]))


TRANSPOSED = "The matrix stands to the left of a column: which size does the product have?"


def shape_field(name: str, symbol: str, rows: str, columns: str) -> Field:
    """The field of one matrix, by the names of its sizes."""
    transposed = Misconception(
        "transposed", lambda params: [params[columns], params[rows]], TRANSPOSED
    )
    of_the_input = Misconception(
        "input for state",
        lambda params: [params[rows], params["inputs"]],
        "What does this matrix multiply?",
    )
    return Field(
        name=name,
        kind=Kind.SHAPE,
        prompt=f"${symbol}$ (rows, columns)",
        solve=lambda params: [params[rows], params[columns]],
        misconceptions=(of_the_input if rows == columns else transposed,),
    )


PROBLEM = Problem(
    title="Shapes of a recurrent cell",
    parts=(
        Part(
            label="a",
            fields=(
                shape_field("input_weights", "W_{hx}", "hidden", "inputs"),
                shape_field("recurrent_weights", "W_{hh}", "hidden", "hidden"),
                shape_field("output_weights", "W_{yh}", "outputs", "hidden"),
            ),
        ),
        Part(
            label="b",
            fields=(
                Field(
                    kind=Kind.NUMBER,
                    prompt="Parameters",
                    solve=solve_parameters,
                    misconceptions=(
                        Misconception(
                            "counted at every step",
                            lambda params: params["steps"] * solve_parameters(params),
                            "Do different time steps have weights of their own?",
                        ),
                        Misconception(
                            "recurrence forgotten",
                            lambda params: solve_parameters(params) - params["hidden"] ** 2,
                            "How does the previous state get into the next one?",
                        ),
                    ),
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    source="The dimensions of Carnegie Mellon 10-601, fall 2023, recitation 7, section 2.1",
)
