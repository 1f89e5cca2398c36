"""Formulas, table and pooled features of homework 4, question 2, against torch."""

import json

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from problems.convolution import edge_features, layer_table
from problems.convolution.feature_dimensions import PROBLEM


def sizes(params, rng):
    """Numbers for the letters, of which the stride fits a whole number of times."""
    chosen = {
        "C": int(rng.integers(1, 4)),
        "F": int(rng.integers(1, 5)),
        "K": int(rng.integers(1, 5)),
        "P": int(rng.integers(0, 3)),
        "S": int(rng.integers(1, 4)),
        "L": int(rng.integers(1, 6)),
    }
    fixed = {name: int(params[name]) for name in "CFKPS" if params[name] != name}
    chosen |= fixed
    for side in ("W", "H"):
        steps = int(rng.integers(2, 6))
        chosen[side] = chosen["S"] * steps + chosen["K"] + 2 * chosen["S"] * chosen["P"]
        chosen[side] -= 2 * chosen["P"]
    return chosen


def test_layer_formulas_agree_with_a_layer_of_torch(rng, variants, reference, number):
    for params in variants(PROBLEM):
        values = sizes(params, rng)
        layer = nn.Conv2d(
            values["C"], values["F"], values["K"], stride=values["S"], padding=values["P"]
        )

        output = layer(torch.zeros(1, values["C"], values["H"], values["W"]))

        ours = {
            name: int(number(reference(PROBLEM, "a", name, params), **values))
            for name in ("weights", "biases", "width", "height", "channels")
        }
        assert ours == {
            "weights": layer.weight.numel(),
            "biases": layer.bias.numel(),
            "width": output.shape[3],
            "height": output.shape[2],
            "channels": output.shape[1],
        }


def test_pooling_formulas_agree_with_torch(rng, variants, reference, number):
    for params in variants(PROBLEM):
        window, stride = (int(rng.integers(1, 5)) for _ in range(2))
        window = window if params["pool_K"] == "K" else int(params["pool_K"])
        stride = stride if params["pool_S"] == "S" else int(params["pool_S"])
        values = {"K": window, "S": stride, "C": 3, "W": window + 4 * stride, "H": window + stride}

        output = F.max_pool2d(torch.zeros(1, 3, values["H"], values["W"]), window, stride)

        ours = [
            int(number(reference(PROBLEM, "b", name, params), **values))
            for name in ("channels", "height", "width")
        ]
        assert ours == list(output.shape[1:])


@pytest.mark.parametrize(("side", "kernel", "padding", "stride"), [(10, 3, 0, 2), (11, 4, 2, 3)])
def test_the_accepted_floor_is_torchs_for_strides_that_do_not_fit(
    number, side, kernel, padding, stride
):
    (width,) = (field for field in PROBLEM.parts[0].fields if field.name == "width")
    (floored,) = (solve(PROBLEM.as_set) for solve in width.accept)
    (pooled,) = (solve(PROBLEM.as_set) for solve in PROBLEM.parts[1].fields[0].accept)
    x = torch.zeros(1, 1, side)

    output = F.conv1d(x, torch.zeros(1, 1, kernel), stride=stride, padding=padding)

    values = {"W": side, "K": kernel, "S": stride}
    assert (side + 2 * padding - kernel) % stride
    assert number(floored, **values, P=padding) == output.shape[2]
    assert number(pooled, **values) == F.max_pool1d(x, kernel, stride).shape[2]


def test_the_tables_image_can_be_halved_twice(variants):
    for params in variants(PROBLEM, 50):
        assert params["side"] % 4 == 0


def test_depth_formula_is_the_region_that_moves_the_output(variants, reference, number):
    for params in variants(PROBLEM):
        depth = 3 if params["deep_L"] == "L" else int(params["deep_L"])
        kernel = 4 if params["deep_K"] == "K" else int(params["deep_K"])
        x = torch.ones(1, 1, 60, requires_grad=True)
        y = x
        for _ in range(depth):
            y = F.conv1d(y, torch.ones(1, 1, kernel))

        (gradient,) = torch.autograd.grad(y[0, 0, 0], x)

        ours = number(reference(PROBLEM, "c", "", params), L=depth, K=kernel)
        assert int(ours) == int(gradient.count_nonzero())


def test_pooled_windows_cover_the_factor_times_as_much(variants, reference):
    for params in variants(PROBLEM):
        pool, n = params["pool"], 3
        x = torch.rand(1, 1, 40, requires_grad=True)
        pooled = F.avg_pool1d(x, pool)

        (gradient,) = torch.autograd.grad(pooled[0, 0, :n].sum(), x)

        factor = int(reference(PROBLEM, "d", "factor", params))
        assert factor * n == int(gradient.count_nonzero())


def test_table_agrees_with_the_network_in_torch(variants, reference):
    for params in variants(PROBLEM):
        filters, side = params["filters"], params["side"]
        flat = int(layer_table.show(params)["flat"])
        layers = [
            nn.Conv2d(1, filters, 3, padding=1),
            nn.MaxPool2d(2),
            nn.Conv2d(filters, filters, 3, padding=1),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(flat, params["classes"]),
        ]
        x, shapes = torch.zeros(1, 1, side, side), []
        for layer in layers:
            x = layer(x)
            shapes.append(list(x.shape[1:]))
        counts = [sum(p.numel() for p in layer.parameters()) for layer in layers]

        ours = {
            name: json.loads(reference(PROBLEM, "e", name, params))
            for name in (
                "conv2_activations",
                "conv1_parameters",
                "pool2_parameters",
                "pool2_activations",
                "fc_parameters",
            )
        }

        assert ours == {
            "conv2_activations": [*shapes[2][1:], shapes[2][0]],
            "conv1_parameters": counts[0],
            "pool2_parameters": counts[3],
            "pool2_activations": [*shapes[3][1:], shapes[3][0]],
            "fc_parameters": counts[5],
        }


def gap(image, first, second):
    """Two convolutions on a torus with one-sided wrap, ReLU after each, means of the channels."""
    x = torch.from_numpy(image)[None, None].double()
    for weights in (first, second):
        x = F.relu(F.conv2d(F.pad(x, (0, 1, 0, 1), mode="circular"), weights))
    return x.mean(dim=(2, 3))[0]


def test_pooled_features_follow_the_way_of_the_edge_in_any_network(rng, variants):
    for params in variants(PROBLEM):
        first = torch.from_numpy(rng.normal(size=(3, 1, 2, 2)))
        second = torch.from_numpy(rng.normal(size=(3, 3, 2, 2)))
        seen = {
            name: gap(edge_features.edge(*params[name]), first, second)
            for name in ("x1", "x2", "x3", "x4")
        }

        for image in ("x3", "x4"):
            known = "x1" if edge_features.features(params, image) == params["g1"] else "x2"
            torch.testing.assert_close(seen[image], seen[known])


def test_two_sided_wrapping_would_break_the_invariance(rng):
    """Why the question was mended: with an even kernel the maps grow and edges count twice."""
    weights = torch.from_numpy(rng.normal(size=(1, 1, 2, 2)))

    def mean(column):
        image = torch.from_numpy(edge_features.edge("column", column))[None, None].double()
        padded = F.pad(image, (1, 1, 1, 1), mode="circular")
        return float(F.relu(F.conv2d(padded, weights)).mean())

    assert mean(0) != pytest.approx(mean(3))


def test_both_kinds_of_edge_are_asked_elsewhere_than_they_are_known(variants):
    for params in variants(PROBLEM, 100):
        asked = {params["x3"][0]: params["x3"][1], params["x4"][0]: params["x4"][1]}

        assert set(asked) == {"row", "column"}
        assert asked["row"] != params["x1"][1]
        assert asked["column"] != params["x2"][1]
        assert params["g1"] != params["g2"]
