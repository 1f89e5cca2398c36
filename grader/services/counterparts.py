"""Counterparts: the variant of another version by which a submission can be judged."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.models import ProblemVersion, Variant


def pool(session: Session, version: ProblemVersion) -> dict[int, Variant]:
    """Return the variants of a version by number."""
    rows = session.scalars(select(Variant).where(Variant.version_id == version.id))
    return {variant.number: variant for variant in rows}


def misfit(answered: Variant, other: Variant | None, version: ProblemVersion) -> str | None:
    """Return why what answers one variant is no answer to another; None where it is one.

    Args:
        answered: the variant that was shown.
        other: the one of the same number in `version`; None where it has none.
    """
    if other is None:
        return f"version {version.number} has no variant {answered.number}"
    if other.params != answered.params:
        return f"version {version.number} changed the numbers of variant {answered.number}"
    if _fields(other.page) != _fields(answered.page):
        return f"version {version.number} has other fields than were answered"
    return None


def _fields(page: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    return [
        (part["label"], sorted(field["name"] for field in part["fields"])) for part in page["parts"]
    ]
