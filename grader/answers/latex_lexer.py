"""The LaTeX in a text: commands that are signs, names, functions, fonts or only spacing."""

from grader.answers import latex_words as words
from grader.answers.latex_layout import without_layout
from grader.answers.limits import MAX_CHARACTERS, MAX_DEPTH
from grader.answers.names import Names
from grader.answers.tokens import COMMAND, CONSTANT, FUNCTION, NAME, NUMBER, OPERATOR, TEXT, Token
from grader.answers.vocabulary import (
    CONSTANT_WORDS,
    FUNCTIONS,
    GREEK,
    MULTIPLES,
    SAME_LETTER,
    plain,
)
from grader.errors import InvalidAnswer

_CONGRUENT = ("≡", "\\equiv")


class LatexLexer:
    """What a lexer holds, and how it reads commands."""

    def __init__(self, text: str, names: Names, *, commas: bool = False) -> None:
        if len(text) > MAX_CHARACTERS:
            raise InvalidAnswer(f"This is longer than {MAX_CHARACTERS} characters.", MAX_CHARACTERS)
        self.text = plain(text)
        if "\\" in text:
            self.text = without_layout(self.text)
        self.names = names
        self.tokens: list[Token] = []
        self.depth = 0
        self.unknown = 0
        self.commas = commas

    def _bracket(self, value: str, start: int) -> None:
        if value in ("(", "[", "{"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise InvalidAnswer("The brackets are nested too deeply.", start)
        elif value in (")", "]", "}"):
            self.depth -= 1

    def _command(self, name: str, start: int, end: int) -> int:
        """Read one LaTeX command; return where it ends (behind its braces, for fonts and text)."""
        if name in words.COMMAND_SILENT:
            return self._silent(name, start, end)
        if name in words.COMMAND_FONTS or name in words.COMMAND_TEXT:
            return self._font(name, start, end)
        self._meaning(name, start, end)
        return end

    def _meaning(self, name: str, start: int, end: int) -> None:
        """Add the token of a command that stands for something by itself."""
        add = self.tokens.append
        if name in words.COMMAND_OPERATORS:
            value = words.COMMAND_OPERATORS[name]
            value = self._modulus() if value == "mod" else value
            self._bracket(value, start)
            add(Token(OPERATOR, value, start, end))
        elif name in words.COMMAND_ARGUMENTS or name in words.COMMAND_BOXES:
            add(Token(COMMAND, name, start, end))
        elif name in words.COMMAND_CONSTANTS and not self.names.is_declared(name):
            add(Token(CONSTANT, words.COMMAND_CONSTANTS[name], start, end))
        elif name in GREEK:
            add(Token(NAME, SAME_LETTER.get(name, name), start, end))
        elif name in FUNCTIONS and FUNCTIONS[name][0] != "@":
            add(Token(FUNCTION, FUNCTIONS[name], start, end))
        elif name in words.COMMAND_NAMES:
            add(Token(NAME, words.COMMAND_NAMES[name], start, end))
        elif _is_glued(name):  # \cdotb
            if name[:-1] not in words.COMMAND_SILENT:
                self._meaning(name[:-1], start, end - 1)
            add(Token(NAME, name[-1], end - 1, end))
        else:
            raise InvalidAnswer(
                f"The command \\{name} is not read."
                if name.strip()
                else "A backslash stands alone.",
                start,
            )

    def _modulus(self) -> str:
        """Return what a mod is here: an operator, or "pmod" behind a ≡ b and in (mod 5)."""
        if self.tokens and self.tokens[-1].value == "(":
            self.tokens[-1] = self.tokens[-1]._replace(value="pmod")
            return "("  # the two change places
        end = self.tokens[-1].end if self.tokens else 0
        congruent = any(self.text.find(sign, 0, end) >= 0 for sign in _CONGRUENT)
        return "pmod" if congruent else "mod"

    def _silent(self, name: str, start: int, end: int) -> int:
        if name not in words.COMMAND_SIZED:
            return end
        rest = self.text[end:].lstrip()
        if rest[:1] == ".":
            return self.text.index(".", end) + 1
        if rest[:1] not in tuple("()[]{}|<>\\/⌊⌋⌈⌉⟨⟩‖"):
            raise InvalidAnswer(f"\\{name} needs a bracket behind it.", start)
        return end

    def _font(self, name: str, start: int, end: int) -> int:
        inside, after = self._braces(end)
        is_text = name in words.COMMAND_TEXT
        if inside is None:
            if is_text:
                raise InvalidAnswer(f"\\{name} needs braces.", start)
            return end  # \bf x, \mathbb E
        word = inside.strip()
        if not is_text and not (word.isascii() and word.isalpha()) and word not in FUNCTIONS:
            if "\\" in word:
                return end  # a group like any other: \boldsymbol{\theta}
            raise InvalidAnswer(f"\\{name} holds something else than letters.", end)
        self._font_word(word.strip(","), start, after)
        return after

    def _font_word(self, word: str, start: int, after: int) -> None:
        add = self.tokens.append
        if word in ("and", "or"):
            add(Token(OPERATOR, word, start, after))
        elif not word:
            return
        elif self.names.knows(word) or (len(word) == 1 and word.isalpha()):
            add(Token(NAME, word, start, after))
        elif word in MULTIPLES and self.tokens and self.tokens[-1].kind == NUMBER:
            add(Token(OPERATOR, "*", start, start))
            add(Token(NUMBER, MULTIPLES[word], start, after))
        elif word in FUNCTIONS:
            add(Token(FUNCTION, FUNCTIONS[word], start, after))
        elif word in CONSTANT_WORDS:
            add(Token(CONSTANT, CONSTANT_WORDS[word], start, after))
        else:
            add(Token(TEXT, " ".join(word.split()), start, after))

    def _braces(self, at: int) -> tuple[str | None, int]:
        """Return the text inside the braces that open at `at`, and where they end."""
        text = self.text
        while at < len(text) and text[at] in " \t\n":
            at += 1
        if text[at : at + 1] != "{":
            return None, at
        end = text.find("}", at)
        if end < 0:
            raise InvalidAnswer("This brace is never closed.", at)
        return text[at + 1 : end], end + 1


def _is_glued(name: str) -> bool:
    """Whether this is a command that needs no braces, with one letter behind it."""
    command = name[:-1]
    return len(command) > 1 and (
        command in words.COMMAND_OPERATORS
        or command in words.COMMAND_CONSTANTS
        or command in words.COMMAND_SILENT - words.COMMAND_SIZED
        or command in GREEK
        or (command in FUNCTIONS and FUNCTIONS[command][0] != "@")
    )
