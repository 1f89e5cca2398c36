"""Habits of writing that other programs and books teach, and what stands one sign beside them."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Domain, Kind, Options

SAME = [
    # an exponent behind the name of a function has all its digits
    ("cos(u)^10", "cos^10(u)"),
    ("tanh(u)^14", "tanh**14(u)"),
    ("sin(3u)^2", r"\sin^2 3u"),
    # capitals, square brackets, a letter before a function
    ("cos(u)*exp(u)", "COS(u)*EXP(u)"),
    ("sqrt(7) + ln(u)", "Sqrt[7] + Ln[u]"),
    ("k*asin(u)", "kasin(u)"),
    ("R*max(u, v)", "Rmax(u, v)"),
    ("csch(u)", "cosech(u)"),
    ("binomial(n, 2)", r"\choose{n}{2}"),
    ("binomial(n, 2)", r"{n \choose 2}"),
    ("e^(i*u)", r"\exponentialE^{\imaginaryI u}"),
    ("sign(u)", "signum(u)"),
    ("binomial(n, k)", "nCr(n, k)"),
    # commas between arguments
    ("50", "gcd(650,200)"),
    ("740", r"\max(1,740,320)"),
    # degrees
    ("1/2", r"\cos 60^\circ"),
    ("sin(u)", r"\cos(90^{\circ} - u)"),
    ("pi/4", "45°"),
    ("30", "30°"),
    ("60 degrees", "60°"),
    # numbers in another base, in groups, roots as AsciiMath writes them, units of an area
    ("54", "204_5"),
    ("3/4", "0.11_{2}"),
    ("5525", r"5,\!525"),
    ("12000000", r"12,\! 000,\! 000"),
    ("5", "root(3)(125)"),
    ("u^(1/3)", "sqrt[3]{u}"),
    ("2*u^(1/3)", "2sqrt[3]{u}"),
    ("sqrt(7)*(u+1)", "Sqrt[7](u+1)"),
    ("a*b + ln(u)", r"a\cdotb + \lnu"),
    ("0.28", "28 pct"),
    ("75", r"75\text{ cm}^2"),
    # sizes of brackets, money, π behind a letter, sums as sympy writes them
    (r"\left|u\right|", r"\mleft|u\mright|"),
    ("2500", r"\$2,500.00"),
    ("12", "$12"),
    ("pi*u", "upi"),
    ("n(n+1)", "summation(2*k, (k, 1, n))"),
    # two names in a subscript are two indices
    (r"T_{\mu,\nu}", r"T_{\mu\nu}"),
]
OTHER = [
    ("cos(u)^10", "cos^11(u)"),
    ("cos(u)^10", "cos^1(u)"),
    ("k*asin(u)", "kacos(u)"),
    ("binomial(n, 2)", r"\choose{2}{n}"),
    ("50", "gcd(650,210)"),
    ("1/2", r"\cos 61^\circ"),
    ("1/2", r"\cos 60"),
    ("30", "31°"),
    ("30°", "30"),
    ("54", "204_6"),
    ("204_5", "204"),
    ("5", "root(125)(3)"),
    ("75", r"76\text{ cm}^2"),
    (r"75\text{ cm}^2", r"75\text{ cm}^3"),
    ("pi*u", "api"),
    (r"T_{\mu\nu}", r"T_{\nu\mu}"),
    ("T_{u v}", "T_{v u}"),
]


@pytest.mark.parametrize(("reference", "answer"), SAME)
def test_a_habit_of_writing_is_read_as_what_it_means(reference, answer):
    assert check(Kind.EXPRESSION, reference, answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize(("reference", "answer"), OTHER)
def test_one_sign_beside_it_is_something_else(reference, answer):
    assert check(Kind.EXPRESSION, reference, answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize("answer", [r"\frac{d^2}{dx^2} y", r"\frac{d^2y}{dx^2}", r"\frac{dy}{dx}"])
def test_a_derivative_of_any_order_is_not_taken_for_a_product(answer):
    assert check(Kind.EXPRESSION, "y/x", answer).verdict is Verdict.UNREADABLE


def test_names_of_the_question_are_not_taken_apart():
    names = Options(symbols=dict.fromkeys(["p", "i", "x", "Vmax"], Domain.REAL))

    assert check(Kind.EXPRESSION, "x*p*i", "xpi", names).verdict is Verdict.CORRECT
    assert check(Kind.EXPRESSION, "Vmax*(x+1)", "Vmax(x+1)", names).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("kind", "reference", "answer", "expected"),
    [
        (Kind.INTERVAL, "[2, 5)", "Interval.Ropen(2, 5)", Verdict.CORRECT),
        (Kind.INTERVAL, "(2, 5]", "Interval(2, 5, True, False)", Verdict.CORRECT),
        (Kind.INTERVAL, "(2, 5]", "Interval(2, 5)", Verdict.INCORRECT),
        (Kind.INTERVAL, "(2, 5)", r"\mathopen( 2, 5 \mathclose)", Verdict.CORRECT),
        (Kind.INTERVAL, "(-oo, oo)", r"\R", Verdict.CORRECT),
        (Kind.SET, "{1, 3}", "Complement({1, 2, 3}, {2})", Verdict.CORRECT),
        (Kind.SET, "{1, 3}", "Complement({1, 2, 3}, {3})", Verdict.INCORRECT),
        (Kind.SET, "EmptySet", r"\emptyset", Verdict.CORRECT),
        (Kind.INTERVAL, "(3, 7]", "(0, 7]-(0, 3]", Verdict.CORRECT),
        (Kind.INTERVAL, "(3, 7]", "(0, 7]-(0, 3)", Verdict.INCORRECT),
        (Kind.INTERVAL, "[0, 1] U [4, 6]", "[0, 6]-(1, 4)", Verdict.CORRECT),
        (Kind.INTERVAL, "(-oo, 2) U (5, oo)", "R-[2, 5]", Verdict.CORRECT),
        (Kind.SET, "(0, 1) U (1, 2)", "(0, 2)-{1}", Verdict.CORRECT),
        (Kind.TUPLE, "(4, -1, 7)", "(4; -1; 7)", Verdict.CORRECT),
        (Kind.TUPLE, "(4, -1, 7)", "(4; 7; -1)", Verdict.INCORRECT),
    ],
)
def test_sets_as_other_programs_write_them(kind, reference, answer, expected):
    assert check(kind, reference, answer).verdict is expected


@pytest.mark.parametrize(
    ("kind", "reference", "answer", "expected"),
    [
        (Kind.LIST, "[pi, sqrt(3)]", "[3.14, 1.73]", Verdict.CORRECT),
        (Kind.LIST, "[pi, sqrt(3)]", "[3.04, 1.73]", Verdict.INCORRECT),
        (Kind.LIST, "[pi, sqrt(3)]", "[1.73, 3.14]", Verdict.INCORRECT),
        (Kind.TUPLE, "(pi, 2)", "(3.14, 2)", Verdict.CORRECT),
        (Kind.SET, "{pi, sqrt(3)}", "{1.73, 3.14}", Verdict.CORRECT),
        (Kind.SET, "{pi, sqrt(3)}", "{1.73, 3.04}", Verdict.INCORRECT),
        (Kind.INTERVAL, "(1, pi]", "(1, 3.14]", Verdict.CORRECT),
        (Kind.INTERVAL, "(1, pi]", "(1, 3.14)", Verdict.INCORRECT),
        (Kind.EQUATION, "x = pi", "x = 3.14", Verdict.CORRECT),
        (Kind.EQUATION, "x = pi", "x = 3.04", Verdict.INCORRECT),
        (Kind.EQUATION, "x = pi", "y = 3.14", Verdict.INCORRECT),
        (Kind.INEQUALITY, "x < pi", "x < 3.14", Verdict.CORRECT),
        (Kind.INEQUALITY, "x < pi", "x > 3.14", Verdict.INCORRECT),
    ],
)
def test_a_tolerance_holds_inside_lists_sets_and_relations_too(kind, reference, answer, expected):
    assert check(kind, reference, answer, Options(rtol="0.01")).verdict is expected
