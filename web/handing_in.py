"""Handing in from a form: one problem, or all that changed; nothing typed beside them is lost."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grader.errors import NotFound, StudentError, SubmissionRefused, TransientError
from grader.models import Assignment, Problem, Submission, Variant
from grader.services import access, drafts, notebooks, submissions, variants
from grader.services.submissions import Accepted, HandIn, answers_in, notebook_sha256
from web import forms
from web.context import enqueue, now, reading, user, writing
from web.forms import TypedProblem
from web.tokens import BROKEN, ForeignPage

CLICKS_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of handing in several problems: receipts, and what was refused and why."""

    accepted: Sequence[Submission]
    refused: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A problem whose text could not be kept as a draft, and why."""

    number: str
    why: str


def read_form(session: Session, assignment: Assignment) -> list[TypedProblem]:
    """Return every problem that the form carries, as typed on the page that was shown.

    Raises:
        StudentError: the form is broken.
        ForeignPage: it was shown to another login.
    """
    found = []
    for number in forms.numbers_in():
        token = forms.token_in(number)
        problem = _problem(session, assignment, number)
        if token.problem_id != problem.id:
            raise StudentError(BROKEN)
        if token.user_id != user().id:
            raise ForeignPage
        variant = variants.variant_of(session, problem, token.variant_id)
        found.append(forms.typed(number, token, variant.page))
    return found


def _problem(session: Session, assignment: Assignment, number: str) -> Problem:
    try:
        return access.problem(session, assignment, number)
    except NotFound as error:
        raise StudentError(BROKEN) from error


def save_drafts(typed: Sequence[TypedProblem], refused: str | None = None) -> list[Unsaved]:
    """Keep what this page changed, and return what cannot be kept.

    A page left open elsewhere overwrites nothing newer, but for the problem of that number, which
    somebody wanted to hand in from here.
    """
    unsaved = []
    with writing() as session:
        for item in typed:
            if not (item.is_unsaved or (item.is_edited and item.number == refused)):
                continue
            try:
                drafts.save(session, user().id, item.token.problem_id, item.answers, now=now())
            except StudentError as error:  # raised before it wrote anything
                unsaved.append(Unsaved(item.number, str(error)))
    return unsaved


def tell_unsaved(unsaved: Sequence[Unsaved]) -> None:
    """Say on the next page what was not kept as a draft, and why."""
    for one in unsaved:
        flash(f"Problem {one.number} was not saved as a draft. {one.why}", "bad")


def hand_in(assignment: Assignment, number: str, typed: Sequence[TypedProblem]) -> Submission:
    """Hand in one problem, tell the workers, and keep the rest of the form as drafts.

    Raises:
        SubmissionRefused: the rules do not allow it; what was typed is kept as a draft.
    """
    item = next((item for item in typed if item.number == number), None)
    if item is None:
        raise StudentError(BROKEN)
    others = [other for other in typed if other is not item]
    try:
        accepted = _accept(assignment, item)
    except SubmissionRefused:
        tell_unsaved(save_drafts(typed, refused=number))
        raise
    enqueue([accepted.job])
    # Only now: what is wrong with another problem is no reason to refuse this one.
    tell_unsaved(save_drafts(others))
    return accepted.submission


def hand_in_changed(assignment: Assignment, typed: Sequence[TypedProblem]) -> Outcome:
    """Hand in every problem that differs from its last attempt, each on its own."""
    unsaved = save_drafts(typed)
    with reading() as session:
        changed = [item for item in typed if _differs(session, item)]
    accepted, refused = [], []
    for item in changed:
        try:
            accepted.append(_accept(assignment, item))
        except SubmissionRefused as error:
            refused.append((item.number, str(error)))
    enqueue([one.job for one in accepted])
    told = {number for number, _ in refused}
    tell_unsaved([one for one in unsaved if one.number not in told])
    return Outcome([one.submission for one in accepted], refused)


def _differs(session: Session, item: TypedProblem) -> bool:
    last = drafts.last_attempt(session, user().id, item.token.problem_id)
    if item.notebook is not None:
        digest = hashlib.sha256(item.notebook).hexdigest()
        if last is None or notebook_sha256(last.content) != digest:
            return True
    if not item.answers or (last is not None and answers_in(last) == item.answers):
        return False
    # A page opened before a newer attempt, and not touched since, shows old answers: not changes.
    return item.is_edited or item.token.attempt == (last.attempt if last else 0)


def _accept(assignment: Assignment, item: TypedProblem) -> Accepted:
    """Store one hand-in; clicks at the same moment meet at a constraint, and look again then."""
    _check_notebook(assignment, item)
    for _ in range(CLICKS_AT_ONCE):
        try:
            return _store(assignment, item)
        except IntegrityError as error:
            clash = error
    raise TransientError("many hand-ins of one problem at the same moment") from clash


def _store(assignment: Assignment, item: TypedProblem) -> Accepted:
    with writing() as session:
        problem = access.problem(session, assignment, item.number)
        variant = variants.variant_of(session, problem, item.token.variant_id)
        notebook = _notebook(session, item, variant)
        if not item.answers and notebook is None:
            raise SubmissionRefused(_nothing(item.number, variant))
        return submissions.submit(
            session,
            assignment,
            HandIn(
                user=user(),
                problem=problem,
                variant=variant,
                answers=item.answers,
                received_at=now(),
                key=item.key,
                notebook=notebook,
                seen=item.token.seen(is_edited=item.is_edited),
            ),
        )


def _notebook(session: Session, item: TypedProblem, variant: Variant) -> bytes | None:
    """Return the file that was chosen, or, where none was, the one handed in last."""
    if notebooks.Asked.of(variant.page) is None or item.notebook is not None:
        return item.notebook
    last = drafts.last_attempt(session, user().id, item.token.problem_id)
    return notebooks.handed_in(session, last)


def _nothing(number: str, variant: Variant) -> str:
    takes_notebook = notebooks.Asked.of(variant.page) is not None
    what = "no notebook is chosen and nothing is typed" if takes_notebook else "nothing is typed"
    return (
        f"{what[0].upper()}{what[1:]} in problem {number}, so nothing was handed in and no attempt "
        "was used."
    )


def _check_notebook(assignment: Assignment, item: TypedProblem) -> None:
    """Look at the chosen file before a transaction is open: a large one takes a moment."""
    if item.notebook is None:
        return
    with reading() as session:
        problem = access.problem(session, assignment, item.number)
        variant = variants.variant_of(session, problem, item.token.variant_id)
        asked = notebooks.Asked.of(variant.page)
        starter = notebooks.starter_of(session, asked) if asked else None
    if asked is not None:
        notebooks.check_at_door(
            item.notebook, asked, starter=starter, accept_incomplete=item.accept_incomplete
        )
