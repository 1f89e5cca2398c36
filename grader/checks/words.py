"""Words where a number is asked for: read as letters, they would only ever be wrong."""

import re

from grader.answers.tree import SYM, Node, free_names, walk
from grader.errors import InvalidAnswer
from grader.spec import Kind, Options

_RUN = re.compile(r"(?<![A-Za-z\\_])[A-Za-z]{2,}")
_LONGEST = 40  # characters of a word that is repeated


def asks_for_digits(kind: Kind, options: Options) -> bool:
    """Whether a field asks for a number in which no name means anything."""
    return kind is Kind.NUMBER and options.symbols is None


def refuse_words(text: str, tree: Node) -> None:
    """Refuse an answer to a number that was read as a product of the letters of a word.

    Args:
        text: the answer as it was read.
        tree: what it was read as.

    Raises:
        InvalidAnswer: a word of it means nothing but its letters.
    """
    unknown = free_names(tree)
    letters = [
        part for part in walk(tree) if part.tag == SYM and len(part.name) == 1
        and part.name in unknown
    ]  # fmt: skip
    for word in _RUN.finditer(text) if letters else ():
        if any(part.start < word.end() and word.start() < part.end for part in letters):
            raise InvalidAnswer(
                f"A number is asked for, in digits; {word[0][:_LONGEST]!r} reads as letters.",
                word.start(),
            )
