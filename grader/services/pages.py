"""What a page was made of: by it a hand-in tells an old tab from new work."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

Answers = Mapping[str, Mapping[str, str]]
"""Part label to field name to the text as typed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page showed of a problem when it was opened, and whether it was changed since.

    Attributes:
        attempt: number of the student's last attempt then; 0 before the first.
        typed: digest of the answers that its fields were filled with.
        is_edited: whether somebody typed on it; a page that nobody touched hands in no new work.
    """

    attempt: int
    typed: str
    is_edited: bool


def digest(answers: Answers) -> str:
    """Return a short hash by which a page tells whether its fields were changed."""
    text = json.dumps(answers, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def filled(answers: Answers) -> dict[str, dict[str, str]]:
    """Return `answers` without what is blank, as they are stored.

    >>> filled({"2a": {"width": "3", "height": " "}, "2b": {"": ""}})
    {'2a': {'width': '3'}}
    """
    kept = {
        part: {name: text for name, text in fields.items() if text.strip()}
        for part, fields in answers.items()
    }
    return {part: fields for part, fields in kept.items() if fields}
