"""Text that every database, page and file can hold, of text that anybody may have made.

PostgreSQL refuses NUL, and UTF-8 has no place for half a surrogate pair; both may stand in what a
student's code says, and in a notebook's JSON.
"""

import re
from typing import Any

from grader.evidence.values import Opaque

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    r"""Return `text` with U+FFFD for each character that cannot be stored.

    >>> storable("a\0b") == "a\N{REPLACEMENT CHARACTER}b"
    True
    """
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def storable_value(value: Any) -> Any:
    """Return a plain value (see `grader.evidence.values`) with all text in it storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable_value(key): storable_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(storable_value(item) for item in value)
    if isinstance(value, Opaque):
        return Opaque(storable(value.type_name), storable(value.text))
    return value
