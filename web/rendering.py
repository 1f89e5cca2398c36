"""How values read on pages: times in the course's zone, points, verdicts in words."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from markupsafe import Markup

from grader.models import Course
from grader.report import Verdict
from grader.services.attempts import Row, State, verdict_of
from grader.services.gradebook import Counted
from grader.services.homework import ProblemView
from grader.services.submissions import LONGEST_ANSWER, notebook_sha256
from web import forms, understood

VERDICT_WORDS = {
    Verdict.CORRECT: "Correct",
    Verdict.PARTIAL: "Partly correct",
    Verdict.INCORRECT: "Not correct",
    Verdict.UNREADABLE: "Could not be read",
    Verdict.MISSING: "Not answered",
    Verdict.WAITING: "Waiting for a grader",
    Verdict.HELD: "Held, our fault",
}
STATE_WORDS = {
    State.QUEUED: "Waiting to be graded",
    State.RUNNING: "Being graded",
    State.GRADED: "Graded",
    State.HELD: "Held, our fault",
}
MINUTE, HOUR, DAY = 60, 3600, 86_400


def install(app: Flask) -> None:
    """Give the templates their filters and what every page shows."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        when=when,
        until=until,
        points=points,
        verdict_word=lambda verdict: VERDICT_WORDS[Verdict(verdict)],
        state_word=lambda state: STATE_WORDS[State(state)],
        shape=input_shape,
        verdict_of=verdict_of,
        judged_fields=judged_fields,
        inline=inline,
        groupby_part=groupby_part,
        notebook_sha256=notebook_sha256,
    )
    app.jinja_env.globals.update(
        field_name=forms.field_name,
        read_as=understood.read_as,
        longest_answer=LONGEST_ANSWER,
        answer_anchor=answer_anchor,
    )
    app.context_processor(_of_every_page)


def _of_every_page() -> dict[str, Any]:
    theme = request.cookies.get("theme", "")
    return {"me": g.get("user"), "theme": theme if theme in ("light", "dark") else ""}


def when(moment: datetime, course: Course) -> Markup:
    """Return a moment as people of the course read it, and exactly for programs."""
    local = moment.astimezone(ZoneInfo(course.time_zone))
    text = f"{local:%a, %b} {local.day}, {local.hour % 12 or 12}:{local:%M %p %Z}"
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), text)


def until(moment: datetime, now: datetime) -> str:
    """Return how far off a moment is, in its largest unit.

    >>> from datetime import UTC
    >>> until(datetime(2026, 1, 3, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    'in 2 days'
    """
    seconds = (moment - now).total_seconds()
    size = abs(seconds)
    if size < MINUTE:
        return "now"
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if size >= unit:
            count = int(size // unit)
            text = f"{count} {name}" + ("s" if count > 1 else "")
            break
    return f"in {text}" if seconds > 0 else f"{text} ago"


def points(value: float | None) -> str:
    """Return points without needless zeros; a dash where there are none yet.

    >>> points(3.0), points(2 / 3), points(None)
    ('3', '0.67', '–')
    """
    if value is None:
        return "–"
    return f"{value:.2f}".rstrip("0").rstrip(".")


SHAPES = {
    "number": "small", "quantity": "small", "growth": "middle", "interval": "middle",
    "shape": "middle", "tuple": "middle", "set": "middle", "list": "middle",
    "vector": "grid", "matrix": "grid", "filter": "grid", "tensor": "array",
    "text": "text", "choice": "choice", "probe": "notebook",
}  # fmt: skip


def input_shape(kind: str) -> str:
    """Return which input fits a kind: small, middle, wide, grid, array, text, choice."""
    return SHAPES.get(kind, "wide")


def judged_fields(view: ProblemView) -> dict[tuple[str, str], Counted]:
    """Return the last attempt's fields by part and name, where they are about this page."""
    if view.last is None or not view.is_graded_as_shown:
        return {}
    return {(row.report.part, row.report.field): row for row in view.last.fields}


def answer_anchor(part: str, field: str) -> str:
    """Return the name of the place of one answer on the page of a submission.

    >>> answer_anchor("2", ""), answer_anchor("3b", "why not")
    ('answer-2', 'answer-3b-why-not')
    """
    return "-".join(["answer", *part.split(), *field.split()])


def groupby_part(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return the fields of a submission by part, in the order of the paper."""
    return [(part, list(group)) for part, group in groupby(rows, key=lambda row: row.part)]


def inline(html: str) -> Markup:
    """Return a published prompt without its paragraph, to stand in a label."""
    text = html.strip()
    if text.startswith("<p>") and text.endswith("</p>") and text.count("<p>") == 1:
        text = text[3:-4]
    return Markup(text)  # noqa: S704  (rendered at publish from Markdown, raw HTML off)
