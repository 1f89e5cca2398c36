"""Tokens: what a text is cut into."""

from typing import NamedTuple

NUMBER, NAME, FUNCTION, OPERATOR = "n", "s", "f", "o"
COMMAND, TEXT, SUPER, SUB, END = "c", "t", "p", "q", "$"
CONSTANT, VULGAR = "k", "v"


class Token(NamedTuple):
    """One token; `start` and `end` are offsets into the text as typed."""

    kind: str
    value: str
    start: int
    end: int


def token(kind: str, value: str, start: int, end: int) -> Token:
    """Return a token, made without the detour of a named tuple's own constructor."""
    return tuple.__new__(Token, (kind, value, start, end))
