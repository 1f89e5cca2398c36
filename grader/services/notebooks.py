"""Notebooks at the portal: the check at the door, the starter, and what a run has left."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grader.errors import NotFound, SubmissionRefused
from grader.evidence import BadPayload, NotebookEvidence, NotebookSource, read_notebook
from grader.models import (
    Assignment,
    Blob,
    Current,
    Evidence,
    Job,
    JobState,
    PartReport,
    Problem,
    ProblemVersion,
    Report,
    Submission,
    Variant,
)
from grader.services.access import NO_SUCH_PAGE
from grader.services.submissions import notebook_sha256

logger = logging.getLogger(__name__)

NOT_USED = "Nothing was handed in and no attempt was used."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a problem wants of a notebook, as its page holds it.

    Attributes:
        requires: names that the notebook defines.
        is_long: it trains for minutes, and waits in a lane of its own.
        starter: SHA-256 of the starter to download, where there is one.
    """

    number: str
    requires: tuple[str, ...]
    is_long: bool
    starter: str | None

    @classmethod
    def of(cls, page: Mapping[str, Any]) -> "Asked | None":
        """Return what the page of a variant asks; None where it takes no notebook."""
        block = page.get("notebook")
        if block is None:
            return None
        return cls(page["number"], tuple(block["requires"]), block["long"], block["starter"])


def check_at_door(
    data: bytes, asked: Asked, *, starter: bytes | None = None, accept_incomplete: bool
) -> None:
    """Refuse a file that is no notebook, another problem's, or, unless told otherwise, unfinished.

    Args:
        starter: the starter of the variant that is answered, where it has one.

    Raises:
        SubmissionRefused: the message says what is wrong and what to do; nothing is stored.
    """
    try:
        source = read_notebook(data)
    except SubmissionRefused as error:
        raise SubmissionRefused(f"{error} {NOT_USED}") from error
    bound = source.names_bound()
    missing = [name for name in asked.requires if name not in bound]
    if source.problem not in (None, asked.number) and (missing or not asked.requires):
        raise SubmissionRefused(
            f"This is the notebook of problem {source.problem[:20]}, not of problem "
            f"{asked.number}: choose the other file, or hand it in there. {NOT_USED}"
        )
    if not missing:
        if not accept_incomplete:
            _refuse_starter(source, starter)
        return
    if source.problem is None and len(missing) == len(asked.requires):
        raise SubmissionRefused(
            f"This does not look like the notebook of problem {asked.number}: it defines none of "
            f"{', '.join(missing)}. {NOT_USED}"
        )
    if not accept_incomplete:
        raise SubmissionRefused(
            f"Something is missing: this notebook does not define {', '.join(missing)}. Put it "
            "back, or open “Not finished?” beside the file, tick “Hand in although something is "
            f"missing” and hand in again; the rest is graded then. {NOT_USED}"
        )


def _refuse_starter(source: NotebookSource, starter: bytes | None) -> None:
    if starter is None or source.adds_to(read_notebook(starter)):
        return
    raise SubmissionRefused(
        "This is the starter: nothing is filled in. If you did, save the notebook where you work "
        "on it, and choose that file; or open “Not finished?” beside the file, tick “Hand in "
        f"although something is missing” and hand in again. {NOT_USED}"
    )


def starter_of(session: Session, asked: Asked) -> bytes | None:
    """Return the starter that a page's variant belongs to; None where it has none."""
    return None if asked.starter is None else session.get_one(Blob, asked.starter).content


def handed_in(session: Session, submission: Submission | None) -> bytes | None:
    """Return the notebook of a submission as it was handed in; None where it had none."""
    digest = None if submission is None else notebook_sha256(submission.content)
    return None if digest is None else session.get_one(Blob, digest).content


def starter(session: Session, assignment: Assignment, number: str) -> bytes:
    """Return the newest starter notebook of a problem.

    Raises:
        NotFound: the problem has none.
    """
    page = session.scalar(
        select(Variant.page)
        .join(ProblemVersion, ProblemVersion.id == Variant.version_id)
        .join(Problem, Problem.id == ProblemVersion.problem_id)
        .where(Problem.assignment_id == assignment.id, Problem.number == number)
        .order_by(ProblemVersion.number.desc(), Variant.number)
        .limit(1)
    )
    asked = None if page is None else Asked.of(page)
    if asked is None or asked.starter is None:
        raise NotFound(NO_SUCH_PAGE)
    return session.get_one(Blob, asked.starter).content


def evidence_of(session: Session, submission: Submission) -> NotebookEvidence | None:
    """Return what running a submission's notebook left, as it counts now; None before it ran."""
    payload = session.scalar(
        select(Blob.content)
        .join(Evidence, Evidence.payload_sha256 == Blob.sha256)
        .join(Report, Report.evidence_id == Evidence.id)
        .join(PartReport, PartReport.report_id == Report.id)
        .join(Current, Current.part_report_id == PartReport.id)
        .where(Current.submission_id == submission.id)
        .order_by(Evidence.id.desc())
        .limit(1)
    )
    if payload is None:
        return None
    try:
        return NotebookEvidence.from_payload(payload)
    except BadPayload:
        # The verdicts stand in rows of their own: their page is shown without the run.
        logger.exception("evidence cannot be read", extra={"submission": submission.id})
        return None


def waiting_before(session: Session, submission: Submission) -> int:
    """Return how many jobs of its queue came before a submission's own and are not done."""
    own = select(Job.queue, func.min(Job.id).label("id")).where(
        Job.submission_id == submission.id, Job.state == JobState.QUEUED.value
    )
    mine = own.group_by(Job.queue).subquery()
    before = (
        select(func.count(Job.id))
        .join(mine, (mine.c.queue == Job.queue) & (Job.id < mine.c.id))
        .where(Job.state.in_([JobState.QUEUED.value, JobState.RUNNING.value]))
    )
    return session.scalar(before) or 0
