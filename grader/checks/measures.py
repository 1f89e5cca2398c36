r"""Reading a quantity, a number with units: 9.8 kg m / s^2, 5\,\text{MB}, 1 h 30 min.

Every word is looked up as a unit and replaced by a name of its own, so that the one parser of all
answers reads the rest; nothing of the text is evaluated.
"""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction

from grader.answers.exact import exact
from grader.answers.names import Names
from grader.answers.parser import parse
from grader.answers.tree import (
    ADD,
    CALL,
    CONST,
    DIV,
    MUL,
    NEG,
    NUM,
    POW,
    SYM,
    TEXT,
    Node,
    number,
    walk,
)  # fmt: skip
from grader.answers.units import ONE, Unit, UnknownUnit, is_unit, known_words, unit
from grader.answers.vocabulary import MULTIPLES
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


def scaled(magnitude: Node, by: Unit) -> Node:
    """Return the magnitude times the factor of a unit."""
    factors = [magnitude]
    if by.factor != 1:
        factors.append(number(by.factor))
    if by.turns:
        factors.append(Node(POW, "", (Node(CONST, "pi"), number(by.turns))))
    return magnitude if len(factors) == 1 else Node(MUL, "", tuple(factors))


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
    scale = _temperature(tree, rewriter.units)
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
        return rewriter, tree, _Walk(rewriter.units).measure(tree)
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


class _Walk:
    """Splits a tree into its magnitude and its unit."""

    def __init__(self, units: dict[str, Unit]) -> None:
        self.units = units

    def measure(self, node: Node) -> tuple[Node, Unit]:
        """Return the number and the unit of a tree.

        Raises:
            InvalidAnswer: unlike units are added, or it is no quantity.
        """
        tag = node.tag
        if tag == SYM:
            if node.name not in self.units:  # a unit with a hat or a prime on it
                raise InvalidAnswer("A mark stands on a unit here.", node.start)
            return number(1), ONE.times(self.units[node.name])
        if tag in (NUM, CONST):
            return node, ONE
        if tag == NEG:
            magnitude, found = self.measure(node.args[0])
            return node._replace(args=(magnitude,)), found
        if tag in (MUL, DIV):
            return self.product(node)
        if tag == POW:
            return self.power(node)
        if tag == ADD:
            return self.total(node)
        if tag == CALL:
            return node._replace(args=tuple(map(self.plain, node.args))), ONE
        raise InvalidAnswer("This is no quantity: a number with a unit.", node.start)

    def product(self, node: Node) -> tuple[Node, Unit]:
        parts = [self.measure(part) for part in node.args]
        total = parts[0][1]
        for _, found in parts[1:]:
            total = total.times(found.power(Fraction(-1)) if node.tag == DIV else found)
        magnitudes = [magnitude for magnitude, _ in parts]
        if node.tag == MUL:
            magnitudes = [each for each in magnitudes if each.value != 1 or each.tag != NUM]
        if len(magnitudes) < 2:
            return magnitudes[0] if magnitudes else number(1), total
        return node._replace(args=tuple(magnitudes)), total

    def power(self, node: Node) -> tuple[Node, Unit]:
        base, found = self.measure(node.args[0])
        exponent_node = self.plain(node.args[1])
        if found == ONE:
            return node._replace(args=(base, exponent_node)), ONE
        exponent = exact(exponent_node)
        if exponent is None:
            raise InvalidAnswer("The exponent of a unit is a number.", node.start)
        try:
            total = found.power(Fraction(exponent))
        except UnknownUnit as error:
            raise InvalidAnswer("This power of a unit cannot be read.", node.start) from error
        return node._replace(args=(base, exponent_node)), total

    def total(self, node: Node) -> tuple[Node, Unit]:
        parts = [self.measure(part) for part in node.args]
        first = parts[0][1]
        if any(found.dimensions != first.dimensions for _, found in parts):
            raise InvalidAnswer("Unlike units are added here.", node.start)
        inverse = first.power(Fraction(-1))
        terms = tuple(scaled(magnitude, found.times(inverse)) for magnitude, found in parts)
        return node._replace(args=terms), first

    def plain(self, node: Node) -> Node:
        """Return the value of what may have no dimensions."""
        magnitude, found = self.measure(node)
        if found.dimensions:
            raise InvalidAnswer("A unit cannot stand in a function or an exponent.", node.start)
        return scaled(magnitude, found)


def _temperature(tree: Node, units: dict[str, Unit]) -> Unit | None:
    """Return the scale of a temperature as read off a thermometer; in 5 J/°C a degree is a step."""
    symbols = [part for part in walk(tree) if part.tag == SYM]
    if len(symbols) != 1 or units[symbols[0].name].offset is None:
        return None
    while tree.tag in (NEG, MUL):
        tree = next(part for part in tree.args if symbols[0] in walk(part))
    return units[symbols[0].name] if tree.tag == SYM else None
