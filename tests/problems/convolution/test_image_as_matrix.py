"""The matrix of a convolution: any order of the pixels, and nothing that only happens to fit."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from grader.errors import InvalidAnswer
from grader.report import Verdict
from problems.convolution.image_as_matrix import PROBLEM, judge, solve_matrix, solve_pixels
from problems.solvers.conv import flipped
from problems.solvers.matrices import toeplitz_2d


def verdict(params, matrix, pixels):
    results = judge(
        params, {"A": json.dumps(np.asarray(matrix).tolist()), "x": json.dumps(list(pixels))}
    )
    (only,) = {result.verdict for result in results.values()}
    return only


def test_the_product_is_torchs_convolution(variants):
    for params in variants(PROBLEM):
        image, kernel = (torch.tensor(params[name]).double()[None, None] for name in ("X", "K"))

        expected = F.conv2d(image, kernel)

        np.testing.assert_allclose(solve_matrix(params) @ solve_pixels(params), expected.ravel())


def test_any_order_of_pixels_and_outputs_is_right(rng, variants):
    for params in variants(PROBLEM, 5):
        matrix, pixels = solve_matrix(params), solve_pixels(params)
        columns, rows = rng.permutation(16), rng.permutation(4)

        reordered = matrix[np.ix_(rows, columns)]

        assert verdict(params, reordered, pixels[columns]) is Verdict.CORRECT


def test_the_image_column_by_column_is_right(variants):
    for params in variants(PROBLEM, 5):
        order = np.arange(16).reshape(4, 4).T.ravel()

        result = verdict(params, solve_matrix(params)[:, order], solve_pixels(params)[order])

        assert result is Verdict.CORRECT


def test_a_matrix_that_fits_this_image_alone_is_wrong():
    """All of the output from a single pixel: the product is right, the matrix is no convolution."""
    params = PROBLEM.as_set
    output = solve_matrix(params) @ solve_pixels(params)
    matrix = np.zeros((4, 16))
    matrix[:, 0] = output / solve_pixels(params)[0]

    assert verdict(params, matrix, solve_pixels(params)) is Verdict.INCORRECT


def test_pixels_reordered_without_their_columns_are_wrong():
    params = PROBLEM.as_set

    assert verdict(params, solve_matrix(params), solve_pixels(params)[::-1]) is Verdict.INCORRECT


def test_a_flipped_kernel_is_wrong_and_is_told_so():
    params = PROBLEM.as_set
    turned = toeplitz_2d(flipped(params["K"]), 4, 4)

    results = judge(
        params,
        {"A": json.dumps(turned.tolist()), "x": json.dumps(solve_pixels(params).tolist())},
    )

    assert results["A"].verdict is Verdict.INCORRECT
    assert "turned round" in results["A"].feedback


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda matrix, pixels: (matrix[:3], pixels), Verdict.INCORRECT),
        (lambda matrix, pixels: (matrix.T, pixels), Verdict.INCORRECT),
        (lambda matrix, pixels: (matrix, pixels + 1), Verdict.INCORRECT),
        (lambda matrix, pixels: (matrix + np.eye(4, 16), pixels), Verdict.INCORRECT),
        (lambda matrix, pixels: (0 * matrix, pixels), Verdict.INCORRECT),
        (lambda matrix, pixels: (matrix, pixels), Verdict.CORRECT),
    ],
)
def test_near_misses_are_wrong(change, expected):
    params = PROBLEM.as_set

    assert verdict(params, *change(solve_matrix(params), solve_pixels(params))) is expected


@pytest.mark.parametrize("text", ["[[1, 2], [3]]", "no idea", "[[k, 2], [3, 4]]", "[1, 2]"])
def test_what_is_no_matrix_of_numbers_is_unreadable(text):
    with pytest.raises(InvalidAnswer):
        judge(PROBLEM.as_set, {"A": text, "x": "[1, 2]"})


def test_a_column_counts_as_the_pixels():
    params = PROBLEM.as_set
    column = [[entry] for entry in solve_pixels(params)]

    results = judge(
        params, {"A": json.dumps(solve_matrix(params).tolist()), "x": json.dumps(column)}
    )

    assert results["x"].verdict is Verdict.CORRECT
