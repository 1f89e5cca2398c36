"""Notebooks: starters to download, the file handed in, and the run as a page, a file, pictures."""

import json
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grader.errors import NotFound
from grader.evidence import CellRecord, NotebookEvidence
from grader.models import Submission
from grader.report import Outcome
from grader.services import access, homework, notebooks
from grader.services.access import NO_SUCH_PAGE
from web import executed
from web.context import now, reading, user
from web.executed import CellView, Shown

bp = Blueprint("notebooks", __name__)

IPYNB = "application/x-ipynb+json"


@bp.get("/courses/<course>/<slug>/problems/<number>/starter.ipynb")
def starter(course: str, slug: str, number: str) -> ResponseReturnValue:
    """Give the starter notebook of a problem."""
    with reading() as session:
        found = access.assignment(session, user().id, course, slug, now=now())
        content = notebooks.starter(session, found, number)
    return _file(content, f"{slug}-{number}.ipynb")


@bp.get("/submissions/<receipt_number>/handed-in.ipynb")
def handed_in(receipt_number: str) -> ResponseReturnValue:
    """Give the notebook exactly as it was handed in."""
    with reading() as session:
        found = access.submission(session, user().id, receipt_number)
        content = notebooks.handed_in(session, found)
    if content is None:
        raise NotFound(NO_SUCH_PAGE)
    return _file(content, f"handed-in-{found.receipt_number}.ipynb")


@bp.get("/submissions/<receipt_number>/notebook")
def notebook(receipt_number: str) -> ResponseReturnValue:
    """Show the notebook as it ran."""
    with reading() as session:
        found, evidence = _ran(session, receipt_number)
        view = homework.submission_view(session, found)
        cells = executed.cells_of(notebooks.handed_in(session, found) or b"", evidence)
        run = executed.run_of(session, view)
        staff = access.is_staff(session, user().id, view.course.id)
    return render_template("notebook.html", view=view, run=run, cells=cells, is_staff=staff)


@bp.get("/submissions/<receipt_number>/notebook.ipynb")
def notebook_file(receipt_number: str) -> ResponseReturnValue:
    """Give the notebook as it ran, to open in Jupyter."""
    with reading() as session:
        found, evidence = _ran(session, receipt_number)
        cells = executed.cells_of(notebooks.handed_in(session, found) or b"", evidence)
    content = json.dumps(_as_ipynb(cells), indent=1, ensure_ascii=False).encode()
    return _file(content, f"ran-{found.receipt_number}.ipynb")


@bp.get("/submissions/<receipt_number>/pictures/<sha256>")
def picture(receipt_number: str, sha256: str) -> ResponseReturnValue:
    """Give a picture that the notebook drew, as the type that its bytes say it is."""
    with reading() as session:
        _, evidence = _ran(session, receipt_number)
    found = executed.picture_of(evidence, sha256)
    if found is None:
        raise NotFound(NO_SUCH_PAGE)
    return Response(found.data, mimetype=found.mime)


def _ran(session: Session, receipt_number: str) -> tuple[Submission, NotebookEvidence]:
    found = access.submission(session, user().id, receipt_number)
    evidence = notebooks.evidence_of(session, found)
    if evidence is None:
        raise NotFound(NO_SUCH_PAGE)
    return found, evidence


def _file(content: bytes, name: str) -> Response:
    response = Response(content, mimetype=IPYNB)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _as_ipynb(cells: list[CellView]) -> dict[str, Any]:
    return {
        "cells": [_cell(cell) for cell in cells],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }


def _cell(cell: CellView) -> dict[str, Any]:
    entry: dict[str, Any] = {"cell_type": cell.kind, "metadata": {}, "source": cell.source}
    if cell.kind == "code":
        outputs = [_output(shown) for shown in cell.shown]
        if cell.record is not None and cell.record.outcome is not Outcome.OK:
            outputs.append(_error(cell.record))
        entry |= {"execution_count": None, "outputs": outputs}
    return entry


def _output(shown: Shown) -> dict[str, Any]:
    if shown.picture is not None:
        data = {shown.picture.mime: shown.picture.base64}
    elif shown.html is not None:
        data = {"text/html": str(shown.html)}
    else:
        words = shown.text or f"[left out: {shown.left_out}]"
        return {"output_type": "stream", "name": "stdout", "text": words}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def _error(record: CellRecord) -> dict[str, Any]:
    error = record.error
    words = executed.OUTCOME_WORDS[record.outcome]
    where = f"line {error.line}: {error.source}" if error and error.line else words
    return {
        "output_type": "error",
        "ename": error.name if error else record.outcome.value,
        "evalue": error.message if error else words,
        "traceback": [where],
    }
