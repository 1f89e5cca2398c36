"""Statements: Markdown with TeX to HTML with MathML, by part, with the variant's numbers in it."""

import html
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.errors import SpecError
from grader.spec import Params, Problem

PLACEHOLDER = re.compile(r"<<\s*(\w+)\s*>>")
HEADING = re.compile(r"^##[ \t]*([^\s#]*)[ \t]*$", re.MULTILINE)


class BadStatement(SpecError):
    """A statement that cannot be shown; names the part whose prompt it is in, if it is one's."""

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.part = part


def prompt_of(text: str, problem: Problem, params: Params, part: str = "") -> str:
    """Return a piece of a statement as HTML, with the numbers of a variant.

    Raises:
        BadStatement: it names what is no parameter, or holds TeX that does not parse.
    """
    try:
        return render(fill(text, problem, params))
    except SpecError as error:
        raise BadStatement(str(error), part) from error


def split_statement(text: str) -> tuple[str, dict[str, str]]:
    r"""Return what all parts share, and the prompt of each part by its label.

    >>> split_statement("Shared.\n## a\nFirst.\n## b.i\nSecond.")
    ('Shared.', {'a': 'First.', 'b.i': 'Second.'})
    """
    pieces = HEADING.split(text)
    prompts = {label: body.strip() for label, body in zip(pieces[1::2], pieces[2::2], strict=True)}
    return pieces[0].strip(), prompts


def fill(text: str, problem: Problem, params: Params) -> str:
    """Replace `<<name>>` by the variant's parameters, or by what the problem shows for the name.

    Raises:
        SpecError: a name stands for nothing.
    """
    shown: dict[str, Any] = {**params, **(problem.show(params) if problem.show else {})}

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in shown:
            raise SpecError(f"the statement names <<{name}>>, which is no parameter of the problem")
        return _as_tex(shown[name])

    return PLACEHOLDER.sub(value, text)


def _as_tex(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        if value and isinstance(value[0], (list, tuple)):
            rows = r" \\ ".join(" & ".join(map(_as_tex, row)) for row in value)
            return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"
        return "[" + ", ".join(map(_as_tex, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def render(markdown: str) -> str:
    """Return HTML for an author's Markdown; TeX between dollars becomes MathML.

    Raises:
        SpecError: TeX that does not parse.
    """
    rendered: str = _markdown().render(markdown)
    return rendered


@cache
def _markdown() -> MarkdownIt:
    # Raw HTML stays off: pages are the portal's to write, and a stray "<" in a statement is text.
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath_plugin, allow_space=True, double_inline=True)
    parser.add_render_rule("math_inline", _inline)
    parser.add_render_rule("math_inline_double", _block)
    parser.add_render_rule("math_block", _block)
    return parser


def _inline(
    _self: RendererHTML, tokens: Any, index: int, _options: Any, _env: Mapping[str, Any]
) -> str:
    return _mathml(tokens[index].content, "inline")


def _block(
    _self: RendererHTML, tokens: Any, index: int, _options: Any, _env: Mapping[str, Any]
) -> str:
    return f'<div class="formula">{_mathml(tokens[index].content, "block")}</div>'


def _mathml(tex: str, display: str) -> str:
    if tex.count("{") != tex.count("}"):
        raise SpecError(f"TeX with an open brace: {tex}")
    try:
        mathml: str = convert(tex, display=display)
    except Exception as error:  # the converter raises many kinds, IndexError among them
        raise SpecError(f"TeX that does not parse: {tex} ({type(error).__name__})") from error
    unknown = re.search(r"<mi>(\\[a-zA-Z]+)</mi>", mathml)
    if unknown:
        raise SpecError(f"TeX with an unknown command {html.unescape(unknown.group(1))}: {tex}")
    return mathml
