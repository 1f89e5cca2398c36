"""Model size against its definition, and the measured step against a network of torch."""

import json

import pytest
import torch
from torch import nn

from problems.memory import gpu_memory, training_step


def test_model_size_is_that_of_its_parameters_in_single_precision(variants, reference):
    problem = gpu_memory.PROBLEM
    single = torch.empty(0, dtype=torch.float32).element_size()
    for params in variants(problem):
        count = int(reference(problem, "a.i", "parameters", params))
        megabytes = float(reference(problem, "a.i", "megabytes", params).removesuffix(" MB"))

        assert megabytes == pytest.approx(single * count / 1e6, abs=0.006)


def test_the_papers_network(reference, misconception):
    """58,164,298 parameters of four bytes: 232.66 MB, which is 221.88 MiB."""
    problem, params = gpu_memory.PROBLEM, gpu_memory.AS_SET

    assert reference(problem, "a.i", "parameters", params) == "58164298"
    assert reference(problem, "a.i", "megabytes", params) == "232.66 MB"
    mistaken = misconception(problem, "a.i", "megabytes", "MB for MiB", params)
    assert mistaken == "221.88"


@pytest.mark.parametrize("extreme", ["most", "least"])
def test_the_optimizer_is_the_one_with_most_or_least_state(reference, extreme):
    """Counted after a step of torch's optimizers on one parameter."""
    makers = {
        "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        "Adam": lambda p: torch.optim.Adam(p, lr=0.1),
    }
    entries = {}
    for name, make in makers.items():
        parameter = nn.Parameter(torch.zeros(100))
        optimizer = make([parameter])
        parameter.grad = torch.ones(100)
        optimizer.step()
        state = optimizer.state[parameter].values()
        entries[name] = sum(kept.numel() for kept in state if isinstance(kept, torch.Tensor))

    choose = max if extreme == "most" else min

    params = {**gpu_memory.AS_SET, "extreme": extreme}
    expected = choose(entries, key=lambda name: entries[name])
    assert reference(gpu_memory.PROBLEM, "b.ii", "optimizer", params) == expected


def layers_of(step):
    makers = {
        "conv": nn.Conv2d,
        "relu": nn.ReLU,
        "pool": nn.MaxPool2d,
        "flatten": nn.Flatten,
        "linear": nn.Linear,
    }
    return [makers[name](*arguments) for layer in step.layers for name, arguments in layer.items()]


def test_the_measured_step_describes_a_network_that_fits_together(variants):
    for params in variants(training_step.PROBLEM, 5):
        step = training_step.PROBLEM.run(params)
        module = nn.Sequential(*layers_of(step))

        scores = module(torch.zeros(2, *step.input_shape[1:]))

        assert scores.shape == (2, params["classes"])
        assert step.optimizer == params["optimizer"]
        count = sum(parameter.numel() for parameter in module.parameters())
        assert training_step.parameters(params) == count


def test_maps_outweigh_parameters_so_that_batches_have_to_be_counted(variants):
    for params in variants(training_step.PROBLEM, 50):
        maps = params["batch"] * training_step.map_entries(params)

        assert maps > 5 * 4 * training_step.parameters(params)


def test_the_reference_is_what_was_measured():
    (part,) = training_step.PROBLEM.parts
    (field,) = part.fields

    reference = field.measured({}, json.loads('{"peak_bytes": 104857600, "device": "cpu"}'))

    assert reference == "100 MiB"
