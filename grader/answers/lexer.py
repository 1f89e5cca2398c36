"""Text to tokens: plain, Python-like, Unicode and LaTeX, mixed freely."""

import re
import string
from collections.abc import Callable

from grader.answers import vocabulary as words
from grader.answers.accents import accent_of
from grader.answers.bars import match_bars
from grader.answers.limits import MAX_DIGITS, MAX_TOKENS
from grader.answers.spellings import (
    separates_arguments,
    with_angles,
    with_crosses,
    with_intervals,
    with_lone_crosses,
    with_unions,
    without_modules,
)
from grader.answers.tokens import (
    COMMAND,
    CONSTANT,
    END,
    NAME,
    NUMBER,
    OPERATOR,
    SUB,
    SUPER,
    VULGAR,
    Token,
    token,
)
from grader.answers.word_lexer import WordLexer
from grader.errors import InvalidAnswer

Match = Callable[[str, int, int], "re.Match[str] | None"]
_DIGITS = r"\d+(?:\.\d*)?|\.\d+"
_SPACED = (
    r"(?<!_)\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![\d.])(?:\.\d+)?|"
    r"\d{1,3}(?:(?:,?\\! ?|\\[,;:]|\{,\}|\\ |_(?=\d{3}))\d{3})+(?:\.\d+)?|"
)
_COMMAS = r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|"
_REST = (
    r"|(?P<w>(?:arctan2|atan2|log1p|expm1)(?=\s*\()|[A-Za-z]+)"
    r"|(?P<c>\\(?:[A-Za-z]+|.|\n))|(?P<x>[ \t\r\n~]+)"
    r"|(?P<o>\*\*|//|===|=/=|!=|<>|<=|>=|==|=<|=>|&&|->|''|[-+*/^_=<>()\[\]{}|,;:!%&'×·⋅∗∙•⨯✕⨉÷⁄∕≤≥⩽⩾≦≧≠≈≃≅≡±∓"
    r"∪∩∈∉∖△⌊⌋⌈⌉⟨⟩‖″‴⟦⟧∶→∧∨@°])"
    r"|(?P<p>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ]+)|(?P<q>[₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ]+)|(?P<g>[α-ωΑ-Ωϕϵϑϱµ∆∑∏])|(?P<r>[√∛∜])"
    r"|(?P<i>[∞∅])|(?P<v>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])"
)


def _compile(scientific: bool, spaced: bool, commas: bool) -> re.Pattern[str]:
    number = (_COMMAS if commas else "") + (_SPACED if spaced else "") + _DIGITS
    exponent = r"(?:[eE][+-]?\d+)?" if scientific else ""
    return re.compile(f"(?P<n>(?:{number}){exponent})" + _REST, re.ASCII)


_PATTERNS = {
    (scientific, spaced, commas): _compile(scientific, spaced, commas)
    for scientific in (False, True)
    for spaced in (False, True)
    for commas in (False, True)
}
_DERIVATIVE = re.compile(r"(?<![A-Za-z\\])d[A-Za-z]?\s*/\s*d[A-Za-z](?![A-Za-z])")
_LOOK_AHEAD = 4  # the end stands so often that looking ahead never falls off it
_DOLLARS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"))
_DOLLAR_SIGNS = ("$", "\\")
_NEVER_OUTSIDE = frozenset(string.ascii_letters + string.digits + "()[]{}|!+-")
_DEEPER = frozenset("([{)]}")
_ALONE = frozenset("+^()[]{},;")  # signs that no longer sign begins with
_SHORT = frozenset(string.ascii_letters + string.digits)
_ENDS_SHORT = frozenset(["", *"+-*/^()=]}"])  # behind one character of a name or number: its end
_SHORT_KINDS = (
    dict.fromkeys(_ALONE, OPERATOR)
    | dict.fromkeys(string.ascii_letters, NAME)
    | dict.fromkeys(string.digits, NUMBER)
)


class Lexer(WordLexer):
    """Cuts one text into tokens; a lexer is used once."""

    def run(self) -> list[Token]:
        """Return all tokens, ending with END tokens.

        Raises:
            InvalidAnswer: a character has no meaning here, or a limit is passed.
        """
        at, size = self._inside_dollars()
        match = self._prepared()
        text, add, short = self.text, self.tokens.append, self.names.plain
        signs = words.OPERATOR_SIGNS
        while at < size:
            char, end = text[at], at + 1
            if char in _ALONE or (short and char in _SHORT and text[end : at + 2] in _ENDS_SHORT):
                if char in _DEEPER:
                    self._bracket(char, at)
                add(token(_SHORT_KINDS[char], char, at, end))
                at = end
                continue
            end = 0 if short or not char.isalpha() else self._declared(at)
            if end:
                at = end
                continue
            found = match(text, at, size)
            if found is None:
                at = self._accented(char, at)
                continue
            group, end = found.lastgroup or "", found.end()
            if group == "w" and end == at + 1:
                add(token(NAME, char, at, end))
            elif group == "o":
                value = found.group()
                value = signs.get(value, value)
                if value in _DEEPER:
                    self._bracket(value, at)
                add(token(OPERATOR, value, at, end))
            elif group == "n" and end - at <= MAX_DIGITS:
                add(token(NUMBER, found.group(), at, end))
            else:
                end = end if group == "x" else self._token(group, found.group(), at, end)
            at = end
        return self._finished(size)

    def _prepared(self) -> Match:
        """Settle what x, U, e and blanks between digits mean here; return what matches a token."""
        text, names = self.text, self.names
        if "/" in text and not names.is_declared("d"):
            self._refuse_derivatives()
        if not names.uses_x:
            text = with_crosses(text)
        if " " in text and (names.letters is not None or names.symbols is not None):
            text = self._with_lone_crosses(text)
        if "." in text:
            text = without_modules(text)
        if "U" in text and not names.is_declared("U"):
            text = with_unions(text)
        if ">" in text:
            text = with_angles(text)
        if "Interval." in text:
            text = with_intervals(text)
        self.text = text
        scientific = not (names.is_declared("e") or names.is_declared("E"))
        spaced = not ("[" in text or ";" in text or "&" in text or "\n" in text)
        commas = self.commas and not ("," in text and separates_arguments(text))
        return _PATTERNS[scientific, spaced, commas].match

    def _with_lone_crosses(self, text: str) -> str:
        """Take "F x C" as a product where the reference and its author know no x."""
        names = self.names
        for letter in "xX":
            known = names.uses_x if letter == "x" else names.knows(letter)
            if f" {letter} " in text and not known:
                text = with_lone_crosses(text, letter)
        return text

    def _finished(self, size: int) -> list[Token]:
        if len(self.tokens) > MAX_TOKENS:
            raise InvalidAnswer("This is too long to read.", self.tokens[MAX_TOKENS].start)
        self.tokens += [token(END, "", size, size)] * _LOOK_AHEAD
        barred = "|" in self.text or "\\" in self.text
        if barred and "|" in [each[1] for each in self.tokens]:
            match_bars(self.tokens)
        return self.tokens

    def _inside_dollars(self) -> tuple[int, int]:
        text = self.text
        start, end = 0, len(text)
        if text[:1] in _NEVER_OUTSIDE and text[-1:] in _NEVER_OUTSIDE:
            return start, end
        start = len(text) - len(text.lstrip())
        end = len(text.rstrip())
        for opening, closing in _DOLLARS if text[start : start + 1] in _DOLLAR_SIGNS else ():
            inside = end - len(closing)
            if (
                text.startswith(opening, start)
                and text.endswith(closing, start, end)
                and inside >= start + len(opening)
            ):
                start += len(opening)
                return start, inside
        if text[start : start + 1] == "$" and text.count("$") == 1:
            start += text[start + 1 : start + 2].isdigit()  # $5: a sum of money
        if end > start + 1 and text[end - 1] == "." and text[end - 2] not in ".\\":
            end -= 1  # the full stop of a sentence
        return start, end

    def _refuse_derivatives(self) -> None:
        found = _DERIVATIVE.search(self.text)
        if found and not self.names.is_declared(found.group().split("/")[0].strip()):
            raise InvalidAnswer("A derivative cannot be read here.", found.start())

    def _declared(self, at: int) -> int:
        """Take a declared name of several letters; return where it ends, 0 where there is none."""
        text = self.text
        name = next((each for each in self.names.long if text.startswith(each, at)), None)
        if name is None:
            return 0
        end = at + len(name)
        inside = end < len(text) and text[end].isalpha() and name[-1].isalpha()
        if inside and not self.names.splits(text, end):
            return 0
        kind = CONSTANT if name in self.names.imaginary else NAME
        value = "i" if kind == CONSTANT else self.names.spelled.get(name, name)
        self.tokens.append(Token(kind, value, at, end))
        return end

    def _accented(self, char: str, at: int) -> int:
        """Take a letter with an accent, or an accent behind a letter; return where it ends."""
        accent, letter = accent_of(char) or ("", "")
        start, last = at, self.tokens[-1] if self.tokens else None
        if accent and not letter and last and last.kind == NAME and last.end == at:
            letter, start = self.tokens.pop().value, last.start
        if not letter:
            raise InvalidAnswer(f"The character {char!r} has no meaning here.", at)
        name = f"{accent} {letter}"
        self.tokens.append(Token(NAME, self.names.spelled.get(name, name), start, at + 1))
        return at + 1

    def _token(self, group: str, value: str, start: int, end: int) -> int:
        if group == "n":  # a shorter one never comes here
            raise InvalidAnswer(f"A number here has more than {MAX_DIGITS} digits.", start)
        if group == "w":
            self._word(value, start, end)
        elif group == "c":
            return self._command(value[1:], start, end)
        elif group != "x":
            self._sign(group, value, start, end)
        return end

    def _sign(self, group: str, value: str, start: int, end: int) -> None:
        add = self.tokens.append
        if group == "p":
            add(Token(SUPER, "".join(words.SUPERSCRIPTS[char] for char in value), start, end))
        elif group == "q":
            add(Token(SUB, "".join(words.SUBSCRIPTS[char] for char in value), start, end))
        elif group == "g":
            if value in words.BIG_SIGNS:
                add(Token(COMMAND, words.BIG_SIGNS[value], start, end))
            elif value == "π" and not self.names.is_declared("pi"):
                add(Token(CONSTANT, "pi", start, end))
            elif value in words.GREEK_LETTERS:
                add(Token(NAME, words.GREEK_LETTERS[value], start, end))
            else:  # capital letters that look like Latin ones
                raise InvalidAnswer(
                    f"The Greek capital {value!r} is not read; type the letter.", start
                )
        elif group == "r":
            add(
                Token(
                    COMMAND,
                    "sqrt" if value == "√" else f"root{words.ROOT_SIGNS[value]}",
                    start,
                    end,
                )
            )
        elif group == "i":
            add(Token(CONSTANT, "oo" if value == "∞" else "empty", start, end))
        else:
            add(Token(VULGAR, value, start, end))
