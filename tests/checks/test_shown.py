"""What a student sees while typing is what the checker will read."""

from xml.etree import ElementTree

import pytest

from grader.checks.registry import check
from grader.checks.shown import shown
from grader.report import Verdict
from grader.spec import Domain, Kind, Options

NOTHING = Options()
LABELLED = Options(symbols=dict.fromkeys(("sigma_x", "theta_1", "alpha1", "W_in"), Domain.REAL))


@pytest.mark.parametrize("options", [NOTHING, Options(symbols={})])
@pytest.mark.parametrize("word", ["zero", "five", "one half", "3 apples", "none", r"\text{zero}"])
def test_a_word_for_a_number_is_unreadable_and_shown_so(word, options):
    judged = check(Kind.NUMBER, "5", word, options)
    seen = shown(word, Kind.NUMBER, options)

    assert judged.verdict is Verdict.UNREADABLE
    assert seen.mathml is None
    assert "A number is asked for" in seen.error
    assert judged.remarks[0].text.startswith(seen.error)


def test_the_place_of_the_word_is_shown():
    assert shown("3 apples", Kind.NUMBER, NOTHING).position == 2


@pytest.mark.parametrize(
    ("text", "reference"),
    [("5", "5"), ("2 pi", "2*pi"), ("sqrt(25)", "5"), ("width = 5", "5"), ("W_out = 5", "5")],
)
def test_numbers_with_their_constants_and_names_are_read(text, reference):
    assert check(Kind.NUMBER, reference, text).verdict is Verdict.CORRECT
    assert shown(text, Kind.NUMBER, NOTHING).error is None


def test_letters_may_stand_where_the_reference_has_some():
    assert check(Kind.NUMBER, "a*b", "ba + 1").verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("O(n)", r"O\left(n\right)"),
        (r"\Theta(n log n)", r"\Theta\left(n \ln\left(n\right)\right)"),
        ("T(n) = O(n^2)", r"O\left(n^{2}\right)"),
        ("linear", r"\text{linear}"),
        ("n", "n"),
    ],
)
def test_a_growth_class_is_shown_with_its_brackets(text, latex):
    assert shown(text, Kind.GROWTH, NOTHING).latex == latex


def test_a_growth_class_that_cannot_be_read_shows_the_place_in_the_whole_text():
    seen = shown("T(n) = O(n + @)", Kind.GROWTH, NOTHING)

    assert (seen.mathml, seen.position) == (None, 13)


@pytest.mark.parametrize(
    ("text", "mathml"),
    [
        ("sigma_x", "<msub><mi>σ</mi><mi>x</mi></msub>"),
        (r"\sigma_x", "<msub><mi>σ</mi><mi>x</mi></msub>"),
        ("theta_1", "<msub><mi>θ</mi><mn>1</mn></msub>"),
        ("alpha1", "<msub><mi>α</mi><mn>1</mn></msub>"),
        ("W_in", "<msub><mi>W</mi><mtext>in</mtext></msub>"),
        ("W_{in}", "<msub><mi>W</mi><mtext>in</mtext></msub>"),
    ],
)
def test_a_declared_name_with_a_label_is_shown_as_a_letter_with_a_subscript(text, mathml):
    assert mathml in shown(text, Kind.EXPRESSION, LABELLED).mathml


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [(Kind.EXPRESSION, "2 Q", "Q"), (Kind.GROWTH, "O(m)", "m"), (Kind.VECTOR, "[ Q]", "Q")],
)
def test_a_name_that_the_checker_does_not_know_is_shown_so(kind, text, name):
    judged = check(kind, "[theta_1]" if kind is Kind.VECTOR else "theta_1", text, LABELLED)
    seen = shown(text, kind, LABELLED)

    assert judged.verdict is Verdict.UNREADABLE
    assert f"The name '{name}' is not known here." in seen.error


def test_the_name_of_a_result_is_shown_as_one_name():
    seen = shown("width = 2 W_in", Kind.EXPRESSION, LABELLED)

    assert "<mtext>width</mtext><mo>=</mo>" in seen.mathml


@pytest.mark.parametrize("text", ["5 GB", r"5\,\text{GB}", "5 GB/s", "3 images"])
def test_a_unit_is_shown_as_a_word_and_not_as_letters(text):
    seen = shown(text, Kind.QUANTITY, NOTHING)

    words = [node.text for node in ElementTree.fromstring(seen.mathml).iter() if node.text]
    assert {"GB", "images"} & set(words)


def test_unlike_units_that_are_added_are_shown_as_unreadable():
    assert "Unlike units" in shown("5 GB + 3 s", Kind.QUANTITY, NOTHING).error


def test_a_word_with_digits_is_no_name_with_a_label():
    assert "<mi>atan2</mi>" in shown("atan2(1, 2)", Kind.EXPRESSION, NOTHING).mathml
