"""The runs of letters in a text: known words, functions, Greek names, or single letters."""

import re

from grader.answers import vocabulary as words
from grader.answers.glued import known_in_capitals, with_a_letter_before
from grader.answers.latex_lexer import LatexLexer
from grader.answers.tokens import CONSTANT, FUNCTION, NAME, NUMBER, OPERATOR, SUPER, Token
from grader.errors import InvalidAnswer

_GLUED = re.compile(
    r"([A-Za-z]?)(arcsin|arccos|arctan|sinh|cosh|tanh|sin|cos|tan|cot|sec|csc|ln|log|exp|sqrt)([A-Za-z]?)$|([A-Za-z]?)(pi)([A-Za-z]?)$"
)
_PROSE = frozenset(
    [
        "if",
        "then",
        "else",
        "otherwise",
        "where",
        "the",
        "not",
        "is",
        "think",
        "lambda",
        "import",
        "for",
        "while",
        "because",
        "since",
        "hence",
        "thus",
        "answer",
        "with",
    ]
)
_DEGREES = frozenset({"degree", "degrees"})  # behind a number
_RAISED = {"squared": "2", "cubed": "3"}  # behind an operand
_CASES = frozenset({"if", "else", "otherwise"})  # behind a value
_OPERANDS = frozenset({NUMBER, NAME, CONSTANT})
_OPENS_CALL = ("(", "[")


class WordLexer(LatexLexer):
    """How a lexer reads runs of letters."""

    def _word(self, run: str, start: int, end: int) -> None:
        """Cut a run of letters: a known word, a function, a Greek name, or single letters."""
        add = self.tokens.append
        if len(run) == 1:
            add(Token(NAME, run, start, end))
            return
        token = self._known_word(run, start, end)
        if token is not None:
            add(token)
            return
        if run in _DEGREES and self.tokens and self.tokens[-1].kind == NUMBER:
            add(Token(OPERATOR, "°", start, end))
            return
        if run in _RAISED and self._follows_operand():
            add(Token(SUPER, _RAISED[run], start, end))
            return
        if run in _CASES and self._is_case(run):
            add(Token(OPERATOR, run, start, end))
            return
        if run in words.MULTIPLES and self.tokens and self.tokens[-1].kind == NUMBER:
            add(Token(OPERATOR, "*", start, start))
            add(Token(NUMBER, words.MULTIPLES[run], start, end))
            return
        if self.text[end : end + 1] in _OPENS_CALL and self._applied(run, start, end):
            return
        glued = _GLUED.match(run)
        if glued and self.names.symbols is None and not (glued[4] and self.names.knows("p")):
            self._glued([part for part in glued.groups() if part is not None], start, end)
            return
        self._letters(run, start, end)

    def _follows_operand(self) -> bool:
        """Whether an operand ends right before this."""
        last = self.tokens[-1] if self.tokens else None
        return last is not None and (last.kind in _OPERANDS or last.value in (")", "]", "}"))

    def _is_case(self, run: str) -> bool:
        """Whether an if stands behind a value, an else behind an if; elsewhere they are words."""
        if run == "if":
            return self._follows_operand()
        return any(each.value == "if" and each.kind == OPERATOR for each in self.tokens)

    def _known_word(self, run: str, start: int, end: int) -> Token | None:
        if run in self.names.units:
            return Token(NAME, run, start, end)
        if run in words.FUNCTIONS and (run not in words.NEED_BRACKET or self._opens(end)):
            if run == "mod" and not (self._opens(end) and "," in self.text[end:].partition(")")[0]):
                return Token(OPERATOR, self._modulus(), start, end)
            return Token(FUNCTION, words.FUNCTIONS[run], start, end)
        if run in words.CONSTANT_WORDS and run not in self.names.extra:
            return Token(CONSTANT, words.CONSTANT_WORDS[run], start, end)
        if run in words.GREEK:
            return Token(NAME, words.SAME_LETTER.get(run, run), start, end)
        if run in words.OPERATOR_WORDS:
            return Token(OPERATOR, words.OPERATOR_WORDS[run], start, end)
        return None

    def _opens(self, end: int) -> bool:
        rest = self.text[end : end + 8].lstrip(" ")
        return rest[:1] in ("(", "{") or rest.startswith("\\left(")

    def _applied(self, run: str, start: int, end: int) -> bool:
        """Add the tokens of SIN(x), Sqrt[2] or Basin(1); whether it is such a call."""
        names = self.names
        function = None if names.knows(run) else known_in_capitals(run)
        parts = None if function else with_a_letter_before(run, self.text[end + 1 :])
        if parts and self.text[end] == "(" and (names.symbols is None or names.knows(parts[0])):
            self.tokens.append(Token(NAME, parts[0], start, start + 1))
            function, start = parts[1], start + 1
        if function:
            self.tokens.append(Token(FUNCTION, function, start, end))
        return bool(function)

    def _glued(self, parts: list[str], start: int, end: int) -> None:
        """Cut sinx, 2lnx, xcosy, pix: a function glued to at most one letter on either side."""
        before, head, after = parts
        add = self.tokens.append
        if before:
            add(Token(NAME, before, start, start + 1))
        at = start + len(before)
        if head == "pi":
            add(Token(CONSTANT, "pi", at, at + 2))
        else:
            add(Token(FUNCTION, words.FUNCTIONS[head], at, at + len(head)))
        if after:
            add(Token(NAME, after, end - 1, end))

    def _letters(self, run: str, start: int, end: int) -> None:
        names = self.names
        if run in _PROSE or len(run) > 40:
            raise InvalidAnswer(f"{run[:40]!r} is a word, not mathematics.", start)
        if (
            names.symbols is not None
            and names.letters is not None
            and not names.splits(self.text, start)
            and not self._is_label(start)
        ):
            self._unknown(run, start)
        calls = len(run) > 2 and self.text[end : end + 1] == "("
        if (
            calls
            and run[-1] not in names.functions
            and names.letters is not None
            and not names.letters.issuperset(run)
        ):
            self._unknown(run, start, "function")
        at = start
        while at < end:
            name = next(
                (each for each in names.long if self.text.startswith(each, at, end)), self.text[at]
            )
            self.tokens.append(Token(NAME, names.spelled.get(name, name), at, at + len(name)))
            at += len(name)
        alone = (start == 0 or self.text[start - 1] == " ") and self.text[end : end + 1] in (
            " ",
            "",
        )
        self.unknown += alone
        if self.unknown >= 3:
            raise InvalidAnswer("This reads as words, not as mathematics.", start)

    def _is_label(self, start: int) -> bool:
        r"""Whether letters stand right behind a _, _{ or \begin{: any word may stand there."""
        return self.text.endswith(("_", "_{", "\\begin{", "\\end{"), 0, start)

    def _unknown(self, run: str, start: int, what: str = "name") -> None:
        letters = [char for char in run if not self.names.is_variable(char) and char not in "ei"]
        near = self.names.resembles(run) or next(
            filter(None, map(self.names.resembles, letters)), None
        )
        hint = f" Did you mean {near}?" if near else ""
        raise InvalidAnswer(f"The {what} {run!r} is not known here.{hint}", start)
