"""What the parser reads, as one pair of spellings a line, and where it stops."""

import pytest

from grader.answers import Names, canonical, parse
from grader.errors import InvalidAnswer
from grader.spec import Domain, Options

SAME_READING = [
    ("2x", "2*x"),
    ("3(x+1)(x-2)", "3*(x+1)*(x-2)"),
    ("sin 5n", "sin(5*n)"),
    ("sin^2(x)", "sin(x)^2"),
    ("sin² x", "sin(x)^2"),
    ("\\sin^{-1} a", "asin(a)"),
    ("|x|", "abs(x)"),
    ("||x||y||", "abs(abs(x)*abs(y))"),
    ("1.5e-3", "0.0015"),
    ("√2", "sqrt(2)"),
    ("x²", "x^2"),
    ("x**2", "x^2"),
    ("10x64x32x32", "10*64*32*32"),
    ("10·64×32÷2", "10*64*32/2"),
    ("\\frac{W-K+2P}{S}+1", "(W-K+2*P)/S+1"),
    ("\\dfrac12", "1/2"),
    ("\\frac1234", "1/2*34"),
    ("\\left( x \\right)", "x"),
    ("\\lfloor x \\rfloor", "floor(x)"),
    ("\\sqrt[3]{x}", "x^(1/3)"),
    ("\\mathbb{E}", "E"),
    ("\\sigma_x^2", "sigma_x^2"),
    ("x^2_1", "x_1^2"),
    ("$x+1$", "x+1"),
    ("k1", "k_1"),
    ("x[i,j]", "x_{i,j}"),
    ("x_{ij}", "x_{i,j}"),
    ("2πr", "2*pi*r"),
    ("3\\frac12", "7/2"),
    ("a/-b*c", "(a/(-b))*c"),
    ("-x^2", "-(x^2)"),
    ("2^3^2", "2^(3^2)"),
    ("1/2x", "x/2"),
    ("{a \\over b}", "a/b"),
    ("{n \\choose k}", "binomial(n,k)"),
    ("x^{\\prime}", "x'"),
    ("log2(x)", "log(x, 2)"),
    ("１＋２ｘ", "1+2x"),
    ("xsinx", "x*sin(x)"),
    ("\\sum_{i=1}^{m} x_i", "sum(i, 1, m, x[i])"),
    ("Sum(k, (k, 1, n))", "sum(k, 1, n, k)"),
    ("\\boxed{x+1}", "x+1"),
    ("1\\,000\\,000", "1000000"),
    ("50\\%", "50/100"),
    ("\\max\\{0, x\\}", "max(0, x)"),
]


@pytest.mark.parametrize(("one", "other"), SAME_READING)
def test_two_spellings_are_read_as_the_same_formula(one, other):
    assert canonical(parse(one)) == canonical(parse(other))


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("2x + @", 5),
        ("(x", 0),
        ("x)", 1),
        ("1 2", 2),
        ("1.2.3", 3),
        ("x\x00+1", 1),
        ("\\", 0),
        ("\\frac{d}{dx}", 0),
        ("dL/dW", 0),
        ("f(x,,y)", 4),
        ("\\sqrt{}", 6),
        ("exit()", 5),
        ("x.__class__", 1),
        ("I think it is not 5", 2),
        ("(" * 60 + "x" + ")" * 60, 48),
        ("9" * 400, 0),
        ("1e1000000000", 0),
    ],
)
def test_reading_stops_at_a_position_with_a_reason(text, position):
    with pytest.raises(InvalidAnswer) as caught:
        parse(text)

    assert caught.value.position == position
    assert str(caught.value).endswith((".", "?"))


@pytest.mark.parametrize("name", ["S", "N", "E", "I", "beta", "lambda", "W", "in", "e", "i", "pi"])
def test_a_declared_name_wins_over_every_meaning(name):
    names = Names(Options(symbols={name: Domain.REAL}))

    tree = parse(f"2*{name}", names)

    assert (tree.args[1].tag, tree.args[1].name) == ("sym", name)


def test_an_unknown_name_suggests_the_declared_one_it_resembles():
    names = Names(Options(symbols={"W": Domain.INTEGER, "stride": Domain.INTEGER}))
    names.learn("W/stride", {"W", "stride"})

    for text, near in (("w/2", "W"), ("W/strid", "stride")):
        with pytest.raises(InvalidAnswer, match=f"Did you mean {near}"):
            parse(text, names)


def test_positions_are_those_of_the_text_as_typed():
    text = "  x + \\frac{a}{b}"

    tree = parse(text)

    assert text[tree.start : tree.end] == "x + \\frac{a}{b}"
    assert text[tree.args[1].start : tree.args[1].end] == "\\frac{a}{b}"


def test_a_longer_text_than_the_limit_is_not_read():
    with pytest.raises(InvalidAnswer, match="longer"):
        parse("x+" * 5000 + "x")
