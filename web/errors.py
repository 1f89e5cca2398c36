"""The one place where errors become pages: a status, a clear sentence, never a traceback."""

import logging
from dataclasses import dataclass

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from grader.errors import (
    GraderError,
    NotFound,
    StudentError,
    SubmissionRefused,
    TransientError,
)
from web import forms
from web.security import local_path
from web.tokens import ForeignPage

logger = logging.getLogger(__name__)


class LoginNeeded(StudentError):
    """The page needs a login, and there is none, or it has ended."""


@dataclass(frozen=True, slots=True)
class Page:
    """What an error page says: what happened, and what to do."""

    status: int
    title: str
    text: str


OUR_FAULT = Page(
    500,
    "Something broke on our side",
    "This is our fault, not yours, and it is written down for staff. What you had saved or handed "
    "in is kept. Go back and try again in a moment.",
)
BUSY = Page(
    503,
    "Please try again in a moment",
    "The service is busy or restarting. Nothing was lost that you had saved or handed in; go back "
    "and send the page again.",
)
LOGIN_NEEDED = Page(
    401, "Please log in", "You are not logged in, or your login has ended. Log in to go on."
)
FOREIGN_PAGE = Page(
    403,
    "This page belongs to another login",
    "It was opened by somebody else, so nothing was handed in or saved. Open the homework again to "
    "see your own.",
)
FOREIGN_FORM = Page(
    400,
    "This page is out of date",
    "It belongs to a login that has ended or to another one, so nothing was handed in. Go back, "
    "copy what you typed if it was not saved, reload the page and send it again.",
)

_HTTP = {
    400: ("This request is broken", "It did not arrive whole, so nothing was changed. Go back, "
          "reload the page and try again."),
    403: ("This is not yours to do", "Your login does not allow it."),
    404: ("There is no such page", "There is no such page, or it is not yours to see. Check the "
          "address, or start from the home page."),
    405: ("This page cannot be used that way", "An address was opened that only takes what a "
          "form sends, or the other way round. Start from the home page."),
    413: ("That is too large", "What you sent is larger than this service reads, so nothing of it "
          "was kept. Send less at once: shorter answers, one problem at a time, or a notebook "
          "whose outputs are cleared."),
    415: ("This cannot be read", "It was sent in a form that this address does not read."),
    429: ("Too many tries", "There were too many wrong passwords, or too many requests. Wait five "
          "minutes, then try again."),
}  # fmt: skip


def install(app: Flask) -> None:
    """Map every kind of error to its page."""
    app.register_error_handler(LoginNeeded, _ask_for_login)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(GraderError, _on_our_error)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OperationalError, _on_database)
    app.register_error_handler(PoolTimeout, _on_database)


def _on_our_error(error: GraderError) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        return show(Page(404, *_HTTP[404]))
    if isinstance(error, SubmissionRefused):
        return show(Page(409, "This was not handed in", str(error)))
    if isinstance(error, ForeignPage):
        return show(FOREIGN_PAGE)
    if isinstance(error, StudentError):
        return show(Page(400, "This does not work", str(error)))
    if isinstance(error, TransientError):
        return show(BUSY)
    logger.error("error of ours on a page", exc_info=error, extra={"path": request.path})
    return show(OUR_FAULT)


def _on_http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:  # a redirect that routing asks for
        return error
    status = error.code or 500
    if status in _HTTP:
        return show(Page(status, *_HTTP[status]))
    if status >= OUR_FAULT.status:
        return show(OUR_FAULT)
    return show(Page(status, "This does not work", error.name))


def _on_database(error: OperationalError | PoolTimeout) -> ResponseReturnValue:
    logger.error("database does not answer", exc_info=error, extra={"path": request.path})
    return show(BUSY)


def _on_csrf(_error: CSRFError) -> ResponseReturnValue:
    if request.endpoint != "auth.log_in":
        return show(FOREIGN_FORM)
    return render_template(
        "login.html",
        target=local_path(request.form.get("next")),
        carried=forms.carried(),
        problem="This page had grown too old to log in with. Please try once more.",
    ), 400


def _ask_for_login(_error: LoginNeeded) -> ResponseReturnValue:
    if wants_json():
        return show(LOGIN_NEEDED)
    where = request.view_args or {}
    names = [("course", where["course"]), ("carried", where["slug"])] if "slug" in where else []
    kept = [*names, *forms.carried()] if names and request.method == "POST" else []
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    page = render_template("login.html", target=target, carried=kept, ended=bool(kept))
    return page, 401


def wants_json() -> bool:
    """Tell whether a script asked, which wants data and not a page."""
    return request.path.startswith("/api/") or request.headers.get("Accept") == "application/json"


def show(page: Page) -> ResponseReturnValue:
    """Answer with an error page, or as JSON where a script asked."""
    if wants_json():
        return jsonify(error=page.text), page.status
    return render_template("error.html", page=page), page.status
