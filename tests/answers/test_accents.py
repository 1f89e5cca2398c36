"""One accented name in all its spellings."""

import pytest

from grader.checks import check
from grader.report import Verdict
from grader.spec import Domain, Kind, Options

SPELLINGS = [r"\hat{y}", r"\hat y", "ŷ", "y\u0302", "yhat", "y_hat", "y_{hat}"]


@pytest.mark.parametrize("declared", ["yhat", "y_hat"])
@pytest.mark.parametrize("spelled", SPELLINGS)
def test_a_declared_accent_may_be_spelled_in_every_way(declared, spelled):
    options = Options(symbols=dict.fromkeys(["y", declared], Domain.REAL))

    found = check(Kind.EXPRESSION, f"(y - {declared})^2", f"({spelled} - y)^2", options)

    assert found.verdict is Verdict.CORRECT


@pytest.mark.parametrize("spelled", ["yhat_i", "ŷ_i", "y_hat_i", "yhat[i]", r"\hat{y}_i"])
def test_what_the_reference_uses_may_be_spelled_in_every_way(spelled):
    reference = r"\sum_{i=1}^m (y_i - \hat{y}_i)^2"

    found = check(Kind.EXPRESSION, reference, f"sum(i, 1, m, (y_i - {spelled})^2)")

    assert found.verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("reference", "answer"),
    [(r"\hat{y}", "y"), (r"\bar{x}", "xhat"), (r"\hat{y}", "y^h"), ("x̄ + ŷ", "x̂ + ȳ")],
)
def test_another_accent_is_another_name(reference, answer):
    assert check(Kind.EXPRESSION, reference, answer).verdict is Verdict.INCORRECT


def test_without_an_accent_in_the_question_letters_are_a_product():
    assert check(Kind.EXPRESSION, "y*h*a*t", "yhat").verdict is Verdict.CORRECT


@pytest.mark.parametrize("answer", ["é", "x\u0301", "\u0302x", "2\u0302"])
def test_other_marks_are_not_read(answer):
    assert check(Kind.EXPRESSION, "x", answer).verdict is Verdict.UNREADABLE
