"""Operands: numbers, names with their subscripts, brackets."""

from fractions import Fraction

from grader.answers import vocabulary as words
from grader.answers.cursor import CLOSES, CLOSING, OPENING, Cursor
from grader.answers.lexer import (
    COMMAND,
    CONSTANT,
    END,
    FUNCTION,
    NAME,
    NUMBER,
    OPERATOR,
    SUB,
    TEXT,
    VULGAR,
    Token,
)
from grader.answers.limits import MAX_DIGITS, MAX_SCALE
from grader.answers.tree import (
    AND,
    BUILD,
    CALL,
    CONST,
    DIV,
    INDEX,
    MUL,
    NUM,
    OR,
    SEQ,
    SYM,
    Node,
)  # fmt: skip
from grader.answers.tree import (
    TEXT as TEXT_TAG,
)
from grader.errors import InvalidAnswer

_BEFORE_A_SET = frozenset({"", "∪", "∩", "∖", "△", "∈", "∉", "{", ","})
_BEHIND_A_SET = frozenset({"", "∪", "∩", "∖", "△", "}", ","})
_LOOK_AHEAD = 160  # tokens within which a comma makes f(x, y) a call


def literal(text: str, start: int, end: int) -> Node:
    """Return the exact number written as 12, 1 000, .5 or 1.5e-3.

    Raises:
        InvalidAnswer: the exponent is out of bounds.
    """
    digits = (
        text
        if text.isdigit() and text.isascii()
        else "".join(c for c in text if c.isalnum() or c in ".+-")
    )
    scale = 0
    for mark in ("e", "E"):
        if mark in digits:
            digits, exponent = digits.split(mark)
            scale = int(exponent) if len(exponent) <= len(str(MAX_DIGITS)) + 2 else MAX_SCALE + 1
            if abs(scale) > MAX_SCALE:
                raise InvalidAnswer(f"An exponent here is beyond {MAX_SCALE}.", start)
    if "." in digits:
        whole, fraction = digits.split(".")
        scale -= len(fraction)
        digits = whole + fraction
    if scale >= 0:
        return Node(NUM, "", (), int(digits) * 10**scale, start, end)
    value = Fraction(int(digits), 10**-scale)
    return Node(NUM, "", (), value.numerator if value.denominator == 1 else value, start, end)


class Atoms(Cursor):
    """Everything that is an operand by itself."""

    def primary(self) -> Node:
        """Read one operand."""
        token = self.tokens[self.i]
        kind = token.kind
        if kind == NUMBER:
            self.i += 1
            return literal(token.value, token.start, token.end)
        if kind == NAME:
            self.i += 1
            return self.decorated(token.value, token.start, token.end)
        if kind == FUNCTION:
            return self.function()
        if kind == COMMAND:
            return self.command()
        if kind == CONSTANT:
            return self._constant(token)
        if kind == TEXT:
            return self.words(token)
        if kind == VULGAR:
            self.i += 1
            top, bottom = (
                Node(NUM, value=v, start=token.start, end=token.end)
                for v in words.VULGAR[token.value]
            )
            return self.node(DIV, "", (top, bottom), token.start)
        if kind == OPERATOR and token.value in OPENING:
            return self.bracket() if token.value in CLOSES else self.fence(token)
        if kind == END:
            self.fail("Something is missing at the end.")
        return self.fail(f"{token.value!r} cannot stand here.")

    def literal(self, token: Token) -> Node:
        """Return the number of a token."""
        return literal(token.value, token.start, token.end)

    def _constant(self, token: Token) -> Node:
        self.i += 1
        if token.value == "empty":
            return self.node(SEQ, "{}", (), token.start)
        return Node(CONST, token.value, (), 0, token.start, token.end)

    def words(self, token: Token) -> Node:
        r"""Read \\text{...}: one word of letters is a product of letters, more is text."""
        self.i += 1
        value = token.value
        if value in words.GREEK:
            return Node(SYM, value, (), 0, token.start, token.end)
        if (
            value.isascii()
            and value.isalpha()
            and len(value) <= 40
            and not (self.tokens[self.i].kind == END and self.i == 1)
        ):
            letters = tuple(self.letter(char, token.start, token.end) for char in value)
            return self.node(MUL, "", letters, token.start)
        if value.isascii() and value.isalpha() and self.names.symbols is None:
            letters = tuple(self.letter(char, token.start, token.end) for char in value)
            return self.node(MUL, "", letters, token.start)
        return Node(TEXT_TAG, value, (), 0, token.start, token.end)

    def fence(self, token: Token) -> Node:
        """Read |x|, ‖x‖, ⌊x⌋ or ⌈x⌉."""
        close, name = {
            "|(": ("|)", "abs"),
            "⌊": ("⌋", "floor"),
            "⌈": ("⌉", "ceil"),
            "‖": ("‖", "norm"),
        }[token.value]
        self.i += 1
        inside = self.expression(0)
        self.expect(close)
        return self.node(CALL, name, (inside,), token.start)

    def bracket(self) -> Node:
        """Read ( ), [ ], { }, ⟨ ⟩ or a half-open interval: a group or a sequence."""
        token = self.tokens[self.i]
        opening, start = token.value, token.start
        self.i += 1
        if self.at(CLOSES[opening]):
            return self._empty(opening, start)
        items, separators = self.items()
        if opening == "{" and len(items) == 1:
            inside = self.infix(items[0])
            if inside is not items[0]:
                self.expect("}")
                return inside._replace(start=start, end=self.tokens[self.i - 1].end)
        if opening == "{" and (self.at("∣") or self.at("|(")):
            return self.builder(items, start)
        closing = self.tokens[self.i]
        if closing.kind != OPERATOR or closing.value not in CLOSING:
            unclosed = closing.kind == END
            self.fail(f"The bracket {opening!r} is not closed.", start if unclosed else None)
        pair = opening + closing.value
        self.i += 1
        if pair in ("()", "[]", "{}", "⟨⟩"):
            return self._closed(pair, items, separators, start)
        if pair in ("[)", "(]", "][") and len(items) == 2:
            return self.node(SEQ, pair, tuple(items), start)
        self.i -= 1
        return self.fail(f"The bracket {opening!r} is closed by {closing.value!r}.")

    def _empty(self, opening: str, start: int) -> Node:
        alone = self.i == 1 or self.tokens[self.i - 2].value != "^"
        if opening == "{" and alone and self.tokens[self.i].end - start >= 2:
            before = self.tokens[self.i - 2] if self.i > 1 else None
            if before is None or (before.kind == OPERATOR and before.value not in (")", "]", "}")):
                self.i += 1
                return self.node(SEQ, "{}", (), start)
        if opening == "[" and self.i == 1:
            self.i += 1
            return self.node(SEQ, "[]", (), start)
        return self.fail("Nothing stands between these brackets.")

    def _closed(self, pair: str, items: list[Node], separators: str, start: int) -> Node:
        if ";" in separators and pair in ("[]", "()"):
            return self.node(SEQ, "[]", tuple(self.rows(items, separators)), start)
        if pair == "⟨⟩":
            return self.node(SEQ, "()", tuple(items), start)
        if len(items) == 1 and pair == "()":
            return items[0]._replace(start=start, end=self.tokens[self.i - 1].end)
        if len(items) == 1 and pair == "{}" and self.is_group(items[0], start):
            return items[0]._replace(start=start, end=self.tokens[self.i - 1].end)
        return self.node(SEQ, pair, tuple(items), start)

    def is_group(self, item: Node, start: int) -> bool:
        """Whether braces around one item are LaTeX grouping, and no set of one."""
        opening = next(k for k in range(self.i - 1, -1, -1) if self.tokens[k].start == start)
        if self.tokens[opening].end - start > 1:
            return False  # an escaped brace is never grouping
        if item.name == "frac" or item.tag in (SEQ, AND, OR):
            return True
        before = self.tokens[opening - 1].value if opening else ""
        return before not in _BEFORE_A_SET or self.tokens[self.i].value not in _BEHIND_A_SET

    def rows(self, items: list[Node], separators: str) -> list[Node]:
        """Cut [1, 2; 3, 4] into rows."""
        rows: list[list[Node]] = [[items[0]]]
        for separator, item in zip(separators, items[1:], strict=True):
            if separator == ";":
                rows.append([])
            rows[-1].append(item)
        return [Node(SEQ, "[]", tuple(row), 0, row[0].start, row[-1].end) for row in rows]

    def builder(self, items: list[Node], start: int) -> Node:
        """Read { x | x > 2 } behind the bar."""
        if len(items) != 1:
            self.fail("Before the bar of a set stands one name.")
        self.i += 1
        conditions, _ = self.items()
        self.expect("}")
        condition = conditions[0] if len(conditions) == 1 else Node(AND, "", tuple(conditions))
        return self.node(BUILD, "", (items[0], condition), start)

    def letter(self, name: str, start: int, end: int) -> Node:
        """Return a name as the variable or the constant it is here."""
        names = self.names
        if name not in self.bound and not names.is_declared(name):
            if name in names.imaginary:
                return Node(CONST, "i", (), 0, start, end)
            if name == "e" or (names.sympy and name == "E"):
                return Node(CONST, "e", (), 0, start, end)
            if names.symbols is not None and not names.is_variable(name):
                near = names.resembles(name)
                hint = f" Did you mean {near}?" if near else ""
                raise InvalidAnswer(f"The name {name!r} is not known here.{hint}", start)
        return Node(SYM, name, (), 0, start, end)

    def decorated(self, name: str, start: int, end: int) -> Node:
        """Read primes, subscripts, index brackets and call brackets behind a name."""
        indices: list[Node] = []
        primes = ""
        while True:
            token = self.tokens[self.i]
            if token.kind == OPERATOR and token.value[0] == "'":
                primes += token.value
                self.i += 1
            elif token.kind == OPERATOR and token.value == "^" and self.mark_above():
                primes += self.mark_above()
                self.i += 4 if self.tokens[self.i + 1].value == "{" else 2
            elif token.kind == SUB or (token.kind == OPERATOR and token.value == "_"):
                self.i += 1
                indices += self.subscripts(token)
            elif self.is_digit_subscript(token, name, end, indices):
                self.i += 1
                indices.append(literal(token.value, token.start, token.end))
            elif (
                token.kind == OPERATOR
                and token.value == "["
                and token.start == self.tokens[self.i - 1].end
            ):
                self.i += 1
                inside, _ = self.items()
                self.expect("]")
                indices += inside
            else:
                break
        return self._finished(name + primes, indices, start, end)

    def mark_above(self) -> str:
        r"""Return the prime of x^{\prime} or the star of w^* behind the ^ that is next, or ""."""
        first, *rest = self.tokens[self.i + 1 : self.i + 4]
        if first.value == "{" and len(rest) == 2 and rest[1].value == "}":
            first = rest[0]
            return first.value if first.kind == OPERATOR and first.value in ("'", "''", "*") else ""
        if first.kind != OPERATOR or first.value not in ("'", "''"):
            return ""
        return first.value

    def is_digit_subscript(self, token: Token, name: str, end: int, indices: list[Node]) -> bool:
        """Whether these digits belong to the name: k1 is k_1, unless k is declared by itself."""
        return (
            token.kind == NUMBER and token.start == end and not indices and token.value.isdigit()
            and name not in ("e", "i") and name not in self.names.declared
        )  # fmt: skip

    def _finished(self, name: str, indices: list[Node], start: int, end: int) -> Node:
        whole = self.declared_whole(name, indices)
        if whole is not None:
            name, indices = whole, []
        call_name = name
        if indices:
            if self.names.symbols is not None and not self.names.is_variable(name):
                self.letter(name, start, end)
            node = self.node(INDEX, name, tuple(indices), start)
            call_name = name + "_" + ",".join(_label(index) for index in indices)
        else:
            node = self.letter(name, start, end)
        functions = self.names.functions
        is_call = name in functions or name.rstrip("'") in functions or whole in functions
        if self.at("(") and node.tag != CONST and (is_call or self.comma_inside()):
            self.i += 1
            arguments, _ = self.items()
            self.expect(")")
            return self.node(CALL, call_name, tuple(arguments), start)
        return node

    def declared_whole(self, name: str, indices: list[Node]) -> str | None:
        """Return k1 or k_1 where the author declared the whole as one name."""
        if len(indices) != 1 or self.names.plain or indices[0].tag not in (NUM, SYM, TEXT_TAG):
            return None
        tail = _label(indices[0])
        known = self.names.declared | self.names.extra
        return next(
            (
                each
                for each in (f"{name}_{tail}", f"{name}{tail}", f"{name}_{{{tail}}}")
                if each in known
            ),
            None,
        )

    def comma_inside(self) -> bool:
        """Whether the bracket that opens here holds a comma of its own: then it is a call."""
        depth = 0
        for token in self.tokens[self.i : self.i + _LOOK_AHEAD]:
            if token.kind == OPERATOR:
                if token.value in OPENING:
                    depth += 1
                elif token.value in CLOSING:
                    depth -= 1
                    if not depth:
                        return False
                elif token.value == "," and depth == 1:
                    return True
        return False

    def subscripts(self, token: Token) -> list[Node]:
        """Read x_1, x_i, x_max, x_{i,j}, x_{out}: a run of letters in a subscript is one label."""
        if token.kind == SUB:
            if token.value.isdigit():
                return [literal(token.value, token.start, token.end)]
            return [self.label(token.value, token.start, token.end)]
        token = self.tokens[self.i]
        if token.kind == OPERATOR and token.value in ("{", "("):
            return self._braced_subscripts(CLOSES[token.value])
        if token.kind == NUMBER:
            self.i += 1
            return [literal(token.value, token.start, token.end)]
        if token.kind in (NAME, TEXT, FUNCTION):
            run, end = self.run_of_letters()
            return [self.label(run, token.start, end)]
        if token.kind == OPERATOR and token.value in ("*", "+", "-"):
            self.i += 1
            return [Node(TEXT_TAG, token.value, (), 0, token.start, token.end)]
        return self.fail("A subscript is missing here.")

    def run_of_letters(self) -> tuple[str, int]:
        """Take name tokens that touch one another, as in x_max."""
        run, end = "", self.tokens[self.i].start
        while True:
            token = self.tokens[self.i]
            if token.kind not in (NAME, TEXT, FUNCTION) or (run and token.start != end):
                return run, end
            run += token.value
            end = token.end
            self.i += 1
            if token.kind != NAME or len(token.value) > 1 or self.tokens[self.i - 2].value == "\\":
                return run, end

    def _braced_subscripts(self, close: str) -> list[Node]:
        mark = self.i
        self.i += 1
        if self.tokens[self.i].kind in (NAME, TEXT, FUNCTION):
            start = self.tokens[self.i].start
            run, end = self.run_of_letters()
            if self.at(close):
                self.i += 1
                if len(run) > 1 and (set(run) <= set(self.bound) or is_pair_of_indices(run)):
                    return [Node(SYM, char, (), 0, start, end) for char in run]
                return [self.label(run, start, end)]
        self.i = mark + 1
        self.bound += ["e", "i"]  # an index may be called e or i
        items, _ = self.items()
        del self.bound[-2:]
        self.expect(close)
        return items

    def label(self, run: str, start: int, end: int) -> Node:
        """Return one letter as a name, more as a label."""
        if run.isdigit():
            return literal(run, start, end)
        if len(run) == 1 or run in words.GREEK:
            return Node(SYM, run, (), 0, start, end)
        return Node(TEXT_TAG, run, (), 0, start, end)


def is_pair_of_indices(run: str) -> bool:
    """Whether two letters in a subscript are two indices, as in a_{ij}."""
    return len(run) == 2 and set(run) <= set("ijklmnpqrst")


def _label(index: Node) -> str:
    return str(index.value) if index.tag == NUM else index.name
