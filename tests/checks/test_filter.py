"""Filters are judged by what they answer to test images, however they are written."""

import pytest

from grader.checks import check
from grader.errors import SpecError
from grader.report import Topic, Verdict
from grader.spec import Kind, Options

SOBEL = "[[-1,0,1],[-2,0,2],[-1,0,1]]"
LAPLACE = "[[0,1,0],[1,-4,1],[0,1,0]]"
MEAN = "1/9 * [[1,1,1],[1,1,1],[1,1,1]]"
REFERENCES = {"vertical-edge": SOBEL, "edge": LAPLACE, "blur": MEAN}


def judged(response, answer, reference=None):
    return check(Kind.FILTER, reference or REFERENCES[response], answer, Options(response=response))


@pytest.mark.parametrize(
    "answer",
    [
        SOBEL,
        "[[1,0,-1],[1,0,-1],[1,0,-1]]",  # Prewitt, the other sign
        "[[-100,0,100],[-100,0,100],[-100,0,100]]",
        "[[-3,0,3],[-10,0,10],[-3,0,3]]",  # Scharr
        "[[-1,2,-1],[-1,2,-1],[-1,2,-1]]",  # a thin vertical line
        "[[0,0,0],[-1,0,1],[0,0,0]]",
        "[-1 0 1; -2 0 2; -1 0 1]",
        "-1 0 1\n-2 0 2\n-1 0 1",
        "[[-1 0 1]\n [-2 0 2]\n [-1 0 1]]",
        r"\begin{bmatrix}-1&0&1\\-2&0&2\\-1&0&1\end{bmatrix}",
        r"\frac{1}{8}\begin{pmatrix}-1&0&1\\-2&0&2\\-1&0&1\end{pmatrix}",
        "[[-0.33,0,0.33],[-0.33,0,0.33],[-0.33,0,0.33]]",
        "[[-0.33,-0.01,0.33],[-1,0,1],[-1,0,1]]",  # a row that sums to zero but for rounding
        "[[-sqrt(2),0,sqrt(2)],[-2,0,2],[-sqrt(2),0,sqrt(2)]]",
    ],
)
def test_filters_that_answer_vertical_edges_alone_are_correct(answer):
    assert judged("vertical-edge", answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("[[-1,-2,-1],[0,0,0],[1,2,1]]", "transpose"),
        (LAPLACE, "horizontal edges as well"),
        ("[[0,1,2],[-1,0,1],[-2,-1,0]]", "horizontal edges as well"),
        ("[[1,0,-1],[0,0,0],[-1,0,1]]", "does not answer a vertical edge"),
        ("[[-1,0,1],[-2,1,2],[-1,0,1]]", "sum to 1"),
        ("[[-1,0,1],[-2,0,2],[-1,0.2,1]]", "sum to 1/5"),
        ("[[-1,0,1],[-2,0,2],[-1,0,1.1]]", "sum to 1/10"),
        (MEAN, "sum to 1"),
        ("[[0,0,0],[0,0,0],[0,0,0]]", "zero everywhere"),
    ],
)
def test_a_filter_that_answers_something_else_is_wrong_and_told_why(answer, words):
    result = judged("vertical-edge", answer)

    assert result.verdict is Verdict.INCORRECT
    assert words in result.feedback


@pytest.mark.parametrize(
    "answer",
    [
        LAPLACE,
        "[[0,-1,0],[-1,4,-1],[0,-1,0]]",
        "[[-1,-1,-1],[-1,8,-1],[-1,-1,-1]]",
        "[[1,4,1],[4,-20,4],[1,4,1]]/6",
        "[[1,0,1],[0,-4,0],[1,0,1]]",
        "[[-0.13,-0.13,-0.13],[-0.13,1,-0.13],[-0.13,-0.13,-0.13]]",  # eighths, rounded
    ],
)
def test_filters_that_answer_edges_of_every_direction_are_correct(answer):
    assert judged("edge", answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (SOBEL, "horizontal edges"),
        ("[[-1,-2,-1],[0,0,0],[1,2,1]]", "vertical edges"),
        ("[[0,0,0],[1,-2,1],[0,0,0]]", "horizontal edges"),
        ("[[0,1,2],[-1,0,1],[-2,-1,0]]", "diagonal edges"),
        ("[[-1.3,-0.6,0.7],[-2,0,2],[-0.7,0.6,1.3]]", "hardly answer"),  # a slanted gradient
    ],
)
def test_a_filter_of_one_direction_is_a_partial_edge_detector(answer, words):
    result = judged("edge", answer)

    assert (result.verdict, result.credit) == (Verdict.PARTIAL, 0.5)
    assert words in result.feedback


@pytest.mark.parametrize(
    "answer",
    [
        "[[0,1,0],[1,4,1],[0,1,0]]",
        "[[0,-1,0],[-1,5,-1],[0,-1,0]]",  # sharpens
        "[[0,1,0],[1,-3,1],[0,1,0]]",
        MEAN,
    ],
)
def test_a_filter_that_answers_flat_areas_detects_no_edges(answer):
    result = judged("edge", answer)

    assert result.verdict is Verdict.INCORRECT
    assert "flat area" in result.feedback


@pytest.mark.parametrize(
    "answer",
    [
        MEAN,
        "[[1/9,1/9,1/9],[1/9,1/9,1/9],[1/9,1/9,1/9]]",
        "[[0.11,0.11,0.11],[0.11,0.11,0.11],[0.11,0.11,0.11]]",
        "0.111 * [[1,1,1],[1,1,1],[1,1,1]]",
        "[[1,1,1],[1,1,1],[1,1,1]]/9",
        "(1/9)[1 1 1; 1 1 1; 1 1 1]",
        "np.ones((3, 3)) / 9",
        "1/16 [[1,2,1],[2,4,2],[1,2,1]]",
        r"\frac{1}{16}\left[\begin{array}{ccc}1&2&1\\2&4&2\\1&2&1\end{array}\right]",
        r"$\dfrac19\begin{bmatrix}1&1&1\\1&1&1\\1&1&1\end{bmatrix}$",
        "[[0.06,0.13,0.06],[0.13,0.25,0.13],[0.06,0.13,0.06]]",
        "[[0,0.2,0],[0.2,0.2,0.2],[0,0.2,0]]",
    ],
)
def test_averages_that_keep_the_brightness_blur(answer):
    assert judged("blur", answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("[[1,1,1],[1,1,1],[1,1,1]]", "sum to 9"),
        ("[[1,2,1],[2,4,2],[1,2,1]]", "sum to 16"),
        ("1/3 * [[1,1,1],[1,1,1],[1,1,1]]", "sum to 3"),
        ("[[0.1,0.1,0.1],[0.1,0.1,0.1],[0.1,0.1,0.1]]", "9/10"),
        ("[[0.12,0.12,0.12],[0.12,0.12,0.12],[0.12,0.12,0.12]]", "27/25"),
        ("1/25 * [[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1]]", "5 × 5"),
        ("[[0,0.02,0],[0.02,0.92,0.02],[0,0.02,0]]", "hardly blurs"),
    ],
)
def test_an_average_that_is_not_quite_what_is_asked_is_partial(answer, words):
    result = judged("blur", answer)

    assert (result.verdict, result.credit) == (Verdict.PARTIAL, 0.5)
    assert words in result.feedback


@pytest.mark.parametrize(
    "answer",
    [
        "[[0,0,0],[0,1,0],[0,0,0]]",
        "[[0,0,1],[0,0,0],[0,0,0]]",
        LAPLACE,
        "-1/9 * [[1,1,1],[1,1,1],[1,1,1]]",
        "[[-1,1,1],[1,1,1],[1,1,1]]/7",
        "[[0,0,0],[0,0,0],[0,0,0]]",
    ],
)
def test_what_copies_shifts_or_subtracts_blurs_nothing(answer):
    assert judged("blur", answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "answer",
    [
        "a blur",
        "[[1,1],[1]]",
        "[[a,b],[c,d]]",
        "[[i,1],[1,1]]",
        "[[1,1],[1,1]] * [[1,1],[1,1]]",
        "[[1,1,1],[1,1,1],[1,1,1]]/0",
        "[[1e400,1],[1,1]]",
        "[[exp(99999),1],[1,1]]",
        str([[1] * 16] * 16),
        "ones((99, 99))/9801",
    ],
)
def test_what_is_no_matrix_of_numbers_cannot_be_read(answer):
    assert judged("blur", answer).verdict is Verdict.UNREADABLE


def test_a_filter_of_another_size_is_partial_and_told_the_size():
    result = judged("vertical-edge", "[[-1, 0, 1]]")

    assert result.verdict is Verdict.PARTIAL
    assert result.remarks[0].topic is Topic.SHAPE
    assert "1 × 3" in result.feedback
    assert "3 × 3" in result.feedback


def test_the_reference_must_have_the_response_itself():
    with pytest.raises(SpecError, match="no blur filter itself"):
        judged("blur", MEAN, reference="[[1,1,1],[1,1,1],[1,1,1]]")


def test_an_unknown_response_is_the_authors_mistake():
    with pytest.raises(SpecError, match="sharpen"):
        check(Kind.FILTER, MEAN, MEAN, Options(response="sharpen"))


def test_equal_filters_have_one_canonical_text():
    first = judged("blur", "[[1,1,1],[1,1,1],[1,1,1]]/9")
    second = judged("blur", r"\frac19\begin{bmatrix}1&1&1\\1&1&1\\1&1&1\end{bmatrix}")

    assert (
        first.canonical == second.canonical == "[[1/9, 1/9, 1/9], [1/9, 1/9, 1/9], [1/9, 1/9, 1/9]]"
    )
