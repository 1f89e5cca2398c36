r"""One name in several spellings: \hat{y}, ŷ, yhat and y_hat.

An accented name is "hat y" in a tree. Where the author declared it, or the reference uses it, in
one spelling, an answer may use every other.
"""

import unicodedata
from collections.abc import Iterable

_MARKS = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde", "\u0307": "dot"}
_ACCENTS = tuple(dict.fromkeys(_MARKS.values()))


def spellings(names: Iterable[str]) -> dict[str, str]:
    """Return every other spelling of the accented ones among known names, to the known name.

    >>> spellings(["yhat", "W"])
    {'hat y': 'yhat', 'y_hat': 'yhat'}
    """
    known = set(names)
    found = {}
    for name in known:
        parts = _parts(name)
        if parts:
            accent, letter = parts
            for other in (f"{accent} {letter}", f"{letter}{accent}", f"{letter}_{accent}"):
                if other not in known:
                    found[other] = name
    return found


def _parts(name: str) -> tuple[str, str] | None:
    """Return the accent and the letter of a name, None where it has no accent."""
    accent, _, letter = name.partition(" ")
    if letter:
        return (accent, letter) if accent in _ACCENTS else None
    for each in _ACCENTS:
        letter = name.removesuffix(each).removesuffix("_")
        if letter != name and len(letter) == 1:
            return each, letter
    return None


def accent_of(char: str) -> tuple[str, str] | None:
    """Return the accent and the letter, "" for a mark alone, of one character; None for others.

    >>> accent_of("ŷ"), accent_of("q")
    (('hat', 'y'), None)
    """
    parts = unicodedata.normalize("NFD", char)
    return (_MARKS[parts[-1]], parts[:-1]) if parts[-1] in _MARKS else None
