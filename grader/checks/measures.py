r"""Reading a quantity, a number with units: 9.8 kg m / s^2, 5\,\text{MB}, 1 h 30 min.

Every word is looked up as a unit and replaced by a name of its own, so that the one parser of all
answers reads the rest; nothing of the text is evaluated.
"""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction

from grader.answers.names import Names
from grader.answers.parser import parse
from grader.answers.tree import ADD, SYM, TEXT, Node, number
from grader.answers.units import Unit, is_unit, known_words, unit
from grader.answers.vocabulary import MULTIPLES
from grader.checks.dimensions import scaled, split, temperature
from grader.errors import InvalidAnswer
from grader.spec import Domain, Options

MAX_UNITS = 40
_MAX_WRAPS = 4
_LONG = 4  # letters of a word whose case does not matter: Meters, HOURS
_NAMED = re.compile(r"^\s*(?:\\?[^\W\d]\w*(?:_\{\w+\})?\s*)?(?:=|≈|\\approx)\s*")
_UNWRAPPED = re.compile(
    r"\\(?:text|mathrm|textrm|mathit|mathbf|operatorname|mbox|unit|si|textnormal)\s*\{((?:[^{}]|\{[^{}]*\})*)\}"
)
_SPACES = re.compile(r"\\[,;:! ]|~|\\(?:quad|qquad|rm)\b|\$|\\[()\[\]]|\{\}")
_DEGREES = re.compile(r"(?:\^\s*(?:\{\s*\\circ\s*\}|\\circ)|\\degree\b|\\circ\b)")
_SCALE = re.compile(r"(?:°|\bdeg(?:ree)?s?\b)\s*(?:(C|[Cc]elsius)|(F|[Ff]ahrenheit))\b|(℃)|(℉)")
_MICRO = re.compile(r"\\(?:mu|micro)\b\s*")
_LETTERS = {"\\Omega": "Ω", "\\%": "%", "Ω": "Ω", "μ": "µ", "Å": "Å"}
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*\.?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)"
    r"|(?P<command>\\[A-Za-z]+)"
    r"|(?P<word>[^\W\d_⁰¹²³⁴-⁹₀-₉]+|[°%‰])(?P<exponent>-?\d+(?![.,]?\d))?"
    r"|(?P<blank>\s+)|(?P<sign>.)",
    re.DOTALL,
)
_KEPT = frozenset({"pi", "π", "sqrt", "exp", "ln", "log"})
_WORDS = {"per": "/", "squared": "^2", "cubed": "^3", "and": "+", "times": "*"}
_RAISED = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_SAME_SIGN = {"[": "(", "]": ")"}


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity: magnitude times unit, plus where the zero of a temperature scale lies.

    Attributes:
        magnitude: the number, as a tree without names.
        unit: what it counts; for a sum of units, the first of them.
        has_unit: whether any unit was written.
    """

    magnitude: Node
    unit: Unit
    has_unit: bool

    @property
    def si(self) -> Node:
        """The magnitude in base units, as a tree."""
        value = scaled(self.magnitude, self.unit)
        return (
            value if self.unit.offset is None else Node(ADD, "", (value, number(self.unit.offset)))
        )

    def into(self, other: Unit) -> Node:
        """Return the magnitude in another unit of the same dimensions, as a tree."""
        if other == self.unit:
            return self.magnitude
        value = self.si
        if other.offset is not None:
            value = Node(ADD, "", (value, number(-other.offset)))
        return scaled(value, other.power(Fraction(-1)))


@dataclass(slots=True)
class Nouns:
    """Words that the reference counts (images, tokens) and that are no units elsewhere."""

    known: dict[str, Unit] = field(default_factory=dict)
    open: bool = True  # the reference may still bring new ones

    def find(self, word: str) -> Unit | None:
        """Return the unit for a word; new ones are taken in while the reference is read."""
        stem = word.casefold().removesuffix("s")
        if self.open and stem not in self.known and len(stem) > 1:
            self.known[stem] = Unit(Fraction(1), 0, ((stem, Fraction(1)),))
        return self.known.get(stem)


def read_measure(text: str, nouns: Nouns) -> Measure:
    """Return the quantity that a text spells.

    Raises:
        InvalidAnswer: it cannot be read, a unit is unknown, or unlike units are added.
    """
    rewriter, tree, (magnitude, found) = _read(text, nouns)
    scale = temperature(tree, rewriter.units)
    return Measure(magnitude, scale or found, bool(rewriter.units))


def spelled(text: str) -> Node:
    """Return the tree of a quantity with its units as words, to be shown; any noun may be a unit.

    Raises:
        InvalidAnswer: as `read_measure`.
    """
    rewriter, tree, _ = _read(text, Nouns())
    return _worded(tree, rewriter.words)


def _worded(node: Node, words: dict[str, str]) -> Node:
    if node.tag == SYM and node.name in words:
        return Node(TEXT, words[node.name])
    return node._replace(args=tuple(_worded(part, words) for part in node.args))


def _read(text: str, nouns: Nouns) -> "tuple[_Rewriter, Node, tuple[Node, Unit]]":
    plain = _plain(text)
    rewriter = _Rewriter(plain, nouns, shown=plain == text)
    written = rewriter.run()
    names = Names(Options(symbols=dict.fromkeys(rewriter.units, Domain.POSITIVE)))
    try:
        tree = parse(written, names, commas=True)
        return rewriter, tree, split(tree, rewriter.units)
    except InvalidAnswer as error:  # its place is one in the rewritten text
        raise InvalidAnswer(_renamed(str(error), rewriter.words)) from error


def _plain(text: str) -> str:
    """Return the text without layout and with one spelling for every sign."""
    body = _SPACES.sub(" ", _DEGREES.sub("°", _NAMED.sub("", text)))
    for _ in range(_MAX_WRAPS):
        body = _UNWRAPPED.sub(r" \1 ", body)
    body = _MICRO.sub("µ", body)
    for old, new in _LETTERS.items():
        body = body.replace(old, new)
    body = _SCALE.sub(lambda m: " degC " if m[1] or m[3] else " degF ", body)
    return body if body.strip() != text.strip() else text


def _renamed(message: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        message = message.replace(name, word)
    return message


class _Rewriter:
    """Replaces every unit of a text by a name that means nothing else."""

    def __init__(self, text: str, nouns: Nouns, *, shown: bool) -> None:
        self.text = text
        self.nouns = nouns
        self.shown = shown
        self.units: dict[str, Unit] = {}
        self.words: dict[str, str] = {}
        self.out: list[str] = []
        self.after = ""  # what stands before this place: "number", "unit" or ""
        self.raised = 0
        self.open: list[str] = []

    def run(self) -> str:
        """Return the rewritten text."""
        for match in _TOKEN.finditer(self.text):
            kind = match.lastgroup or ""
            if kind == "blank":
                self.out.append(" ")
            elif kind == "number":
                self.number(match.group())
            elif match["word"]:
                self.word(match)
            else:
                self.sign(match)
        return "".join(self.out)

    def number(self, value: str) -> None:
        if self.after == "unit":
            self.out.append(" + ")  # 1 h 30 min
        self.out.append(value)
        self.after = "number"

    def sign(self, match: "re.Match[str]") -> None:
        value = _SAME_SIGN.get(match.group(), match.group())
        if value in "()":
            self.bracket(match.group())
        glued = self.after == "unit" and self.text[match.end() : match.end() + 1].isalpha()
        if value in ".-" and glued and self.text[match.start() - 1].isalpha():
            value = "*"  # kg.m, N-m
        self.out.append(value)
        self.after = "unit" if self.after == "unit" and value == ")" else ""

    def bracket(self, value: str) -> None:
        """Hold that brackets close what they open, since square ones are written as round ones."""
        if value in "([":
            self.open.append(value)
        elif self.open and self.open.pop() + value not in ("()", "[]"):
            raise InvalidAnswer("These brackets do not belong together.")

    def word(self, match: "re.Match[str]") -> None:
        word = match["word"]
        following = self.text[match.end("word") :].lstrip()[:1]
        if word in _KEPT or (word in "xX" and self.after == "number" and following.isdigit()):
            self.out.append((word if word in _KEPT else "*") + (match["exponent"] or ""))
            self.after = ""
        elif word in MULTIPLES and self.after == "number":
            self.out.append(f"*{MULTIPLES[word]}")
        elif word in _WORDS:
            self.out.append(f" {_WORDS[word]} ")
            self.after = self.after if _WORDS[word][0] == "^" else ""
        elif word in _RAISED:
            self.raised = _RAISED[word]
        else:
            self.unit(word, match)

    def unit(self, word: str, match: "re.Match[str]") -> None:
        found = self.found(word, match.start())
        if len(self.units) >= MAX_UNITS:
            raise InvalidAnswer("More units stand here than can be read.")
        count = len(self.units)
        name = f"U{chr(97 + count // 26)}{chr(97 + count % 26)}"
        self.units[name] = found
        self.words[name] = word
        exponent = match["exponent"] or (str(self.raised) if self.raised else "")
        self.out.append(f" {name}^({exponent})" if exponent else f" {name} ")
        self.raised = 0
        self.after = "unit"

    def found(self, word: str, position: int) -> Unit:
        spelled = "degree" if word == "°" else word
        for each in (spelled, spelled.lower()) if len(word) >= _LONG else (spelled,):
            if is_unit(each):
                return unit(each)
        noun = self.nouns.find(word)
        if noun is not None:
            return noun
        near = [each for each in (word.upper(), word.lower()) if is_unit(each)][:1]
        near = near or get_close_matches(
            word, [*self.nouns.known, *known_words()], n=1, cutoff=0.75
        )
        hint = f" Did you mean {near[0]}?" if near else ""
        place = position if self.shown else None
        raise InvalidAnswer(f"The unit {word[:40]!r} is not known.{hint}", place)
