"""What a growth class says, as typed: its sign, and the function or the word for it."""

import re
from dataclasses import dataclass

from grader.answers.names import Names
from grader.answers.parser import parse
from grader.answers.tree import Node

_FONTS = re.compile(
    r"\\(?:mathcal|mathrm|operatorname|mathbf|text|mathit|mathscr)\s*\{?\s*([OΘo])\s*\}?"
)
_SIGNS = {
    r"\Theta": "Θ", "Theta": "Θ", r"\theta": "Θ", "theta": "Θ", "θ": "Θ", r"\Omega": "Ω",
    "Omega": "Ω", "Ω": "Ω", r"\omega": "ω", "omega": "ω", "𝒪": "O", "𝑂": "O", "Ο": "O", "О": "O",
    "BigO": "O", r"\left": "", r"\right": "", r"\bigl": "", r"\bigr": "", r"\big": "",
}  # fmt: skip
_WRAPPED = re.compile(r"^([OΘΩωo])\s*\((.*)\)$", re.DOTALL)
_BEFORE = re.compile(
    r"^(?:[A-Za-z]\w*\s*(?:\([^()]*\))?\s*(?:=|∈|\\in\b|~|\\sim\b)|=|~|\\sim\b|∼|∝|\\propto\b"
    r"|(?:is|grows)\b|(?:on the )?order(?: of)?\b|proportional to\b|big[- ]?(?=O\b)|like\b|as\b)\s*"
)
_BEHIND = re.compile(r"\s*(?:\btime\b|\bgrowth\b|\bin\s+(?:the\s+)?[A-Za-z]\w*|\.)$")
_GLUED = re.compile(r"(?<![A-Za-z\\])([A-Za-z]?)(log|ln|lg|sqrt)([A-Za-z]?)(?![A-Za-z])")
WORDS = {
    "constant": "1", "logarithmic": "log(N)", "log": "log(N)", "linear": "N", "quadratic": "N^2",
    "linearithmic": "N log(N)", "log-linear": "N log(N)", "loglinear": "N log(N)",
    "quasilinear": "N log(N)", "cubic": "N^3", "quartic": "N^4", "quintic": "N^5",
    "factorial": "N!", "square root": "sqrt(N)", "doubly logarithmic": "log(log(N))",
}  # fmt: skip
VAGUE = frozenset(
    ["exponential", "polynomial", "sublinear", "superlinear", "polylogarithmic", "subquadratic"]
)
_MAX_STRIPPED = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said to grow how.

    Attributes:
        sign: O, Θ, Ω, ω, o or nothing.
        text: the function, or a word for it.
    """

    sign: str
    text: str


def claim_of(text: str) -> Claim:
    r"""Return the claim that a text makes.

    >>> claim_of(r"$T(n) = \mathcal{O}(n^2)$"), claim_of("grows quadratically")
    (Claim(sign='O', text='n^2'), Claim(sign='', text='quadratic'))
    """
    body = _FONTS.sub(r"\1", text.strip().strip("$").strip())
    for old, new in _SIGNS.items():
        body = body.replace(old, new)
    for _ in range(_MAX_STRIPPED):
        body = _BEHIND.sub("", _BEFORE.sub("", body)).strip()
    found = _WRAPPED.match(body)
    if found is None or not _closes_last(body[found.start(2) :]):
        return Claim("", _word(body))
    return Claim(found[1], _word(found[2].strip()))


def _closes_last(inside: str) -> bool:
    """Whether the bracket before this text is closed by its last character."""
    depth = 1
    for char in inside[:-1]:
        depth += (char == "(") - (char == ")")
        if not depth:
            return False
    return True


def _word(text: str) -> str:
    """Return an adverb as its adjective, and glued logarithms apart: nlogn as n log n."""
    lowered = text.casefold()
    for ending, stem in (("ally", ""), ("ly", "")):
        if lowered.endswith(ending) and lowered.removesuffix(ending) + stem in WORDS.keys() | VAGUE:
            return lowered.removesuffix(ending) + stem
    if lowered in WORDS or lowered in VAGUE:
        return lowered
    return _GLUED.sub(lambda m: f"{m[1]} {m[2]} {m[3]}", text).strip()


def read_claim(claim: Claim, names: Names, name: str) -> Node:
    """Return the function that a claim is about; words speak of the variable `name`.

    Raises:
        InvalidAnswer: it cannot be read.
    """
    written = WORDS.get(claim.text)
    return parse(written.replace("N", name) if written else claim.text, names)
