"""Index formulas are compared by what they give on random arrays, whatever they look like."""

import pytest

from grader.checks import check
from grader.errors import SpecError
from grader.report import Verdict
from grader.spec import Kind, Options

ARRAYS = {"x": ("n", "n"), "dy": ("m", "m"), "w": ("k", "k"), "dw": ("k", "k")}
GRADIENT = "sum(i,1,m, sum(j,1,m, dy[i,j]*x[i+h-1,j+l-1]))"
STEP = "w[h,l] - eta*dw[h,l]"


def judged(reference, answer, arrays=ARRAYS):
    return check(Kind.FORMULA, reference, answer, Options(arrays=arrays))


@pytest.mark.parametrize(
    "answer",
    [
        GRADIENT,
        "sum(j,1,m, sum(i,1,m, x[i+h-1,j+l-1]*dy[i,j]))",
        "sum(p,1,m, sum(q,1,m, x[p+h-1,q+l-1] dy[p,q]))",
        "sum(i,h,m+h-1, sum(j,l,m+l-1, dy[i-h+1,j-l+1]*x[i,j]))",
        "sum(i,0,m-1, sum(j,0,m-1, dy[i+1,j+1]*x[i+h,j+l]))",
        "sum(i,1,m, sum(j,1,m, dy[i][j]*x[i+h-1][j+l-1]))",
        r"\sum_{i=1}^{m}\sum_{j=1}^m dy_{i,j} x_{i+h-1,j+l-1}",
        r"$$\sum\limits_{i,j=1}^{m} x_{i+h-1,j+l-1}\, dy_{i,j}$$",
        r"\sum_{i=1}^{m} \left( \sum_{j=1}^{m} dy_{ij} \cdot x_{i+h-1,\,j+l-1} \right)",
        "∑_{i=1}^m ∑_{j=1}^m dy[i,j] x[i+h-1,j+l-1]",
        f"dw[h,l] = {GRADIENT}",
        f"dw = {GRADIENT} = {GRADIENT}",
        "dw_{a,b} = sum(i,1,m,sum(j,1,m,dy[i,j] x[i+a-1,j+b-1]))",
        r"\frac{\partial \mathcal{L}}{\partial w_{h,l}} = \sum_{i=1}^{m}\sum_{j=1}^m "
        r"\frac{\partial \mathcal{L}}{\partial y_{i,j}} x_{i+h-1,j+l-1}",
    ],
)
def test_a_gradient_is_right_in_every_spelling(answer):
    assert judged(GRADIENT, answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "answer",
    [
        "sum(i,1,m, sum(j,1,m, dy[i,j]*x[i,j]))",
        "sum(i,1,m, sum(j,1,m, dy[i,j]*x[i+h-1,i+l-1]))",
        "sum(i,1,m, sum(j,1,m, dy[j,i]*x[i+h-1,j+l-1]))",
        "sum(i,1,m, sum(j,1,m, dy[i,j]*x[i+l-1,j+h-1]))",
        "sum(i,1,m, sum(j,1,m-1, dy[i,j]*x[i+h-1,j+l-1]))",
        "sum(i,1,n, sum(j,1,m, dy[i,j]*x[i+h-1,j+l-1]))",
        "sum(i,1,n-k+1, sum(j,1,n-k+1, dy[i,j]*x[i+h-1,j+l-1]))",
        "dw_{a,b} = sum(i,1,m,sum(j,1,m,dy[i,j] x[i+b-1,j+a-1]))",
        f"2*{GRADIENT}",
        f"-{GRADIENT}",
        f"dw = {GRADIENT} = 2*{GRADIENT}",
        f"{GRADIENT} + 1/10^30",
        "sum(i,1,m/2, sum(j,1,m, dy[i,j]*x[i+h-1,j+l-1]))",
        "x[h,l]",
        "0",
    ],
)
def test_another_formula_is_incorrect(answer):
    assert judged(GRADIENT, answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("sum(i,1,m, sum(j,1,m, dy[i,j]*x[i+h,j+l]))", "this uses x["),
        ("sum(i,0,m-1, sum(j,0,m-1, dy[i,j]*x[i+h,j+l]))", "this uses dy[0, 0]"),
    ],
)
def test_an_index_out_of_range_is_named(answer, words):
    result = judged(GRADIENT, answer)

    assert result.verdict is Verdict.INCORRECT
    assert words in result.feedback


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("sum(i,1,m, dy[i]*x[i])", "needs 2 indices"),
        ("sum(i,1,m, sum(j,1,m, dy[i,j]*x[i+a-1,j+b-1]))", "'a' is not known"),
        ("sum(i,1,m, sum(j,1,m, dy[i,j]*X[i+h-1,j+l-1]))", "Did you mean x?"),
        ("sum(i,1,m, sum(j,1,m, dy[i,j]*x[i+h-1,j+l-1]", "missing"),
        ("[1, 2]", "no formula"),
        ("dw = ", ""),
    ],
)
def test_what_cannot_be_read_is_told(answer, words):
    result = judged(GRADIENT, answer)

    assert result.verdict is Verdict.UNREADABLE
    assert words in result.feedback


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (r"w_{h,l} - \eta\, dw_{h,l}", Verdict.CORRECT),
        ("w_{hl} - η dw_{hl}", Verdict.CORRECT),
        ("w'[h,l] = w[h,l] - eta dw[h,l]", Verdict.CORRECT),
        ("w[h,l] + eta*dw[h,l]", Verdict.INCORRECT),
        ("w[l,h] - eta*dw[l,h]", Verdict.INCORRECT),
        ("-eta*dw[h,l]", Verdict.INCORRECT),
        ("w[h,l] - alpha*dw[h,l]", Verdict.INCORRECT),
    ],
)
def test_scalars_stand_beside_arrays(answer, verdict):
    assert judged(STEP, answer).verdict is verdict


@pytest.mark.parametrize(
    ("reference", "answer", "verdict"),
    [
        ("sqrt(sum(i,1,n,x[i]^2))", "(sum(i,1,n,x_i*x_i))^(1/2)", Verdict.CORRECT),
        ("sqrt(sum(i,1,n,x[i]^2))", "sum(i,1,n,x_i)", Verdict.INCORRECT),
        ("exp(x[j])/sum(i,1,n,exp(x[i]))", "1/sum_{k=1}^n exp(x_k-x_j)", Verdict.CORRECT),
        ("exp(x[j])/sum(i,1,n,exp(x[i]))", "1/sum_{k=1}^n exp(x_j-x_k)", Verdict.INCORRECT),
        ("max(x[i], 0)", "relu(x_i)", Verdict.CORRECT),
        ("prod(i,1,n,x[i])", r"\prod_{i=1}^{n} x_i", Verdict.CORRECT),
        ("x[n+1-i]", "x_i", Verdict.INCORRECT),
    ],
)
def test_functions_of_entries_are_compared_by_the_engine(reference, answer, verdict):
    assert judged(reference, answer, {"x": ("n",)}).verdict is verdict


def test_a_size_may_depend_on_others():
    arrays = {"x": ("n",), "dy": ("m=n-k+1",), "w": ("k",)}

    result = judged("sum(i,1,m,dy[i]*x[i+h-1])", "sum(i,1,n-k+1,dy[i]*x[i+h-1])", arrays)

    assert result.verdict is Verdict.CORRECT


def test_a_layer_of_convolution_is_compared_within_the_work():
    arrays = {"x": ("C", "n", "n"), "w": ("F", "C", "k", "k")}
    reference = "sum(c,1,C,sum(i,1,k,sum(j,1,k,w[f,c,i,j]*x[c,a+i-1,b+j-1])))"

    right = "sum(i,1,k,sum(j,1,k,sum(c,1,C,x[c,a+i-1,b+j-1] w[f,c,i,j])))"
    wrong = right.replace("w[f,c,i,j]", "w[f,c,j,i]")

    assert judged(reference, right, arrays).verdict is Verdict.CORRECT
    assert judged(reference, wrong, arrays).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "answer", ["sum(i,1,10^9,x[1])", "sum(a,1,300,sum(b,1,300,sum(c,1,300,x[1]*a*b*c)))"]
)
def test_endless_work_waits_for_a_grader(answer):
    assert judged("sum(i,1,n,x[i])", answer, {"x": ("n",)}).verdict is Verdict.WAITING


def test_a_reference_outside_of_its_arrays_is_the_authors_mistake():
    with pytest.raises(SpecError, match="leaves its arrays"):
        judged("x[n+1]", "x[1]", {"x": ("n",)})


def test_no_size_can_stand_for_another():
    reference = "sum(i,1,m,dy[i]*x[i])"
    arrays = {"x": ("n",), "dy": ("m",)}

    for spaces in range(60):
        answer = "sum(i,1,n," + " " * spaces + "dy[i]*x[i])"
        assert judged(reference, answer, arrays).verdict is Verdict.INCORRECT
