"""How typed text was understood, for the line below its input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from grader.checks.shown import shown
from grader.services.submissions import LONGEST_ANSWER
from grader.spec import Domain, Kind, Options

NOT_READ = {Kind.TEXT, Kind.CHOICE, Kind.PROBE}
"""Kinds that are not mathematics: there is nothing to show back."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text was read as, or where reading stopped.

    Attributes:
        mathml: written by our own printer from the tree, so that it is safe in a page; None where
            the text cannot be read.
        position: index of the character where reading stopped, if a place is to blame.
        line: the line of the text that holds that place, and `caret` the column in it.
    """

    mathml: Markup | None
    error: str
    position: int | None = None
    line: str = ""
    caret: int = 0


def read_as(asked: Mapping[str, Any], text: str) -> Understood | None:
    """Return how `text` is read for a field of a page; None where there is nothing to show.

    Args:
        asked: the field as the variant's page holds it.
        text: as typed.
    """
    kind = Kind(asked["kind"])
    if kind in NOT_READ or not text.strip():
        return None
    if len(text) > LONGEST_ANSWER:
        return Understood(None, f"This is longer than the {LONGEST_ANSWER:,} characters read.")
    seen = shown(text, kind, options_of(asked["options"]))
    if seen.mathml is not None and seen.error is None:
        return Understood(Markup(seen.mathml), "")  # noqa: S704  (our own printer, from the tree)
    return _stopped(text, seen.error or "This cannot be read.", seen.position)


def _stopped(text: str, error: str, position: int | None) -> Understood:
    if position is None:
        return Understood(None, error)
    place = min(position, len(text))
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    line = text[start : end if end >= 0 else len(text)]
    return Understood(None, error, position, line, place - start)


def options_of(stored: Mapping[str, Any]) -> Options:
    """Return the options of a field from the JSON of its page."""
    values = dict(stored)
    if values.get("symbols") is not None:
        values["symbols"] = {name: Domain(domain) for name, domain in values["symbols"].items()}
    for name in ("functions", "imaginary"):
        if values.get(name) is not None:
            values[name] = tuple(values[name])
    return Options(**values)
