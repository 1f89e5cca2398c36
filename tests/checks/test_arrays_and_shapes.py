"""Arrays: the shape first, then entry by entry; shapes in every spelling."""

import pytest

from grader.checks import check
from grader.spec import Kind, Options

TABLE = "[[1, 2], [3, 4]]"


@pytest.mark.parametrize(
    "answer",
    [
        TABLE,
        "1 2; 3 4",
        "[1 2; 3 4]",
        "[1, 2; 3, 4]",
        "1 2\n3 4",
        "1, 2\n3, 4",
        "[[1 2]\n [3 4]]",
        "\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}",
        "((1, 2), (3, 4))",
        "Matrix([[1, 2], [3, 4]])",
        "[[1.0, 4/2], [3, 2^2]]",
        "$\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}$",
    ],
)
def test_a_matrix_is_read_in_every_layout(answer):
    result = check(Kind.MATRIX, TABLE, answer)

    assert (result.verdict.value, result.credit) == ("correct", 1.0)


@pytest.mark.parametrize(
    ("answer", "verdict", "credit", "words"),
    [
        ("[[1, 2], [3, 5]]", "partial", 0.75, "(2, 2)"),
        ("[[1, 3], [2, 4]]", "partial", 0.5, "transpose"),
        ("[[-1, -2], [-3, -4]]", "incorrect", 0.0, "sign"),
        ("[[0, 0], [0, 0]]", "incorrect", 0.0, "4 of 4"),
        ("[[1, 1], [1, 1]]", "incorrect", 0.0, "3 of 4"),
        ("1", "incorrect", 0.0, "shape"),
        ("[[1]]", "incorrect", 0.0, "shape"),
        ("[[1, 2]]", "incorrect", 0.0, "shape"),
        ("[[1, 2, 3], [3, 4, 5]]", "incorrect", 0.0, "2 × 3"),
        ("[[1, 2], [3]]", "unreadable", 0.0, "differ in length"),
        ("[[nan, 2], [3, 4]]", "partial", 0.75, "(1, 1)"),
    ],
)
def test_a_wrong_matrix_earns_by_entry_and_says_what_differs(answer, verdict, credit, words):
    result = check(Kind.MATRIX, TABLE, answer)

    assert (result.verdict.value, result.credit) == (verdict, credit)
    assert words in result.feedback


@pytest.mark.parametrize(
    ("reference", "answer", "credit"),
    [
        ("[0, 5, 0, 7]", "[0, 0, 0, 0]", 0.0),
        ("[0, 5, 0, 7]", "[0, 0, 0, 7]", 0.5),
        ("[0, 5, 0, 7]", "[0, 5, 0, 8]", 0.75),
        ("[0, 0, 0]", "[0, 0, 1]", 0.6667),
        ("[1, 2, 3]", "[1, 5, 7]", 0.3333),
    ],
)
def test_filling_an_array_with_one_value_earns_nothing(reference, answer, credit):
    assert check(Kind.VECTOR, reference, answer).credit == credit


@pytest.mark.parametrize(
    "answer", ["[2, -1, 3]", "(2, -1, 3)", "2 -1 3", "2; -1; 3", "[[2], [-1], [3]]"]
)
def test_a_vector_may_be_a_row_or_a_column(answer):
    assert check(Kind.VECTOR, "[2, -1, 3]", answer).verdict.value == "correct"


def test_symbolic_entries_are_compared_by_value():
    result = check(Kind.VECTOR, "[a*x, a*y, a*z + b*x]", "[ax, y a, b x + z*a]")

    assert result.verdict.value == "correct"


def test_a_tensor_compares_in_three_dimensions():
    tensor = "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]"

    assert check(Kind.TENSOR, tensor, tensor).verdict.value == "correct"
    assert check(Kind.TENSOR, tensor, "[[1, 2], [3, 4]]").verdict.value == "incorrect"


def test_entries_may_be_as_near_as_the_author_allows():
    options = Options(atol="0.01")

    assert check(Kind.VECTOR, "[0.333, 1]", "[1/3, 1]", options).verdict.value == "correct"


@pytest.mark.parametrize(
    "answer",
    [
        "(3, 48, 48)",
        "[3,48,48]",
        "3x48x48",
        "3 x 48 x 48",
        "3@48 × 48",
        "3 × 48 × 48",
        "3*48*48",
        "3 48 48",
        "3, 48, 48",
        "torch.Size([3, 48, 48])",
        "3 \\times 48 \\times 48",
        "3 by 48 by 48",
    ],
)
def test_a_shape_is_read_in_every_spelling(answer):
    assert check(Kind.SHAPE, "(3, 48, 48)", answer).verdict.value == "correct"


@pytest.mark.parametrize(
    ("answer", "words"),
    [("(48, 3, 48)", "another order"), ("(3, 48)", "2 sizes"), ("6912", "1 size")],
)
def test_a_wrong_shape_is_all_or_nothing(answer, words):
    result = check(Kind.SHAPE, "(3, 48, 48)", answer)

    assert (result.verdict.value, result.credit) == ("incorrect", 0.0)
    assert words in result.feedback


def test_a_shape_may_have_symbols():
    assert check(Kind.SHAPE, "(N, C, H/2, W/2)", "N x C x H/2 x W/2").verdict.value == "correct"
