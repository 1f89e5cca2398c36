"""What a page carries back when it is sent: signed, so that it is what we showed, to whom."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Self

from itsdangerous import BadSignature, URLSafeSerializer

from grader.errors import StudentError
from grader.services.homework import ProblemView
from grader.services.pages import Answers, Seen, digest
from web.context import service, user

BROKEN = (
    "This form did not arrive whole, so nothing was handed in. Go back, reload the page and try "
    "again; what you saved is still there."
)


class ForeignPage(StudentError):
    """A form comes from a page that was shown to somebody else."""


@dataclass(frozen=True, slots=True)
class PageToken:
    """Which problem, in which variant, a page showed to whom, and what its fields held then.

    Attributes:
        typed: digest of the answers that the fields were filled with.
        attempt: number of the student's last attempt when the page was shown; 0 before the first.
    """

    user_id: int
    problem_id: int
    variant_id: int
    typed: str
    attempt: int

    @classmethod
    def of(cls, view: ProblemView) -> Self:
        """Describe what a page shows to whoever is logged in."""
        last = view.last
        return cls(
            user_id=user().id,
            problem_id=view.shown.problem.id,
            variant_id=view.shown.variant.id,
            typed=digest(view.typed),
            attempt=0 if last is None else last.submission.attempt,
        )

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Read a token back.

        Raises:
            StudentError: it is missing, or not one of ours.
        """
        try:
            fields = _serializer().loads(text or "")
        except BadSignature as error:
            raise StudentError(BROKEN) from error
        return cls(*fields)

    def saved(self, answers: Answers) -> Self:
        """Return the token of the same page once its fields were saved as a draft."""
        return replace(self, typed=digest(answers))

    def seen(self, *, is_edited: bool) -> Seen:
        """Return what the page showed, for the rules of handing in."""
        return Seen(self.attempt, self.typed, is_edited)

    def sign(self) -> str:
        """Write the token for a form."""
        fields = [self.user_id, self.problem_id, self.variant_id, self.typed, self.attempt]
        return str(_serializer().dumps(fields))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(service().secrets.session_key, salt="page of a problem")


def idempotency_key(
    token: PageToken, key: str | None, answers: Answers, notebook: bytes | None = None
) -> str | None:
    """Bind the key of a form to its student, its problem, what was typed and the file chosen.

    Nobody can use up another's key, and a page that is sent again with other answers (after the
    browser's Back) is a hand-in of its own.
    """
    if not key:
        return None
    file = hashlib.sha256(notebook).hexdigest() if notebook is not None else ""
    text = json.dumps([token.user_id, token.problem_id, key, digest(answers), file])
    return hashlib.sha256(text.encode()).hexdigest()
