"""Cases in a line: x if x > 0 else 0; x if x > 0, 0 otherwise."""

from collections.abc import Sequence

from grader.answers.cursor import Cursor
from grader.answers.tree import AND, CASES, CHAIN, CONST, OR, REL, Node

_CONDITIONS = frozenset({REL, CHAIN, AND, OR})
_PAIR = 2  # a value and its condition
_ONE_OF_MANY = "if"  # the name of a case that others stand beside


class Conditionals(Cursor):
    """Everything that an `if` between a value and its condition begins."""

    def conditional(self, value: Node) -> Node:
        """Read what stands behind a value: `if` and a condition, or `otherwise`."""
        self.has_cases = True
        if self.accept("otherwise"):
            true = Node(CONST, "true", (), 0, value.start, value.end)
            return self.node(CASES, _ONE_OF_MANY, (value, true), value.start)
        self.i += 1
        condition = self.expression(0)
        if condition.tag not in _CONDITIONS:
            self.fail("A condition is missing behind this if.", condition.start)
        if not self.accept("else"):
            return self.node(CASES, _ONE_OF_MANY, (value, condition), value.start)
        self.sink()
        other = self.item()
        self.depth -= 1
        return self.node(CASES, "", (value, condition, other), value.start)

    def put_together(self, items: list[Node]) -> list[Node]:
        """Return cases that stand beside one another as one item; other items as they are."""
        if not any(_is_one_of_many(item) for item in items):
            return items
        for k, item in enumerate(items):
            if not _is_one_of_many(item) or (k and _always(items[k - 1].args)):
                self.fail("Each case has a value and a condition.", item.start)
        if _always(items[0].args):
            self.fail("There is no case before this.", items[0].start)
        return [self.cases([item.args for item in items], items[0].start)]

    def cases(self, rows: Sequence[Sequence[Node]], start: int) -> Node:
        """Return the cases of rows: a value and its condition, or a value that stands otherwise."""
        parts: list[Node] = []
        otherwise: tuple[Node, ...] = ()
        for row in rows:
            if _always(row):
                otherwise = (row[0],)
            elif len(row) == _PAIR:
                parts += row
            else:
                self.fail("Each case has a value and a condition.", start)
        return self.node(CASES, "", (*parts, *otherwise), start)


def _always(row: Sequence[Node]) -> bool:
    return len(row) == 1 or (row[1].tag == CONST and row[1].name == "true")


def _is_one_of_many(item: Node) -> bool:
    return item.tag == CASES and item.name == _ONE_OF_MANY
