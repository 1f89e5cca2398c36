"""What the pages' scripts ask while somebody types or waits; errors are JSON here."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from grader import db
from grader.errors import NotFound, StudentError
from grader.models import Variant
from grader.services import access, attempts
from web import executed, understood
from web.context import reading, service, user
from web.tokens import ForeignPage, PageToken

bp = Blueprint("api", __name__, url_prefix="/api/v1")

FIELDS_KEPT = 512
"""Variants whose fields a portal process remembers; some kilobytes each."""


@bp.get("/submissions/<receipt_number>")
def result(receipt_number: str) -> ResponseReturnValue:
    """Tell where a submission stands, with its report once it is graded."""
    with reading() as session:
        found = access.submission(session, user().id, receipt_number)
        attempt = attempts.load(session, [found])[0]
    ran = executed.progress_of(attempt)
    return jsonify(
        receipt=found.receipt_number,
        state=attempt.state.value,
        queue=attempt.queue.value,
        progress=None if ran is None else {"done": ran.done, "total": ran.total},
        report=attempts.report_of(attempt),
    )


@bp.post("/preview")
def preview() -> ResponseReturnValue:
    """Tell how a text is understood, for the field of the page that it was typed on."""
    asked = _asked(request.get_json())
    seen = understood.read_as(asked[0], asked[1])
    if seen is None:
        return jsonify(mathml=None, error="", position=None)
    return jsonify(
        mathml=seen.mathml,
        error=seen.error,
        position=seen.position,
        line=seen.line,
        caret=seen.caret,
    )


def _asked(given: Any) -> tuple[Mapping[str, Any], str]:
    names = ("token", "part", "field", "text")
    if not isinstance(given, dict) or not all(isinstance(given.get(name), str) for name in names):
        raise StudentError(f"Send a JSON object with the texts {', '.join(names)}.")
    token = PageToken.read(given["token"])
    if token.user_id != user().id:
        raise ForeignPage
    asked = _fields(service().engine, token.variant_id).get((given["part"], given["field"]))
    if asked is None:
        raise NotFound("This problem has no such field.")
    return asked, given["text"]


@lru_cache(maxsize=FIELDS_KEPT)
def _fields(engine: Engine, variant_id: int) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The fields of a variant, which never changes once it is published."""
    with db.reading(engine) as session:
        page = session.get_one(Variant, variant_id).page
    return {
        (part["label"], field["name"]): {"kind": field["kind"], "options": field["options"]}
        for part in page["parts"]
        for field in part["fields"]
    }
