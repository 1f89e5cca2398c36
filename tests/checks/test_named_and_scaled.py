"""Results with a name before them, arrays scaled or transposed, and names written in their ways."""

import functools

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Domain, Kind, Options

OUT = "(W-K)/S+1"
SIZES = dict.fromkeys(("W", "K", "S"), Domain.REAL)
WIDTHS = dict.fromkeys(("W_in", "W_out"), Domain.REAL)
SIGMAS = dict.fromkeys(("sigma_x", "sigma_g"), Domain.REAL)
HALVES = "[[1/2,1],[3/2,2]]"

judged = functools.partial(pytest.mark.parametrize, ("reference", "answer", "expected"))


def verdict(kind, reference, answer, **options):
    return check(kind, reference, answer, Options(**options)).verdict


@pytest.mark.parametrize("symbols", [WIDTHS, None])
@pytest.mark.parametrize(
    "answer",
    [
        "W_{in}W_{out}",
        r"W_{\text{in}}W_{out}",
        r"W_{\mathrm{in}} W_\text{out}",
        "W_{out}*W_in",
    ],
)
def test_a_declared_name_may_be_written_with_braces(answer, symbols):
    assert verdict(Kind.EXPRESSION, "W_in*W_out", answer, symbols=symbols) is Verdict.CORRECT


@pytest.mark.parametrize("answer", ["W_{in}W_{in}", "W_{on}W_{out}", "W_{ni}W_{out}", "WW_{out}"])
def test_another_label_is_another_name(answer):
    found = verdict(Kind.EXPRESSION, "W_in*W_out", answer, symbols=WIDTHS)
    assert found in (Verdict.INCORRECT, Verdict.UNREADABLE)


@pytest.mark.parametrize("symbols", [SIGMAS, None])
@pytest.mark.parametrize(
    "answer", ["σ_xσ_g", "σ_gσ_x", r"\sigma_x\sigma_g", r"\sigma_{x}\sigma_{g}", "sigma_x sigma_g"]
)
def test_a_greek_letter_begins_a_name_of_its_own(answer, symbols):
    found = verdict(Kind.EXPRESSION, "sigma_x*sigma_g", answer, symbols=symbols)
    assert found is Verdict.CORRECT


@pytest.mark.parametrize(
    "answer",
    [
        "[0 0.8 0]^T",
        "[0, 0.8, 0]^{T}",
        r"(0, 0.8, 0)^\top",
        r"\begin{bmatrix}0 & 0.8 & 0\end{bmatrix}^T",
        r"\left[0, 0.8, 0\right]^{\mathsf{T}}",
        "[0;0.8;0]'",
        "[0,0.8,0].T",
        "0.8[0,1,0]^T",
        "y = [0,0.8,0]^T",
        "x_{out} = [0 0.8 0]",
    ],
)
def test_a_vector_may_be_a_row_transposed(answer):
    assert verdict(Kind.VECTOR, "[0,0.8,0]", answer) is Verdict.CORRECT


@judged(
    [
        ("[[0],[0.8],[0]]", "[0 0.8 0]^T", Verdict.CORRECT),
        ("[[0,0.8,0]]", "[0 0.8 0]^T", Verdict.INCORRECT),
        ("[[1,2],[3,4]]", "[[1,3],[2,4]]^T", Verdict.CORRECT),
        ("[[1,2],[3,4]]", "[[1,2],[3,4]]^T", Verdict.PARTIAL),
        ("[[1,2,3],[4,5,6]]", "[[1,4],[2,5],[3,6]]^T", Verdict.CORRECT),
    ]
)
def test_a_transposed_matrix_is_turned(reference, answer, expected):
    assert verdict(Kind.MATRIX, reference, answer) is expected


@pytest.mark.parametrize(
    "answer",
    [
        "1/2*[[1,2],[3,4]]",
        "(1/2)[[1,2],[3,4]]",
        "[[1,2],[3,4]]/2",
        "-[[-1,-2],[-3,-4]]/2",
        "1/2 [1 2; 3 4]",
        "0.5[[1 2][3 4]]",
        r"\frac12\begin{bmatrix}1 & 2\\3 & 4\end{bmatrix}",
        r"\frac{1}{2}[1 2; 3 4]",
        "[[1,2],[3,4]]-[[1/2,1],[3/2,2]]",
    ],
)
def test_a_matrix_may_be_scaled(answer):
    assert verdict(Kind.MATRIX, HALVES, answer) is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        (HALVES, "2[[1,2],[3,4]]"),
        (HALVES, "1/2+[[1,2],[3,4]]"),
        (HALVES, "[[1,2],[3,4]]/[[2,2],[2,2]]"),
        ("[[1,2],[3,4]]", "[1 2] + [3 4]"),
        ("[[1,2],[-3,-4]]", "[1 2] - [3 4]"),
        ("[[1,4],[9,16]]", "[[1,2],[3,4]]^2"),
        ("[[2,2],[2,2]]", "2+[[0,0],[0,0]]"),
        ("[[2,4]]", "[[1,2]][[2,2]]"),
    ],
)
def test_no_other_arithmetic_of_arrays_is_guessed(reference, answer):
    found = verdict(Kind.MATRIX, reference, answer)
    assert found in (Verdict.INCORRECT, Verdict.UNREADABLE)


def test_a_product_of_arrays_is_told_to_be_unreadable():
    found = check(Kind.MATRIX, "[[2,4]]", "[[1,2]]*[[2,2]]", Options())
    assert found.verdict is Verdict.UNREADABLE
    assert "product of arrays" in found.feedback


@pytest.mark.parametrize(
    "name", ["W_out", "W_{out}", r"W_{\text{out}}", "y", "dw", "H", "out", r"\hat{y}", "L'"]
)
@pytest.mark.parametrize("symbols", [SIZES, None])
def test_a_name_before_the_result_is_no_part_of_it(name, symbols):
    right = check(Kind.EXPRESSION, OUT, f"{name} = {OUT}", Options(symbols=symbols))
    wrong = check(Kind.EXPRESSION, OUT, f"{name} = {OUT}+1", Options(symbols=symbols))
    assert right.verdict is Verdict.CORRECT
    assert "Read as what" in right.feedback
    assert wrong.verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        (OUT, f"W = {OUT}"),
        (OUT, f"K = {OUT}"),
        ("x*y", "y = x*y"),
        ("x", "y = x = 3"),
        ("x", "x = x"),
        ("5", "4 = 5"),
        ("5", "not = 5"),
        ("5", "e = 5"),
        ("5", "pi = 5"),
        ("5", "i = 5"),
        ("5", "x != 5"),
        ("5", "x >= 5"),
        ("5", "dw = 6"),
        ("5", "3x = 5"),
        ("5", "x = 5 = 6"),
        ("5", "y = y + 5 - y"),
        ("5", "2+2 = 5"),
        ("5", "5 = 2+2"),
        ("5", "2+3 = 4 = 5"),
        ("5", "2+3 < 5"),
    ],
)
def test_what_says_more_than_a_result_is_no_result(reference, answer):
    assert verdict(Kind.EXPRESSION, reference, answer) is not Verdict.CORRECT


@pytest.mark.parametrize("answer", ["2+3 = 5", "5 = 2+3", "10/2 = 2+3 = 5", r"2 \times 2 + 1 = 5"])
def test_a_number_may_come_with_the_way_to_it(answer):
    assert verdict(Kind.NUMBER, "5", answer) is Verdict.CORRECT


def test_each_side_of_the_way_to_a_number_is_held_to_its_tolerance():
    close = Options(rtol="0.01")

    assert check(Kind.NUMBER, "0.0257", "10416/405050 = 0.0257", close).verdict is Verdict.CORRECT
    assert check(Kind.NUMBER, "0.0257", "10416/405050 = 0.03", close).verdict is Verdict.INCORRECT


def test_the_place_of_an_error_behind_a_name_is_that_of_the_text_typed():
    found = check(Kind.EXPRESSION, "x+1", "y = x + @", Options())
    assert found.feedback.splitlines()[-1].index("^") == len("y = x + ")


@judged(
    [
        ("floor((W-K)/S)+1", "(W-K)//S+1", Verdict.CORRECT),
        ("(W-K)/S+1", "(W-K)//S+1", Verdict.INCORRECT),
        ("3", "7//2", Verdict.CORRECT),
        ("7/2", "7//2", Verdict.INCORRECT),
        ("-4", "-7//2", Verdict.CORRECT),
        ("-3", "-(7//2)", Verdict.CORRECT),
        ("-8", "-7//2*2", Verdict.CORRECT),
        ("-3", "-(7//2)*1", Verdict.CORRECT),
        ("1", "7//2//3", Verdict.CORRECT),
        ("0", "4-9//2", Verdict.CORRECT),
        ("floor(-a/b)", "-a//b", Verdict.CORRECT),
        ("-floor(a/b)", "-(a//b)", Verdict.CORRECT),
    ]
)
def test_two_slashes_divide_and_round_down_as_in_python(reference, answer, expected):
    assert verdict(Kind.EXPRESSION, reference, answer) is expected


@pytest.mark.parametrize(
    ("kind", "reference", "answer", "expected"),
    [
        (Kind.NUMBER, "58160000", "58.16 million", Verdict.CORRECT),
        (Kind.NUMBER, "58160000", r"58.16\text{ million}", Verdict.CORRECT),
        (Kind.NUMBER, "58160000", "58,160 thousand", Verdict.CORRECT),
        (Kind.NUMBER, "58.16", "58.16 million", Verdict.INCORRECT),
        (Kind.NUMBER, "58160000", "58.16 billion", Verdict.INCORRECT),
        (Kind.NUMBER, "1000000", "million", Verdict.UNREADABLE),
        (Kind.QUANTITY, "2 GB", "2 billion bytes", Verdict.CORRECT),
        (Kind.QUANTITY, "58160000 parameters", "58.16 million parameters", Verdict.CORRECT),
        (Kind.QUANTITY, "58.16 parameters", "58.16 million parameters", Verdict.INCORRECT),
    ],
)
def test_a_number_may_be_counted_in_millions(kind, reference, answer, expected):
    assert verdict(kind, reference, answer) is expected


@pytest.mark.parametrize(
    "answer",
    ["f(x) = 2x", r"f\left(x\right)=2x", "T(n) = 2x", r"f(x, \theta) = 2x",
     "f = 2x if x > 0 else 2x", "f(x) = 2x if x > 0, 2x otherwise"],
)  # fmt: skip
def test_a_function_of_names_may_stand_before_the_result(answer):
    assert verdict(Kind.EXPRESSION, "2x", answer) is Verdict.CORRECT


@pytest.mark.parametrize(
    "answer", ["f(x) = 3x", "f(2) = 2x", "sin(x) = 2x", "x(f) = 2x", "f(x) = f(x)", "f(x)+1 = 2x"]
)
def test_what_says_more_than_the_name_of_the_result_is_no_name(answer):
    assert verdict(Kind.EXPRESSION, "2x", answer) is Verdict.INCORRECT
