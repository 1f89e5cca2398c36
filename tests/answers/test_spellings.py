"""What students type, however they type it, is read as what they mean."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind, Options


def verdict(kind, reference, answer, *, syntax="auto", **options):
    result = check(kind, reference, answer, Options(**options), reference_syntax=syntax)
    return result.verdict


def assert_same(reference, answer, **options):
    assert verdict(Kind.EXPRESSION, reference, answer, **options) is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer", "options", "expected"),
    [
        ("10", "10.5", {"atol": "0.5"}, Verdict.CORRECT),
        ("10", "9.5", {"atol": "0.5"}, Verdict.CORRECT),
        ("10", "10.5000001", {"atol": "0.5"}, Verdict.INCORRECT),
        ("0.1", "0.3", {"atol": "0.2"}, Verdict.CORRECT),  # the edge, exactly
        ("100", "101", {"rtol": "0.01"}, Verdict.CORRECT),
        ("100", "101.0001", {"rtol": "0.01"}, Verdict.INCORRECT),
        ("0.5", "0.55", {"rtol": "10%"}, Verdict.CORRECT),
        ("1e-20", "1.1e-20", {"rtol": "0.1"}, Verdict.CORRECT),
        ("2", "2.5", {"atol": "0.1", "rtol": "0.2"}, Verdict.CORRECT),  # both add up
        ("2", "2.51", {"atol": "0.1", "rtol": "0.2"}, Verdict.INCORRECT),
        ("1.477", "log10(30)", {"atol": "0.001"}, Verdict.CORRECT),
        ("1.577", "log10(30)", {"atol": "0.001"}, Verdict.INCORRECT),
        ("0.88", "sigmoid(2)", {"digits": 2}, Verdict.CORRECT),
        ("0.87", "sigmoid(2)", {"digits": 2}, Verdict.INCORRECT),
        ("2.06", "asech(1/4)", {"digits": 3}, Verdict.CORRECT),
        ("pi", "3.14", {"digits": 3}, Verdict.CORRECT),
        ("pi", "3.15", {"digits": 3}, Verdict.INCORRECT),
    ],
)
def test_the_edge_of_a_tolerance_is_inside(reference, answer, options, expected):
    assert verdict(Kind.NUMBER, reference, answer, **options) is expected


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("atan2(y,x)", "arctan2(y, x)"),
        ("atan2(y,x)", r"\operatorname{atan2}(y,x)"),
        ("atan2(-1,-1)", "-3pi/4"),
        ("hypot(x,y)", "sqrt(x^2+y^2)"),
        ("log(8,2)", "3"),
        ("mod(7,3)", "1"),
        ("max(1,2,3)", "max([1,2,3])"),
    ],
)
def test_functions_of_two_arguments(reference, answer):
    assert_same(reference, answer)


def test_the_arguments_of_atan2_have_an_order():
    assert verdict(Kind.EXPRESSION, "atan2(y,x)", "atan2(x,y)") is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("x+1", "ｘ＋１"),
        ("(x+1)/2", "（x＋1）／2"),
        ("x*y", "x＊y"),
        ("x-1", "x−1"),
        ("x-1", "x–1"),
        ("x^2", "x＾2"),
        ("x/y", "x÷y"),
        ("1/2", "½"),
        ("x^(-1)", "x⁻¹"),
        ("x^(n+1)", "xⁿ⁺¹"),
        ("x^(n-2)", "xⁿ⁻²"),
        ("x_{12}", "x₁₂"),
        ("sqrt(x+1)", "√(x+1)"),
        ("pi*r^2", "π r²"),
        ("x", "𝑥"),
    ],
)
def test_unicode_signs_are_the_plain_ones(reference, answer):
    assert_same(reference, answer)


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("x_1^2", "x^2_1"),
        ("x_i^2", "x^{2}_{i}"),
        ("sigma_x^2", r"\sigma^2_x"),
        ("a_{ij}^2", "a^2_{ij}"),
        ("sum(i,1,n,i)", r"\sum^{n}_{i=1} i"),
        ("prod(i,1,n,i)", r"\prod^n_{i=1} i"),
    ],
)
def test_a_superscript_may_stand_before_the_subscript(reference, answer):
    assert_same(reference, answer)


@pytest.mark.parametrize(
    ("reference", "answer", "names"),
    [
        ("2+3j", "3j+2", ("j",)),
        ("j^2", "-1", ("j",)),
        ("I^2", "-1", ("I",)),
        ("exp(j*pi)", "-1", ("i", "j")),
        ("i*j", "i*sqrt(-1)", ("j",)),  # i is a variable where j is the unit
    ],
)
def test_the_imaginary_unit_has_the_declared_names(reference, answer, names):
    assert_same(reference, answer, imaginary=names)


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("I", "i"),
        ("E**x", "e^x"),
        ("exp(I*pi)", "-1"),
        ("2*I+E", "2i+e"),
        ("oo", r"\infty"),
        ("Abs(x)", "|x|"),
        ("Rational(1,2)", "1/2"),
        ("Sum(i,(i,1,n))", "sum(i,1,n,i)"),
        ("Eq(x, 2)", "x = 2"),
        ("Matrix([[1,2]])", "[[1,2]]"),
    ],
)
def test_references_may_be_spelled_as_sympy_prints_them(reference, answer):
    assert_same(reference, answer, syntax="sympy")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("oo+1", Verdict.CORRECT),
        ("2*oo", Verdict.CORRECT),
        ("oo^2", Verdict.CORRECT),
        ("+∞", Verdict.CORRECT),
        ("infinity", Verdict.CORRECT),
        ("oo-oo", Verdict.INCORRECT),
        ("-oo", Verdict.INCORRECT),
        ("oo^(-2)", Verdict.INCORRECT),
        ("0*oo", Verdict.INCORRECT),
        ("5", Verdict.INCORRECT),
    ],
)
def test_arithmetic_with_infinity(answer, expected):
    assert verdict(Kind.EXPRESSION, "oo", answer) is expected


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("[sin(x),sin(y)]", "sin([x,y])"),
        ("[2,4]", "2*[1,2]"),
        ("[sqrt(2),2]", "sqrt([2,4])"),
        ("[-1,-2]", "-[1,2]"),
        ("[1/2,1]", "[1,2]/2"),
        ("[e,e^2]", "exp([1,2])"),
    ],
)
def test_a_function_of_a_list_is_taken_item_by_item(reference, answer):
    assert verdict(Kind.LIST, reference, answer) is Verdict.CORRECT


def test_no_item_of_a_list_is_lost_on_the_way():
    assert verdict(Kind.LIST, "[2,4]", "2*[1,3]") is Verdict.INCORRECT
    assert verdict(Kind.LIST, "[2,4]", "[1,2]*[2,2]") is not Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("(x+1)/2", r"\left(x+1\right)/2"),
        ("(x+1)/2", r"\bigl(x+1\bigr)/2"),
        ("(x+1)/2", r"\Big( x+1 \Big)/2"),
        ("|x|", r"\left\lvert x\right\rvert"),
        ("|x|", r"\bigl|x\bigr|"),
        ("floor(x)", r"\left\lfloor x\right\rfloor"),
        ("floor(x)", r"\llcorner x\lrcorner"),
        ("ceil(x)", r"\ulcorner x\urcorner"),
        ("x", r"\boxed{x}"),
        ("x+1", r"\fbox{x+1}"),
        ("x/2", r"\displaystyle\frac{x}{2}"),
        ("x", r"{\color{red}x}"),
        ("x", r"\textcolor{red}{x}"),
        ("x y", r"x\hspace{1em}y"),
        ("x/2", r"x\mathbin{/}2"),
        ("(x+1)y", r"\mathopen{(}x+1\mathclose{)}y"),
        ("x", r"\begin{equation}x\end{equation}"),
        ("x+y", r"\begin{aligned}x&+y\end{aligned}"),
        ("x/y", r"{x \over y}"),
        ("binomial(n,k)", r"{n \choose k}"),
        ("f(x)", r"f\!\left(x\right)"),
    ],
)
def test_commands_of_layout_mean_nothing(reference, answer):
    assert_same(reference, answer, functions=("f",))


def test_the_ampersands_of_a_matrix_are_not_layout():
    answer = r"\begin{aligned}\begin{bmatrix}1&2\\3&4\end{bmatrix}\end{aligned}"

    assert verdict(Kind.MATRIX, "[[1,2],[3,4]]", answer) is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("sin(2x)", "sin 2x"),
        ("sin(2*x*y)", "sin 2xy"),
        ("sin(x)cos(x)", "sin x cos x"),
        ("sin(2pi x)", r"\sin 2\pi x"),
        ("sin(2(x+1))", "sin 2(x+1)"),
        ("sin(omega t)", r"\sin\omega t"),
        ("sin(x/2)", r"\sin\frac{x}{2}"),
        ("sin(x)*y", "sin(x)y"),
        ("log(n)^2", "log^2 n"),
        ("x*log(2)", "x log 2"),
        ("log(x)/log(10)", "log_10 x"),
        ("2", "log_10 100"),
        ("7", "log_2 128"),
        ("7 ln 2/ln 10", "\\log_{10} 128"),
        ("asin(x)", "sin^{-1} x"),
    ],
)
def test_functions_of_a_product_need_no_brackets(reference, answer):
    assert_same(reference, answer)
