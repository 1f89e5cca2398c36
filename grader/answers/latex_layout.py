r"""LaTeX that only lays out: colours, spaces of a given size, display environments.

It is overwritten by blanks before the text is cut, so that every place stays where it was typed.
"""

import re

_ARGUMENT = r"\s*\{[^{}]*\}"
_DROPPED = re.compile(
    r"\\(?:color|hspace|vspace|hskip|mspace|label|tag|phantom|hphantom|vphantom|textcolor)\*?"
    rf"{_ARGUMENT}|\\(?:begin|end)\s*\{{(?:equation|align|aligned|gather|gathered|displaymath|math"
    r"|multline|split|alignat|center)\*?\}"
)
_CLASS = re.compile(r"(\\math(?:bin|rel|open|close|ord|punct|inner)\s*\{)([^{}]*)(\})")

_RAISED = re.compile(r"\^\s*(?:\\circ(?![A-Za-z])|\{\s*\\circ\s*\})")


def without_layout(text: str) -> str:
    r"""Return a text, as long as before, without what only lays it out.

    >>> without_layout(r"x\mathbin{/}2")
    'x         / 2'
    """
    plain = text
    if "\\math" in text:
        plain = _CLASS.sub(lambda m: " " * len(m[1]) + m[2] + " ", text)
    if "\\circ" in plain:
        plain = _RAISED.sub(lambda m: "°".ljust(len(m.group())), plain)
    aligned = "\\begin" in plain
    plain = _DROPPED.sub(lambda m: " " * len(m.group()), plain)
    if aligned and "\\begin" not in plain:
        plain = plain.replace("&", " ")  # marks of alignment, with no table left
    return plain
