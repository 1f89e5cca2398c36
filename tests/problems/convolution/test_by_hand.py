"""Convolutions computed by hand on the papers, against torch; filters by what they do."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from problems.convolution import padded_image, recover_and_scatter, shapes_and_dilation
from problems.filters import hand_designed


def as_batch(array):
    return torch.tensor(array, dtype=torch.float64)[None, None]


def test_the_recovered_filter_gives_the_output_again(variants, reference, array):
    problem = recover_and_scatter.PROBLEM
    for params in variants(problem, 100):
        kernel = array(reference(problem, "b", "", params))

        output = F.conv1d(as_batch(params["signal"]), as_batch(kernel.tolist()))

        assert output[0, 0].tolist() == pytest.approx(params["output"])
        assert np.abs(kernel).max() <= 3
        assert (kernel == np.round(kernel)).all()


def test_the_papers_filter_is_found(reference):
    problem = recover_and_scatter.PROBLEM

    assert reference(problem, "b", "", problem.as_set) == "[2, -1, 3]"


def test_scattered_output_is_torchs_transpose_convolution(variants, reference, array):
    problem = recover_and_scatter.PROBLEM
    for params in variants(problem):
        expected = F.conv_transpose2d(as_batch(params["x"]), as_batch(params["kernel"]))

        np.testing.assert_allclose(array(reference(problem, "c", "", params)), expected[0, 0])


def test_the_statements_example_is_a_transpose_convolution():
    """[a, b, c] by [x, y, z] with stride 2, with digits that show the places."""
    a, b, c, x, y, z = 1, 10, 100, 2, 3, 5

    expected = F.conv_transpose1d(as_batch([a, b, c]), as_batch([x, y, z]), stride=2)

    written = [a * x, a * y, a * z + b * x, b * y, b * z + c * x, c * y, c * z]
    assert expected[0, 0].tolist() == written


@pytest.mark.parametrize(("label", "layer"), [("a.i", "first"), ("a.ii", "second")])
def test_output_shapes_are_torchs(variants, reference, label, layer):
    problem = shapes_and_dilation.PROBLEM
    for params in variants(problem):
        settings = params[layer]
        x = torch.zeros(params["batch"], params["channels"], params["side"], params["side"])
        weights = torch.zeros(
            params["filters"], params["channels"], settings["kernel"], settings["kernel"]
        )

        output = F.conv2d(x, weights, stride=settings["stride"], padding=settings["padding"])

        assert json.loads(reference(problem, label, "", params)) == list(output.shape)
        free = params["side"] + 2 * settings["padding"] - settings["kernel"]
        assert free % settings["stride"] == 0


def test_dilated_output_is_torchs(variants, reference, array):
    problem = shapes_and_dilation.PROBLEM
    for params in variants(problem):
        expected = F.conv2d(as_batch(params["M"]), as_batch(params["k"]), dilation=2)

        np.testing.assert_allclose(array(reference(problem, "d.i", "", params)), expected[0, 0])


def test_receptive_field_of_the_dilated_stack_is_what_moves_the_output(variants, reference):
    problem = shapes_and_dilation.PROBLEM
    for params in variants(problem):
        x = torch.ones(1, 1, 40, 40, requires_grad=True)
        y = x
        for kernel, spacing in params["stack"]:
            y = F.conv2d(y, torch.ones(1, 1, kernel, kernel), dilation=spacing)
        (gradient,) = torch.autograd.grad(y[0, 0, 0, 0], x)
        rows, columns = gradient[0, 0].nonzero().T

        spanned = f"{int(rows.max()) + 1}x{int(columns.max()) + 1}"

        assert reference(problem, "d.ii", "", params) == spanned


def test_the_edge_filter_answers_at_vertical_edges_alone(variants):
    vertical = np.tile(np.repeat([0.0, 1.0], 8), (16, 1))
    for params in variants(shapes_and_dilation.PROBLEM):
        kernel = as_batch(shapes_and_dilation.solve_edge(params))

        def strongest(image, kernel=kernel):
            return float(F.conv2d(as_batch(image), kernel).abs().max())

        assert strongest(vertical) > 0
        assert strongest(vertical.T) == 0
        assert strongest(np.ones((16, 16))) == 0


@pytest.mark.parametrize(
    ("problem", "solve", "side"),
    [
        (shapes_and_dilation.PROBLEM, shapes_and_dilation.solve_blur, "blur_side"),
        (hand_designed.PROBLEM, hand_designed.solve_blur, "blur_side"),
    ],
)
def test_the_blur_is_the_mean_of_its_window(rng, variants, problem, solve, side):
    image = rng.normal(size=(20, 20))
    for params in variants(problem):
        scale, kernel = solve(params).split(" * ")
        assert scale == f"1/{params[side] ** 2}"

        blurred = F.conv2d(as_batch(image), as_batch(json.loads(kernel))) / params[side] ** 2

        expected = F.avg_pool2d(as_batch(image), params[side], stride=1)
        np.testing.assert_allclose(blurred, expected, rtol=1e-12)


def test_the_laplacian_is_zero_on_flat_and_sloping_areas_and_answers_at_edges():
    kernel = as_batch(hand_designed.solve_edge({}))
    slope = np.add.outer(np.arange(8.0), 2 * np.arange(8.0))
    corner = np.zeros((8, 8))
    corner[4:, 4:] = 1

    assert float(F.conv2d(as_batch(slope), kernel).abs().max()) == pytest.approx(0)
    assert float(F.conv2d(as_batch(corner), kernel).abs().max()) > 0


@pytest.mark.parametrize(("label", "padding"), [(".1", 0), (".2", 1)])
def test_the_corner_is_torchs(variants, reference, label, padding):
    problem = padded_image.PROBLEM
    for params in variants(problem):
        output = F.conv2d(as_batch(params["image"]), as_batch(params["filter"]), padding=padding)[
            0, 0
        ]

        assert json.loads(reference(problem, label, "output_shape", params)) == list(output.shape)
        assert float(reference(problem, label, "bottom_right", params)) == float(output[-1, -1])


@pytest.mark.parametrize(
    ("module", "label", "wrong", "expected"),
    [
        # Worked out by hand for the homework as set.
        (recover_and_scatter, "b", "filter flipped", "[3, -1, 2]"),
        (recover_and_scatter, "c", "filter flipped", "[[-1, 2, 0], [4, -2, 2], [-3, 2, 1]]"),
        (recover_and_scatter, "c", "overlaps overwritten", "[[-1, 2, -2], [3, 1, -1], [0, 0, 1]]"),
        (recover_and_scatter, "c", "convolution instead of its transpose", "[[-2]]"),
        (shapes_and_dilation, "d.i", "dilation ignored", "[[12, 16], [24, 28]]"),
        (shapes_and_dilation, "d.i", "padded by one", "[[5, 10, 5], [10, 20, 10], [5, 10, 5]]"),
        (shapes_and_dilation, "a.ii", "+1 forgotten", "[10, 64, 14, 14]"),
        (shapes_and_dilation, "a.ii", "stride ignored", "[10, 64, 29, 29]"),
        (shapes_and_dilation, "d.ii", "dilation ignored", "[5, 5]"),
        (shapes_and_dilation, "d.ii", "spans added up", "[8, 8]"),
    ],
)
def test_wrong_ways_lead_where_they_are_known_to_lead(
    misconception, module, label, wrong, expected
):
    problem = module.PROBLEM

    assert misconception(problem, label, "", wrong, problem.as_set) == expected
