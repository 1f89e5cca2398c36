"""Sums and products over an index, in words and in signs."""

from grader.answers.cursor import Cursor
from grader.answers.tokens import (
    CONSTANT,
    NAME,
)
from grader.answers.tree import (
    ADD,
    CONST,
    SEQ,
    SUM,
    SYM,
    Node,
    number,
)  # fmt: skip


class SumNotation(Cursor):
    """Everything that stands for a sum."""

    def written_sum(self, kind: str, start: int) -> Node:
        """Read sum(i, 1, n, body), sum(body, i, 1, n), Sum(body, (i, 1, n)) or sum_{i=1}^n body."""
        if self.is_subscript():
            return self.sign_sum(kind, start)
        opening = self.i
        self.expect("(")
        first, second = self.tokens[self.i], self.tokens[self.i + 1]
        if (
            first.kind in (NAME, CONSTANT)
            and second.value == ","
            and self.tokens[self.i + 2].value != "("
        ):
            self.i += 2
            self.bound.append(first.value)
            items, _ = self.items()
            self.bound.pop()
            self.expect(")")
            if len(items) != 3:
                self.fail("A sum is written sum(i, from, to, body).", start)
            low, high, body = items
            return self.node(
                SUM,
                kind,
                (Node(SYM, first.value, (), 0, first.start, first.end), low, high, body),
                start,
            )
        return self._python_sum(kind, start, opening)

    def _python_sum(self, kind: str, start: int, opening: int) -> Node:
        ranges = self.ranges(start, opening)
        self.i = opening + 1
        self.bound += [index for index, _, _ in ranges]
        items, _ = self.items()
        del self.bound[-len(ranges) :]
        self.expect(")")
        node = items[0]
        for index, low, high in ranges:
            node = self.node(SUM, kind, (Node(SYM, index), low, high, node), start)
        return node

    def ranges(self, start: int, opening: int) -> list[tuple[str, Node, Node]]:
        """Return the (index, from, to) of Sum(body, (i, 1, n), ...), read ahead of the body."""
        self.i = opening + 1
        mark = list(self.bound)
        self.bound += [
            token.value
            for token in self.tokens[opening:]
            if token.kind == NAME and len(token.value) == 1
        ][:64]
        items, _ = self.items()
        self.bound = mark
        flat = len(items) == 4 and all(item.tag != SEQ for item in items)
        found = [tuple(items[1:])] if flat else [item.args for item in items[1:] if item.tag == SEQ]
        if not found or len(found) != (1 if flat else len(items) - 1):
            self.fail("A sum is written sum(i, from, to, body).", start)
        ranges = []
        for parts in found:
            if len(parts) != 3 or parts[0].tag not in (SYM, CONST):
                self.fail("A sum is written sum(i, from, to, body).", start)
            ranges.append((parts[0].name, parts[1], parts[2]))
        return ranges

    def sign_sum(self, kind: str, start: int) -> Node:
        r"""Read \sum_{i=1}^{n} body; the body reaches to the next + or -, and over further sums."""
        high = self.argument() if self.accept("^") else None  # the upper end may stand first
        indices, low, condition_high = self.sum_start()
        high = high or condition_high
        if high is None:
            if not self.accept("^"):
                self.fail("A sum needs an upper end.")
            high = self.argument()
        self.bound += indices
        body = self.expression(20)
        del self.bound[-len(indices) :]
        for index in reversed(indices):
            body = self.node(SUM, kind, (Node(SYM, index), low, high, body), start)
        return body

    def sum_start(self) -> tuple[list[str], Node, Node | None]:
        r"""Read _{i=1}, _{i,j=1}, _i=1 or _{1 \le i \le n}."""
        self.expect("_")
        braced = self.accept("{") or self.accept("(")
        mark = self.i
        indices = []
        while self.tokens[self.i].kind in (NAME, CONSTANT):
            indices.append(self.tokens[self.i].value)
            self.i += 1
            if not self.accept(","):
                break
        if indices and self.accept("="):
            low = self.expression(20) if braced else self.argument()
            if braced and not (self.accept("}") or self.accept(")")):
                self.fail("The lower end of a sum is not closed.")
            return indices, low, None
        self.i = mark
        return self._sum_condition() if braced else self.fail("A sum needs an index such as i=1.")

    def _sum_condition(self) -> tuple[list[str], Node, Node | None]:
        names = [
            token.value
            for token in self.tokens[self.i : self.i + 12]
            if token.kind in (NAME, CONSTANT)
        ]
        self.bound += names
        condition = self.expression(0)
        del self.bound[len(self.bound) - len(names) :]
        self.expect("}")
        operators = condition.name.split()
        if (
            condition.tag != "chain"
            or any(op not in ("<", "<=") for op in operators)
            or condition.args[1].tag != SYM
        ):
            self.fail("A sum needs an index such as i=1.", condition.start)
        low, index, high = condition.args
        if operators[0] == "<":
            low = Node(ADD, "", (low, number(1)))
        if operators[1] == "<":
            high = Node(ADD, "", (high, number(-1)))
        return [index.name], low, high
