"""What names mean here: what the author declared, and what the reference uses.

A declared name wins over every other meaning; what the reference uses is known to the answer too.
"""

import difflib
import re
from collections.abc import Iterable, Mapping

from grader.answers import vocabulary
from grader.answers.accents import spellings
from grader.spec import Domain, Options

_IMAGINARY, _IMAGINARY_SYMPY = frozenset({"i"}), frozenset({"i", "I"})
_EULER, _EULER_SYMPY = frozenset({"e"}), frozenset({"e", "E"})
_NAMES_OF_X = frozenset({"x", "x_"})
_COMPLEX_NUMBER = re.compile(r"(?=.*I)(?=.*\d)(?:sqrt|pi|[\dI\s.+*/()^-])+")
_IN_EXPONENT = re.compile(r"(?:exp\(|E\*\*\(?)[^A-Z=]*\bI\b")


def _only_applied(letter: str, text: str) -> bool:
    """Whether a letter stands in a text, and always right before a bracket."""
    places = [
        match.end() for match in re.finditer(rf"(?<![A-Za-z\\_]){letter}(?![A-Za-z_])'*", text)
    ]
    return bool(places) and all(re.match(r"(?:\\left)?\(", text[place:]) for place in places)


class Names:
    """The names that one pair of texts may use.

    Attributes:
        symbols: declared names and their domains; None where nothing is declared, and single
            letters and Greek names are variables then.
        functions: names applied as unknown functions.
        imaginary: names of the imaginary unit.
        units: words that are units (only for quantities).
        constants: names of the imaginary unit and of Euler's number, where they are not declared.
        letters: the characters of the reference, None while it is read itself (it may use any
            name); a run of other letters before a bracket is no product.
        uses_x: whether x is a name, so that 3x10^8 is not 3*10^8.
        long, plain: the known names of several letters, longest first; whether there are none.
        spelled: other spellings of known names with accents; they are among the long ones too.
    """

    def __init__(
        self, options: Options, *, units: frozenset[str] = frozenset(), sympy: bool = False
    ) -> None:
        self.symbols: Mapping[str, Domain] | None = options.symbols
        self.functions = frozenset(options.functions)
        self.imaginary = self._imaginary(options, sympy)
        self.units = units
        self.sympy = sympy
        self.declared: frozenset[str] = self.functions.union(options.symbols or (), options.arrays)
        self.extra: frozenset[str] = frozenset()
        self.letters: frozenset[str] | None = None
        self.uses_x = _names_x(self.declared)
        self._order()

    @staticmethod
    def _imaginary(options: Options, sympy: bool) -> frozenset[str]:
        if options.imaginary is not None:
            return frozenset(options.imaginary)
        names = _IMAGINARY_SYMPY if sympy else _IMAGINARY
        if options.symbols or options.functions:
            return names.difference(options.symbols or (), options.functions)
        return names

    def _order(self) -> None:
        long = [name for name in self.declared.union(self.extra, self.imaginary) if len(name) > 1]
        self.spelled = spellings(long) if long else {}
        self.long = sorted([*long, *self.spelled], key=len, reverse=True)
        self.plain = not long
        self.constants = self.imaginary | (_EULER_SYMPY if self.sympy else _EULER)

    def look_at(self, reference: str) -> None:
        """Take from a reference what it shows before it is read.

        f, g and h are functions where they stand before a bracket only and are not declared; I is
        the imaginary unit where it is the only name beside numbers, or in exp(I x).
        """
        applied = [
            letter
            for letter in "fgh"
            if letter in reference
            and letter not in (self.symbols or {})
            and _only_applied(letter, reference)
        ]
        if applied:
            self.functions = self.functions.union(applied)
            self.declared = self.declared.union(applied)  # of one letter: none is longer now
        if (
            "I" in reference
            and "I" not in self.declared
            and self.imaginary == {"i"}
            and (_COMPLEX_NUMBER.fullmatch(reference) or _IN_EXPONENT.search(reference))
        ):
            self.imaginary = frozenset({"i", "I"})
            self._order()

    def learn(self, text: str, used: Iterable[str]) -> None:
        """Make what the reference uses known to the answer."""
        self.letters = frozenset(text)
        self.extra = frozenset(used).difference(self.declared)
        self.uses_x = self.uses_x or _names_x(self.extra)
        self.sympy = False
        self._order()

    def is_declared(self, name: str) -> bool:
        """Whether the author declared the name, or the imaginary unit is another than it."""
        return name in self.declared

    def knows(self, name: str) -> bool:
        """Whether the author declared the name or the reference uses it."""
        return name in self.declared or name in self.extra

    def is_variable(self, name: str) -> bool:
        """Whether a name that has no other meaning may stand as a variable."""
        if self.symbols is None or self.letters is None or self.knows(name):
            return True
        return name.rstrip("'") in self.declared or name.split("_", maxsplit=1)[0] in self.declared

    def resembles(self, name: str) -> str | None:
        """Return the declared name that an unknown one most resembles, or None."""
        known = sorted(self.declared | self.extra)
        folded = {each.casefold(): each for each in known}
        if name.casefold() in folded:
            return folded[name.casefold()]
        letter = vocabulary.GREEK_LETTERS.get(name, name)
        close = difflib.get_close_matches(letter, known, n=1, cutoff=0.6)
        return close[0] if close else None

    def splits(self, text: str, at: int) -> bool:
        """Whether the run of letters from `at` on falls into known names without a rest."""
        while at < len(text) and text[at].isalpha():
            known = next((name for name in self.long if text.startswith(name, at)), None)
            if known is None:
                if not self.knows(text[at]):
                    return False
                known = text[at]
            at += len(known)
        return True


def _names_x(names: Iterable[str]) -> bool:
    """Whether x or an x with a label, such as x_1, is among the names."""
    return not _NAMES_OF_X.isdisjoint([name[:2] for name in names])
