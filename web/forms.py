"""The form of an assignment page: what was typed, field by field, and what its page showed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from grader.services.pages import Answers, digest, filled
from web.tokens import PageToken, idempotency_key

SEPARATOR = ":"

CARRIED = ("token.", "key.", "answer:")
"""Names of what a form is carried over a login with."""


def field_name(part: str, name: str) -> str:
    """Return the name of a field's input.

    >>> field_name("2a", "weights"), field_name("3b", "")
    ('answer:2a:weights', 'answer:3b:')
    """
    return SEPARATOR.join(("answer", part, name))


@dataclass(frozen=True, slots=True)
class TypedProblem:
    """One problem of a form that arrived.

    Attributes:
        number: of the problem, as the form names it.
        answers: what was typed, blank fields out.
        is_edited: whether this page changed them since it was opened.
        is_unsaved: whether it changed them since it was opened or last saved them as a draft.
        notebook: the file that was chosen; None where none was.
        accept_incomplete: hand the notebook in although names are missing from it.
    """

    number: str
    token: PageToken
    key: str | None
    answers: Answers
    is_edited: bool
    is_unsaved: bool
    notebook: bytes | None = None
    accept_incomplete: bool = False


def token_in(number: str) -> PageToken:
    """Return the page token that the form carries for a problem.

    Raises:
        StudentError: it carries none, or a forged one.
    """
    return PageToken.read(request.form.get(f"token.{number}"))


def numbers_in() -> list[str]:
    """Return the numbers of all problems that the form carries."""
    return [name.removeprefix("token.") for name in request.form if name.startswith("token.")]


def typed(number: str, token: PageToken, page: Mapping[str, Any]) -> TypedProblem:
    """Read what was typed for the fields of `page`."""
    answers = filled(
        {
            part["label"]: {
                field["name"]: _text(field_name(part["label"], field["name"]))
                for field in part["fields"]
            }
            for part in page["parts"]
        }
    )
    notebook = _file(f"notebook.{number}") if page.get("notebook") else None
    is_unsaved = digest(answers) != token.typed
    return TypedProblem(
        number=number,
        token=token,
        key=idempotency_key(token, request.form.get(f"key.{number}"), answers, notebook),
        answers=answers,
        is_edited=is_unsaved or number in request.form.getlist("edited"),
        is_unsaved=is_unsaved,
        notebook=notebook,
        accept_incomplete=f"incomplete.{number}" in request.form,
    )


def _file(name: str) -> bytes | None:
    """Return the content of a chosen file; browsers send a nameless one where none was chosen."""
    chosen = request.files.get(name)
    if chosen is None or not chosen.filename:
        return None
    content: bytes = chosen.stream.read()
    return content


def _text(name: str) -> str:
    # Browsers end the lines of a text area with CR LF whatever was typed.
    text: str = request.form.get(name, "")
    return text.replace("\r\n", "\n")


def carried() -> list[tuple[str, str]]:
    """Return what the form of a page holds that logging in again should not lose."""
    if request.method != "POST":
        return []
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name.startswith(CARRIED) or name in ("course", "carried", "edited", "unsent")
    ] + [("unsent", name) for name, file in request.files.items() if file.filename]
