"""Pages for students: homework, typing and handing in, receipts and results."""

import json
import secrets

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grader.errors import StudentError
from grader.models import Assignment, Course
from grader.services import access, homework, submissions, variants
from grader.services import home as first_page
from grader.services.homework import AssignmentView
from web import executed, forms, handing_in, solutions
from web.context import now, reading, service, user, writing
from web.errors import wants_json
from web.tokens import PageToken

bp = Blueprint("student", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """List the homework of every course of whoever is logged in."""
    with reading() as session:
        cards = first_page.home(session, user().id, now=now())
    return render_template("home.html", cards=cards, now=now())


@bp.get("/courses/<course>/<slug>")
def assignment(course: str, slug: str) -> ResponseReturnValue:
    """Show a homework with an input for each of its fields."""
    view = _view(course, slug)
    tokens = {
        item.shown.problem.number: (PageToken.of(item).sign(), secrets.token_urlsafe(12))
        for item in view.problems
    }
    return render_template("assignment.html", view=view, tokens=tokens, now=now())


def _view(course: str, slug: str) -> AssignmentView:
    key = service().secrets.course_key
    with reading() as session:
        found = access.assignment(session, user().id, course, slug, now=now())
        shown = variants.shown_to(session, user().id, found, key)
        view = homework.assignment_view(session, found, user().id, shown, now=now())
    if not all(item.is_pinned for item in shown):
        with writing() as session:
            variants.pin(session, user().id, shown)
    return view


@bp.post("/courses/<course>/<slug>/drafts")
def save_draft(course: str, slug: str) -> ResponseReturnValue:
    """Keep what was typed without handing it in; a script gets the tokens of what its page saved.

    Raises:
        StudentError: a text is too long; all others are saved.
    """
    _, typed = _read_form(course, slug)
    unsaved = handing_in.save_drafts(typed)
    if unsaved:
        raise StudentError(" ".join(one.why for one in unsaved))
    if wants_json():
        tokens = {item.number: item.token.saved(item.answers).sign() for item in typed}
        return jsonify(saved_at=now().isoformat(), tokens=tokens)
    _tell_unsent(typed)
    flash("Saved as a draft. Nothing is handed in yet.", "good")
    return redirect(url_for(".assignment", course=course, slug=slug, _anchor=_anchor()), 303)


def _anchor() -> str | None:
    number = request.form.get("from", "")
    return f"problem-{number}" if number in forms.numbers_in() else None


@bp.post("/courses/<course>/<slug>/problems/<number>/submissions")
def hand_in(course: str, slug: str, number: str) -> ResponseReturnValue:
    """Hand in one problem and show its receipt."""
    found, typed = _read_form(course, slug, number)
    submission = handing_in.hand_in(found, number, typed)
    _tell_unsent([item for item in typed if item.number != number])
    return redirect(url_for(".submission", receipt_number=submission.receipt_number), 303)


def _tell_unsent(kept: list[forms.TypedProblem]) -> None:
    """Say which chosen files went nowhere: drafts hold what is typed, and no files."""
    for item in kept:
        if item.notebook is not None:
            flash(
                f"The notebook chosen for problem {item.number} was not handed in: choose it "
                "again when you hand that problem in.",
                "bad",
            )


@bp.post("/courses/<course>/<slug>/submissions")
def hand_in_changed(course: str, slug: str) -> ResponseReturnValue:
    """Hand in every problem that changed since its last attempt."""
    found, typed = _read_form(course, slug)
    outcome = handing_in.hand_in_changed(found, typed)
    for number, why in outcome.refused:
        flash(f"Problem {number} was not handed in. {why}", "bad")
    if not outcome.accepted:
        if not outcome.refused:
            flash("Nothing has changed since you handed in last, so nothing was sent.", "")
        return redirect(url_for(".assignment", course=course, slug=slug), 303)
    numbers = [one.receipt_number for one in outcome.accepted]
    return redirect(url_for(".handed_in", course=course, slug=slug, receipt=numbers), 303)


def _read_form(
    course: str, slug: str, number: str | None = None
) -> tuple[Assignment, list[forms.TypedProblem]]:
    with reading() as session:
        found = access.assignment(session, user().id, course, slug, now=now())
        if number is not None:
            access.problem(session, found, number)
        return found, handing_in.read_form(session, found)


@bp.get("/courses/<course>/<slug>/receipts")
def handed_in(course: str, slug: str) -> ResponseReturnValue:
    """Show the receipts of what was handed in together."""
    with reading() as session:
        found = access.assignment(session, user().id, course, slug, now=now())
        of_course = session.get_one(Course, found.course_id)
        views = [
            homework.submission_view(session, access.submission(session, user().id, number))
            for number in request.args.getlist("receipt")[:50]
        ]
    return render_template("receipts.html", assignment=found, course=of_course, views=views)


@bp.get("/submissions/<receipt_number>")
def submission(receipt_number: str) -> ResponseReturnValue:
    """Show a submission with its receipt, where it stands, and its result once there is one."""
    with reading() as session:
        found = access.submission(session, user().id, receipt_number)
        view = homework.submission_view(session, found)
        history = homework.history(session, found)
        is_staff = access.is_staff(session, user().id, view.course.id)
        run = executed.run_of(session, view)
        drawings = solutions.shown_with(session, view)
    return render_template(
        "submission.html",
        view=view,
        history=history,
        is_staff=is_staff,
        run=run,
        drawings=drawings,
        progress=executed.progress_of(view.attempt),
        now=now(),
    )


@bp.get("/submissions/<receipt_number>/receipt.json")
def receipt(receipt_number: str) -> ResponseReturnValue:
    """Give the signed receipt as a file to keep."""
    with reading() as session:
        found = access.submission(session, user().id, receipt_number)
        signed = submissions.receipt(session, found, service().signing_key)
    return _file(json.dumps(signed, indent=2) + "\n", f"receipt-{found.receipt_number}.json")


@bp.get("/submissions/<receipt_number>/content.json")
def content(receipt_number: str) -> ResponseReturnValue:
    """Give exactly the bytes that the receipt's SHA-256 is of."""
    with reading() as session:
        found = access.submission(session, user().id, receipt_number)
    return _file(found.content, f"handed-in-{found.receipt_number}.json")


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
