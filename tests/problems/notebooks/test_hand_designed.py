"""The notebook on filters: right ones grade full, near misses get verdicts of their own."""

import numpy as np
import pytest
from scipy import ndimage

from grader.bank.starters import starter
from grader.evidence import read_notebook
from grader.report import Outcome, Topic, Verdict
from problems.filters.hand_designed_probes import (
    OTHER_BORDERS,
    SIZES,
    averaged,
    draw_edges,
    draw_image,
    judge_edges,
    windows,
)

# The cells as students finish them: downloads that fail here, and the work in between.
SETUP = """
import time
import numpy as np
import matplotlib.pyplot as plt
import requests
import random
import torch
from PIL import Image
from scipy import ndimage
%matplotlib inline
%load_ext autoreload
%autoreload 2
def rgb2gray(image):
    return image @ np.array([0.299, 0.587, 0.114])
"""
DOWNLOAD = """
address = 'https://pictures.example.org/fox.jpg'
img = np.array(Image.open(requests.get(address, stream=True).raw)) / 255
gray_img = rgb2gray(img)
"""
AVERAGE = "np.ones((filter_size, filter_size)) / filter_size**2"
LAPLACIAN = "np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])"


def average_cell(kernel, tail="output = ndimage.convolve(image, kernel)"):
    return f"""
def averaging_filtering(image, filter_size=3):
    ##### TODO: Implement the averaging filter #####
    kernel = {kernel}
    ##### END OF YOUR CODE #####
    {tail}
    return output

print('filtered', averaging_filtering(gray_img, 9).shape)
"""


def edge_cell(kernel, tail="output = ndimage.convolve(image, kernel)"):
    return f"""
def edge_detecting(image):
    kernel = {kernel}
    {tail}
    return output

plt.imshow(edge_detecting(gray_img))
"""


def cells(average=AVERAGE, edges=LAPLACIAN):
    return (SETUP, DOWNLOAD, average_cell(average), edge_cell(edges))


@pytest.fixture(scope="module")
def problem(homework):
    return homework("1")


@pytest.mark.sandbox
def test_a_notebook_whose_download_fails_is_graded_all_the_same(problem, run, grade):
    evidence = run(problem, "1", cells())

    assert [cell.outcome for cell in evidence.cells][:2] == [Outcome.OK, Outcome.RAISED]
    judged = grade(problem, "1", cells())
    assert {label: found.result.verdict for label, found in judged.items()} == {
        "1a": Verdict.CORRECT,
        "1b": Verdict.CORRECT,
    }
    assert [found.result.remarks for found in judged.values()] == [(), ()]


@pytest.mark.sandbox
def test_the_starter_runs_as_it_is_and_earns_nothing(problem, grade):
    judged = grade(problem, "1", starter(problem, "1"))

    for found in judged.values():
        assert found.result.credit == 0
        assert found.outcome is Outcome.RAISED


@pytest.mark.sandbox
def test_the_finished_starter_passes_its_own_checks_and_grades_full(problem, run, grade, finished):
    data = finished(
        starter(problem, "1"),
        ("    # Your code here: a kernel", f"    kernel = {AVERAGE}\n    # a kernel"),
        ("    # Your code here: a 3 x 3", f"    kernel = {LAPLACIAN}\n    # a 3 x 3"),
    )

    evidence = run(problem, "1", data)

    assert {cell.outcome for cell in evidence.cells} == {Outcome.OK}
    printed = "".join(cell.stdout for cell in evidence.cells)
    assert "averaging_filtering: shapes and brightness are right" in printed
    assert "edge_detecting: shape, flat areas and some edge are right" in printed
    assert all(any(o.mime == "image/png" for o in c.outputs) for c in evidence.cells[-1:])
    judged = grade(problem, "1", data)
    assert {found.result.verdict for found in judged.values()} == {Verdict.CORRECT}


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (AVERAGE, "np.ones((filter_size, filter_size)) / filter_size", "as bright"),
        (LAPLACIAN, "np.ones((3, 3))", "no edge in a flat image"),
        (LAPLACIAN, "np.zeros((3, 3))", "has edges"),
    ],
)
def test_the_public_checks_catch_what_they_say(problem, run, finished, old, new, said):
    data = finished(
        starter(problem, "1"),
        ("    # Your code here: a kernel", f"    kernel = {AVERAGE.replace(old, new)}\n    #"),
        ("    # Your code here: a 3 x 3", f"    kernel = {LAPLACIAN.replace(old, new)}\n    #"),
    )

    evidence = run(problem, "1", data)

    errors = [cell.error for cell in evidence.cells if cell.error]
    assert [error.name for error in errors] == ["AssertionError"]
    assert said in errors[0].message


def test_the_starter_is_a_notebook_that_says_which_problem_it_is_for(problem):
    source = read_notebook(starter(problem, "1"))

    assert source.problem == "1"
    assert starter(problem, "1") == starter(problem, "1")
    assert all(AVERAGE not in cell.source and "-4" not in cell.source for cell in source.cells)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "kernel",
    [
        "(1 / filter_size**2) * np.ones((filter_size, filter_size))",
        "np.ones((filter_size, filter_size)) / filter_size / filter_size",
        "[[1 / filter_size**2] * filter_size] * filter_size",
        "np.full((filter_size, filter_size), filter_size**-2., dtype=np.float32)",
        "torch.ones(filter_size, filter_size).numpy() / filter_size**2",
        "None; pass; print('so far')\n    kernel = np.ones((filter_size,) * 2) / filter_size**2",
    ],
)
def test_other_spellings_of_the_average_are_right(problem, grade, kernel):
    found = grade(problem, "1", cells(kernel))["1a"]

    assert found.result.verdict is Verdict.CORRECT, found.result.feedback


@pytest.mark.sandbox
def test_a_list_is_accepted_with_a_note(problem, grade):
    as_list = "output = ndimage.convolve(image, kernel).tolist()"
    judged = grade(
        problem, "1", (SETUP, average_cell(AVERAGE, as_list), edge_cell(LAPLACIAN, as_list))
    )

    for found in judged.values():
        assert found.result.verdict is Verdict.CORRECT
        assert [r.topic for r in found.result.remarks] == [Topic.NOTE]
        assert "list was accepted" in found.result.feedback


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("kernel", "tail", "misconception"),
    [
        ("np.ones((filter_size, filter_size)) / filter_size", "convolve", "1/n for 1/n^2"),
        ("np.ones((filter_size, filter_size))", "convolve", "not normalized"),
        ("np.ones((3, 3)) / 9", "convolve", "filter_size ignored"),
        (AVERAGE, "correlate", "kernel not flipped"),
        ("None", "uniform_filter", "kernel not flipped"),
        (AVERAGE, "transpose", "axes exchanged"),
        (AVERAGE, "to_bytes", "whole numbers"),
        (
            "np.ones((filter_size, filter_size), dtype=int) // filter_size**2",
            "convolve",
            "whole numbers",
        ),
        (AVERAGE, "zeros", "borders by 'constant' padding"),
    ],
)
def test_near_misses_of_the_average_are_named(problem, grade, kernel, tail, misconception):
    tails = {
        "convolve": "output = ndimage.convolve(image, kernel)",
        "correlate": "output = ndimage.correlate(image, kernel)",
        "uniform_filter": "output = ndimage.uniform_filter(image, filter_size)",
        "transpose": "output = ndimage.convolve(image, kernel).T",
        "to_bytes": "output = ndimage.convolve(image, kernel).astype(np.uint8)",
        "zeros": "output = ndimage.convolve(image, kernel, mode='constant')",
    }

    found = grade(problem, "1", (SETUP, average_cell(kernel, tails[tail])))["1a"]

    assert (found.misconception, found.result.verdict) == (misconception, Verdict.INCORRECT)
    assert found.result.remarks[0].topic is Topic.MISCONCEPTION
    assert len(found.result.feedback) > 20


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("kernel", "tail", "verdict", "said"),
    [
        ("-1 * " + LAPLACIAN, "", "correct", ""),
        ("np.array([[1, 1, 1], [1, -8, 1], [1, 1, 1]]) / 8", "", "correct", ""),
        ("[[0.5, 1, 0.5], [1, -6, 1], [0.5, 1, 0.5]]", "", "correct", ""),
        ("np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])", "", "partial", "horizontal edges"),
        ("np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])", "", "partial", "vertical edges"),
        ("np.array([[2, 1, 0], [1, 0, -1], [0, -1, -2]])", "", "partial", "diagonal edges"),
        ("np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]])", "", "incorrect", "flat areas"),
        ("np.array([[0, 1, 0], [1, -3, 1], [0, 1, 0]])", "", "incorrect", "flat areas"),
        ("np.ones((3, 3)) / 9", "", "incorrect", "flat areas"),
        ("np.zeros((3, 3))", "", "incorrect", "hardly answers any"),
        (LAPLACIAN, "output = ndimage.convolve(image, kernel)[1:-1, 1:-1]", "incorrect", "shape"),
        (LAPLACIAN, "output = 'edges'", "incorrect", "a string"),
        (LAPLACIAN, "output = np.full(image.shape, np.nan)", "incorrect", "not finite"),
        (LAPLACIAN, "output = np.hypot(ndimage.sobel(image, 0), ndimage.sobel(image, 1))",
         "correct", ""),
        (LAPLACIAN, "output = image[0, 0, 0]", "incorrect", "It raised IndexError"),
    ],
)  # fmt: skip
def test_edge_filters_are_judged_by_their_response(problem, grade, kernel, tail, verdict, said):
    cell = edge_cell(kernel, tail) if tail else edge_cell(kernel)

    found = grade(problem, "1", (SETUP, cell))["1b"]

    assert str(found.result.verdict) == verdict, found.result.feedback
    assert said in found.result.feedback
    assert found.result.credit == {"correct": 1.0, "partial": 0.5, "incorrect": 0.0}[verdict]


@pytest.mark.sandbox
def test_a_function_that_is_not_there_is_missing(problem, grade):
    judged = grade(problem, "1", (SETUP, edge_cell(LAPLACIAN)))

    assert judged["1a"].result.verdict is Verdict.MISSING
    assert judged["1b"].result.verdict is Verdict.CORRECT


@pytest.fixture
def rng():
    return np.random.default_rng(182)


@pytest.mark.parametrize("size", [1, 2, 3, 6, 9])
def test_the_average_is_that_of_scipy(rng, size):
    image = rng.uniform(size=(11, 14))

    expected = ndimage.convolve(image, np.full((size, size), size**-2.0))

    np.testing.assert_allclose(averaged(image, size), expected, rtol=1e-12)


@pytest.mark.parametrize("border", OTHER_BORDERS)
def test_other_borders_are_those_of_scipy(rng, border):
    image = rng.uniform(size=(11, 14))
    mode = {"constant": "constant", "edge": "nearest", "reflect": "mirror", "wrap": "wrap"}[border]

    expected = ndimage.convolve(image, np.full((6, 6), 1 / 36), mode=mode)

    np.testing.assert_allclose(windows(image, 6, border=border).mean((-2, -1)), expected)


def test_drawn_images_are_not_square_and_of_every_size(rng):
    drawn = [draw_image(rng, {}) for _ in range(100)]

    assert all(d.args[0].shape[0] != d.args[0].shape[1] for d in drawn)
    sizes = {d.named.get("filter_size", d.args[1] if len(d.args) > 1 else 3) for d in drawn}
    assert sizes == set(SIZES)


def test_a_laplacian_answers_every_direction_well_above_the_bound(rng):
    from grader.spec import Answered

    for _ in range(50):
        (image,) = draw_edges(rng, {})
        response = ndimage.convolve(image, np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]))

        assert judge_edges({}, [Answered((image,), {}, response)]).verdict is Verdict.CORRECT
