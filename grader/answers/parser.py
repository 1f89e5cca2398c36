"""From text to tree: the one way in which a typed answer is read, by everything."""

from grader.answers.atoms import Atoms
from grader.answers.calls import Calls
from grader.answers.commands import Commands
from grader.answers.conditionals import Conditionals
from grader.answers.lexer import Lexer
from grader.answers.limits import MAX_LEVELS
from grader.answers.names import Names
from grader.answers.operators import Operators
from grader.answers.powers import Powers
from grader.answers.sum_notation import SumNotation
from grader.answers.symbols import Symbols
from grader.answers.tokens import END
from grader.answers.tree import SEQ, Node, levels
from grader.errors import InvalidAnswer
from grader.spec import Options


class _Parser(Operators, Conditionals, Powers, Calls, SumNotation, Commands, Atoms, Symbols):
    """The grammar, put together; the parts are in the modules of the bases."""

    def whole(self) -> Node:
        """Read the text to its end."""
        if self.tokens[0].kind == END:
            self.fail("Nothing is written here.")
        items, separators = self.items()
        if self.tokens[self.i].kind != END:
            self.fail("This cannot be read on from here.")
        if len(items) == 1:
            return items[0]
        if ";" in separators and "," in separators:
            return self.node(SEQ, "[]", tuple(self.rows(items, separators)), items[0].start)
        return self.node(SEQ, "", tuple(items), items[0].start)


def parse(text: str, names: Names | None = None, *, commas: bool = False) -> Node:
    """Return the tree of a text. Nothing is evaluated and nothing is executed.

    Args:
        text: plain, Python-like, Unicode or LaTeX, mixed freely.
        names: what the names in it mean; None declares nothing.
        commas: whether 1,000 is the number one thousand (elsewhere it is a list of two).

    Raises:
        InvalidAnswer: the text cannot be read, with the position where reading stopped.

    >>> parse("2x").tag
    'mul'
    """
    names = names or Names(Options())
    tokens = Lexer(text, names, commas=commas).run()
    tree = _Parser(tokens, names).whole()
    if len(tokens) > MAX_LEVELS and levels(tree) > MAX_LEVELS:  # a/b/c/... is one inside another
        raise InvalidAnswer("This is nested too deeply.", tree.start)
    return tree
