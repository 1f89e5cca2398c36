"""Discussion 4, question 1: symbols against sympy, layers against torch."""

import itertools
import json
import re

import numpy as np
import pytest
import sympy
import torch
from torch import nn

from problems.convolution.weight_sharing import PROBLEM

KERNEL = sympy.Matrix(sympy.symbols("k_1:4"))
PARTS = pytest.mark.parametrize(("ends", "matrix", "padding"), [("a", "c", 0), ("b", "d", 1)])


def padded(length, padding):
    zeros = [sympy.Integer(0)] * padding
    return [*zeros, *sympy.symbols(f"x_1:{length + 1}"), *zeros]


def outputs(length, padding):
    """Brute force: the products at every place of the window."""
    entries = padded(length, padding)
    return [
        KERNEL.dot(sympy.Matrix(entries[start : start + 3])) for start in range(len(entries) - 2)
    ]


@PARTS
def test_ends_are_those_of_the_sliding_window(variants, reference, ends, matrix, padding):
    for params in variants(PROBLEM):
        expected = outputs(params["length"], padding)

        assert int(reference(PROBLEM, ends, "output_dim", params)) == len(expected)
        for name, entry in (("first", expected[0]), ("last", expected[-1])):
            ours = sympy.sympify(reference(PROBLEM, ends, name, params))
            assert sympy.expand(ours - entry) == 0


@PARTS
def test_matrix_times_signal_is_the_sliding_window(variants, reference, ends, matrix, padding):
    for params in variants(PROBLEM):
        rows = sympy.Matrix(sympy.sympify(reference(PROBLEM, matrix, "", params)))

        product = rows * sympy.Matrix(sympy.symbols(f"x_1:{params['length'] + 1}"))

        assert list(product) == [sympy.expand(y) for y in outputs(params["length"], padding)]


@PARTS
def test_matrix_has_constant_diagonals(variants, reference, ends, matrix, padding):
    """What makes it a Toeplitz matrix, and the weights shared."""
    for params in variants(PROBLEM, 5):
        text = reference(PROBLEM, matrix, "", params)
        rows = [row.split(", ") for row in re.findall(r"\[([^\[\]]+)\]", text)]

        for upper, lower in itertools.pairwise(rows):
            assert upper[:-1] == lower[1:]


def test_untied_rows_have_a_weight_for_each_entry_that_is_not_zero(variants, reference):
    for params in variants(PROBLEM):
        text = reference(PROBLEM, "c", "", params)

        assert int(reference(PROBLEM, "e", "weights", params)) == text.count("k_")


def test_output_formulas_agree_with_torch(rng, variants, reference, number):
    for params in variants(PROBLEM):
        fixed = {name: int(params[name]) for name in "Ksp" if params[name] != name}
        values = {"K": int(rng.integers(1, 5)), "s": int(rng.integers(1, 4)), "p": 1} | fixed
        values["W"] = values["K"] + 6 * values["s"]
        values["W"] -= 0 if (2 * values["p"]) % values["s"] == 0 else 2 * values["p"]
        x = torch.zeros(1, 1, values["W"], values["W"])
        strided = nn.Conv2d(1, 1, values["K"], stride=values["s"], padding=values["p"])

        plain = number(reference(PROBLEM, "f", "plain", params), **values)
        general = number(reference(PROBLEM, "f", "general", params), **values)

        assert plain == nn.Conv2d(1, 1, values["K"])(x).shape[2]
        assert general == strided(x).shape[2]


def test_the_accepted_floor_is_torchs_for_strides_that_do_not_fit(number):
    (general,) = (
        field for part in PROBLEM.parts for field in part.fields if field.name == "general"
    )
    (floored,) = (solve(PROBLEM.as_set) for solve in general.accept)

    output = nn.Conv2d(1, 1, 5, stride=3, padding=1)(torch.zeros(1, 1, 12, 12))

    assert number(floored, W=12, K=5, s=3, p=1) == output.shape[2]


def test_colour_layer_agrees_with_torch(variants, reference):
    for params in variants(PROBLEM):
        layer = nn.Conv2d(
            3, params["filters"], params["kernel"], stride=params["stride"], bias=False
        )
        image = torch.zeros(3, params["side"], params["side"])
        output = layer(image)
        dense = nn.Linear(image.numel(), output.numel(), bias=False, device="meta")

        def solved(label, name, params=params):
            return json.loads(reference(PROBLEM, label, name, params))

        assert solved("g", "input") == list(image.shape)
        assert solved("g", "kernel") == list(layer.weight.shape[1:])
        assert solved("h", "output") == list(output.shape)
        assert solved("h", "weights") == layer.weight.numel()
        assert solved("h", "mlp_weights") == dense.weight.numel()


def test_the_papers_numbers(reference):
    """Worked out by hand: (256 - 5)/2 leaves 125 steps; 32*3*5*5; 196608 times 508032."""
    params = PROBLEM.as_set

    assert reference(PROBLEM, "h", "output", params) == "[32, 126, 126]"
    assert reference(PROBLEM, "h", "weights", params) == "2400"
    assert reference(PROBLEM, "h", "mlp_weights", params) == str(196_608 * 508_032)


@pytest.mark.parametrize(
    ("label", "name", "wrong", "expected"),
    [
        ("a", "first", "kernel flipped", "k_3*x_1 + k_2*x_2 + k_1*x_3"),
        ("b", "last", "kernel flipped", "k_3*x_8 + k_2*x_9"),
        ("a", "output_dim", "+1 forgotten", "6"),
        ("e", "weights", "fully connected", "63"),
        ("f", "general", "padding counted once", "(W - K + p)/s + 1"),
        ("h", "output", "last step rounded up", "[32, 127, 127]"),
        ("h", "weights", "channels forgotten", "800"),
    ],
)
def test_wrong_ways_lead_where_they_are_known_to_lead(misconception, label, name, wrong, expected):
    assert misconception(PROBLEM, label, name, wrong, PROBLEM.as_set) == expected


def test_the_signal_is_long_enough_for_its_symbols(variants):
    lengths = {params["length"] for params in variants(PROBLEM, 100)}

    assert min(lengths) >= 6
    assert max(lengths) <= 12
    assert np.unique(list(lengths)).size > 3
