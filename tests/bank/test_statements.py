"""Statements: Markdown with TeX, by part, with the variant's numbers in it."""

import pytest

from grader.bank.statements import fill, render, split_statement
from grader.bank.variants import page_of
from grader.errors import SpecError
from grader.spec import Field, Kind, Part, Problem

PROBLEM = Problem(title="T", parts=(), show=lambda p: {"twice": str(2 * p["n"])})


def test_what_all_parts_share_comes_before_the_first_heading():
    shared, prompts = split_statement("All.\n\n## a\nOne.\n## b.ii\nTwo.\n## \nNone.")

    assert shared == "All."
    assert prompts == {"a": "One.", "b.ii": "Two.", "": "None."}


@pytest.mark.parametrize(
    ("text", "params", "expected"),
    [
        ("$<<n>>$", {"n": 3}, "$3$"),
        ("<< twice >>", {"n": 3}, "6"),
        ("<<x>>", {"n": 0, "x": [1, 2.0, 2.5]}, "[1, 2, 2.5]"),
        ("<<M>>", {"n": 0, "M": [[1, 2], [3, 4]]}, r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
    ],
)
def test_numbers_of_the_variant_stand_in_the_text(text, params, expected):
    assert fill(text, PROBLEM, params) == expected


def test_a_name_that_stands_for_nothing_is_refused():
    with pytest.raises(SpecError, match="<<m>>"):
        fill("<<m>>", PROBLEM, {"n": 1})


def test_tex_becomes_mathml_and_html_stays_text():
    page = render(
        "A $K \\times K$ filter <script>alert(1)</script> and a table:\n\n|a|b|\n|-|-|\n|1|2|"
    )

    assert "<math" in page
    assert "&lt;script&gt;" in page
    assert "<table>" in page


@pytest.mark.parametrize("tex", [r"\frac{1", r"\nosuchcommand x", r"\begin{bmatrix} 1"])
def test_tex_that_does_not_parse_is_refused(tex):
    with pytest.raises(SpecError, match="TeX"):
        render(f"${tex}$")


def problem(*labels):
    fields = (Field(kind=Kind.NUMBER, solve=lambda _: 1),)
    return Problem(title="T", parts=tuple(Part(label=label, fields=fields) for label in labels))


@pytest.mark.parametrize(
    ("labels", "statement", "reason"),
    [
        (("a", "a"), "## a\n", "more than one part"),
        (("a",), "## a\n## b\n", "heading for part 'b'"),
        (("a", "b"), "## a\n", "no heading '## b' for part 'b'"),
    ],
)
def test_statement_and_parts_must_match(labels, statement, reason):
    with pytest.raises(SpecError, match=reason):
        page_of(problem(*labels), statement, "2", {})


def test_a_page_opens_every_label_with_the_problems_number():
    page = page_of(problem("a", "b.i"), "Intro.\n## a\nA?\n## b.i\nB?", "2", {})

    assert [part["label"] for part in page["parts"]] == ["2a", "2b.i"]
    assert "Intro." in page["intro"]
