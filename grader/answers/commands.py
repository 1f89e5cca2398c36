r"""LaTeX commands with arguments: \frac12, \sqrt[3]{x}, \binom{n}{k}, \sum, \begin{bmatrix}."""

from grader.answers.cursor import CLOSES, Cursor
from grader.answers.latex_words import ACCENTS, COMMAND_BOXES, EMPHASIS, FRACTIONS
from grader.answers.limits import MAX_ITEMS
from grader.answers.tokens import (
    COMMAND,
    CONSTANT,
    END,
    FUNCTION,
    NAME,
    NUMBER,
    OPERATOR,
    TEXT,
    Token,
)
from grader.answers.tree import CALL, CONST, DIV, POW, SEQ, SYM, Node, number, spanning
from grader.answers.tree import TEXT as TEXT_TAG

_ENVIRONMENTS = frozenset(
    [
        "matrix",
        "pmatrix",
        "bmatrix",
        "Bmatrix",
        "smallmatrix",
        "array",
        "cases",
        "dcases",
        "rcases",
    ]
)
_REACH = 12  # tokens within which a derivative shows
_ORDER = 2  # tokens from which on what stands behind the d is the order of a derivative


class Commands(Cursor):
    """Everything that a LaTeX command with arguments begins."""

    def command(self) -> Node:
        """Read a LaTeX command with arguments."""
        token = self.tokens[self.i]
        name, start = token.value, token.start
        self.i += 1
        self.sink()
        node = self.command_at(name, start)
        self.depth -= 1
        return node

    def command_at(self, name: str, start: int) -> Node:
        """Read the arguments of a LaTeX command."""
        if name in FRACTIONS:
            return self._fraction(start)
        if name.endswith("binom"):
            top = self.argument()
            return self.node(CALL, "binomial", (top, self.argument()), start)
        if name in ("sqrt", "root3", "root4"):
            return self.radical(name, start)
        if name in ("sum", "prod"):
            return self.sign_sum(name, start)
        if name in COMMAND_BOXES:
            return self._boxed(start)
        if name == "begin":
            return self._environment(start)
        return self.accent(ACCENTS.get(name, name), start)

    def _boxed(self, start: int) -> Node:
        self.expect("{")
        items, _ = self.items()
        self.expect("}")
        return items[0] if len(items) == 1 else self.node(SEQ, "", tuple(items), start)

    def _fraction(self, start: int) -> Node:
        if self.is_derivative():
            self.fail("A derivative cannot be read here.", start)
        top = self.argument()
        return self.node(DIV, "frac", (top, self.argument()), start)

    def is_derivative(self) -> bool:
        """Whether this is d/dx or dy/dx, with d not declared."""
        tokens, i = self.tokens, self.i
        values = [token.value for token in tokens[i : i + _REACH]]
        if values[:2] != ["{", "d"] or "}" not in values or self.names.is_declared("d"):
            return False
        close = values.index("}")
        top, below = values[2:close], values[close + 1 :]
        if below[:2] != ["{", "d"] or tokens[i + close + 3].kind != NAME:
            return False
        plain = len(top) < _ORDER and "^" not in top  # d or dy, else d^2 or d^2 y
        return plain or (top[:1] == ["^"] and below[3:4] == ["^"])

    def radical(self, name: str, start: int) -> Node:
        r"""Read what stands behind \sqrt: [3]{x}, {x}."""
        degree: Node | None = number(int(name[4:])) if name != "sqrt" else None
        if degree is None and self.accept("["):
            degree = self.expression(0)
            self.expect("]")
        radicand = self.argument()
        exponent = Node(DIV, "", (number(1), degree or number(2)))
        return self.node(POW, "" if degree else "sqrt", (radicand, exponent), start)

    def accent(self, name: str, start: int) -> Node:
        r"""Read \hat{x}: an accent is part of the name."""
        inside = self.argument()
        if name in EMPHASIS:
            return inside
        if inside.tag not in (SYM, CONST):
            self.fail(f"\\{name} over more than one letter is not read.", start)
        accented = f"{name} {inside.name}"
        accented = self.names.spelled.get(accented, accented)
        return self.decorated(accented, start, self.tokens[self.i - 1].end)

    def argument(self) -> Node:
        """Read one LaTeX argument: a group, or a single digit, letter or command."""
        self.sink()
        node = self._argument()
        self.depth -= 1
        return node

    def _argument(self) -> Node:
        token = self.tokens[self.i]
        if token.kind == OPERATOR and token.value in ("{", "("):
            return self._group(token)
        if token.kind == NUMBER:
            return self.first_digit(token)
        if token.kind == NAME and "_" not in token.value:
            self.i += 1
            return self.letter(token.value, token.start, token.end)
        if token.kind == END:
            self.fail("Something is missing at the end.")
        if token.kind == TEXT and not (token.value.isascii() and token.value.isalpha()):
            self.i += 1
            return Node(TEXT_TAG, token.value, (), 0, token.start, token.end)
        if token.kind in (COMMAND, CONSTANT, TEXT, FUNCTION):
            return self.primary()
        return self.fail(f"{token.value!r} cannot stand here.")

    def _group(self, token: Token) -> Node:
        self.i += 1
        if self.at(CLOSES[token.value]):
            self.fail("Nothing stands between these brackets.")
        inside = self.infix(self.expression(0))
        if self.at(","):
            self.fail("A list cannot stand here.")
        self.expect(CLOSES[token.value])
        return spanning(inside, token.start, self.tokens[self.i - 1][3])

    def first_digit(self, token: Token) -> Node:
        r"""Take one digit of a number, as TeX does: \frac12 is a half, \sqrt12 is 2 sqrt(1)."""
        if len(token.value) > 1 and token.value.isdigit():
            self.tokens[self.i] = token._replace(value=token.value[1:], start=token.start + 1)
            digit = Token(NUMBER, token.value[0], token.start, token.start + 1)
            self.tokens.insert(self.i, digit)
        self.i += 1
        value = self.tokens[self.i - 1]
        return self.literal(value)

    def _environment(self, start: int) -> Node:
        name = self._environment_name()
        if name not in _ENVIRONMENTS:
            self.fail(f"The environment {name!r} is not read.", start)
        if name == "array" and self.at("{"):
            while not self.accept("}"):
                self.i += 1
                if self.tokens[self.i].kind == END:
                    self.fail("This brace is never closed.", start)
        is_cases = name.endswith("cases")
        rows = self.table(is_cases, start)
        self._environment_name()
        if is_cases:
            return self.cases(rows, start)
        if len({len(row) for row in rows}) != 1:
            self.fail("The rows of this matrix differ in length.", start)
        return self.node(
            SEQ,
            "[]",
            tuple(Node(SEQ, "[]", tuple(row), 0, row[0].start, row[-1].end) for row in rows),
            start,
        )

    def _environment_name(self) -> str:
        self.expect("{")
        name = ""
        while self.tokens[self.i].kind in (NAME, FUNCTION):
            name += self.tokens[self.i].value.removeprefix("@")
            self.i += 1
        self.accept("*")
        self.expect("}")
        return name

    def table(self, is_cases: bool, start: int) -> list[list[Node]]:
        r"""Read cells between & and rows between \\\\, up to and over the \\end."""
        rows: list[list[Node]] = [[]]
        count = 0
        while True:
            token = self.tokens[self.i]
            if token.kind == COMMAND and token.value == "end":
                self.i += 1
                return [row for row in rows if row]
            if token.kind == END:
                self.fail("This environment is not closed.", start)
            if self.accept("\\\\"):
                rows.append([])
            elif self.accept("&") or (is_cases and rows[-1] and self.accept(",")):
                self.accept("&")
                self.condition_words(rows[-1], is_cases)
            elif (
                rows[-1]
                and self.tokens[self.i - 1].value not in ("&", ",")
                and self.tokens[self.i - 1].kind != TEXT
            ):
                self.fail("An & or \\\\ is missing here.")
            else:
                rows[-1].append(self.expression(0))
                count += 1
            if count > MAX_ITEMS:
                self.fail("More entries stand here than can be read.")

    def condition_words(self, row: list[Node], is_cases: bool) -> None:
        r"""Step over \text{if}; \text{otherwise} is a condition that always holds."""
        token = self.tokens[self.i]
        if is_cases and token.kind == TEXT:
            self.i += 1
            following = self.tokens[self.i]
            if following.value == "\\\\" or following.kind == COMMAND:
                row.append(Node(CONST, "true", (), 0, token.start, token.end))
