"""What a student sees while typing: the answer as it is understood, or where reading stops."""

from dataclasses import dataclass

from grader.answers.latex import to_latex
from grader.answers.layouts import arrays_as_lists, shape_as_list
from grader.answers.mathml import to_mathml
from grader.answers.names import Names
from grader.answers.parser import parse
from grader.errors import InvalidAnswer
from grader.spec import Kind, Options

_ARRAYS = frozenset({Kind.VECTOR, Kind.MATRIX, Kind.TENSOR})
_SCALARS = frozenset({Kind.NUMBER, Kind.EXPRESSION, Kind.QUANTITY})
_WORDS = frozenset({Kind.TEXT, Kind.CHOICE, Kind.PROBE})


_DEFAULT = Options()


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer as understood.

    Attributes:
        mathml: a <math> element, safe to put on a page; None where there is nothing to show.
        latex: the same as LaTeX.
        error: why the text cannot be read, for the student.
        position: index of the character where reading stopped.
    """

    mathml: str | None = None
    latex: str | None = None
    error: str | None = None
    position: int | None = None


def preview(text: str, kind: Kind, options: Options = _DEFAULT) -> Preview:
    """Return how an answer of a kind is understood; never raises for any text."""
    if kind in _WORDS or not text.strip():
        return Preview()
    written = text
    if kind in _ARRAYS or kind is Kind.FILTER:
        written = arrays_as_lists(text)
    elif kind is Kind.SHAPE:
        written = shape_as_list(text)
    try:
        tree = parse(written, answer_names(options), commas=kind in _SCALARS)
    except InvalidAnswer as error:
        return Preview(error=str(error), position=error.position if written == text else None)
    return Preview(mathml=to_mathml(tree), latex=to_latex(tree))


def answer_names(options: Options) -> Names:
    """Return the names as an answer may use them: where some are declared, no others."""
    names = Names(options)
    names.learn("", ())
    return names
