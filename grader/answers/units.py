"""Units as `pint` defines them, looked up one at a time.

Building pint's registry takes a third of a second; its definitions are plain text, so only the
lines that a word needs are read here, exactly: factors are fractions times a power of pi. Words of
computing that pint reads otherwise (b is a barn there, Nm a number of yarn) are defined first.
"""

import importlib.util
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from grader.answers.exact import exact_root

OURS = """
bit = [information] = b
byte = 8 * bit = B = octet
gigabit = 1000000000 * bit = Gb
bits_per_second = bit / second = bps
bytes_per_second = byte / second = Bps
operation = [operation] = op = ops = flop = flops = FLOP = FLOPs
operations_per_second = operation / second = FLOPS
newton_meter = newton * meter = Nm
degree_Celsius = kelvin; offset: 273.15 = degC = celsius = Celsius = centigrade
degree_Fahrenheit = 5 / 9 * kelvin; offset: 459.67 * 5 / 9 = degF = fahrenheit = Fahrenheit
kelvin = [temperature] = K = degK
micron = micrometer
"""
_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:e[-+]?\d+)?)|([^\W\d]\w*|%|‰|°\w+)|(\*\*|[-+*/^()]))")
_NO_UNITS = ("@context", "@system", "@defaults")
_LOGARITHMIC = "logarithmic"  # decibels and their like are no multiples of anything
_SHORT = 3  # an alias of so many letters is a symbol
_PREFIXABLE = frozenset(
    ["bit", "bits", "byte", "bytes", "flop", "flops", "FLOP", "FLOPs", "FLOPS", "ohm", "ohms"]
)
_MAX_DEPTH = 24
_MAX_WORD = 40
_MAX_EXPONENT = 100
_LETTERS_OF_CONSTANTS = frozenset("ckeRζαℎħσ")  # in definitions they are constants of nature


class UnknownUnit(Exception):
    """The word names no unit, or one that is no plain multiple of others (decibels)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in terms of base units: factor * pi^turns.

    Attributes:
        dimensions: base quantities with their exponents, sorted by name.
        offset: kelvins at the zero of a temperature scale, else None.
    """

    factor: Fraction
    turns: int = 0
    dimensions: tuple[tuple[str, Fraction], ...] = ()
    offset: Fraction | None = None

    def times(self, other: "Unit") -> "Unit":
        """Return the product."""
        exponents = dict(self.dimensions)
        for name, exponent in other.dimensions:
            exponents[name] = exponents.get(name, Fraction(0)) + exponent
        left = tuple(sorted((name, each) for name, each in exponents.items() if each))
        return Unit(self.factor * other.factor, self.turns + other.turns, left)

    def power(self, exponent: Fraction) -> "Unit":
        """Return the power.

        Raises:
            UnknownUnit: its factor would not be a fraction.
        """
        turns = self.turns * exponent
        if abs(exponent) > _MAX_EXPONENT or turns.denominator != 1:
            raise UnknownUnit
        whole = exponent.denominator == 1
        factor = self.factor**exponent if whole else exact_root(self.factor, exponent)
        if factor is None:
            raise UnknownUnit
        dimensions = tuple((name, each * exponent) for name, each in self.dimensions if exponent)
        return Unit(Fraction(factor), int(turns), dimensions)


ONE = Unit(Fraction(1))


@dataclass(frozen=True, slots=True)
class _Line:
    """One definition: what the unit equals, and the words for it."""

    value: str
    offset: str
    names: tuple[str, ...]
    symbols: tuple[str, ...]


@cache
def unit(word: str) -> Unit:
    """Return the unit that a word names: meter, metres, km, MiB, GFLOPS, µs.

    Raises:
        UnknownUnit: it names none.

    >>> unit("KiB").factor / unit("B").factor, unit("hours").factor
    (Fraction(1024, 1), Fraction(3600, 1))
    """
    if len(word) > _MAX_WORD or word in _LETTERS_OF_CONSTANTS:
        raise UnknownUnit(word)
    return _resolve(word, 0)


def is_unit(word: str) -> bool:
    """Whether a word names a unit."""
    try:
        unit(word)
    except UnknownUnit:
        return False
    return True


def known_words() -> list[str]:
    """Return all words for units without their prefixes, for suggestions."""
    return [word for word in _index() if word.isalpha()]


def _resolve(word: str, depth: int) -> Unit:
    if depth > _MAX_DEPTH:
        raise UnknownUnit(word)
    for factor, stem in _splits(word):
        line = _index().get(stem)
        if line is not None and line.value == _LOGARITHMIC:
            break
        if line is not None:
            found = _evaluated(line, depth)
            return found if factor == 1 else ONE.times(found).times(Unit(factor))
    raise UnknownUnit(word)


def _splits(word: str) -> Iterator[tuple[Fraction, str]]:
    """Yield the ways to cut a word into a prefix and a unit, the likeliest first."""
    index, prefixes = _index(), _prefixes()
    yield Fraction(1), word
    for length in (2, 1):
        factor, stem = prefixes.get(word[:length]), word[length:]
        line = index.get(stem)
        if factor and line and (stem in line.symbols or stem in _PREFIXABLE):
            yield factor, stem
    for stem in (word, word.removesuffix("s")):
        if len(stem) > 1:
            yield Fraction(1), stem
        for length in range(3, min(7, len(stem))):
            factor, rest = prefixes.get(stem[:length]), stem[length:]
            line = index.get(rest)
            if factor and line and (rest in line.names or len(rest) >= _SHORT):
                yield factor, rest


def _evaluated(line: _Line, depth: int) -> Unit:
    if line.value.startswith("["):
        base = line.value.strip("[]")
        found = Unit(Fraction(1), 0, ((base, Fraction(1)),)) if base else ONE
        return found if base != "mass" else Unit(Fraction(1, 1000), 0, found.dimensions)
    found = _Expression(line.value, depth + 1).whole()
    if line.offset:
        offset = _Expression(line.offset, depth + 1).whole().factor
        return Unit(found.factor, found.turns, found.dimensions, offset)
    return found


class _Expression:
    """Evaluates the right side of a definition; written by pint, never by a student."""

    def __init__(self, text: str, depth: int) -> None:
        self.tokens = [match.groups() for match in _TOKEN.finditer(text)]
        self.depth = depth
        self.i = 0

    def whole(self) -> Unit:
        total = self.product()
        while self.peek() == "+":
            self.i += 1
            total = Unit(total.factor + self.product().factor)
        return total

    def peek(self) -> str:
        return self.tokens[self.i][2] or "" if self.i < len(self.tokens) else "end"

    def product(self) -> Unit:
        value = self.power()
        while (operator := self.peek()) not in ("end", ")", "+"):
            self.i += operator in ("*", "/")
            factor = self.power()
            value = value.times(factor.power(Fraction(-1)) if operator == "/" else factor)
        return value

    def power(self) -> Unit:
        base = self.atom()
        if self.peek() in ("**", "^"):
            self.i += 1
            sign = -1 if self.peek() == "-" else 1
            self.i += sign < 0
            return base.power(sign * self.atom().factor)
        return base

    def atom(self) -> Unit:
        number, name, operator = self.tokens[self.i]
        self.i += 1
        if number:
            return Unit(Fraction(number))
        if name in ("π", "pi"):
            return Unit(Fraction(1), 1)
        if name:
            return _resolve(name, self.depth)
        if operator == "-":
            return self.atom().times(Unit(Fraction(-1)))
        inside = self.whole()
        self.i += 1
        return inside


@cache
def _definitions() -> tuple[str, ...]:
    """Return the lines of pint's definitions that define one thing each, ours first."""
    found = importlib.util.find_spec("pint")
    if found is None or found.origin is None:
        raise FileNotFoundError("pint's definitions of units are not installed")
    folder = Path(found.origin).parent
    lines = OURS.strip().splitlines()
    inside = ""
    for name in ("default_en.txt", "constants_en.txt"):
        for raw in (folder / name).read_text(encoding="utf-8").splitlines():
            line = raw.partition("#")[0].strip()
            if line.startswith("@"):
                inside = line if not line.startswith(("@end", "@import")) else ""
            elif "=" in line and line[0] != "[" and not inside.startswith(_NO_UNITS):
                lines.append(line)
    return tuple(lines)


@cache
def _index() -> Mapping[str, _Line]:
    """Return every word for a unit, without prefixes, with its definition."""
    found: dict[str, _Line] = {}
    for text in _definitions():
        parts = [part.strip() for part in text.split("=")]
        if parts[0].endswith("-"):
            continue
        value, _, offset = parts[1].partition("; offset:")
        value = _LOGARITHMIC if "logbase" in value else value
        aliases = [part for part in parts[2:] if part != "_"]
        symbols = {alias for alias in aliases if len(alias) <= _SHORT} | set(aliases[:1])
        names = {parts[0]} | {alias for alias in aliases if len(alias) > _SHORT}
        line = _Line(value, offset, tuple(names), tuple(symbols))
        for word in (parts[0], *aliases):
            found.setdefault(word, line)
    return found


@cache
def _prefixes() -> Mapping[str, Fraction]:
    found = {"K": Fraction(1000)}
    for text in _definitions():
        parts = [part.strip() for part in text.split("=")]
        if parts[0].endswith("-"):
            factor = _Expression(parts[1], 0).whole().factor
            found |= dict.fromkeys((each[:-1] for each in (parts[0], *parts[2:])), factor)
    return found
