"""Operators by precedence climbing: from `or` down to exponents."""

from itertools import pairwise

from grader.answers.cursor import DEEPEST, OPENING, Cursor
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
    RATIO,
    REL,
    SEQ,
    SETOP,
    UNIT,
    Node,
    minus,
    number,
)

RELATIONS = frozenset({"=", "≡", "!=", "<", "<=", ">", ">=", "≈", "∈", "∉"})
_OR, _AND, _MODULUS, _RELATION, _RATIO, _SET, _BOTH = 4, 6, 8, 10, 12, 15, 17
_SUM, _PRODUCT, _SIGN = 20, 30, 29
_BINDING = (
    {"or": _OR, "and": _AND, ":": _RATIO, "||": _OR, "pmod": _MODULUS}
    | dict.fromkeys(RELATIONS, _RELATION)
    | dict.fromkeys("∪∖△", _SET)
    | {"∩": _BOTH}
    | dict.fromkeys("+-±∓", _SUM)
    | dict.fromkeys(("*", "/", "//", "mod", "@"), _PRODUCT)
)
_ENDS_TERM = frozenset("+-)")
_SEPARATORS = frozenset({",", ";"})
_BEGIN_CASES = frozenset({"if", "otherwise"})
_TERM_SIGNS = frozenset("+-±∓")
_EXPLICIT = frozenset({"*", "/", "//", "mod", "@"})
_NO_FACTOR = frozenset({END, SUPER, SUB})
_FACTOR_KINDS = frozenset({NUMBER, NAME, FUNCTION, COMMAND, CONSTANT, TEXT, VULGAR})


class Operators(Cursor):
    """Everything between two operands."""

    def items(self) -> tuple[list[Node], str]:
        """Read what stands between commas or semicolons."""
        found = [self.item()]
        separators = ""
        while (token := self.tokens[self.i]).value in _SEPARATORS and token.kind == OPERATOR:
            separators += token.value
            self.i += 1
            if separators[-1] == "," and (self.at("and") or self.at("or")):
                self.i += 1  # 19, 46, and 82
            if ";" not in separators and (self.at(")") or self.at("]")):
                break  # (490,) and (3, 4,), as Python writes them
            found.append(self.item())
            if len(found) > MAX_ITEMS:
                self.fail(f"More than {MAX_ITEMS} items stand here.")
        return (self.put_together(found) if self.has_cases else found), separators

    def item(self) -> Node:
        """Read one of the things between commas: an expression, or a case in a line."""
        node = self.expression(0)
        return self.conditional(node) if self.tokens[self.i][1] in _BEGIN_CASES else node

    def expression(self, least: int) -> Node:
        """Read an expression whose operators bind at least as tightly as `least`."""
        self.depth += 1
        if self.depth > DEEPEST:
            self.too_deep()
        tokens = self.tokens
        left = self.prefix() if tokens[self.i][0] == OPERATOR else self.power()
        while True:
            kind, value, _, _ = tokens[self.i]
            if kind == OPERATOR:
                binding = _BINDING.get(value, 0)
                if not binding:
                    if value not in OPENING:
                        break
                    binding = _PRODUCT
            elif kind in _NO_FACTOR or (kind == COMMAND and value == "end"):
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
        if binding in (_SET, _BOTH):
            operator = self.tokens[self.i].value
            self.i += 1
            right = self.expression(binding)
            return self.node(SETOP, operator, (left, right), left.start)
        if binding == _MODULUS:
            return self.congruence(left)
        return self.joined(left, binding)

    def congruence(self, left: Node) -> Node:
        """Read the (mod m) behind a ≡ b: m divides a - b. Behind a number it is a remainder."""
        self.i += 1
        grouped = self.at("{") or self.at("(")
        modulus = self.argument() if grouped else self.expression(_SUM)
        if left.tag not in (REL, CHAIN):
            return self.node(CALL, "mod", (left, modulus), left.start)
        if set(left.name.split()) != {"="}:
            self.fail("A modulus stands behind a congruence only.", left.start)
        found = []
        for one, other in pairwise(left.args):
            rest = self.node(CALL, "mod", (minus(one, other), modulus), left.start)
            found.append(self.node(REL, "=", (rest, number(0)), left.start)._replace(value=1))
        return found[0] if len(found) == 1 else self.node(AND, "", tuple(found), left.start)

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
        while (token := self.tokens[self.i]).value in _TERM_SIGNS and token.kind == OPERATOR:
            self.i += 1
            term = self.term()
            if token.value == "+":
                terms.append(term)
            elif token.value == "-":
                terms.append(self.node(NEG, "", (term,), token.start))
            else:
                before = terms[0] if len(terms) == 1 else self.node(ADD, "", tuple(terms), start)
                terms = [self.node(PM, token.value, (before, term), start)]
        return terms[0] if len(terms) == 1 else self.node(ADD, "", tuple(terms), start)

    def term(self) -> Node:
        """Read what stands behind a plus or minus; quickly where that is one operand."""
        kind, value, _, _ = self.tokens[self.i + 1]
        is_last = kind == END or (kind == OPERATOR and value in _ENDS_TERM)
        if is_last and self.tokens[self.i][0] != OPERATOR:
            return self.power()
        return self.expression(_SUM)

    def products(self, left: Node) -> Node:
        """Read * / and juxtaposition, of one precedence from the left: 1/2x is x/2."""
        while True:
            token = self.tokens[self.i]
            kind, value, _, _ = token
            if kind == OPERATOR and value not in OPENING:
                if value not in _EXPLICIT:
                    return left
                self.i += 1
                left = self.explicit(left, value)
            elif kind == TEXT and self.is_unit():
                self.i += 1
                left = self.node(UNIT, token.value + self.unit_exponent(), (left,), left.start)
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

    def unit_exponent(self) -> str:
        r"""Read the ^2 behind \text{cm}, of which it is a part."""
        mark, *rest = self.tokens[self.i : self.i + 4]
        values = [token.value for token in rest]
        braced = values[:1] == ["{"] and values[2:] == ["}"]
        exponent = values[1] if braced else values[0] if values else ""
        if mark.value != "^" or not exponent.isdigit():
            return ""
        self.i += 4 if braced else 2
        return "^" + exponent

    def explicit(self, left: Node, operator: str) -> Node:
        """Read the operand behind * / or mod."""
        start = left.start
        right = self.signed()
        if operator == "*":
            return self._times(left, right)
        if operator == "/":
            return self.node(DIV, "", (left, right), start)
        if operator == "//":
            quotient = self.node(DIV, "//", (left, right), start)
            return self.node(CALL, "floor", (quotient,), start)
        if operator == "mod":
            while self.is_factor(self.tokens[self.i]):  # x mod 2π is x mod (2π)
                right = self.juxtaposed(right, self.tokens[self.i])
            return self.node(CALL, "mod", (left, right), start)
        return self.node(RATIO, "@", (left, right), start)

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
            operators.append("=" if token.value == "≡" else token.value)
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
                return _negated(self.expression(_SIGN), token.start)
            if token.value == "+":
                self.i += 1
                return self.expression(_SIGN)
            if token.value in ("±", "∓"):
                self.i += 1
                return self.node(PM, token.value, (self.expression(_SIGN),), token.start)
            if token.value in RELATIONS and token.value not in ("∈", "∉") and self.i == 0:
                return self.node(SEQ, "", (), token.start)  # "= 5": the left side is understood
        return self.power()


def _negated(node: Node, start: int) -> Node:
    """Return the tree with a sign before it; -7//2 is (-7)//2, as in Python: rounded down."""
    if _floors(node) and (node.tag in (MUL, DIV) or node.name == "mod"):
        return node._replace(args=(_negated(node.args[0], start), *node.args[1:]), start=start)
    if _floors(node):
        quotient = node.args[0]
        top = _negated(quotient.args[0], start)
        quotient = quotient._replace(args=(top, quotient.args[1]), start=start)
        return node._replace(args=(quotient,), start=start)
    return Node(NEG, "", (node,), 0, start, node.end)


def _floors(node: Node) -> bool:
    """Whether this begins, outside of brackets, with a//b or a mod b, which round down."""
    while node.tag in (MUL, DIV) and node.name != "//" and node.start == node.args[0].start:
        node = node.args[0]
    if node.tag != CALL:
        return False
    is_floor = node.name == "mod" or (node.name == "floor" and node.args[0].name == "//")
    return is_floor and node.start == node.args[0].start


def _is_proper(node: Node) -> bool:
    """Whether this is a fraction of two whole numbers, below one."""
    if node.tag != DIV or node.args[0].tag != NUM or node.args[1].tag != NUM:
        return False
    top, bottom = node.args[0].value, node.args[1].value
    return top.denominator == bottom.denominator == 1 and 0 < top < bottom
