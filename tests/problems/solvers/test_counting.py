"""Parameters against the modules of torch, exact systems against sympy, pooling by autograd."""

import numpy as np
import pytest
import sympy
import torch
import torch.nn.functional as F
from torch import nn

from problems.solvers.exact import is_regular, solve_linear
from problems.solvers.parameters import conv_parameters, linear_parameters
from problems.solvers.pooling import average_pool_gradient, max_pool_gradient
from problems.solvers.resnet import STAGES, resnet_parameters


def parameters_of(module):
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("kernel", "inputs", "filters"), [(3, 10, 10), (17, 3, 12), (1, 1, 1)])
def test_convolution_has_as_many_parameters_as_torchs(kernel, inputs, filters, bias):
    module = nn.Conv2d(inputs, filters, kernel, bias=bias, device="meta")

    assert conv_parameters(kernel, inputs, filters, bias=bias) == parameters_of(module)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("inputs", "outputs"), [(490, 3), (3072, 128), (1, 1)])
def test_dense_layer_has_as_many_parameters_as_torchs(inputs, outputs, bias):
    module = nn.Linear(inputs, outputs, bias=bias, device="meta")

    assert linear_parameters(inputs, outputs, bias=bias) == parameters_of(module)


def block(channels, width, *, deep, stride):
    """The residual block of table 1, written as modules; returns it and its output channels."""
    out = 4 * width if deep else width
    kernels = [(1, width), (3, width), (1, out)] if deep else [(3, width), (3, width)]
    layers, current = [], channels
    for kernel, outputs in kernels:
        layers += [nn.Conv2d(current, outputs, kernel, bias=False), nn.BatchNorm2d(outputs)]
        current = outputs
    if stride > 1 or channels != out:
        layers += [nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out)]
    return nn.ModuleList(layers), out


@pytest.mark.parametrize("depth", STAGES)
@pytest.mark.parametrize("classes", [10, 1000])
def test_residual_networks_have_as_many_parameters_as_modules_built_from_the_paper(depth, classes):
    with torch.device("meta"):
        layers = [nn.Conv2d(3, 64, 7, bias=False), nn.BatchNorm2d(64)]
        channels = 64
        for stage, blocks in enumerate(STAGES[depth]):
            for place in range(blocks):
                stride = 2 if stage > 0 and place == 0 else 1
                module, channels = block(channels, 64 * 2**stage, deep=depth >= 50, stride=stride)
                layers.append(module)
        layers.append(nn.Linear(channels, classes))

    assert resnet_parameters(depth, classes) == parameters_of(nn.ModuleList(layers))


@pytest.mark.parametrize(
    ("depth", "published"),
    [(18, 11_689_512), (34, 21_797_672), (50, 25_557_032), (101, 44_549_160), (152, 60_192_808)],
)
def test_residual_networks_have_the_published_number_of_parameters(depth, published):
    assert resnet_parameters(depth, 1000) == published


def test_exact_solution_is_sympys(rng):
    for _ in range(50):
        matrix = rng.integers(-4, 5, size=(3, 3)).tolist()
        right = rng.integers(-9, 10, size=3).tolist()
        if sympy.Matrix(matrix).det() == 0:
            assert not is_regular(matrix)
            continue

        expected = sympy.Matrix(matrix).LUsolve(sympy.Matrix(right))

        assert solve_linear(matrix, right) == [sympy.Rational(entry) for entry in expected]


@pytest.mark.parametrize("window", [2, 3])
def test_pooling_gradients_are_autograds(rng, window):
    x = rng.permutation((3 * window) ** 2).reshape(3 * window, -1).astype(float)
    upstream = rng.normal(size=(3, 3))

    for pool, ours in (
        (F.max_pool2d, max_pool_gradient(x, upstream, window)),
        (F.avg_pool2d, average_pool_gradient(upstream, window)),
    ):
        leaf = torch.from_numpy(x)[None, None].requires_grad_()
        pool(leaf, window).backward(torch.from_numpy(upstream)[None, None])
        np.testing.assert_allclose(ours, leaf.grad[0, 0], rtol=1e-12)


def test_pooling_gradients_keep_the_sum_of_the_upstream_gradient(rng):
    x, upstream = rng.permutation(16).reshape(4, 4), rng.normal(size=(2, 2))

    assert max_pool_gradient(x, upstream, 2).sum() == pytest.approx(upstream.sum())
    assert average_pool_gradient(upstream, 2).sum() == pytest.approx(upstream.sum())
