"""Requests whose text no database can store: refused in one place, before any view reads them.

PostgreSQL keeps no NUL, and half of a surrogate pair has no UTF-8. No browser sends either.
"""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue

from web.errors import Page, show

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
LONGEST_NAME = 60


def install(app: Flask) -> None:
    """Look at every request before anything else does."""
    app.before_request(_refuse_unstorable)


def _refuse_unstorable() -> ResponseReturnValue | None:
    try:
        broken = next((where for where, text in _texts() if UNSTORABLE.search(text)), None)
    except RecursionError:
        return show(Page(400, "This cannot be read", "The JSON is nested too deep."))
    if broken is None:
        return None
    return show(
        Page(
            400,
            "This cannot be read",
            f"{broken} holds a character that is no text (a NUL, or half of a character), so "
            "nothing was changed. Such characters can come along with what is copied from "
            "elsewhere: go back, type that place anew, and send the page again.",
        )
    )


def _texts() -> Iterator[tuple[str, str]]:
    yield "The address", request.path
    for name, value in request.args.items(multi=True):
        yield "The address", name + value
    for name, value in request.form.items(multi=True):
        yield "The name of a field", name
        yield f"The field {name[:LONGEST_NAME]}", value
    for name, file in request.files.items(multi=True):
        yield "The name of a file", name + (file.filename or "")
    for text in _strings(request.get_json(silent=True)):
        yield "The JSON", text


def _strings(tree: Any) -> Iterator[str]:
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item
