"""Pages for staff: how a homework stands, its submissions, marks by hand, scores to take away."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.errors import NotFound, StudentError
from grader.models import Course, Job, Problem, Submission
from grader.report import Verdict
from grader.services import (
    access,
    attempts,
    gradebook,
    homework,
    insights,
    jobs,
    publish_requests,
    worklist,
)
from grader.services.gradebook import HandMark
from grader.services.homework import SubmissionView
from grader.services.worklist import Filter
from web import executed, solutions
from web.context import enqueue, now, reading, user, writing
from web.rendering import answer_anchor

bp = Blueprint("staff", __name__, url_prefix="/staff")

LONGEST_COMMENT = 10_000


@bp.get("/courses/<course>/<slug>")
def overview(course: str, slug: str) -> ResponseReturnValue:
    """Show how a homework stands: scores, hard parts, what waits."""
    with reading() as session:
        found = access.staffed_assignment(session, user().id, course, slug)
        return render_template(
            "staff/overview.html",
            assignment=found,
            course=session.get_one(Course, found.course_id),
            overview=insights.overview(session, found),
            shares=insights.shares(session, found),
            backlog=jobs.backlog(session),
            publishing=publish_requests.of(session, found, user().id),
            now=now(),
        )


@bp.get("/courses/<course>/<slug>/submissions")
def submissions(course: str, slug: str) -> ResponseReturnValue:
    """List submissions, filtered by problem, state and student."""
    asked = request.args
    wanted = Filter(
        asked.get("problem", ""), asked.get("state", ""), asked.get("student", "").strip()
    )
    with reading() as session:
        found = access.staffed_assignment(session, user().id, course, slug)
        listing = worklist.listing(session, found, wanted, _page(asked.get("page", "1")))
        numbers = session.scalars(
            select(Problem.number)
            .where(Problem.assignment_id == found.id)
            .order_by(Problem.position)
        ).all()
        of_course = session.get_one(Course, found.course_id)
    filters = {name: value for name, value in asked.items() if name != "page"}
    return render_template(
        "staff/submissions.html",
        assignment=found,
        course=of_course,
        listing=listing,
        wanted=wanted,
        numbers=numbers,
        filters=urlencode(filters),
        now=now(),
    )


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004


@bp.get("/courses/<course>/<slug>/next")
def next_to_mark(course: str, slug: str) -> ResponseReturnValue:
    """Go to what has waited longest for a mark by hand."""
    with reading() as session:
        found = access.staffed_assignment(session, user().id, course, slug)
        waits = worklist.next_to_mark(session, found, request.args.get("problem", ""))
        place = None if waits is None else _first_to_mark(session, waits)
    if waits is None:
        flash("Nothing waits for a mark any more.", "good")
        return redirect(url_for(".overview", course=course, slug=slug))
    return redirect(url_for(".submission", receipt_number=waits.receipt_number, _anchor=place))


def _first_to_mark(session: Session, waits: Submission) -> str | None:
    fields = attempts.load(session, [waits])[0].fields
    waiting = (one for one in fields if attempts.verdict_of(one) is Verdict.WAITING)
    first = next(waiting, None)
    return None if first is None else answer_anchor(first.report.part, first.report.field)


@bp.get("/courses/<course>/<slug>/scores.csv")
def scores(course: str, slug: str) -> ResponseReturnValue:
    """Give the scores of every student as CSV."""
    with reading() as session:
        found = access.staffed_assignment(session, user().id, course, slug)
        text = insights.scores_csv(session, found)
    # Excel takes CSV for Latin-1 unless it opens with a byte-order mark.
    response = Response("\ufeff" + text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{course}-{slug}-scores.csv"'
    return response


@bp.get("/submissions/<receipt_number>")
def submission(receipt_number: str) -> ResponseReturnValue:
    """Show one submission in full, with its references, and a rubric where a person marks."""
    with reading() as session:
        found = _staffed(session, receipt_number)
        view = homework.submission_view(session, found)
        history = homework.history(session, found)
        run = executed.run_of(session, view)
        drawings = solutions.shown_with(session, view)
        marks = [row.counted.mark for row in view.rows if row.counted and row.counted.mark]
        met = gradebook.criteria_met(session, marks)
    return render_template(
        "staff/submission.html",
        view=view,
        history=history,
        run=run,
        drawings=drawings,
        met=met,
        now=now(),
    )


def _staffed(session: Session, receipt_number: str) -> Submission:
    """Return a submission to staff of its course; its own student has no business here."""
    found = access.submission(session, user().id, receipt_number)
    course_id = homework.submission_view(session, found).course.id
    if not access.is_staff(session, user().id, course_id):
        raise NotFound(access.NO_SUCH_PAGE)
    return found


@bp.post("/submissions/<receipt_number>/marks")
def mark(receipt_number: str) -> ResponseReturnValue:
    """Give credit by hand to one field: criteria of its rubric, or a share of its points."""
    with writing() as session:
        found = _staffed(session, receipt_number)
        view = homework.submission_view(session, found)
        given = _given(view)
        gradebook.mark(session, found, given, grader_id=user().id, now=now())
    flash(f"Marked {given.part} {given.field}".rstrip() + f" of {view.student.name}.", "good")
    if request.form.get("then") == "next":
        where = url_for(
            ".next_to_mark",
            course=view.course.slug,
            slug=view.assignment.slug,
            problem=view.problem.number,
        )
        return redirect(where, 303)
    place = answer_anchor(given.part, given.field)
    return redirect(url_for(".submission", receipt_number=receipt_number, _anchor=place), 303)


def _given(view: SubmissionView) -> HandMark:
    part, field = request.form.get("part", ""), request.form.get("field", "")
    row = next((row for row in view.rows if (row.part, row.asked["name"]) == (part, field)), None)
    if row is None:
        raise StudentError(f"This submission has no field {part} {field}".rstrip() + ".")
    points = request.form.get("points", "").strip()
    met: list[Mapping[str, Any]] = []
    if points:
        credit = _share(points, row.asked["points"])
    else:
        chosen = set(request.form.getlist("criterion"))
        if not chosen:
            raise StudentError("Choose what earns credit, or write points: 0 for nothing.")
        met = [one for index, one in enumerate(row.asked["rubric"]) if str(index) in chosen]
        credit = sum(one["credit"] for one in met)
    comment = request.form.get("comment", "").replace("\r\n", "\n")[:LONGEST_COMMENT]
    # Thirds of a point do not add up to one in floating point; a hair over is not over.
    criteria = tuple(one["text"] for one in met)
    return HandMark(part, field, min(1.0, round(credit, 6)), comment, criteria)


def _share(text: str, worth: float) -> float:
    """Return the share of `worth` that `text` points are.

    Raises:
        StudentError: it is no number of points between 0 and what the field is worth.
    """
    try:
        points = float(text)
    except ValueError as error:
        raise StudentError(f"“{text[:40]}” is no number of points.") from error
    if not 0 <= points <= worth:
        raise StudentError(f"Give points from 0 to {worth:g}; {points:g} is outside of that.")
    return points / worth if worth else 0.0


@bp.post("/submissions/<receipt_number>/release")
def release(receipt_number: str) -> ResponseReturnValue:
    """Queue a held submission again, after what held it was mended."""
    with writing() as session:
        found = _staffed(session, receipt_number)
        held = session.scalars(select(Job.id).where(Job.submission_id == found.id)).all()
        released = jobs.release(session, held)
    if released.jobs:
        enqueue(list(released.jobs))
        flash(" ".join(["Queued again.", *released.remarks]), "good")
    return redirect(url_for(".submission", receipt_number=receipt_number), 303)
