"""Two image filters written down by hand: an average and an edge detector.

Answered by the notebook, whose functions are called, or by typing the kernels.
"""

import numpy as np

from grader.spec import Field, Kind, Options, Params, Part, Problem, Reference

from ..drawings.images import beside_reference, own_filter
from .hand_designed_notebook import NOTEBOOK
from .hand_designed_probes import AVERAGING, EDGES


def draw(rng: np.random.Generator) -> Params:
    """Another size of the average; a Laplacian is 3 by 3."""
    return {"blur_side": int(rng.choice([3, 5, 7]))}


def solve_blur(params: Params) -> str:
    """Part (a): the mean of the window."""
    side = params["blur_side"]
    return f"1/{side * side} * {[[1] * side] * side}"


def solve_edge(_: Params) -> Reference:
    """Part (b): the Laplacian, which compares a pixel with its four neighbours."""
    return [[0, 1, 0], [1, -4, 1], [0, 1, 0]]


PROBLEM = Problem(
    title="Filters designed by hand",
    parts=(
        Part(
            label="a",
            fields=(
                Field(
                    kind=Kind.FILTER,
                    prompt="The kernel",
                    solve=solve_blur,
                    options=Options(response="blur"),
                    probe=AVERAGING,
                    grid=(3, 3),
                ),
            ),
            drawing=beside_reference(solve_blur),
            answer_drawing=own_filter,
        ),
        Part(
            label="b",
            fields=(
                Field(
                    kind=Kind.FILTER,
                    prompt="The kernel",
                    solve=solve_edge,
                    options=Options(response="edge"),
                    probe=EDGES,
                    grid=(3, 3),
                ),
            ),
            drawing=beside_reference(solve_edge),
            answer_drawing=own_filter,
        ),
    ),
    as_set={"blur_side": 3},
    draw=draw,
    notebook=NOTEBOOK,
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 1",
    note="The paper asks for the filtered images; the functions that make them are asked here, or "
    "the kernels typed.",
)
