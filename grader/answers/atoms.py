"""Operands: numbers, names with their subscripts, brackets."""

from grader.answers import vocabulary as words
from grader.answers.cursor import CLOSES, CLOSING, OPENING, Cursor
from grader.answers.exact import exact
from grader.answers.literals import literal, numeral
from grader.answers.tokens import (
    COMMAND,
    CONSTANT,
    END,
    FUNCTION,
    NAME,
    NUMBER,
    OPERATOR,
    TEXT,
    VULGAR,
    Token,
)
from grader.answers.tree import (
    AND,
    BUILD,
    CALL,
    CONST,
    DIV,
    MUL,
    NUM,
    OR,
    SEQ,
    SYM,
    Node,
    spanning,
)  # fmt: skip
from grader.answers.tree import (
    TEXT as TEXT_TAG,
)

_BEFORE_A_SET = frozenset({"", "∪", "∩", "∖", "△", "∈", "∉", "{", ","})
_BEHIND_A_SET = frozenset({"", "∪", "∩", "∖", "△", "}", ","})


class Atoms(Cursor):
    """Everything that is an operand by itself."""

    def primary(self) -> Node:
        """Read one operand."""
        token = self.tokens[self.i]
        kind = token.kind
        if kind == NUMBER:
            self.i += 1
            raised = self.i > 1 and self.tokens[self.i - 2].value == "^"  # x^2_1 is x_1^2
            return (
                self.in_base(token) if self.is_subscript() and not raised else self.literal(token)
            )
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
        return self._no_operand(token)

    def _no_operand(self, token: Token) -> Node:
        r"""Read \choose{n}{k}; anything else that comes here stands in the wrong place."""
        if token.value == "choose":
            self.i += 1
            top = self.argument()
            return self.node(CALL, "binomial", (top, self.argument()), token.start)
        if token.kind == END:
            self.fail("Something is missing at the end.")
        return self.fail(f"{token.value!r} cannot stand here.")

    def in_base(self, token: Token) -> Node:
        """Read 204_5, a number in base five."""
        mark = self.tokens[self.i]
        self.i += 1
        bases = self.subscripts(mark)
        base = exact(bases[0]) if len(bases) == 1 else None
        value = None if base is None else numeral(token.value, base)
        if value is None:
            self.fail("This is no number in that base.", token.start)
        return self.node(NUM, "", (), token.start)._replace(value=value)

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
                return spanning(inside, start, self.tokens[self.i - 1][3])
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
        if pair == "()" and len(separators) > 1 and set(separators) == {";"}:
            return self.node(SEQ, pair, tuple(items), start)
        if ";" in separators and pair in ("[]", "()"):
            return self.node(SEQ, "[]", tuple(self.rows(items, separators)), start)
        if pair == "⟨⟩":
            return self.node(SEQ, "()", tuple(items), start)
        if len(items) == 1 and pair == "()":
            return spanning(items[0], start, self.tokens[self.i - 1][3])
        if len(items) == 1 and pair == "{}" and self.is_group(items[0], start):
            return spanning(items[0], start, self.tokens[self.i - 1][3])
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
        """Cut [1, 2; 3, 4] into rows; in [[1, 2]; [3, 4]] they are rows already."""
        if all(item.tag == SEQ and item.name == "[]" for item in items) and "," not in separators:
            return items
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
