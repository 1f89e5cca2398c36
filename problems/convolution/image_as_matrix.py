"""A convolution of an image as a matrix times a vector, in any order of the pixels."""

from collections.abc import Mapping
from itertools import permutations

import numpy as np

from grader.checks.numeric import read_numbers
from grader.errors import InvalidAnswer
from grader.report import CheckResult, Remark, Topic, Verdict
from grader.spec import Field, Kind, Params, Part, Problem

from ..drawings.matrices import sparsity
from ..prose import written
from ..solvers.conv import Array, conv, flipped
from ..solvers.matrices import toeplitz_2d

SIDE, KERNEL = 4, 3
OUTPUTS = (SIDE - KERNEL + 1) ** 2
AS_SET: Params = {
    "X": [[1, 1, 1, 1], [2, 2, 2, 0], [3, 3, 0, 0], [4, 0, 0, 0]],
    "K": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
}


def draw(rng: np.random.Generator) -> Params:
    """Small numbers; the kernel's entries all differ, so that a misplaced one shows."""
    return {
        "X": rng.integers(0, 5, size=(SIDE, SIDE)).tolist(),
        "K": (rng.permutation(9) + 1).reshape(KERNEL, KERNEL).tolist(),
    }


def solve_matrix(params: Params) -> Array:
    """Part (a): one row an output, pixels row by row."""
    return toeplitz_2d(params["K"], SIDE, SIDE)


def solve_pixels(params: Params) -> Array:
    """Part (a): the image row by row."""
    return np.ravel(params["X"]).astype(float)


def is_reordered(matrix: Array, pixels: Array, answer: Array, given: Array) -> bool:
    """Say whether some order of pixels and of outputs turns one pair into the other.

    A pixel is its value and its column, so that reordered inputs give the same pairs in another
    order; equal values may be swapped only together with equal columns.

    Args:
        matrix: (outputs, inputs).
        pixels: (inputs,).
        answer: as `matrix`.
        given: as `pixels`.
    """
    wanted = pairs(answer, given)
    return any(
        pairs(matrix[list(order)], pixels) == wanted for order in permutations(range(len(matrix)))
    )


def pairs(matrix: Array, pixels: Array) -> list[tuple[float, ...]]:
    """Return value and column of every pixel, sorted."""
    return sorted((value, *column) for value, column in zip(pixels, matrix.T, strict=True))


def judge(params: Params, answers: Mapping[str, str]) -> dict[str, CheckResult]:
    """Part (a): both fields are right, or both are wrong."""
    matrix, pixels = read_numbers(answers["A"]), read_numbers(answers["x"]).ravel()
    if matrix.ndim != 2:
        raise InvalidAnswer("A is a matrix: rows of numbers.")
    text = complaint(params, matrix, pixels)
    verdict = Verdict.INCORRECT if text else Verdict.CORRECT
    remarks = (Remark(Topic.MISCONCEPTION, text),) if text else ()
    return dict.fromkeys(answers, CheckResult(verdict, 0.0 if text else 1.0, remarks))


def complaint(params: Params, matrix: Array, pixels: Array) -> str:
    """Return what is wrong with a pair, or nothing."""
    size = SIDE * SIDE
    if matrix.shape != (OUTPUTS, size) or pixels.shape != (size,):
        return "How many pixels has the image, and how many entries the output?"
    image = solve_pixels(params)
    if sorted(pixels) != sorted(image):
        return "x should hold every pixel of the image once."
    if is_reordered(solve_matrix(params), image, matrix, pixels):
        return ""
    turned = toeplitz_2d(flipped(params["K"]), SIDE, SIDE)
    if is_reordered(turned, image, matrix, pixels):
        return "Here the kernel is laid over the image as it is, not turned round."
    output = conv(params["X"], params["K"]).ravel()
    if np.allclose(np.sort(matrix @ pixels), np.sort(output)):
        return "The product is right for this image, but A should be so for every image."
    return "For one output: which pixels does it see, and where do they stand in x?"


PROBLEM = Problem(
    title="Convolution as a matrix-vector product",
    parts=(
        Part(
            label="a",
            fields=(
                Field(
                    name="A",
                    kind=Kind.MATRIX,
                    prompt="$A$",
                    solve=solve_matrix,
                    grid=(OUTPUTS, SIDE * SIDE),
                ),
                Field(
                    name="x",
                    kind=Kind.VECTOR,
                    prompt=r"$\vec{x}$",
                    solve=solve_pixels,
                    grid=(1, SIDE * SIDE),
                ),
            ),
            judge=judge,
            drawing=lambda params, _: sparsity(solve_matrix(params)),
        ),
        Part(
            label="b",
            fields=(
                written(
                    "The matrix is mostly zeros and repeats the same few weights many times.",
                    "It wastes memory and multiplications; the image would be unrolled for it.",
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 10",
    note="The kernel is not flipped. Any order of the pixels counts, if A goes with it.",
)
