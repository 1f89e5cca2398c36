"""Answers that begin with a name for the result: W_out = (W-K)/S + 1."""

import re
from dataclasses import dataclass

from grader.answers.tree import Node
from grader.answers.vocabulary import FUNCTIONS
from grader.checks.reading import used_names
from grader.checks.settle import Job
from grader.report import Topic

_NAME = (
    r"(?:\\(?:text|mathrm|mathbf|mathit|operatorname|hat|bar)\s*\{\s*[A-Za-z]\w*\s*\}"
    r"|\\?[^\W\d_]{1,24})"
)
_SUBSCRIPT = r"(?:_(?:\{[^{}=]{1,40}(?:\{[^{}=]{1,40}\}\s*)?\}|\w{1,24}))?"
_ARGUMENT = r"\s*\\?[A-Za-z]+\s*"
_OF = rf"(?:\s*(?:\\left)?\({_ARGUMENT}(?:,{_ARGUMENT}){{0,8}}(?:\\right)?\))?"  # of f(x)
_LEFT = re.compile(rf"\s*\$?\s*({_NAME}{_SUBSCRIPT}'*)({_OF})\s*:?=(?!=)\s*(?=\S)")
_OF_A_CASE = re.compile(r"\b(?:if|else|otherwise)\b")
_RELATION = re.compile(r"[=<>≤≥≠≈∈]|\\(?:[lg]eq?|neq?|in|approx|equiv)(?![A-Za-z])")
_NOISE = re.compile(r"\\(?:text|mathrm|mathbf|mathit|operatorname|hat|bar)(?![A-Za-z])|[\\{}\s$]")
_CONSTANTS = frozenset(["e", "i", "E", "I", "pi", "π", "infty", "inf", "oo", "nan", "j"])
_DENIALS = frozenset(["not", "no", "never", "isnt", "wrong", "false", "true"])


def drop_name(job: Job, reference: Node) -> None:
    """Blank out `name =` before the answer, if that is all the name does.

    It has to be one name that neither the reference nor what follows uses; the characters before
    the value become blanks, so that every place stays the one typed.
    """
    found = named_before(job.answer)
    if found is None or _RELATION.search(job.reference):
        return
    if found.name in used_names(reference) or _uses(job.reference, found.name):
        return
    job.remark(Topic.NOTE, f"Read as what {found.typed} is equal to.")
    job.answer = found.value


@dataclass(frozen=True, slots=True)
class Named:
    """A value with the name of the result before it.

    Attributes:
        typed: the name as it was typed; `name` is it without the signs of LaTeX.
        value: the text, with blanks in place of the name.
    """

    typed: str
    name: str
    value: str


def named_before(text: str) -> Named | None:
    """Return the value and the name before it, if `name =` may be all that the name does."""
    found = _LEFT.match(text) if "=" in text else None
    if found is None:
        return None
    rest = text[found.end() :]
    name = _NOISE.sub("", found[1])
    value = rest.partition(" if ")[0]  # what follows an if is a condition
    if name in _CONSTANTS or name.lower() in _DENIALS or _RELATION.search(value):
        return None
    if found[2] and name in FUNCTIONS:  # sin(x) = ... is an equation
        return None
    if _uses(_OF_A_CASE.sub(" ", rest), name):
        return None
    if "$" in found.group():
        rest = rest.rstrip().removesuffix("$")
    return Named(found[1].strip(), name, " " * found.end() + rest)


def _uses(text: str, name: str) -> bool:
    """Whether a name stands in a text; a single letter also within a run of letters."""
    plain = _NOISE.sub(" ", text).replace("_ ", "_")
    if len(name) == 1:
        return re.search(rf"(?<![_A-Za-z]){name}|{name}(?![A-Za-z])", plain) is not None
    return re.search(rf"(?<![A-Za-z_]){re.escape(name)}(?!\w)", plain) is not None
