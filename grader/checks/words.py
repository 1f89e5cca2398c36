"""Words and letters where a number is asked for: read as names, they would only ever be wrong."""

import re

from grader.answers.names import Names
from grader.answers.parser import parse
from grader.answers.tree import MUL, NEG, NUM, SYM, TEXT, Node, free_names, walk
from grader.errors import InvalidAnswer
from grader.spec import Kind, Options

_RUN = re.compile(r"(?<![A-Za-z\\_])[A-Za-z]{2,}")
_SHORT_FOR = {"k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9}
_PARTS = 2
_LONGEST = 40  # characters of a word that is repeated


def asks_for_digits(kind: Kind, options: Options) -> bool:
    """Whether a field asks for a number in which no name means anything."""
    return kind is Kind.NUMBER and not options.symbols


def read_digits(text: str, names: Names) -> Node:
    """Return the tree of an answer to a number.

    Raises:
        InvalidAnswer: it cannot be read; the message says so where a word is the reason.
    """
    try:
        return _in_full(parse(text, names, commas=True))
    except InvalidAnswer as error:
        for word in _RUN.finditer(text):
            if error.position is not None and word.start() <= error.position < word.end():
                raise _is_no_number(word) from error
        raise


def _in_full(tree: Node) -> Node:
    """Return 4.7M and 12k as the numbers that they are short for."""
    if tree.tag == NEG:
        return tree._replace(args=(_in_full(tree.args[0]),))
    if tree.tag != MUL or len(tree.args) != _PARTS:
        return tree
    value, letter = tree.args
    touching = value.tag == NUM and letter.tag == SYM and value.end == letter.start
    if not touching or letter.name not in _SHORT_FOR:
        return tree
    return tree._replace(args=(value, letter._replace(tag=NUM, value=_SHORT_FOR[letter.name])))


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
        part for part in walk(tree)
        if part.tag == TEXT or (part.tag == SYM and len(part.name) == 1 and part.name in unknown)
    ]  # fmt: skip
    for word in _RUN.finditer(text) if letters else ():
        if any(part.start < word.end() and word.start() < part.end for part in letters):
            raise _is_no_number(word)


def _is_no_number(word: "re.Match[str]") -> InvalidAnswer:
    return InvalidAnswer(
        f"A number is asked for, in digits; {word[0][:_LONGEST]!r} reads as letters.", word.start()
    )
