"""Solutions as pictures: stored at publish, shown once they give nothing away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grader.models import Blob, Variant
from grader.services import access, blobs, homework
from grader.services.homework import SubmissionView
from grader.spec import Drawing

DRAWINGS = "#drawings"
"""Where stored references keep them; no part can be called so, since "#" ends a heading."""


def stored(
    session: Session, drawings: Iterable[tuple[str, Drawing]], *, now: datetime
) -> dict[str, Any]:
    """Keep drawings, by the full label of their part; return what the references say of them."""
    kept = {
        part: {"sha256": blobs.store(session, drawing.svg.encode(), now=now), "alt": drawing.alt}
        for part, drawing in drawings
    }
    return {DRAWINGS: kept} if kept else {}


def may_see(session: Session, view: SubmissionView, user_id: int, *, now: datetime) -> bool:
    """Tell whether solutions are open to a user: to staff always, to a student once it closed."""
    if access.is_staff(session, user_id, view.course.id):
        return True
    return homework.deadline(session, view.assignment, view.student.id, now=now).is_closed


def described(variant: Variant) -> Mapping[str, str]:
    """Return the text alternative of each drawing, by the full label of its part."""
    return {part: kept["alt"] for part, kept in variant.references.get(DRAWINGS, {}).items()}


def picture(session: Session, variant: Variant, part: str) -> str | None:
    """Return the drawing of a part as SVG; None where there is none."""
    kept = variant.references.get(DRAWINGS, {}).get(part)
    return None if kept is None else session.get_one(Blob, kept["sha256"]).content.decode()
