"""Drawings of solutions: whole SVG for light and dark, told in words, for every variant."""

import re
from xml.etree import ElementTree as ET

import pytest

from grader.bank.drawings import draw_answer
from grader.bank.variants import solve
from problems.convolution import image_as_matrix, layer_stack, shapes_and_dilation, weight_sharing
from problems.drawings.growth import SIZES, simulated_spreads
from problems.filters import hand_designed
from problems.gradients import weights_and_pooling

DRAWN = [
    (problem, part)
    for problem in (
        hand_designed.PROBLEM,
        shapes_and_dilation.PROBLEM,
        weights_and_pooling.PROBLEM,
        weight_sharing.PROBLEM,
        image_as_matrix.PROBLEM,
        layer_stack.PROBLEM,
    )
    for part in problem.parts
    if part.drawing is not None
]
EVERY_DRAWING = pytest.mark.parametrize(
    ("problem", "part"), DRAWN, ids=[f"{problem.title} {part.label}" for problem, part in DRAWN]
)
NONSENSE = ["", "]] no array [[", "[[1, 2], [3]]", "1" * 5000, "[[0, 0, 0]]", "n/0", "<script>"]


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter() if element.tag.endswith("text")]


@EVERY_DRAWING
def test_every_variant_is_drawn_and_told_in_words(problem, part, variants):
    for params in variants(problem, 5):
        drawing = part.drawing(params, {})

        root = ET.fromstring(drawing.svg)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("aria-label") == drawing.alt
        assert len(drawing.alt) > 40


@EVERY_DRAWING
def test_colours_follow_the_page(problem, part):
    drawing = part.drawing(problem.as_set, {})

    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawing.svg))

    assert all(
        colour in ("none", "currentColor") or colour.startswith("var(--") for colour in colours
    )


@EVERY_DRAWING
@pytest.mark.parametrize("answer", NONSENSE)
def test_whatever_was_typed_is_drawn_around(problem, part, answer):
    answers = {field.name: answer for field in part.fields}

    drawing = part.drawing(problem.as_set, answers)

    ET.fromstring(drawing.svg)
    assert "<script>" not in drawing.svg


@EVERY_DRAWING
def test_the_same_submission_is_drawn_the_same_way(problem, part):
    assert part.drawing(problem.as_set, {}) == part.drawing(problem.as_set, {})


def drawing_of(module, label, answers, params=None):
    part = next(part for part in module.PROBLEM.parts if part.label == label)
    return part.drawing(params or module.PROBLEM.as_set, answers)


def test_the_layers_stand_in_order_with_their_shapes():
    drawing = drawing_of(layer_stack, ".2", {})

    assert texts(drawing.svg)[:4] == ["3@128×128", "input", "3@64×64", "maxpool1"]
    assert "12@16×16" in drawing.alt
    assert "flatten 3072" in drawing.alt


def test_the_windows_show_what_the_outermost_outputs_see():
    drawing = drawing_of(weight_sharing, "b", {})

    assert "k1, k2, k3 meet 0, x1, x2" in drawing.alt
    assert "they meet x8, x9, 0" in drawing.alt
    assert "9 places" in drawing.alt


def test_the_matrix_shows_its_zeros_and_shared_weights():
    drawing = drawing_of(weight_sharing, "c", {})

    assert "21 of its 63 entries" in drawing.alt
    assert "3 different weights" in drawing.alt


def test_the_students_filter_stands_beside_the_reference():
    unscaled = {"": "[1 2 1; 2 4 2; 1 2 1]"}

    drawing = drawing_of(shapes_and_dilation, "c", unscaled)

    titles, legend = texts(drawing.svg)[:3], texts(drawing.svg)[3:]
    assert titles == ["image", "your filter", "reference"]
    assert "positive" in legend
    assert "your filter: answers from 0 to 16" in drawing.alt
    assert "reference: answers from 0 to 1" in drawing.alt


def test_the_students_formula_stands_beside_simulation_and_solution():
    one_side = {"variance": "(n-k+1)*sigma_x^2*sigma_g^2"}

    drawing = drawing_of(weights_and_pooling, "b", one_side)

    assert "solution 4, 6, 8, 10, 12;" in drawing.alt
    assert "your variance's root 2, 2.45, 2.83, 3.16, 3.46." in drawing.alt


@pytest.mark.parametrize(
    ("typed", "power"),
    [
        pytest.param("n", 1, id="letter"),
        pytest.param("O(n)", 1, id="class"),
        pytest.param("linear", 1, id="word"),
        pytest.param("sqrt(n)", 0.5, id="root"),
        pytest.param("n^2", 2, id="variance's"),
    ],
)
def test_a_growth_is_drawn_over_the_simulated_points_and_reaches_the_last(typed, power):
    *_, reached = simulated_spreads(3, 2)
    expected = ", ".join(f"{(n / SIZES[-1]) ** power * reached:.3g}" for n in SIZES)

    drawing = drawing_of(weights_and_pooling, "b", {"std_growth": typed})

    assert "simulated 4.02, 6.01, 8.11, 10.3, 11.9" in drawing.alt
    assert f"your growth, scaled (dashed) {expected}." in drawing.alt


def test_a_growth_alone_reaches_what_the_students_own_formula_does():
    answers = {"variance": "n*sigma_x^2*sigma_g^2", "std_growth": "n"}
    part = next(part for part in weights_and_pooling.PROBLEM.parts if part.label == "b")

    drawing = part.answer_drawing(weights_and_pooling.PROBLEM.as_set, answers)

    assert "your variance's root 2.45, 2.83, 3.16, 3.46, 3.74;" in drawing.alt
    assert "your growth, scaled (dashed) 1.6, 2.14, 2.67, 3.21, 3.74." in drawing.alt


ANSWER_DRAWN = [(problem, part) for problem, part in DRAWN if part.answer_drawing is not None]
EVERY_ANSWER = pytest.mark.parametrize(
    ("problem", "part"), ANSWER_DRAWN, ids=[f"{p.title} {part.label}" for p, part in ANSWER_DRAWN]
)


def right_answers(problem, part):
    references = solve(problem, problem.as_set)[part.label]
    return {name: solved["reference"] for name, solved in references.items()}


def test_filters_and_spreads_have_their_answers_drawn():
    assert [part.label for _, part in ANSWER_DRAWN] == ["a", "b", "b", "c", "b"]


@EVERY_ANSWER
def test_an_answer_alone_tells_nothing_of_the_solution(problem, part, variants):
    """The same text is drawn the same way whatever the variant's solution."""
    answers = right_answers(problem, part)

    drawn = [part.answer_drawing(params, answers) for params in variants(problem, 5)]

    assert all("reference" not in drawing.alt for drawing in drawn)
    assert all("solution" not in drawing.alt for drawing in drawn)
    assert all("simulated" not in drawing.alt for drawing in drawn)


@EVERY_ANSWER
def test_a_right_answer_is_drawn_alone_and_beside_the_solution(problem, part):
    answers = right_answers(problem, part)

    drawn = draw_answer(part, problem.as_set, answers)

    assert "your" in drawn.alone.alt
    assert "your" in drawn.beside.alt
    assert len(drawn.alone.svg) + len(drawn.beside.svg) < 40_000


@EVERY_ANSWER
@pytest.mark.parametrize("answer", [*NONSENSE, "1e308 * [[1, 1], [1, 1]]", "[[1e999]]", "-1", "i"])
def test_nonsense_is_drawn_around_or_not_at_all(problem, part, answer):
    answers = {field.name: answer for field in part.fields}

    drawn = draw_answer(part, problem.as_set, answers)

    assert drawn is None or "nan" not in drawn.beside.svg + drawn.alone.svg


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_the_simulated_dots_lie_on_the_solution(dimensions):
    """800 draws: a spread is known to a few percent, for heavy tails too."""
    spreads = simulated_spreads(3, dimensions)

    exact = [(n - 2) ** (dimensions / 2) for n in SIZES]

    assert spreads == pytest.approx(exact, rel=0.15)
