"""Logging in and out, and what happens to a page whose login has ended."""

import logging
import threading

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from grader.errors import NotFound, StudentError
from grader.services import access, people
from web import forms, handing_in
from web.context import now, reading
from web.errors import LoginNeeded
from web.security import limiter, local_path
from web.tokens import ForeignPage

bp = Blueprint("auth", __name__)
logger = logging.getLogger(__name__)

OPEN_TO_ALL = {
    "static",
    "health.healthz",
    "auth.login",
    "auth.log_in",
    "auth.theme",
    "guide.typing",
}

REFUSED = 400
"""Status of a wrong password."""

FAILURES_ALLOWED = "10 per 5 minutes"
"""Wrong passwords for one login from one address."""

FAILURES_FROM_ONE_ADDRESS = "300 per 5 minutes"
"""High: a whole class may sit behind one address."""

NOT_CARRIED = (
    "You are logged in, but what was typed before could not be saved: its homework is not one of "
    "this login, or the page did not arrive whole. Go back to copy what you typed."
)

# Each check takes 64 MB and a fifth of a second of a core; a rush to log in waits its turn.
_checks = threading.BoundedSemaphore(2)


def install(app: Flask) -> None:
    """Ask for a login in front of every page that is not open to all."""
    app.before_request(_load_user)


def _load_user() -> None:
    g.user = None
    user_id = session.get("user")
    if user_id is not None:
        with reading() as rows:
            try:
                g.user = access.user(rows, user_id)
            except NotFound:
                session.clear()
    if g.user is None and request.endpoint not in OPEN_TO_ALL and request.endpoint is not None:
        raise LoginNeeded


def _failed(response: Response) -> bool:
    return response.status_code == REFUSED


def _login_and_address() -> str:
    return f"{request.form.get('login', '').strip().lower()[:300]} from {request.remote_addr}"


@bp.get("/login")
def login() -> ResponseReturnValue:
    """Show the form to log in."""
    if g.user is not None:
        return redirect(local_path(request.args.get("next")))
    return render_template("login.html", target=local_path(request.args.get("next")))


@bp.post("/login")
@limiter.limit(FAILURES_ALLOWED, key_func=_login_and_address, deduct_when=_failed)
@limiter.limit(FAILURES_FROM_ONE_ADDRESS, deduct_when=_failed)
def log_in() -> ResponseReturnValue:
    """Start a session; what a page that had lost its login carried is saved as a draft."""
    with _checks, reading() as rows:
        user = people.log_in(
            rows, request.form.get("login", ""), request.form.get("password", "")[:1000]
        )
    session.clear()  # nothing of an older session goes on, its CSRF token least of all
    session["user"] = user.id
    session.permanent = True
    g.user = user
    slug = request.form.get("carried")
    if slug:
        return _save_carried(request.form.get("course", ""), slug)
    return redirect(local_path(request.form.get("next")), 303)


def _save_carried(course: str, slug: str) -> ResponseReturnValue:
    try:
        with reading() as rows:
            assignment = access.assignment(rows, g.user.id, course, slug, now=now())
            typed = handing_in.read_form(rows, assignment)
    except ForeignPage:
        return _not_saved("What was typed before belongs to another login, and was not saved here.")
    except StudentError as error:  # another course's, or a form that did not arrive whole
        logger.info("carried form not saved", extra={"why": type(error).__name__})
        return _not_saved(NOT_CARRIED)
    unsaved = handing_in.save_drafts(typed)
    handing_in.tell_unsaved(unsaved)
    if not unsaved:
        flash("What you had typed is saved as a draft. Nothing is handed in yet.", "good")
    if "unsent" in request.form:
        flash("A file does not outlast a login: choose your notebook again.", "bad")
    return redirect(url_for("student.assignment", course=course, slug=slug), 303)


def _not_saved(why: str) -> ResponseReturnValue:
    flash(why, "bad")
    return redirect("/", 303)


@bp.errorhandler(StudentError)
def refuse(error: StudentError) -> ResponseReturnValue:
    """Show the form again with what was wrong."""
    target = local_path(request.form.get("next"))
    page = render_template("login.html", target=target, problem=str(error), carried=forms.carried())
    return page, REFUSED


@bp.post("/logout")
def log_out() -> ResponseReturnValue:
    """End the session."""
    session.clear()
    return redirect(url_for("auth.login"), 303)


@bp.post("/theme")
def theme() -> ResponseReturnValue:
    """Choose light, dark, or what the device prefers, without JavaScript too."""
    chosen = request.form.get("theme", "")
    response = redirect(local_path(request.form.get("next")), 303)
    if chosen in ("light", "dark"):
        response.set_cookie("theme", chosen, max_age=31_536_000, samesite="Lax")
    else:
        response.delete_cookie("theme")
    return response
