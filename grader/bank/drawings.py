"""Drawings of solutions and of answers, held to what a page may show.

A solution is drawn at publish, an answer when it is judged; both are stored and served as images.
They have to stand alone there: no scripts, no styles, nothing that is loaded from elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from grader.bank.variants import call
from grader.errors import SpecError
from grader.spec import Drawing, Params, Part

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset(
    f"{SVG}{name}"
    for name in (
        *("svg", "g", "title", "desc", "defs", "marker", "clipPath", "linearGradient", "stop"),
        *("rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text", "tspan"),
    )
)
"""What pictures are made of; all else (scripts, links, images, foreign markup) is refused."""

LARGEST = 300_000
"""Characters of one drawing; a page shows several."""


def draw_solution(part: Part, params: Params) -> Drawing | None:
    """Return the drawing of a part's solution for a variant; None where the part has none.

    Raises:
        SolverError: the author's function crashed.
        SpecError: what it drew is no picture that a page may show.
    """
    if part.drawing is None:
        return None
    place = f"the drawing of part {part.label}".rstrip()
    drawing = call(place, part.drawing, params, {})
    fault = fault_of(drawing)
    if fault is not None:
        raise SpecError(f"{place}: {fault}")
    return _plain(drawing)


def _plain(drawing: Drawing) -> Drawing:
    """Return a drawing of ours: what an author's subclass adds is not stored."""
    return Drawing(drawing.svg, drawing.alt)


@dataclass(frozen=True, slots=True)
class AnswerDrawn:
    """A student's answers to a part as pictures: alone, and beside the solution where it is one."""

    alone: Drawing
    beside: Drawing | None


def draw_answer(part: Part, params: Params, answers: Mapping[str, str]) -> AnswerDrawn | None:
    """Return the drawings of what a student answered; None where there is nothing to draw.

    Raises:
        SolverError: the author's function crashed.
        SpecError: what it drew is no picture that a page may show.
    """
    if part.answer_drawing is None:
        return None
    place = f"the drawing of an answer to part {part.label}".rstrip()
    alone = call(place, part.answer_drawing, params, answers)
    if alone is None:
        return None
    beside = None if part.drawing is None else call(place, part.drawing, params, answers)
    for drawing in (alone, beside):
        fault = None if drawing is None else fault_of(drawing)
        if fault is not None:
            raise SpecError(f"{place}: {fault}")
    return AnswerDrawn(_plain(alone), None if beside is None else _plain(beside))


def fault_of(drawing: object) -> str | None:
    """Tell why a page cannot show a drawing; None where it can."""
    if not isinstance(drawing, Drawing):
        return f"a drawing is a Drawing, not a {type(drawing).__name__}"
    if not drawing.alt.strip():
        return "it has no text alternative"
    if len(drawing.svg) > LARGEST:
        return f"it has {len(drawing.svg)} characters; {LARGEST} are the limit"
    if "<!" in drawing.svg or "<?" in drawing.svg:
        return "it holds a declaration, a comment or an instruction; an svg element is enough"
    try:
        root = ET.fromstring(drawing.svg)  # noqa: S314  no declarations, so nothing to expand
    except ET.ParseError as error:
        return f"it is no well-formed XML: {error}"
    return _fault_of_tree(root)


def _fault_of_tree(root: ET.Element) -> str | None:
    if root.tag != f"{SVG}svg":
        return "it is no svg element of the SVG namespace"
    if not (root.get("aria-label", "").strip() or (root.findtext(f"{SVG}title") or "").strip()):
        return "its svg element has neither an aria-label nor a title"
    for element in root.iter():
        if element.tag not in SHAPES:
            return f"it holds a <{element.tag.removeprefix(SVG)}>, which drawings do without"
        for name, value in element.attrib.items():
            if _reaches_out(name, value):
                return f'the attribute {name}="{value[:40]}" can run or load something'
    return None


def _reaches_out(name: str, value: str) -> bool:
    local = name.rpartition("}")[2].lower()
    squeezed = "".join(value.lower().split())
    foreign = squeezed.replace("url(#", "").count("url(") > 0 or "\\" in squeezed
    return local.startswith("on") or local in ("href", "src", "style") or foreign
