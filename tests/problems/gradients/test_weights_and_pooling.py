"""Gradients by autograd, and their statistics by Monte Carlo with entries that are not normal."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from problems.gradients import pooling_backward
from problems.gradients.weights_and_pooling import PROBLEM, WEIGHTS, show, weight_gradient


def evaluated(text, arrays, **sizes):
    """The value of an index formula of ours: sums spelled out, arrays indexed from 1."""

    python = text.replace("sum(i, 1, m, sum(j, 1, m, ", "S(m, lambda i: S(m, lambda j: ")
    names = {
        "__builtins__": {},
        "S": lambda high, body: sum(body(place) for place in range(1, high + 1)),
        **{name: Indexed(values) for name, values in arrays.items()},
        **sizes,
    }
    return eval(python, names)  # a reference of ours, not an answer


class Indexed:
    def __init__(self, values):
        self.values = values

    def __getitem__(self, place):
        return float(self.values[place[0] - 1, place[1] - 1])


def forward(x, w, weights):
    """The layer of the statement, by the kernel that torch has to be given."""
    laid = {"as they are": w, "turned round": w.flip(0, 1), "transposed": w.T}[weights]
    return F.conv2d(torch.from_numpy(x)[None, None], laid[None, None])[0, 0]


@pytest.mark.parametrize("weights", list(WEIGHTS))
def test_weight_gradient_is_autograds(rng, weights):
    k, m = 3, 4
    x, dy = rng.normal(size=(m + k - 1, m + k - 1)), rng.normal(size=(m, m))
    w = torch.from_numpy(rng.normal(size=(k, k))).requires_grad_()
    forward(x, w, weights).backward(torch.from_numpy(dy))
    text = weight_gradient({"weights": weights})

    ours = [
        [
            evaluated(text, {"x": x, "dy": dy}, h=row, l=column, m=m, k=k)
            for column in range(1, k + 1)
        ]
        for row in range(1, k + 1)
    ]

    np.testing.assert_allclose(ours, w.grad, rtol=1e-12)


@pytest.mark.parametrize("weights", list(WEIGHTS))
def test_the_statements_sum_is_the_layer(rng, weights):
    """y as it is written: products of x and the weight whose indices the statement shows."""
    k, m = 3, 4
    x, w = rng.normal(size=(m + k - 1, m + k - 1)), rng.normal(size=(k, k))
    indices = show({**PROBLEM.as_set, "weights": weights})["weight"]
    term = f"x[i + h - 1, j + l - 1]*w[{indices}]"
    python = f"S(k, lambda h: S(k, lambda l: {term}))"

    expected = forward(x, torch.from_numpy(w), weights)

    arrays = {"x": x, "w": w}
    written = [
        [evaluated(python, arrays, i=i, j=j, m=m, k=k) for j in range(1, m + 1)]
        for i in range(1, m + 1)
    ]
    np.testing.assert_allclose(written, expected, rtol=1e-12)


@pytest.mark.parametrize("weights", list(WEIGHTS))
@pytest.mark.parametrize("wrong", ["offset forgotten", "off by one", "weights otherwise"])
def test_wrong_gradients_are_wrong(rng, wrong, weights):
    arrays = {"x": rng.normal(size=(9, 9)), "dy": rng.normal(size=(4, 4))}
    places = {"h": 1, "l": 3, "m": 4, "k": 3}
    params = {"weights": weights}

    right = evaluated(weight_gradient(params), arrays, **places)

    mistaken = evaluated(weight_gradient(params, wrong), arrays, **places)
    assert mistaken != pytest.approx(right)


def gradients(rng, n, k, dimensions, draws):
    """One entry of dw in many draws: x is uniform, dy is a centred exponential."""
    m = n - k + 1
    x = rng.uniform(-math.sqrt(3), math.sqrt(3), size=(draws, *[n] * dimensions))
    dy = rng.exponential(size=(draws, *[m] * dimensions)) - 1
    window = (slice(None), *[slice(1, 1 + m)] * dimensions)
    return (x[window] * dy).reshape(draws, -1).sum(axis=1)


@pytest.mark.parametrize(
    ("dimensions", "n", "k"), [(1, 9, 3), (2, 5, 3), (2, 8, 3), (2, 7, 5), (3, 5, 3)]
)
def test_mean_and_variance_agree_with_simulation(reference, number, rng, dimensions, n, k):
    """Unit variances; the sampling error of both estimates is computed from the sample itself."""
    draws = 40_000
    params = {**PROBLEM.as_set, "dimensions": dimensions, "k": "k"}
    sample = gradients(rng, n, k, dimensions, draws)
    error_of_mean = sample.std() / math.sqrt(draws)
    error_of_variance = math.sqrt((np.mean(sample**4) - sample.var() ** 2) / draws)

    mean = float(number(reference(PROBLEM, "b", "mean", params)))
    variance = float(
        number(reference(PROBLEM, "b", "variance", params), n=n, k=k, sigma_x=1, sigma_g=1)
    )

    assert abs(sample.mean() - mean) < 4 * error_of_mean
    assert abs(sample.var() - variance) < 4 * error_of_variance
    assert error_of_variance < 0.05 * variance


def test_variance_is_quadratic_in_both_spreads(reference, number):
    text = reference(PROBLEM, "b", "variance", PROBLEM.as_set)
    sizes = {"n": 5, "k": 3}

    scaled = number(text, **sizes, sigma_x=2, sigma_g=3)

    assert scaled == 36 * number(text, **sizes, sigma_x=1, sigma_g=1)


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_growth_is_that_of_the_standard_deviation(reference, number, dimensions):
    params = {**PROBLEM.as_set, "dimensions": dimensions}
    variance = reference(PROBLEM, "b", "variance", params)
    growth = reference(PROBLEM, "b", "std_growth", params)

    ratios = [
        float(number(variance, n=n, k=3, sigma_x=1, sigma_g=1) ** 0.5 / number(growth, n=n).evalf())
        for n in (10**4, 10**6)
    ]

    assert ratios == pytest.approx([1, 1], rel=1e-3)


def test_simulated_spread_grows_as_the_formula_says(rng):
    """The exponent between two sizes, from simulation: 1 in two dimensions, within its error."""
    k, draws = 3, 20_000
    small, large = (gradients(rng, n, k, 2, draws).std() for n in (6, 18))

    exponent = math.log(large / small) / math.log((18 - k + 1) / (6 - k + 1))

    # Each spread is known to about 1 / sqrt(2 draws), some more for heavy tails: 1 % is generous.
    assert exponent == pytest.approx(1, abs=0.02)


def test_pooling_gradients_are_autograds_in_every_variant(variants):
    for params in variants(PROBLEM):
        for pool, solve in (
            (F.max_pool2d, pooling_backward.solve_max_pool),
            (F.avg_pool2d, pooling_backward.solve_average_pool),
        ):
            x = torch.tensor(params["X"], dtype=torch.float64)[None, None].requires_grad_()
            pool(x, 2).backward(torch.tensor(params["dY"], dtype=torch.float64)[None, None])

            np.testing.assert_allclose(solve(params), x.grad[0, 0])


def test_no_instance_has_ties(variants):
    for params in variants(PROBLEM, 100):
        assert len(set(np.ravel(params["X"]))) == 16
        assert 0 not in np.ravel(params["dY"])
