"""How answers are typed: one page, open to all."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

bp = Blueprint("guide", __name__)


@bp.get("/help/typing")
def typing() -> ResponseReturnValue:
    """Show how each kind of answer is typed."""
    return render_template("guide.html")
