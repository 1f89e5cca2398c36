"""A place in the tokens: what every part of the parser stands on."""

from collections.abc import Sequence
from typing import NoReturn

from grader.answers.limits import MAX_DEPTH
from grader.answers.names import Names
from grader.answers.tokens import OPERATOR, SUB, Token
from grader.answers.tree import CALL, DIV, Node
from grader.errors import InvalidAnswer

OPENING = frozenset({"(", "[", "{", "|(", "⌊", "⌈", "⟨", "‖"})
CLOSING = frozenset({")", "]", "}", "|)", "⌋", "⌉", "⟩"})
DEEPEST = 2 * MAX_DEPTH
CLOSES = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}


class Cursor:
    """Reads tokens from left to right; each class on top of it reads one part of the grammar.

    Attributes:
        bound: the indices of the sums that enclose this place.
        has_cases: whether a case in a line was read: x if x > 0.
    """

    def __init__(self, tokens: list[Token], names: Names) -> None:
        self.tokens = tokens
        self.names = names
        self.i = 0
        self.depth = 0
        self.bound: list[str] = []
        self.has_cases = False

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        """Stop reading here, or at the position given."""
        raise InvalidAnswer(message, self.tokens[self.i].start if position is None else position)

    def at(self, value: str) -> bool:
        """Whether the operator `value` comes next."""
        token = self.tokens[self.i]
        return token.kind == OPERATOR and token.value == value

    def accept(self, value: str) -> bool:
        """Step over the operator `value`, if it comes next."""
        if self.at(value):
            self.i += 1
            return True
        return False

    def expect(self, value: str) -> None:
        """Step over the operator `value`.

        Raises:
            InvalidAnswer: something else comes next.
        """
        if not self.accept(value):
            found = self.tokens[self.i].value
            self.fail(
                f"Expected {value!r} here, found {found!r}."
                if found
                else f"{value!r} is missing at the end."
            )

    def sink(self) -> None:
        """Count one level of nesting by hand; the caller subtracts it again."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.too_deep()

    def too_deep(self) -> NoReturn:
        """Stop reading what is nested too deeply."""
        self.fail("This is nested too deeply.")

    def node(self, tag: str, name: str, args: tuple[Node, ...], start: int) -> Node:
        """Return a node that ends where the last token read ends."""
        end = self.tokens[self.i - 1][3] if self.i else start
        return tuple.__new__(Node, (tag, name, args, 0, start, end))

    def infix(self, top: Node) -> Node:
        r"""Read {a \over b} and {n \choose k} behind the first part."""
        if self.accept("over"):
            return self.node(DIV, "frac", (top, self.expression(0)), top.start)
        if self.accept("choose"):
            return self.node(CALL, "binomial", (top, self.expression(0)), top.start)
        return top

    def is_subscript(self) -> bool:
        """Whether a subscript comes next."""
        return self.tokens[self.i].kind == SUB or self.at("_")

    def expression(self, least: int) -> Node:
        """Read an expression whose operators bind at least as tightly as `least`."""
        raise NotImplementedError

    def power(self) -> Node:
        """Read a primary with its postfixes and exponent."""
        raise NotImplementedError

    def signed(self) -> Node:
        """Read a power with the signs before it."""
        raise NotImplementedError

    def is_factor(self, token: Token) -> bool:
        """Whether an operand begins here."""
        raise NotImplementedError

    def primary(self) -> Node:
        """Read one operand."""
        raise NotImplementedError

    def argument(self) -> Node:
        """Read one LaTeX argument: a group, or a single digit, letter or command."""
        raise NotImplementedError

    def items(self) -> tuple[list[Node], str]:
        """Read what stands between commas or semicolons; return it and the separators."""
        raise NotImplementedError

    def item(self) -> Node:
        """Read one of the things between commas."""
        raise NotImplementedError

    def conditional(self, value: Node) -> Node:
        """Read a case in a line behind its value."""
        raise NotImplementedError

    def cases(self, rows: Sequence[Sequence[Node]], start: int) -> Node:
        """Return the cases of rows: a value and its condition, or a value that stands otherwise."""
        raise NotImplementedError

    def put_together(self, items: list[Node]) -> list[Node]:
        """Return cases that stand beside one another as one item."""
        raise NotImplementedError

    def exponent(self) -> Node:
        """Read what stands behind a ^."""
        raise NotImplementedError

    def function(self) -> Node:
        """Read a known function and its arguments."""
        raise NotImplementedError

    def command(self) -> Node:
        """Read a LaTeX command with arguments."""
        raise NotImplementedError

    def written_sum(self, kind: str, start: int) -> Node:
        """Read a sum behind its word."""
        raise NotImplementedError

    def sign_sum(self, kind: str, start: int) -> Node:
        """Read a sum behind its sign."""
        raise NotImplementedError

    def letter(self, name: str, start: int, end: int) -> Node:
        """Return a name as the variable or the constant that it is here."""
        raise NotImplementedError

    def decorated(self, name: str, start: int, end: int) -> Node:
        """Read what hangs on a name: primes, subscripts, indices, arguments."""
        raise NotImplementedError

    def subscripts(self, token: Token) -> list[Node]:
        """Read what stands in a subscript."""
        raise NotImplementedError

    def radical(self, name: str, start: int) -> Node:
        r"""Read what stands behind \sqrt."""
        raise NotImplementedError

    def literal(self, token: Token) -> Node:
        """Return the number of a token."""
        raise NotImplementedError
