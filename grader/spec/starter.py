"""Starter notebooks: cells that an author writes beside the probes, from the same constants.

What a starter checks in the open (shapes, names, plain properties) is source text; the probes' own
helpers are source text too, so that one text can serve both.
"""

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StarterCell:
    """One cell of a starter: `kind` is "code" or "markdown"."""

    kind: str
    source: str


def prose(text: str) -> StarterCell:
    """Return a text cell; indentation that all lines share is taken off."""
    return StarterCell("markdown", textwrap.dedent(text).strip())


def code(text: str) -> StarterCell:
    r"""Return a code cell; indentation that all lines share is taken off.

    >>> code("  x = 1\n  y = 2")
    StarterCell(kind='code', source='x = 1\ny = 2')
    """
    return StarterCell("code", textwrap.dedent(text).strip())
