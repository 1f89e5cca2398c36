"""Functions and their arguments: f(x), sin 2x, sin^2 x, log_2 x, sum(i, 1, n, body)."""

from grader.answers.cursor import CLOSES, OPENING, Cursor
from grader.answers.tokens import (
    COMMAND,
    CONSTANT,
    FUNCTION,
    NAME,
    NUMBER,
    OPERATOR,
    SUB,
    SUPER,
    VULGAR,
)
from grader.answers.tree import (
    CALL,
    CONST,
    DIV,
    MUL,
    NEG,
    NUM,
    POW,
    REL,
    SEQ,
    SETOP,
    SYM,
    Node,
    number,
)  # fmt: skip
from grader.answers.vocabulary import ARITY

_INVERTIBLE = frozenset(
    ["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch"]
)
_OPENS_ARGUMENT = frozenset({"(", "[", "{"})
_FENCES = frozenset({"|(", "⌊", "⌈", "‖"})
_PAIRS = frozenset({"/", "=", "!=", "<", "<=", ">", ">="})
_SET_SIGNS = {"@union": "∪", "@intersection": "∩", "@complement": "∖"}
_REACH = 8  # tokens within which the degree of a root ends
_BEHIND_A_BASE = frozenset({OPERATOR, NUMBER, NAME, FUNCTION, CONSTANT, COMMAND})
_LISTS = frozenset({"min", "max", "gcd", "lcm"})


class Calls(Cursor):
    """Everything that a function name begins."""

    def function(self) -> Node:
        """Read a known function and its arguments."""
        token = self.tokens[self.i]
        name, start = token.value, token.start
        self.i += 1
        self.sink()
        node = self.function_at(name, start, token.end)
        self.depth -= 1
        return node

    def function_at(self, name: str, start: int, end: int) -> Node:
        """Read what stands behind the name of a function."""
        if name in ("@sum", "@prod"):
            return self.written_sum(name[1:], start)
        if name[0] == "@":
            return self.constructor(name, start)
        if name == "sqrt" and self.at("[") and self.has_degree():
            return self.radical(name, start)
        base = self.log_base(name, end)
        exponent = self.function_exponent()
        arguments = self.arguments(name)
        return self.raised(self.build(name, arguments, base, start), exponent, start)

    def has_degree(self) -> bool:
        r"""Whether a bracket behind sqrt holds its degree: sqrt[3]{x} has lost its backslash."""
        for k, token in enumerate(self.tokens[self.i : self.i + _REACH], self.i):
            if token.value == "]":
                return self.tokens[k + 1].value == "{"
        return False

    def constructor(self, name: str, start: int) -> Node:
        """Read Matrix(...), Piecewise(...), Interval(a, b), FiniteSet(...), Union(...)."""
        self.expect("(")
        items, _ = self.items()
        self.expect(")")
        if name == "@matrix":
            return items[0]
        if name == "@cases":
            return self.piecewise(items, start)
        if name == "@interval" or name[1] in "([":
            return self.interval(name[1:], items, start)
        if name == "@finite":
            return self.node(SEQ, "{}", tuple(items), start)
        if name in ("@and", "@or"):
            return self.node(name[1:], "", tuple(items), start)
        if name[1:] in _PAIRS:
            if len(items) != 2:
                self.fail("Two things stand between these brackets.", start)
            tag = DIV if name == "@/" else REL
            return self.node(tag, "" if tag == DIV else name[1:], tuple(items), start)
        union = items[0]
        for item in items[1:]:
            union = self.node(SETOP, _SET_SIGNS[name], (union, item), start)
        return union

    def interval(self, name: str, items: list[Node], start: int) -> Node:
        """Return an interval as sympy writes it: Interval(a, b), Interval(a, b, True, False)."""
        ends = "[]" if name == "interval" else name
        marks = [item.name for item in items[2:]]
        if len(items) == 4 and ends == "[]" and set(marks) <= {"true", "false"}:
            ends = ("(" if marks[0] == "true" else "[") + (")" if marks[1] == "true" else "]")
        elif len(items) != 2:
            self.fail("An interval has two ends.", start)
        return self.node(SEQ, ends, tuple(items[:2]), start)

    def piecewise(self, items: list[Node], start: int) -> Node:
        """Read Piecewise((value, condition), ..., otherwise)."""
        pairs = (item.tag == SEQ and len(item.args) == 2 for item in items)
        rows = [item.args if pair else (item,) for pair, item in zip(pairs, items, strict=True)]
        return self.cases(rows, start)

    def log_base(self, name: str, end: int) -> Node | None:
        """Read the base of log_2, log₂, log2(x)."""
        if name != "log":
            return None
        if not self.is_subscript():
            return self.attached_base(end)
        token = self.tokens[self.i]
        start = self.tokens[self.i - 1].start
        self.i += 1
        if token.kind == SUB:
            return (
                Node(NUM, value=int(token.value), start=token.start, end=token.end)
                if token.value.isdigit()
                else Node(SYM, token.value)
            )
        return self.whole_base(plain=end - len(name) == start) or self.argument()

    def whole_base(self, plain: bool) -> Node | None:
        """Read the 10 of log_10 x; behind a LaTeX command one digit is taken, unless it is 10."""
        digits, following = self.tokens[self.i], self.tokens[self.i + 1 : self.i + 2]
        if digits.kind != NUMBER or not (plain or digits.value == "10"):
            return None
        if not following or following[0].kind not in _BEHIND_A_BASE:
            return None
        if following[0].kind == OPERATOR and following[0].value not in OPENING:
            return None
        self.i += 1
        return self.literal(digits)

    def attached_base(self, end: int) -> Node | None:
        """Read the 2 of log2(x) and log2 n: digits that touch the name."""
        token, following = self.tokens[self.i], self.tokens[self.i + 1 : self.i + 2]
        touches = token.kind == NUMBER and token.start == end and token.value.isdigit()
        if not touches or not following:
            return None
        after = following[0]
        if after.value != "(" and not (after.kind in (NAME, CONSTANT) and after.start > token.end):
            return None
        self.i += 1
        return self.literal(token)

    def function_exponent(self) -> Node | None:
        """Read the exponent of sin^2 x or sin² x."""
        token = self.tokens[self.i]
        if token.kind == SUPER:
            self.i += 1
            value = int(token.value) if token.value.lstrip("-").isdigit() else 0
            if not value:
                self.fail("This superscript is not a number.", token.start)
            return Node(NUM, value=value, start=token.start, end=token.end)
        if not self.accept("^"):
            return None
        negative = self.accept("-")
        exponent = self.whole_exponent()
        return self.node(NEG, "", (exponent,), exponent.start) if negative else exponent

    def whole_exponent(self) -> Node:
        """Read the 12 of sin^12(x), as x^12 is read: with all its digits."""
        token = self.tokens[self.i]
        if token.kind != NUMBER:
            return self.argument()
        self.i += 1
        return self.literal(token)

    def raised(self, call: Node, exponent: Node | None, start: int) -> Node:
        """Return f^k(x) as f(x)^k, and sin^{-1} x as its inverse."""
        if exponent is None:
            return call
        inverse = (
            exponent.tag == NEG and exponent.args[0].tag == NUM and exponent.args[0].value == 1
        )
        if inverse or (exponent.tag == NUM and exponent.value == -1):
            if call.tag == CALL and call.name in _INVERTIBLE:
                return call._replace(name="a" + call.name)
            self.fail("An inverse function cannot be read here.", start)
        return self.node(POW, "", (call, exponent), start)

    def build(self, name: str, arguments: tuple[Node, ...], base: Node | None, start: int) -> Node:
        """Return the node of a known function; roots and exponentials become powers."""
        if name in _LISTS and len(arguments) == 1 and arguments[0].tag == SEQ:
            arguments = arguments[0].args
        low, high = ARITY.get(name, (1, 1))
        if not low <= len(arguments) <= high:
            self.fail(f"{name} does not take {len(arguments)} arguments.", start)
        if name == "log" and len(arguments) == 2 and base is None:
            base, arguments = self.euler(arguments[1]), arguments[:1]
        if name in ("log", "ln"):
            node = self.node(CALL, "ln", arguments, start)
            return (
                node
                if base is None
                else self.node(DIV, "log", (node, Node(CALL, "ln", (base,))), start)
            )
        if name == "exp":
            return self.node(POW, "exp", (Node(CONST, "e"), arguments[0]), start)
        if name in ("sqrt", "cbrt"):
            return self._root(arguments[0], 2 if name == "sqrt" else 3, start)
        if name == "root":
            return self.node(
                POW, "", (arguments[0], Node(DIV, "", (number(1), arguments[1]))), start
            )
        if name == "pow":
            return self.node(POW, "", arguments, start)
        return self.node(CALL, name, arguments, start)

    def _root(self, radicand: Node, degree: int, start: int) -> Node:
        exponent = Node(DIV, "", (number(1), number(degree)))
        return self.node(POW, "sqrt" if degree == 2 else "", (radicand, exponent), start)

    def euler(self, base: Node) -> Node:
        """Return the base of log(x, E), where E is Euler's number unless it is declared."""
        if base.tag == SYM and base.name == "E" and not self.names.is_declared("E"):
            return base._replace(tag=CONST, name="e")
        return base

    def arguments(self, name: str) -> tuple[Node, ...]:
        """Read (a, b), a LaTeX group, bars, or what follows without brackets."""
        token = self.tokens[self.i]
        if token.kind == OPERATOR:
            if token.value in _OPENS_ARGUMENT:
                self.i += 1
                if self.at(CLOSES[token.value]):
                    self.fail(f"{name} needs an argument.")
                items, _ = self.items()
                self.expect(CLOSES[token.value])
                if name == "root" and len(items) == 1 and self.at("("):
                    return (self.argument(), *items)  # root(3)(x), as AsciiMath writes it
                return tuple(items)
            if token.value in _FENCES:
                return (self.primary(),)
        if name == "sqrt":
            return (self.argument(),)
        return (self.open_argument(name),)

    def open_argument(self, name: str) -> Node:
        """Read an argument without brackets: sin 2x y takes all, sin x cos y stops at cos."""
        token = self.tokens[self.i]
        if token.kind == OPERATOR and token.value == "-":
            self.i += 1
            return self.node(NEG, "", (self.open_argument(name),), token.start)
        if token.kind == FUNCTION:
            return self.power()
        factors: list[Node] = []
        last = ""
        while True:
            token = self.tokens[self.i]
            factor = token.kind in (NUMBER, NAME, CONSTANT, VULGAR) or (
                token.kind == COMMAND and token.value not in ("sum", "prod", "end")
            )
            group = token.kind == OPERATOR and token.value == "(" and last == NUMBER
            if not (factor or group) or (token.kind == NUMBER and last == NUMBER):
                break
            last = token.kind
            factors.append(self.power())
        if not factors:
            self.fail(f"{name} needs an argument.")
        return (
            factors[0]
            if len(factors) == 1
            else self.node(MUL, "", tuple(factors), factors[0].start)
        )
