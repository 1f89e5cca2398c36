"""Convolution as a matrix against torch, and sums of products against sympy."""

import numpy as np
import pytest
import sympy
import torch
import torch.nn.functional as F

from problems.solvers.matrices import dot, toeplitz_1d, toeplitz_2d, typed_rows


@pytest.mark.parametrize("size", [3, 6, 9])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_signal_matrix_times_signal_is_torchs_convolution(rng, size, padding):
    kernel, signal = rng.normal(size=3), rng.normal(size=size)
    values = dict(zip(["a", "b", "c"], kernel, strict=True)) | {"0": 0.0}
    matrix = np.array(
        [[values[entry] for entry in row] for row in toeplitz_1d("abc", size, padding)]
    )

    expected = F.conv1d(
        torch.from_numpy(signal)[None, None],
        torch.from_numpy(kernel)[None, None],
        padding=padding,
    )

    np.testing.assert_allclose(matrix @ signal, expected[0, 0], rtol=1e-12)


@pytest.mark.parametrize(("height", "width", "kernel"), [(4, 4, (3, 3)), (5, 3, (2, 3))])
def test_image_matrix_times_image_is_torchs_convolution(rng, height, width, kernel):
    weights, image = rng.normal(size=kernel), rng.normal(size=(height, width))

    expected = F.conv2d(torch.from_numpy(image)[None, None], torch.from_numpy(weights)[None, None])

    product = toeplitz_2d(weights, height, width) @ image.ravel()
    np.testing.assert_allclose(product, expected.ravel(), rtol=1e-12)


def test_image_matrix_agrees_with_unfolded_windows(rng):
    """Each row has the kernel at the pixels of one window, as `unfold` lists them."""
    weights = rng.normal(size=(2, 2))
    pixels = torch.arange(12, dtype=torch.float64).reshape(1, 1, 3, 4)
    windows = F.unfold(pixels, (2, 2))[0].T.long().numpy()

    expected = np.zeros((len(windows), 12))
    for row, window in zip(expected, windows, strict=True):
        row[window] = weights.ravel()

    np.testing.assert_array_equal(toeplitz_2d(weights, 3, 4), expected)


def test_a_sum_of_products_is_what_sympy_multiplies():
    weights, inputs = sympy.symbols("k_1:4"), sympy.symbols("x_1:4")

    text = dot([str(weight) for weight in weights], [str(x) for x in inputs])

    assert sympy.sympify(text) == sympy.Matrix([weights]).dot(sympy.Matrix(inputs))


def test_a_typed_matrix_keeps_its_rows():
    assert typed_rows(toeplitz_1d(["a"], 2)) == "[[a, 0], [0, a]]"
