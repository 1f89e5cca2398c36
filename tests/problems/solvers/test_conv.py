"""Convolution against torch, and by what defines it."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from problems.solvers.conv import (
    conv,
    conv_transpose,
    dilated,
    flipped,
    output_size,
    receptive_field,
)


def as_batch(array):
    return torch.from_numpy(np.asarray(array, dtype=float))[None, None]


@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel_shape", [(1, 1), (2, 2), (3, 2)])
def test_conv_of_an_image_agrees_with_torch(rng, kernel_shape, stride, padding, dilation):
    x, kernel = rng.normal(size=(9, 8)), rng.normal(size=kernel_shape)

    expected = F.conv2d(
        as_batch(x), as_batch(kernel), stride=stride, padding=padding, dilation=dilation
    )

    ours = conv(x, kernel, stride=stride, padding=padding, dilation=dilation)
    np.testing.assert_allclose(ours, expected[0, 0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", [0, 2])
def test_conv_of_a_signal_agrees_with_torch(rng, stride, padding):
    x, kernel = rng.normal(size=11), rng.normal(size=3)

    expected = F.conv1d(as_batch(x), as_batch(kernel), stride=stride, padding=padding)

    ours = conv(x, kernel, stride=stride, padding=padding)
    np.testing.assert_allclose(ours, expected[0, 0], rtol=1e-12)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize(("shape", "size"), [((1, 1), 1), ((3, 3), 2), ((2, 5), 4)])
def test_transpose_agrees_with_torch(rng, shape, size, stride):
    x, kernel = rng.normal(size=shape), rng.normal(size=(size, size))

    expected = F.conv_transpose2d(as_batch(x), as_batch(kernel), stride=stride)

    np.testing.assert_allclose(conv_transpose(x, kernel, stride), expected[0, 0], rtol=1e-12)


@pytest.mark.parametrize("stride", [1, 2])
def test_transpose_is_the_adjoint_of_conv(rng, stride):
    """<conv(x), y> = <x, conv_transpose(y)>, which is what "transpose" means."""
    y, kernel = rng.normal(size=(3, 3)), rng.normal(size=(2, 2))
    x = rng.normal(size=conv_transpose(y, kernel, stride).shape)

    forward = np.vdot(conv(x, kernel, stride), y)

    assert forward == pytest.approx(np.vdot(x, conv_transpose(y, kernel, stride)))


def test_conv_with_a_flipped_kernel_is_numpys_convolution(rng):
    x, kernel = rng.normal(size=10), rng.normal(size=4)

    assert conv(x, flipped(kernel)) == pytest.approx(np.convolve(x, kernel, mode="valid"))


def test_dilation_puts_zeros_between_the_entries():
    assert dilated([[1, 2], [3, 4]], 2).tolist() == [[1, 0, 2], [0, 0, 0], [3, 0, 4]]


@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("padding", [0, 1, 3])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 5])
def test_output_size_counts_the_places_of_the_window(kernel, stride, padding, dilation):
    span = dilation * (kernel - 1) + 1
    for size in range(span, span + 7):
        places = [
            start
            for start in range(-padding, size + padding, stride)
            if start + span <= size + padding
        ]

        assert output_size(size, kernel, stride, padding, dilation) == len(places)


@pytest.mark.parametrize(
    "layers",
    [
        [(3, 1, 1)],
        [(3, 1, 1), (3, 1, 2)],
        [(2, 2, 1), (3, 1, 1)],
        [(3, 2, 1), (3, 2, 1), (2, 1, 3)],
        [(5, 1, 3), (2, 2, 1), (3, 3, 2)],
    ],
)
def test_receptive_field_is_what_moves_the_output(layers):
    """Brute force: which input entries have a gradient, with kernels of ones."""
    x = torch.ones(1, 1, 120, dtype=torch.float64, requires_grad=True)
    y = x
    for kernel, stride, dilation in layers:
        ones = torch.ones(1, 1, kernel, dtype=torch.float64)
        y = F.conv1d(y, ones, stride=stride, dilation=dilation)
    (gradient,) = torch.autograd.grad(y[0, 0, 2], x)
    touched = gradient[0, 0].nonzero().ravel()

    assert receptive_field(layers) == int(touched[-1] - touched[0]) + 1
