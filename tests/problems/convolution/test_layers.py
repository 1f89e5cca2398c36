"""Sizes and parameters of the quiz and of the recitation, against torch."""

import json

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from problems.concepts import convolution_basics
from problems.convolution import (
    layer_stack,
    padded_stride,
    same_padding,
    stacked_small_filters,
    weight_savings,
)


def count(module):
    return sum(parameter.numel() for parameter in module.parameters())


def test_weights_of_both_layers_are_torchs(variants, reference):
    problem = weight_savings.PROBLEM
    for params in variants(problem):
        inputs = params["side"] ** 2 * params["channels"]
        dense = nn.Linear(inputs, params["neurons"], bias=False, device="meta")
        conv = nn.Conv2d(
            params["channels"], params["filters"], params["kernel"], bias=False, device="meta"
        )

        assert int(reference(problem, ".1", "", params)) == count(dense)
        assert int(reference(problem, ".2", "", params)) == count(conv)


def test_the_savings_convolution_can_have_the_output_that_is_asked(variants):
    """Some stride leads from the image to the stated output without a rest."""
    for params in variants(weight_savings.PROBLEM, 50):
        free = params["side"] - params["kernel"]

        assert free % (params["output"] - 1) == 0


def test_output_size_is_torchs(variants, reference):
    problem = padded_stride.PROBLEM
    for params in variants(problem, 50):
        x = torch.zeros(1, 1, params["side"], params["side"])
        window = torch.zeros(1, 1, params["kernel"], params["kernel"])

        output = F.conv2d(x, window, stride=params["stride"], padding=params["padding"])

        assert json.loads(reference(problem, "", "", params)) == list(output.shape[2:])
        free = params["side"] + 2 * params["padding"] - params["kernel"]
        assert free % params["stride"] == 0
        assert params["side"] > params["kernel"]


def test_same_padding_keeps_the_size(variants, reference):
    problem = same_padding.PROBLEM
    for params in variants(problem):
        x = torch.zeros(1, 1, params["side"], params["side"])
        window = torch.zeros(1, 1, params["kernel"], params["kernel"])

        output = F.conv2d(x, window, padding=int(reference(problem, "", "", params)))

        assert output.shape == x.shape


def test_the_stack_sees_as_much_as_the_large_filter_and_saves_what_it_says(variants, reference):
    problem = stacked_small_filters.PROBLEM
    for params in variants(problem):
        filters = int(reference(problem, "", "filters", params))
        large = params["large"]
        stack = nn.Sequential(*(nn.Conv2d(1, 1, 3, bias=False) for _ in range(filters)))
        single = nn.Conv2d(1, 1, large, bias=False)

        seen = stack(torch.zeros(1, 1, large, large))

        assert seen.shape == single(torch.zeros(1, 1, large, large)).shape == (1, 1, 1, 1)
        saved = 100 * (1 - count(stack) / count(single))
        assert float(reference(problem, "", "percent_saved", params)) == pytest.approx(saved)


def network(params):
    return {
        "maxpool1": nn.MaxPool2d(params["pool1"]),
        "conv": nn.Conv2d(params["channels"], params["filters"], params["kernel"]),
        "maxpool2": nn.MaxPool2d(params["pool2"]),
        "flatten": nn.Flatten(),
        "fc1": nn.LazyLinear(params["hidden"]),
        "relu": nn.ReLU(),
        "fc2": nn.Linear(params["hidden"], params["classes"]),
        "softmax": nn.Softmax(dim=1),
    }


@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature")
def test_the_classifier_is_torchs(variants, reference):
    problem = layer_stack.PROBLEM
    for params in variants(problem, 8):
        x = torch.zeros(1, params["channels"], params["side"], params["side"])
        layers = network(params)
        for name, layer in layers.items():
            before = x.shape[-1]
            x = layer(x)
            assert json.loads(reference(problem, ".1", name, params)) == list(x.shape[1:])
            if name.startswith("maxpool"):
                assert before % params["pool1" if name == "maxpool1" else "pool2"] == 0

        conv, dense = count(layers["conv"]), count(layers["fc1"]) + count(layers["fc2"])
        assert int(reference(problem, ".3", "", params)) == conv
        assert int(reference(problem, ".4", "", params)) == dense
        for name, part in (("conv_share", conv), ("fc_share", dense)):
            share = float(reference(problem, ".5", name, params))
            assert share == pytest.approx(100 * part / (conv + dense), abs=1e-5)


def test_the_papers_numbers(reference):
    """Worked out by hand: 17*17*3*12 + 12; 3072*128 + 128 + 128*10 + 10."""
    params = layer_stack.AS_SET

    assert reference(layer_stack.PROBLEM, ".3", "", params) == "10416"
    assert reference(layer_stack.PROBLEM, ".4", "", params) == "394634"


def test_width_formula_agrees_with_torch(rng, variants, reference, number):
    problem = convolution_basics.PROBLEM
    for params in variants(problem):
        values = {"K_w": int(rng.integers(1, 5)), "P": 2, "S": int(rng.integers(1, 4))}
        for name, letter in (("K", "K_w"), ("P", "P"), ("S", "S")):
            values[letter] = values[letter] if params[name] == letter else int(params[name])
        values["W_in"] = values["K_w"] - 2 * values["P"] + 8 * values["S"]
        x = torch.zeros(1, 1, values["W_in"])

        output = F.conv1d(
            x, torch.zeros(1, 1, values["K_w"]), stride=values["S"], padding=values["P"]
        )

        assert number(reference(problem, ".3", "", params), **values) == output.shape[2]


@pytest.mark.parametrize(
    ("module", "label", "name", "wrong", "expected"),
    [
        (weight_savings, ".2", "", "channels forgotten", "1568"),
        (padded_stride, "", "", "padding counted once", "[11, 11]"),
        (stacked_small_filters, "", "filters", "side by side", "25"),
        (stacked_small_filters, "", "percent_saved", "share that is left", "28"),
        (same_padding, "", "", "both sides together", "6"),
        (layer_stack, ".1", "conv", "padding assumed", "[12, 64, 64]"),
        (layer_stack, ".1", "flatten", "channels forgotten", "[256]"),
        (layer_stack, ".3", "", "bias forgotten", "10404"),
        (layer_stack, ".4", "", "first layer alone", "393344"),
    ],
)
def test_wrong_ways_lead_where_they_are_known_to_lead(
    misconception, module, label, name, wrong, expected
):
    problem = module.PROBLEM

    assert misconception(problem, label, name, wrong, problem.as_set) == expected
