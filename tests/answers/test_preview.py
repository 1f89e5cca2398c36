"""The live preview: an answer as understood, or where reading stops."""

from xml.etree import ElementTree

import pytest

from grader.answers import preview
from grader.spec import Kind


@pytest.mark.parametrize(
    ("kind", "text", "latex"),
    [
        (Kind.EXPRESSION, "(W-K+2P)/S+1", r"\frac{W - K + 2 P}{S} + 1"),
        (Kind.EXPRESSION, "1/2x", r"\frac{1}{2} x"),
        (Kind.EXPRESSION, "floor(x)!", r"\left\lfloor x\right\rfloor!"),
        (Kind.MATRIX, "1 2; 3 4", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
        (Kind.SHAPE, "3@48x48", "3, 48, 48"),
        (Kind.NUMBER, "1,000", "1000"),
        (Kind.INEQUALITY, "x<=2 or x>5", r"x \le 2 \text{ or } x > 5"),
    ],
)
def test_the_preview_shows_how_an_answer_is_understood(kind, text, latex):
    shown = preview(text, kind)

    assert shown.latex is not None
    assert " ".join(shown.latex.split()) == latex
    assert ElementTree.fromstring(shown.mathml).tag.endswith("math")


def test_the_preview_says_where_reading_stops():
    shown = preview("2x + @", Kind.EXPRESSION)

    assert (shown.mathml, shown.position) == (None, 5)
    assert "@" in shown.error


@pytest.mark.parametrize(
    "text", [r"\text{<script>alert(1)</script>}", "x_{\\text{<b>}}", "a<b", "x'"]
)
def test_student_text_reaches_the_page_escaped(text):
    shown = preview(text, Kind.EXPRESSION)

    assert shown.mathml is None or "<script" not in shown.mathml
    assert shown.mathml is None or "<b>" not in shown.mathml


def test_nothing_is_shown_for_words():
    assert preview("because", Kind.TEXT).mathml is None
