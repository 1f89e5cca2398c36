"""Drawings of solutions are held to what a page may show."""

import pytest

from grader.bank.drawings import LARGEST, draw_answer, draw_solution, fault_of
from grader.errors import SolverError, SpecError
from grader.spec import Drawing, Field, Kind, Part

OPENING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" aria-label="A dot">'
DOT = '<circle r="3" fill="var(--accent, teal)" stroke="currentColor"/>'


def part(drawing):
    return Part(label="a", fields=(Field(kind=Kind.TEXT),), drawing=drawing)


def test_a_sound_drawing_is_taken_as_it_is():
    drawing = Drawing(f"{OPENING}{DOT}</svg>", "A dot.")

    assert draw_solution(part(lambda _params, _answers: drawing), {}) == drawing


def test_a_part_without_a_drawing_has_none():
    assert draw_solution(part(None), {}) is None


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        pytest.param("<script>alert(1)</script>", "<script>", id="script"),
        pytest.param("<style>*{fill:url(//x)}</style>", "<style>", id="style"),
        pytest.param("<foreignObject/>", "<foreignObject>", id="foreign"),
        pytest.param('<image href="http://x/y.png"/>', "<image>", id="image"),
        pytest.param('<a href="#"><circle r="1"/></a>', "<a>", id="link"),
        pytest.param('<b xmlns="http://www.w3.org/1999/xhtml"/>', "<{http", id="namespace"),
        pytest.param('<animate attributeName="x"/>', "<animate>", id="animation"),
        pytest.param('<circle r="1" onload="x()"/>', "onload", id="handler"),
        pytest.param('<circle r="1" OnLoad="x()"/>', "OnLoad", id="handler in capitals"),
        pytest.param('<rect fill="url(http://x/#y)"/>', "fill", id="foreign paint"),
        pytest.param('<rect fill="u\\72l(http://x)"/>', "fill", id="escaped paint"),
        pytest.param('<rect style="fill: red"/>', "style", id="style attribute"),
        pytest.param("<circle", "well-formed", id="malformed"),
        pytest.param("<!-- words -->", "comment", id="comment"),
    ],
)
def test_what_could_run_or_load_something_is_refused(inner, reason):
    fault = fault_of(Drawing(f"{OPENING}{inner}</svg>", "A dot."))

    assert fault is not None
    assert reason in fault


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        pytest.param(Drawing(f"{OPENING}{DOT}</svg>", " "), "text alternative", id="no words"),
        pytest.param(Drawing("<p/>", "A dot."), "svg", id="another root"),
        pytest.param(Drawing("<svg/>", "A dot."), "namespace", id="no namespace"),
        pytest.param(
            Drawing('<svg xmlns="http://www.w3.org/2000/svg"/>', "A dot."), "title", id="no title"
        ),
        pytest.param(
            Drawing(f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{OPENING}</svg>", "A dot."),
            "declaration",
            id="entities",
        ),
        pytest.param(Drawing(OPENING + " " * LARGEST + "</svg>", "A dot."), "limit", id="large"),
        pytest.param(f"{OPENING}</svg>", "not a str", id="text"),
    ],
)
def test_what_is_no_picture_is_refused(drawing, reason):
    fault = fault_of(drawing)

    assert fault is not None
    assert reason in fault


def test_gradients_of_its_own_are_fine():
    inner = '<defs><linearGradient id="g"/></defs><rect fill="url(#g)"/>'

    assert fault_of(Drawing(f"{OPENING}{inner}</svg>", "A gradient.")) is None


def test_a_fault_names_the_part():
    with pytest.raises(SpecError, match="not a str"):
        draw_solution(part(lambda _params, _answers: "<svg/>"), {})


def test_a_drawing_that_crashes_is_the_authors_fault():
    with pytest.raises(SolverError, match="drawing of part a: ZeroDivisionError"):
        draw_solution(part(lambda _params, _answers: 1 / 0), {})


ANSWERED = {"": "5"}


def answered(answer_drawing, drawing=None):
    return Part(
        label="a", fields=(Field(kind=Kind.TEXT),), drawing=drawing, answer_drawing=answer_drawing
    )


def test_an_answer_is_drawn_alone_and_beside_the_solution():
    alone, beside = Drawing(f"{OPENING}{DOT}</svg>", "One."), Drawing(f"{OPENING}</svg>", "Both.")

    drawn = draw_answer(answered(lambda _p, _a: alone, lambda _p, _a: beside), {}, ANSWERED)

    assert (drawn.alone, drawn.beside) == (alone, beside)


def test_the_solution_is_drawn_with_what_was_answered():
    given = []
    sound = Drawing(f"{OPENING}</svg>", "Both.")

    draw_answer(answered(lambda _p, _a: sound, lambda _, a: given.append(a) or sound), {}, ANSWERED)

    assert given == [ANSWERED]


@pytest.mark.parametrize("answer_drawing", [None, lambda _p, _a: None], ids=["absent", "nothing"])
def test_where_there_is_nothing_to_draw_there_is_no_picture(answer_drawing):
    assert draw_answer(answered(answer_drawing, lambda _p, _a: 1 / 0), {}, ANSWERED) is None


@pytest.mark.parametrize("place", ["alone", "beside"])
def test_a_drawing_of_an_answer_is_held_to_the_same_rules(place):
    sound = Drawing(f"{OPENING}</svg>", "A dot.")
    scripted = Drawing(f"{OPENING}<script/></svg>", "A dot.")
    drawings = {"alone": sound, "beside": sound, place: scripted}
    part = answered(lambda _p, _a: drawings["alone"], lambda _p, _a: drawings["beside"])

    with pytest.raises(SpecError, match="drawing of an answer to part a: it holds a <script>"):
        draw_answer(part, {}, ANSWERED)
