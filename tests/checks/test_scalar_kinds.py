"""Numbers, expressions, equations, lists, tuples, sets and text, through `check`."""

import pytest

from grader.checks import check
from grader.errors import SpecError
from grader.report import Topic
from grader.spec import Domain, Kind, Options


def verdict(kind, reference, answer, **options):
    return check(Kind(kind), reference, answer, Options(**options)).verdict.value


@pytest.mark.parametrize(
    ("reference", "answer", "options", "expected"),
    [
        ("196608000", "196,608,000", {}, "correct"),
        ("1000", "1 000", {}, "correct"),
        ("0.05", "5%", {}, "correct"),
        ("1/2", "0.5", {}, "correct"),
        ("1/3", "0.33333", {}, "incorrect"),
        ("8/3", "2.6667", {"atol": "0.001"}, "correct"),
        ("10", "10.5", {"atol": "0.5"}, "correct"),
        ("10", "10.50001", {"atol": "0.5"}, "incorrect"),
        ("0.3", "0.2", {"atol": "0.1"}, "correct"),
        ("200", "198", {"rtol": "0.01"}, "correct"),
        ("200", "197.9", {"rtol": "0.01"}, "incorrect"),
        ("pi", "3.14", {"digits": 3}, "correct"),
        ("pi", "3.14", {"atol": "0.01"}, "correct"),
        ("pi", "3.15", {"atol": "0.001"}, "incorrect"),
        ("pi", "3.15", {"digits": 3}, "incorrect"),
        ("1e-5", "1.1e-5", {}, "incorrect"),
        ("5", "4 or 5", {}, "incorrect"),
        ("5", "{4,5}", {}, "incorrect"),
        ("5", "5=6", {}, "incorrect"),
        ("11", "x = 11", {}, "correct"),
        ("0", "nan", {}, "incorrect"),
        ("5", "5 \\text{ apples}", {}, "correct"),
        ("5", "5 \\text{ million}", {}, "incorrect"),
        ("5", "5 \\text{ is wrong}", {}, "incorrect"),
        ("0", "", {}, "missing"),
        ("0", "  \n", {}, "missing"),
        ("4", "4\\sqrt(2)", {}, "incorrect"),
        ("22", "2²", {}, "incorrect"),
    ],
)
def test_numbers_are_equal_or_within_what_the_author_allows(reference, answer, options, expected):
    assert verdict("number", reference, answer, **options) == expected


@pytest.mark.parametrize(
    ("reference", "answer", "expected"),
    [
        ("y=2x-5", "(y+5)/2=x", "correct"),
        ("y=2x-5", "-2y=10-4x", "correct"),
        ("y=x", "y=-x", "incorrect"),
        ("x<1", "-x>-1", "correct"),
        ("x<1", "x>-1", "incorrect"),
        ("x<1", "x<=1", "incorrect"),
        ("a+b-c+d<0", "a+b<c-d", "correct"),
        ("y=sin(x)", "y=sin(x+2pi)", "correct"),
        ("f(2)=f(3)+4", "f(5)=f(7)+4", "incorrect"),
        ("4=5", "4=5", "correct"),
        ("x=5", "4=5", "incorrect"),
        ("x=11", "x=5+6=11", "correct"),
        ("x=11", "x=5+7=11", "incorrect"),
        (
            "F_n = \\sum_{k=0}^{n-1} F_k F_{n-k-1}",
            "F_n = \\sum_{k=0}^{n-1} F_{n-k-1} F_k",
            "correct",
        ),
        (
            "F_n = \\sum_{k=0}^{n-1} F_k F_{n-k-1}",
            "F_n = \\sum_{k=0}^{n-2} F_k F_{n-k-2}",
            "incorrect",
        ),
    ],
)
def test_equations_are_equal_up_to_a_factor(reference, answer, expected):
    assert verdict("equation", reference, answer, functions=("f",)) == expected


@pytest.mark.parametrize(
    ("kind", "reference", "answer", "options", "expected"),
    [
        ("list", "1, 2, 3", "[1, 2, 3]", {}, "correct"),
        ("list", "1, 2, 3", "3, 2, 1", {}, "incorrect"),
        ("list", "1, 2, 3", "3, 2, 1", {"order": False}, "correct"),
        ("list", "19, 46, and 82", "19, 46, \\text{ and } 82", {}, "correct"),
        ("list", "1, 2", "1, 2, 2", {"order": False}, "incorrect"),
        ("set", "{1, 2}", "{2, 1, 1}", {}, "correct"),
        ("set", "\\pm 3", "{-3, 3}", {}, "correct"),
        ("set", "{1, 2}", "{1}", {}, "incorrect"),
        ("tuple", "(1, 9/2)", "(1, 4.5)", {}, "correct"),
        ("tuple", "(1, 2)", "(2, 1)", {}, "incorrect"),
        ("set", "{sqrt(2), 1/2}", "{0.5, 2/sqrt(2)}", {}, "correct"),
    ],
)
def test_collections_compare_item_by_item(kind, reference, answer, options, expected):
    assert verdict(kind, reference, answer, **options) == expected


def test_long_unordered_lists_are_matched_without_comparing_all_with_all():
    items = [f"sin({k})" for k in range(200)]

    assert (
        verdict("set", "{" + ",".join(items) + "}", "{" + ",".join(items[::-1]) + "}") == "correct"
    )


def test_text_waits_for_a_grader():
    result = check(Kind.TEXT, "", "Because weights are shared.")

    assert (result.verdict.value, result.credit) == ("waiting", None)


def test_an_unreadable_reference_is_the_authors_error():
    with pytest.raises(SpecError, match="reference"):
        check(Kind.NUMBER, "1 +", "1")


def test_an_unreadable_answer_shows_where_reading_stopped():
    result = check(Kind.EXPRESSION, "x", "2x + @ + 1")

    assert (result.verdict.value, result.credit) == ("unreadable", 0.0)
    assert result.remarks[0].topic is Topic.READING
    assert result.feedback.splitlines()[1:] == ["2x + @ + 1", "     ^"]


@pytest.mark.parametrize(
    ("reference", "answer", "words"),
    [
        ("2x+1", "-2x-1", "sign"),
        ("x^2", "3x^2", "constant factor (3"),
        ("n^2", "n^2+1", "off by one"),
        ("a/b", "b/a", "reciprocal"),
        ("ln(x)", "2ln(x)", "constant factor (2"),
    ],
)
def test_a_near_miss_is_named_without_giving_the_answer(reference, answer, words):
    result = check(Kind.EXPRESSION, reference, answer)

    assert result.verdict.value == "incorrect"
    assert words in result.feedback
    assert reference not in result.feedback


def test_answers_that_are_the_same_up_to_order_share_their_canonical_form():
    forms = {check(Kind.EXPRESSION, "1", text).canonical for text in ("2x+y", "y + x*2", "x+y+x")}

    assert forms == {"2*x + y"}


def test_what_is_stored_is_judged_again_by_a_mended_reference_alone():
    stored = "3x + 3"

    before = check(Kind.EXPRESSION, "3x", stored).verdict.value
    after = check(Kind.EXPRESSION, "3(x+1)", stored).verdict.value

    assert (before, after) == ("incorrect", "correct")


def test_undeclared_names_are_unreadable_where_the_author_declared_some():
    symbols = {"W": Domain.INTEGER, "K": Domain.INTEGER}

    result = check(Kind.EXPRESSION, "W-K", "W-k", Options(symbols=symbols))

    assert result.verdict.value == "unreadable"
    assert "Did you mean K?" in result.feedback
