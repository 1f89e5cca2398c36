"""Names and what hangs on them: primes, subscripts, index brackets, arguments."""

from grader.answers import vocabulary as words
from grader.answers.cursor import CLOSES, CLOSING, OPENING, Cursor
from grader.answers.literals import literal
from grader.answers.tokens import END, FUNCTION, NAME, NUMBER, OPERATOR, SUB, TEXT, Token
from grader.answers.tree import CALL, CONST, INDEX, MUL, NEG, NUM, POW, SYM, Node, made
from grader.answers.tree import TEXT as TEXT_TAG
from grader.errors import InvalidAnswer

_LOOK_AHEAD = 160  # tokens within which a comma makes f(x, y) a call
_ENDS_NAME = frozenset("+-*/)=,<>]}")  # nothing more hangs on the name


class Symbols(Cursor):
    """Everything that a name begins."""

    def letter(self, name: str, start: int, end: int) -> Node:
        """Return a name as the variable or the constant it is here."""
        names = self.names
        free = names.symbols is None and name not in names.constants
        if not free and name not in self.bound and name not in names.declared:
            if name in names.imaginary:
                return Node(CONST, "i", (), 0, start, end)
            if name == "e" or (names.sympy and name == "E"):
                return Node(CONST, "e", (), 0, start, end)
            if names.symbols is not None and not names.is_variable(name):
                near = names.resembles(name)
                hint = f" Did you mean {near}?" if near else ""
                raise InvalidAnswer(f"The name {name!r} is not known here.{hint}", start)
        return made(SYM, name, (), start, end)

    def decorated(self, name: str, start: int, end: int) -> Node:
        """Read primes, subscripts, index brackets and call brackets behind a name."""
        following = self.tokens[self.i]
        if following.value in _ENDS_NAME or following.kind in (END, NAME):
            return self.letter(name, start, end)
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
        if is_call and self.at("^"):
            return self.raised_call(call_name, start)
        if self.at("(") and node.tag != CONST and (is_call or self.comma_inside()):
            return self.node(CALL, call_name, self.called_with(), start)
        return node

    def called_with(self) -> tuple[Node, ...]:
        """Read the arguments of a call."""
        self.expect("(")
        arguments, _ = self.items()
        self.expect(")")
        return tuple(arguments)

    def raised_call(self, name: str, start: int) -> Node:
        """Read f^2(x) as f(x)^2, f^{-1}(x) as the inverse function, f^2 alone as a power."""
        self.i += 1
        exponent = self.exponent()
        if not self.at("("):
            return self.node(POW, "", (Node(SYM, name, (), 0, start, start), exponent), start)
        minus_one = (
            exponent.tag == NEG and exponent.args[0].tag == NUM and exponent.args[0].value == 1
        )
        if minus_one:
            return self.node(CALL, f"{name}^-1", self.called_with(), start)
        call = self.node(CALL, name, self.called_with(), start)
        return self.node(POW, "", (call, exponent), start)

    def declared_whole(self, name: str, indices: list[Node]) -> str | None:
        """Return k1 or k_1 where the author declared the whole as one name."""
        if not indices or self.names.plain:
            return None
        if len(indices) > 1 and not all(_is_letter(index) for index in indices):
            return None
        if indices[0].tag not in (NUM, SYM, TEXT_TAG):
            return None
        tail = "".join([_label(index) for index in indices])  # W_{in} is no W with two indices
        wholes = (f"{name}_{tail}", f"{name}{tail}", f"{name}_{{{tail}}}")
        return next(filter(self.names.knows, wholes), None)

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
            return self.labels(run, token.start, end)
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
            if run and token.kind == NAME and len(token.value) > 1:
                return run, end  # σ_xσ_g: a Greek letter begins the next name
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
                return self.labels(run, start, end)
        self.i = mark + 1
        self.bound += ["e", "i"]  # an index may be called e or i
        items, _ = self.items()
        del self.bound[-2:]
        self.expect(close)
        return [index for item in items for index in _side_by_side(item)]

    def labels(self, run: str, start: int, end: int) -> list[Node]:
        """Return a_ij and a_{ij} as two indices; any other run is one label."""
        if len(run) > 1 and (set(run) <= set(self.bound) or is_pair_of_indices(run)):
            return [Node(SYM, char, (), 0, start, end) for char in run]
        return [self.label(run, start, end)]

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


def _side_by_side(index: Node) -> tuple[Node, ...]:
    r"""Return the names of A_{\mu\nu} as two indices, whose order counts, and no product."""
    is_row = index.tag == MUL and all(part.tag == SYM for part in index.args)
    return index.args if is_row else (index,)


def _is_letter(index: Node) -> bool:
    return index.tag == SYM and len(index.name) == 1


def _label(index: Node) -> str:
    return str(index.value) if index.tag == NUM else index.name
