"""Cases in a line: x if x > 0 else 0; x if x > 0, 0 otherwise."""

from grader.answers.cursor import Cursor
from grader.answers.tree import AND, CASES, CHAIN, CONST, OR, REL, Node

_CONDITIONS = frozenset({REL, CHAIN, AND, OR})
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
        parts: list[Node] = []
        otherwise: tuple[Node, ...] = ()
        for item in items:
            if not _is_one_of_many(item) or otherwise:
                self.fail("Each case has a value and a condition.", item.start)
            if item.args[1].tag == CONST:
                otherwise = item.args[:1]
            else:
                parts += item.args
        if not parts:
            self.fail("There is no case before this.", items[0].start)
        return [self.node(CASES, "", (*parts, *otherwise), items[0].start)]


def _is_one_of_many(item: Node) -> bool:
    return item.tag == CASES and item.name == _ONE_OF_MANY
