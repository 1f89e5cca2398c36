"""Powers and what else hangs on an operand: exponents, superscripts, transposes, !, %."""

import re

from grader.answers.cursor import Cursor
from grader.answers.literals import literal
from grader.answers.tokens import END, NAME, NUMBER, OPERATOR, SUPER, Token
from grader.answers.tree import ADD, CALL, CONST, DIV, MUL, NEG, NUM, POW, SEQ, SYM, Node

_TERM = re.compile(r"([+-]?)(\d+|[ni])")
_TERMS = re.compile(r"[+-]?(?:\d+|[ni])(?:[+-](?:\d+|[ni]))*")
_POSTFIXES = frozenset("!'%°")
_ENDS_OPERAND = frozenset("+-*/)=,<>]}")  # signs behind which nothing hangs on an operand
_NEVER_HANGS = frozenset({END, NAME})


class Powers(Cursor):
    """Everything that binds tighter than a product."""

    def signed(self) -> Node:
        """Read the operand behind * or /: a/-b*c is (a/(-b))*c."""
        if self.tokens[self.i][0] != OPERATOR:
            return self.power()
        start, negative = self.tokens[self.i].start, False
        while self.at("-") or self.at("+"):
            negative ^= self.at("-")
            self.i += 1
        operand = self.power()
        return self.node(NEG, "", (operand,), start) if negative else operand

    def power(self) -> Node:
        """Read a primary with its postfixes and a right-associative exponent."""
        tokens, i = self.tokens, self.i
        token, following = tokens[i], tokens[i + 1]
        if following[1] in _ENDS_OPERAND or following[0] in _NEVER_HANGS:
            if token[0] == NAME:
                self.i += 1
                return self.letter(token[1], token[2], token[3])
            if token[0] == NUMBER:
                self.i += 1
                return literal(token[1], token[2], token[3])
        base = self.postfix(self.primary())
        token = self.tokens[self.i]
        while token.kind == SUPER:
            self.i += 1
            exponent = self._superscript(token)
            base = self.postfix(self.node(POW, "", (base, exponent), base.start))
            token = self.tokens[self.i]
        if token.kind == OPERATOR and token.value == "^":
            self.i += 1
            if base.tag == SEQ and (steps := self.transposing()):
                self.i += steps
                return self.postfix(self.transposed(base))
            exponent = self.exponent()
            if base.tag == SYM and self.is_subscript():
                base = self.decorated(base.name, base.start, base.end)  # x^2_1 is x_1^2
            return self.postfix(self.node(POW, "", (base, exponent), base.start))
        return base

    def exponent(self) -> Node:
        """Read what stands behind a ^."""
        self.sink()
        operand = self.signed()
        self.depth -= 1
        return operand

    def transposing(self) -> int:
        r"""Return how many tokens the T, {T} or \top is that comes next, 0 where none does."""
        first, second, third = self.tokens[self.i : self.i + 3]
        if first.value == "{" and third.value == "}":
            return 3 if second.kind == NAME and second.value == "T" else 0
        return int(first.kind == NAME and first.value == "T")

    def transposed(self, array: Node) -> Node:
        """Return an array with a T above it, whatever else T is called here."""
        token = self.tokens[self.i - 1]
        mark = Node(SYM, "T", (), 0, token.start, token.end)
        return self.node(POW, "", (array, mark), array.start)

    def _superscript(self, token: Token) -> Node:
        terms = _TERMS.fullmatch(token.value) and _TERM.findall(token.value)
        if not terms:
            self.fail("This superscript is not a number.", token.start)
        nodes = [self._superscript_term(sign, term, token) for sign, term in terms]
        return nodes[0] if len(nodes) == 1 else Node(ADD, "", tuple(nodes), 0, *token[2:])

    def _superscript_term(self, sign: str, term: str, token: Token) -> Node:
        """Return a whole number or one letter, with its sign."""
        if term.isdigit():
            return Node(NUM, "", (), int(sign + term), token.start, token.end)
        letter = Node(SYM, term, (), 0, token.start, token.end)
        return Node(NEG, "", (letter,), 0, token.start, token.end) if sign == "-" else letter

    def postfix(self, operand: Node) -> Node:
        """Read factorials and percent signs behind an operand."""
        while self.tokens[self.i].value in _POSTFIXES:
            if self.accept("!"):
                operand = self.node(CALL, "factorial", (operand,), operand.start)
            elif self.accept("°"):
                degree = Node(DIV, "", (Node(CONST, "pi"), Node(NUM, value=180)))
                operand = self.node(MUL, "°", (operand, degree), operand.start)
            elif operand.tag == SEQ and self.accept("'"):
                operand = self.transposed(operand)
            elif self.at("%") and not self.is_factor(self.tokens[self.i + 1]):
                self.i += 1
                hundred = Node(
                    NUM,
                    value=100,
                    start=self.tokens[self.i - 1].start,
                    end=self.tokens[self.i - 1].end,
                )
                operand = self.node(DIV, "%", (operand, hundred), operand.start)
            else:
                break
        return operand
