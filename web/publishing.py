"""Publishing from the portal: staff ask, a worker does it, the overview shows what became of it."""

from flask import Blueprint, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grader.errors import NotFound
from grader.models import Assignment
from grader.queue import PUBLISH, REGRADE
from grader.services import access, publish_requests
from web.context import now, reading, service, user, writing

bp = Blueprint("publishing", __name__, url_prefix="/staff/courses/<course>/<slug>")


@bp.post("/publish")
def publish(course: str, slug: str) -> ResponseReturnValue:
    """Ask for the newest source to be published; a second click finds the request open."""
    with writing() as session:
        found = _taught(session, course, slug)
        request_id = publish_requests.ask(session, found, user().id, now=now()).id
    message = (request_id, publish_requests.QUEUE)
    service().outbox.put([message], priority=REGRADE, task=PUBLISH)
    return redirect(url_for("staff.overview", course=course, slug=slug) + "#publishing", 303)


@bp.get("/publishing")
def state(course: str, slug: str) -> ResponseReturnValue:
    """Tell where publishing stands, for the page that waits; null before the first time."""
    with reading() as session:
        found = access.staffed_assignment(session, user().id, course, slug)
        newest = publish_requests.of(session, found, user().id).request
    return jsonify(state=newest and newest.state, message=newest.message if newest else "")


def _taught(session: Session, course: str, slug: str) -> Assignment:
    """Return an assignment to an instructor of its course; graders do not publish."""
    found = access.staffed_assignment(session, user().id, course, slug)
    if not access.teaches(session, user().id, found.course_id):
        raise NotFound(access.NO_SUCH_PAGE)
    return found
