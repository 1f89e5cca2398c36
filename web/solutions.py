"""Solutions and answers as pictures: which ones a page shows, each for light or dark."""

import re
from collections.abc import Mapping

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grader.errors import NotFound
from grader.services import access, homework, solutions
from grader.services.access import NO_SUCH_PAGE
from grader.services.homework import SubmissionView
from grader.services.solutions import Picture, Shows
from web.context import now, reading, user

bp = Blueprint("solutions", __name__)

POLICY = "default-src 'none'; sandbox"
"""For the picture itself, should somebody open it as a page: it runs and loads nothing."""

PALETTES = {
    "light": {"ink": "#1d2129", "soft": "#59616e", "accent": "#1b5a87", "wrong": "#a83025"},
    "dark": {"ink": "#e8e6e1", "soft": "#a0a8b6", "accent": "#86bfe6", "wrong": "#f39a8f"},
}
"""The portal's colours of these names: an image does not see the properties of its page."""

PROPERTY = re.compile(r"var\(\s*--(\w+)\s*(?:,\s*([^()]*))?\)")


def shown_with(session: Session, view: SubmissionView) -> Mapping[str, Picture]:
    """Return the pictures that the user may see now, by part."""
    return solutions.shown(session, view, user().id, now=now())


@bp.get("/submissions/<receipt_number>/solutions/<part>.svg")
def picture(receipt_number: str, part: str) -> ResponseReturnValue:
    """Give the picture of one part, in the colours of the theme asked for."""
    with reading() as session:
        found = access.submission(session, user().id, receipt_number)
        shown = shown_with(session, homework.submission_view(session, found))
        if part not in shown or shown[part].shows is Shows.NOTHING:
            raise NotFound(NO_SUCH_PAGE)
        svg = solutions.svg_of(session, shown[part])
    response = Response(themed(svg, request.args.get("theme", "")), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = POLICY
    return response


def themed(svg: str, theme: str) -> str:
    """Return a drawing in the colours of a theme.

    >>> themed('<path stroke="currentColor" fill="var(--soft, red)"/>', "dark")
    '<path stroke="#e8e6e1" fill="#a0a8b6"/>'
    """
    colours = PALETTES.get(theme, PALETTES["light"])

    def colour(match: re.Match[str]) -> str:
        return colours.get(match[1]) or (match[2] or "").strip() or colours["ink"]

    drawn = PROPERTY.sub(colour, svg).replace("currentColor", colours["ink"])
    return drawn.replace('font-family="inherit"', 'font-family="system-ui, sans-serif"')
