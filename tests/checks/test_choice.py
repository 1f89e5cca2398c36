"""A choice is named by its label or its text, in whatever way people write one."""

import pytest

from grader.checks import check
from grader.errors import SpecError
from grader.report import Verdict
from grader.spec import Kind, Options

LETTERS = {"a": "Max pooling", "b": "Average pooling", "c": "Strided convolution"}
WORDS = {"SGD": "SGD", "momentum": "SGD with momentum", "Adam": "Adam"}


def judged(reference, answer, choices=LETTERS):
    return check(Kind.CHOICE, reference, answer, Options(choices=choices))


@pytest.mark.parametrize(
    "answer",
    ["b", "B", "(b)", "b)", "b.", "[b]", " B ", "option b", "Choice: b", "Average pooling",
     "average  POOLING.", "b) average pooling", "ｂ", '["b"]'],
)  # fmt: skip
def test_one_choice_in_many_spellings_is_correct(answer):
    assert judged("b", answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize("answer", ["a", "a, b", "ab", "Max pooling", "c) Strided convolution"])
def test_another_choice_or_one_too_many_is_incorrect(answer):
    assert judged("b", answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "answer", ["a, c", "c,a", "a and c", "AC", "a c", "[a, c]", '["a","c"]', "a; c; a", "a & c"]
)
def test_several_choices_count_in_any_order(answer):
    assert judged("a, c", answer).verdict is Verdict.CORRECT


@pytest.mark.parametrize("answer", ["a", "a, b, c", "a, b"])
def test_several_choices_are_all_or_nothing(answer):
    assert judged('["a", "c"]', answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "answer", ["d", "not b", "a or b", "b) Max pooling", "pooling", "b?a", "[" * 2000]
)
def test_what_names_no_choice_is_unreadable_and_told_the_labels(answer):
    result = judged("b", answer)

    assert result.verdict is Verdict.UNREADABLE
    assert "a, b, c" in result.feedback


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("momentum", Verdict.CORRECT),
        ("SGD with momentum", Verdict.CORRECT),
        ("sgd", Verdict.INCORRECT),
        ("SGD, momentum", Verdict.INCORRECT),
        ("SGD and Adam", Verdict.INCORRECT),
    ],
)
def test_labels_may_be_words(answer, verdict):
    assert judged("momentum", answer, WORDS).verdict is verdict


def test_labels_that_differ_in_case_alone_keep_their_case():
    choices = {"a": "small", "A": "capital"}

    assert judged("A", "A", choices).verdict is Verdict.CORRECT
    assert judged("A", "a", choices).verdict is Verdict.INCORRECT


def test_a_text_that_two_choices_share_names_none():
    choices = {"a": "the same", "b": "the same"}

    assert judged("a", "the same", choices).verdict is Verdict.UNREADABLE


def test_without_choices_the_labels_of_the_reference_are_asked():
    assert judged("b", "(B)", {}).verdict is Verdict.CORRECT
    assert judged("b", "c", {}).verdict is Verdict.INCORRECT
    assert judged("a, c", "c, a", {}).verdict is Verdict.CORRECT


def test_a_reference_that_is_no_choice_is_the_authors_mistake():
    with pytest.raises(SpecError, match="no choice"):
        judged("e", "a")
