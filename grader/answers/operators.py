"""Operators by precedence climbing: from `or` down to exponents."""

import re

from grader.answers.cursor import OPENING, Cursor
from grader.answers.limits import MAX_ITEMS
from grader.answers.tokens import (
    COMMAND,
    CONSTANT,
    END,
    FUNCTION,
    NAME,
    NUMBER,
    OPERATOR,
    SUB,
    SUPER,
    TEXT,
    VULGAR,
    Token,
)
from grader.answers.tree import (
    ADD,
    AND,
    CALL,
    CHAIN,
    DIV,
    MUL,
    NEG,
    NUM,
    OR,
    PM,
    POW,
    RATIO,
    REL,
    SEQ,
    SETOP,
    SYM,
    UNIT,
    Node,
)

RELATIONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "≈", "∈", "∉"})
_OR, _AND, _RELATION, _RATIO, _SET, _SUM, _PRODUCT, _SIGN = 4, 6, 10, 12, 15, 20, 30, 29
_BINDING = (
    {"or": _OR, "and": _AND, ":": _RATIO, "||": _OR}
    | dict.fromkeys(RELATIONS, _RELATION)
    | dict.fromkeys("∪∩∖△", _SET)
    | dict.fromkeys("+-±∓", _SUM)
    | dict.fromkeys(("*", "/", "mod", "pmod", "@"), _PRODUCT)
)
_FACTOR_KINDS = frozenset({NUMBER, NAME, FUNCTION, COMMAND, CONSTANT, TEXT, VULGAR})


_TERM = re.compile(r"([+-]?)(\d+|[ni])")
_TERMS = re.compile(r"[+-]?(?:\d+|[ni])(?:[+-](?:\d+|[ni]))*")


class Operators(Cursor):
    """Everything between two operands."""

    def items(self) -> tuple[list[Node], str]:
        """Read what stands between commas or semicolons."""
        found = [self.expression(0)]
        separators = ""
        while self.at(",") or self.at(";"):
            separators += self.tokens[self.i].value
            self.i += 1
            if separators[-1] == "," and (self.at("and") or self.at("or")):
                self.i += 1  # 19, 46, and 82
            if separators == "," and (self.at(")") or self.at("]")):
                break  # (490,)
            found.append(self.expression(0))
            if len(found) > MAX_ITEMS:
                self.fail(f"More than {MAX_ITEMS} items stand here.")
        return found, separators

    def expression(self, least: int) -> Node:
        """Read an expression whose operators bind at least as tightly as `least`."""
        self.sink()
        left = self.prefix()
        while True:
            token = self.tokens[self.i]
            if token.kind == OPERATOR:
                binding = _BINDING.get(token.value, 0)
                if not binding:
                    if token.value not in OPENING:
                        break
                    binding = _PRODUCT
            elif token.kind in (END, SUPER, SUB) or (
                token.kind == COMMAND and token.value == "end"
            ):
                break
            else:
                binding = _PRODUCT
            if binding < least or (binding == least and least):
                break
            left = self.chain(left, binding)
        self.depth -= 1
        return left

    def chain(self, left: Node, binding: int) -> Node:
        """Read on behind `left` through all operators of one precedence."""
        if binding == _PRODUCT:
            return self.products(left)
        if binding == _SUM:
            return self.sums(left)
        if binding == _RELATION:
            return self.relations(left)
        if binding == _SET:
            operator = self.tokens[self.i].value
            self.i += 1
            right = self.expression(_SET)
            return self.node(SETOP, operator, (left, right), left.start)
        return self.joined(left, binding)

    def joined(self, left: Node, binding: int) -> Node:
        """Read a or b or c; a and b; 12:00:00."""
        tag = {_OR: OR, _AND: AND, _RATIO: RATIO}[binding]
        parts = [left]
        while (token := self.tokens[self.i]).kind == OPERATOR and _BINDING.get(
            token.value
        ) == binding:
            self.i += 1
            parts.append(self.expression(binding))
        return self.node(tag, "", tuple(parts), left.start)

    def sums(self, left: Node) -> Node:
        """Read a + b - c as one sum; ± ends one and begins a PM node."""
        start = left.start
        terms = [left]
        while (token := self.tokens[self.i]).kind == OPERATOR and token.value in (
            "+",
            "-",
            "±",
            "∓",
        ):
            self.i += 1
            term = self.expression(_SUM)
            if token.value == "+":
                terms.append(term)
            elif token.value == "-":
                terms.append(self.node(NEG, "", (term,), token.start))
            else:
                before = terms[0] if len(terms) == 1 else self.node(ADD, "", tuple(terms), start)
                terms = [self.node(PM, token.value, (before, term), start)]
        return terms[0] if len(terms) == 1 else self.node(ADD, "", tuple(terms), start)

    def products(self, left: Node) -> Node:
        """Read * / and juxtaposition, of one precedence from the left: 1/2x is x/2."""
        while True:
            token = self.tokens[self.i]
            if token.kind == OPERATOR and token.value in ("*", "/", "mod", "pmod", "@"):
                self.i += 1
                left = self.explicit(left, token.value)
            elif token.kind == TEXT and self.is_unit():
                self.i += 1
                left = self.node(UNIT, token.value, (left,), left.start)
            elif self.is_factor(token):
                left = self.juxtaposed(left, token)
            else:
                return left

    def is_factor(self, token: Token) -> bool:
        """Whether an operand begins here."""
        if token.kind == OPERATOR:
            return token.value in OPENING
        return token.kind in _FACTOR_KINDS and not (token.kind == COMMAND and token.value == "end")

    def is_unit(self) -> bool:
        """Whether the words that come next stand behind a number or at the end."""
        before, after = self.tokens[self.i - 1], self.tokens[self.i + 1]
        return before.kind != OPERATOR or before.value in ("}", ")") or after.kind == END

    def explicit(self, left: Node, operator: str) -> Node:
        """Read the operand behind * / or mod."""
        start = left.start
        if operator == "pmod":
            return self.node(CALL, "mod", (left, self.argument()), start)
        right = self.signed()
        if operator == "/":
            return self.node(DIV, "", (left, right), start)
        if operator == "mod":
            return self.node(CALL, "mod", (left, right), start)
        if operator == "@":
            return self.node(RATIO, "@", (left, right), start)
        return self._times(left, right)

    def _times(self, left: Node, right: Node) -> Node:
        factors = left.args if left.tag == MUL else (left,)
        return self.node(MUL, "", (*factors, right), left.start)

    def juxtaposed(self, left: Node, token: Token) -> Node:
        """Read a factor that stands beside the last one."""
        before = self.tokens[self.i - 1]
        if token.kind == NUMBER and before.kind == NUMBER and before.end != token.start:
            self.fail("Two numbers stand side by side; an operator is missing.")
        if token.kind == NUMBER and before.kind == NUMBER and "." in token.value:
            self.fail("A number has two points.")
        mixed = before.kind == NUMBER and (token.kind == VULGAR or token.value.endswith("frac"))
        right = self.power()
        if mixed and left.tag in (NUM, NEG, MUL) and _is_proper(right):
            return self.mixed(left, right)
        return self._times(left, right)

    def mixed(self, left: Node, fraction: Node) -> Node:
        r"""Read 3\frac12 as 3.5: nobody writes a product so."""
        if left.tag == MUL:
            if left.args[-1].tag != NUM:
                return self._times(left, fraction)
            return left._replace(args=(*left.args[:-1], self.mixed(left.args[-1], fraction)))
        if left.tag == NEG:
            return (
                left._replace(args=(self.mixed(left.args[0], fraction),))
                if left.args[0].tag == NUM
                else self._times(left, fraction)
            )
        if left.value != int(left.value):
            return self._times(left, fraction)
        return self.node(ADD, "", (left, fraction), left.start)

    def relations(self, left: Node) -> Node:
        """Read a < b <= c as one chain."""
        operators, members = [], [left]
        while (token := self.tokens[self.i]).kind == OPERATOR and token.value in RELATIONS:
            operators.append(token.value)
            self.i += 1
            members.append(self.expression(_RELATION))
        tag = REL if len(operators) == 1 else CHAIN
        return self.node(tag, " ".join(operators), tuple(members), left.start)

    def prefix(self) -> Node:
        """Read an operand with the signs before it: -x^2 is -(x^2)."""
        token = self.tokens[self.i]
        if token.kind == OPERATOR:
            if token.value == "-":
                self.i += 1
                return self.node(NEG, "", (self.expression(_SIGN),), token.start)
            if token.value == "+":
                self.i += 1
                return self.expression(_SIGN)
            if token.value in ("±", "∓"):
                self.i += 1
                return self.node(PM, token.value, (self.expression(_SIGN),), token.start)
            if token.value in RELATIONS and token.value not in ("∈", "∉") and self.i == 0:
                return self.node(SEQ, "", (), token.start)  # "= 5": the left side is understood
        return self.power()

    def signed(self) -> Node:
        """Read the operand behind * or /: a/-b*c is (a/(-b))*c."""
        start, negative = self.tokens[self.i].start, False
        while self.at("-") or self.at("+"):
            negative ^= self.at("-")
            self.i += 1
        operand = self.power()
        return self.node(NEG, "", (operand,), start) if negative else operand

    def power(self) -> Node:
        """Read a primary with its postfixes and a right-associative exponent."""
        base = self.postfix(self.primary())
        token = self.tokens[self.i]
        while token.kind == SUPER:
            self.i += 1
            exponent = self._superscript(token)
            base = self.postfix(self.node(POW, "", (base, exponent), base.start))
            token = self.tokens[self.i]
        if token.kind == OPERATOR and token.value == "^":
            self.i += 1
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
        while self.tokens[self.i].kind == OPERATOR:
            if self.accept("!"):
                operand = self.node(CALL, "factorial", (operand,), operand.start)
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


def _is_proper(node: Node) -> bool:
    """Whether this is a fraction of two whole numbers, below one."""
    if node.tag != DIV or node.args[0].tag != NUM or node.args[1].tag != NUM:
        return False
    top, bottom = node.args[0].value, node.args[1].value
    return top.denominator == bottom.denominator == 1 and 0 < top < bottom
