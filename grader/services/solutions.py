"""Solutions and answers as pictures, shown where they give nothing away.

A solution is drawn at publish. A student's answer is drawn when it is judged, once alone and once
beside the solution; both are kept by a digest of the variant, the part and the answer, so that
equal answers of many students are one picture.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.models import Blob, Report, Variant
from grader.services import access, blobs, homework
from grader.services.homework import SubmissionView
from grader.services.submissions import answers_in
from grader.spec import Drawing

DRAWINGS = "#drawings"
"""Where stored references keep them; no part can be called so, since "#" ends a heading."""


class Shows(StrEnum):
    """What a picture shows."""

    SOLUTION = "solution"
    ANSWER = "answer"
    BESIDE = "beside"  # the answer beside the solution
    NOTHING = "nothing"  # the answer could not be drawn


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored drawing: what it shows, in words, and the key of its bytes."""

    shows: Shows
    alt: str
    key: str


def stored(
    session: Session, drawings: Iterable[tuple[str, Drawing]], *, now: datetime
) -> dict[str, Any]:
    """Keep drawings, by the full label of their part; return what the references say of them."""
    kept = {
        part: {"sha256": blobs.store(session, drawing.svg.encode(), now=now), "alt": drawing.alt}
        for part, drawing in drawings
    }
    return {DRAWINGS: kept} if kept else {}


def answer_key(variant_id: int, part: str, answers: Mapping[str, str]) -> str:
    """Return the key under which the drawings of an answer are kept.

    Args:
        part: full label.
        answers: field name to text as typed.
    """
    return blobs.derived_key("answer drawing", [variant_id, part, dict(answers)])


def keep_answer(
    session: Session, key: str, alone: Drawing, beside: Drawing | None, *, now: datetime
) -> None:
    """Keep the drawings of an answer, in place of what was drawn before."""
    drawn = {Shows.ANSWER: alone, Shows.BESIDE: beside}
    content = {shows: asdict(drawing) for shows, drawing in drawn.items() if drawing is not None}
    blobs.keep_derived(session, key, json.dumps(content).encode(), now=now)


def leave_out_answer(session: Session, key: str, *, now: datetime) -> None:
    """Note that an answer could not be drawn: its page says so, and it is not tried again."""
    blobs.keep_derived(session, key, json.dumps({Shows.NOTHING: {"alt": ""}}).encode(), now=now)


def shown(
    session: Session, view: SubmissionView, user_id: int, *, now: datetime
) -> dict[str, Picture]:
    """Return the pictures that a user may see now of a submission, by the full label of the part.

    Where solutions are open: the answer beside the solution, or else the solution. Before that
    the answer alone, or the note that it could not be drawn.
    """
    is_open = _solutions_are_open(session, view, user_id, now=now)
    found = _solutions(view.variant) if is_open else {}
    for part, key in _answer_keys(session, view).items():
        content = blobs.derived(session, key)
        drawn = {} if content is None else json.loads(content)
        shows = Shows.BESIDE if is_open and Shows.BESIDE in drawn else Shows.ANSWER
        if shows in drawn:
            found[part] = Picture(shows, drawn[shows]["alt"], key)
        elif Shows.NOTHING in drawn:
            found.setdefault(part, Picture(Shows.NOTHING, "", key))
    return found


def svg_of(session: Session, picture: Picture) -> str:
    """Return a picture's drawing as SVG."""
    content = session.get_one(Blob, picture.key).content
    if picture.shows is Shows.SOLUTION:
        return content.decode()
    svg: str = json.loads(content)[picture.shows]["svg"]
    return svg


def _solutions_are_open(
    session: Session, view: SubmissionView, user_id: int, *, now: datetime
) -> bool:
    """Tell whether solutions are open to a user: to staff always, to a student once it closed."""
    if access.is_staff(session, user_id, view.course.id):
        return True
    return homework.deadline(session, view.assignment, view.student.id, now=now).is_closed


def _solutions(variant: Variant) -> dict[str, Picture]:
    return {
        part: Picture(Shows.SOLUTION, kept["alt"], kept["sha256"])
        for part, kept in variant.references.get(DRAWINGS, {}).items()
    }


def _answer_keys(session: Session, view: SubmissionView) -> dict[str, str]:
    """Return the keys of what may be drawn, under the variant that judged what counts now."""
    counted = {row.report.part: row.report.report_id for row in view.attempt.fields}
    rows = session.execute(
        select(Report.id, Report.variant_id).where(Report.id.in_(counted.values()))
    )
    judged_by = {report_id: variant_id for report_id, variant_id in rows}
    answers = answers_in(view.attempt.submission)
    return {
        part: answer_key(judged_by[report_id], part, answers[part])
        for part, report_id in counted.items()
        if part in answers
    }
