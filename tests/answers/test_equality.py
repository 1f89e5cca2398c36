"""Pairs that are equal, that differ, and that nobody can decide, over the declared domains."""

import pytest

from grader.checks import check
from grader.spec import Domain, Kind, Options

P, Z, C = Domain.POSITIVE, Domain.INTEGER, Domain.COMPLEX
SIZES = dict.fromkeys("WKPS", Z)

EQUAL = [
    ("(W-K+2*P)/S+1", "\\frac{W-K+2P}{S}+1", SIZES),
    ("floor((W-K+2P)/S)+1", "floor((W-K+2P+S)/S)", SIZES),
    ("floor((W-K+2P)/S)+1", "\\left\\lfloor\\frac{W-K+2P}{S}\\right\\rfloor+1", SIZES),
    ("F*(C*K^2+1)", "F + C F K^2", None),
    ("1/(1+exp(-x))", "e^x/(1+e^x)", None),
    ("max(x,0)", "(x+|x|)/2", None),
    ("max(a,b,c)", "max(max(c,a),b)", None),
    ("max(a,b)+min(a,b)", "a+b", None),
    ("abs(x)", "sqrt(x^2)", None),
    ("|x*y|", "|x||y|", None),
    ("|sin(x)|", "sqrt(1-cos(x)^2)", None),
    ("x", "sqrt(x^2)", {"x": P}),
    ("ln(x*y)", "ln x + ln y", {"x": P, "y": P}),
    ("sqrt(x-5)^2", "x-5", None),
    ("2pi/sqrt(k/m)", "2pi sqrt(m/k)", None),
    ("sqrt(x^3)", "x sqrt(x)", None),
    ("ln(a/b)", "ln a - ln b", None),
    ("-ln((1-x)/(1+x))", "ln((1+x)/(1-x))", None),
    ("asinh(x/2)", "ln(x + sqrt(x^2+4)) - ln 2", None),
    ("acosh(x)", "ln(x + sqrt(x^2-1))", None),
    ("ln(sqrt(x+1) - sqrt(x))", "-ln(sqrt(x+1) + sqrt(x))", None),
    ("sqrt(x + 4sqrt(x-4))", "2 + sqrt(x-4)", None),
    ("sqrt(x - 4sqrt(x-4))", "|2 - sqrt(x-4)|", None),
    ("|-x|^(1/3)", "|x^(1/3)|", None),
    *[(f"a^b*a^c + {k}", f"a^(b+c) + {k}", None) for k in range(6)],  # each with points of its own
    ("|x-1|+|x-2|", "max(2x-3,1,3-2x)", None),
    ("\\begin{cases}x&x>0\\\\0&x\\le 0\\end{cases}", "max(0,x)", None),
    ("ceil(x)", "-floor(-x)", None),
    ("ceil(n/2)", "floor((n+1)/2)", {"n": Z}),
    ("(-1)^n", "cos(pi n)", {"n": Z}),
    ("n!", "n*(n-1)!", None),
    ("binomial(n,k)", "n!/(k!(n-k)!)", None),
    ("x mod 2", "x-2floor(x/2)", None),
    ("\\sqrt[3]{-8}", "-2", None),
    ("e^{i\\pi}", "-1", None),
    ("\\sqrt{3+2\\sqrt2}", "1+\\sqrt2", None),
    ("tanh(x)", "(e^(2x)-1)/(e^(2x)+1)", None),
    ("2^(n+1)", "2*2^n", None),
    ("100!", "99!*100", None),
    ("2^100000", "4^50000", None),
    ("sum(i,1,n,i)", "n(n+1)/2", None),
    ("sum(i,1,n,2^i)", "2^(n+1)-2", None),
    ("sum(i,1,n,i*i!)", "(n+1)!-1", None),
    ("prod(i,1,n,2i)", "2^n n!", None),
    ("sum(i,1,n,a_i)", "a_1+sum(k,2,n,a_k)", None),
    ("sum(i,1,n,(x_i-m)^2)", "sum(i,1,n,x_i^2)-2m*sum(i,1,n,x_i)+n*m^2", None),
    ("sum(i,1,m,sum(j,1,m,dy[i,j]*x[i+h-1,j+l-1]))",
     "sum(j,1,m,sum(i,0,m-1,x[i+h,j+l-1]*dy[i+1,j]))", None),
    ("oo", "2\\infty+1", None),
    ("|x_1|", "sqrt(x_1^2)", None),
    ("x_1", "sqrt(x_1^2)", {"x": P}),
    ("sin(x_{2n})", "sin(x_{n+n})", None),
    ("y - ln(sin 4)", "y - ln(-sin 4) - i pi", None),
    ("x sqrt(1 - sqrt 2)", "x i sqrt(sqrt(2) - 1)", None),
    ("|x| sqrt(cos 2)", "i |x| sqrt(-cos 2)", None),
    ("|x - 1| ln(cos 2)", "|1 - x| ln(sin(pi/2 - 2))", None),
]  # fmt: skip
DIFFERENT = [
    ("ln(x^2)", "2 ln(x)", None),
    ("sqrt(x*y)", "sqrt(x)*sqrt(y)", None),
    ("sqrt(x^2-1)", "sqrt(x-1)*sqrt(x+1)", None),
    ("sqrt(-1-x^2)", "-sqrt(-1-x^2)", None),
    ("sqrt(-x)", "i*sqrt(x)", None),
    ("sqrt(1/z)", "1/sqrt(z)", {"z": C}),
    ("ln(-2)*sqrt(1/x)", "ln(-2)/sqrt(x)", None),
    ("(a^b)^c", "a^(b*c)", None),
    ("asinh(x/2)", "ln(x + sqrt(x^2+4)) - ln 3", None),
    ("sqrt(x - 4sqrt(x-4))", "2 - sqrt(x-4)", None),
    ("sqrt(x)^2 + |x|", "2x", None),
    ("(W-K+2*P)/S+1", "floor((W-K+2P)/S)+1", SIZES),
    ("floor((W-K+2P)/S)+1", "floor((W-K+P)/S)+1", SIZES),
    ("x", "X", None),
    ("x", "sqrt(x^2)", None),
    ("y - ln(sin 4)", "y - ln(-sin 4) + i pi", None),
    ("|x - 1| ln(cos 2)", "(1 - x) ln(sin(pi/2 - 2))", None),
    ("x_1", "sqrt(x_1^2)", None),
    ("x_1", "|x_1|", None),
    ("f(2)", "|f(2)|", None),
    ("-f(2)", "|f(2)|", None),
    ("f(2)", "f(3)", None),
    ("x_1 + y_2", "x_1 + |y_2|", None),
    ("-x_1", "|x_1|", None),
    ("floor(x_1)", "x_1", None),
    ("ln(x^2)", "2ln(x)", None),
    ("ln(x*y)", "ln(x)+ln(y)", None),
    ("ceil(x)", "floor(x)+1", None),
    ("ceil(n/2)", "floor((n+1)/2)", None),
    ("max(x,0)", "x", None),
    ("|x+y|", "|x|+|y|", None),
    ("0", "sin(pi x)", None),
    ("atan(x)+atan(1/x)", "pi/2", None),
    ("(x^2)^(1/6)", "x^(1/3)", None),
    ("z", "conj(z)", {"z": C}),
    ("sum(i,1,n,a_i)", "sum(i,1,n-1,a_i)", None),
    ("262537412640768744", "exp(pi*sqrt(163))", None),
    ("1", "tanh(1000)", None),
    ("1", "0^0", None),
    ("0", "0/0", None),
    ("0", "oo-oo", None),
    ("x", "x+0*ln(0)", None),
    ("x", "x+tan(pi/2)-tan(pi/2)", None),
    ("sum(i,1,n,sin(i))", "sum(i,1,n,sin(2i))", None),
]  # fmt: skip
# Built to agree wherever a checker may look: differences tiny, rare, or behind corners.
ATTACKS = [
    ("5", "5+2305843009213693951", None),
    ("x", "x+sin(2621440 pi x)", None),
    ("sin(x)", "sin(x)+1e-40", None),
    ("sin(x)", "sin(x)+exp(-10000)", None),
    ("1", "cos(1e-60)", None),
    ("x", "min(x,10^30)", None),
    ("x", "x+max(0,1-10^6*|x-1234.5678|)", None),
    ("x+y", "x+y+max(0,1-10^9*|x-y^2-3|)", None),
    ("x", "x+(1-10^9*(x-1234.5678)^2+sqrt((1-10^9*(x-1234.5678)^2)^2))/2", None),
    ("x*y", "x*y+(1-10^9*(x-y-7)^2+sqrt((1-10^9*(x-y-7)^2)^2))/2", None),
    ("n", "n+(n-1)(n-2)(n-3)(n-4)(n-5)(n-6)(n-7)(n-8)(n-9)(n-10)(n-11)(n-12)", {"n": Z}),
    ("n(n+1)/2", "sum(i,1,n,i)+prod(k,1,60,n-k)", None),
    ("n(n+1)/2", "sum(i,1,n,i)+sum(j,1,n,j)*prod(k,1,20,n-k)", None),
    ("n+m", "n+m+binomial(0,(n-3)^2+(m-5)^2)", {"n": Z, "m": Z}),
    ("floor(x)", "floor(x)+floor(1/(1+(x-123456)^2))", None),
    ("floor((W-K+2P)/S)+1", "floor((W-K+2P)/S)+1+floor(1/(1+(W-7)^2+(K-3)^2+(P-5)^2))", SIZES),
    ("f(x)", "f(x)+f(x+1e-30)-f(x)", None),
]


def verdict(reference, answer, symbols):
    functions = ("f",) if "f(" in reference else ()
    options = Options(symbols=symbols, functions=functions)
    return check(Kind.EXPRESSION, reference, answer, options).verdict.value


@pytest.mark.parametrize(("reference", "answer", "symbols"), EQUAL)
def test_equal_formulas_are_accepted_both_ways(reference, answer, symbols):
    assert verdict(reference, answer, symbols) == "correct"
    assert verdict(answer, reference, symbols) == "correct"


@pytest.mark.parametrize(("reference", "answer", "symbols"), DIFFERENT)
def test_different_formulas_are_refused(reference, answer, symbols):
    assert verdict(reference, answer, symbols) == "incorrect"


@pytest.mark.parametrize(("reference", "answer", "symbols"), ATTACKS)
def test_a_difference_that_hides_is_never_accepted(reference, answer, symbols):
    assert verdict(reference, answer, symbols) in ("incorrect", "waiting")


def test_what_agrees_in_all_tried_cases_without_a_proof_waits_for_a_person():
    result = check(Kind.EXPRESSION, "sum(k,0,n,binomial(n,k))", "2^n")

    assert (result.verdict.value, result.credit) == ("waiting", None)
    assert "no proof" in result.feedback


def test_the_same_input_gives_the_same_result_again():
    results = {check(Kind.EXPRESSION, "sqrt(x^2+1)^2", "x^2+1.0000001") for _ in range(5)}

    assert len(results) == 1


@pytest.mark.parametrize(
    ("reference", "answer", "verdict"),
    [
        ("oo", "x*oo", "waiting"),
        ("max(0, x)", "x if 0 < x < oo else 0", "waiting"),
        ("oo", "x", "incorrect"),
        ("oo", "oo - oo", "incorrect"),
        ("x*oo", "nan", "incorrect"),
        ("x*oo", "oo*x", "correct"),
    ],
)
def test_infinity_beside_names_is_never_called_wrong_for_want_of_a_value(
    reference, answer, verdict
):
    assert check(Kind.EXPRESSION, reference, answer).verdict.value == verdict
