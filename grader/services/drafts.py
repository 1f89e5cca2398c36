"""What was typed and saved without handing it in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grader.db import inserting
from grader.errors import StudentError
from grader.models import Draft, Submission
from grader.services.pages import Answers, filled
from grader.services.submissions import LONGEST_ANSWER, answers_in


def save(
    session: Session, user_id: int, problem_id: int, answers: Answers, *, now: datetime
) -> bool:
    """Keep what was typed; False where it says no more than what was handed in last.

    Two saves at the same moment are last come, last kept.

    Raises:
        StudentError: a field is longer than LONGEST_ANSWER characters.
    """
    typed = filled(answers)
    _refuse_long(typed)
    last = last_attempt(session, user_id, problem_id)
    if typed == (answers_in(last) if last else {}):
        of_this = (Draft.user_id == user_id, Draft.problem_id == problem_id)
        session.execute(delete(Draft).where(*of_this))
        return False
    saved = {"answers": typed, "saved_at": now}
    insert = inserting(session, Draft).values(user_id=user_id, problem_id=problem_id, **saved)
    session.execute(
        insert.on_conflict_do_update(index_elements=["user_id", "problem_id"], set_=saved)
    )
    return True


def _refuse_long(answers: Answers) -> None:
    for part, fields in answers.items():
        for name, text in fields.items():
            if len(text) > LONGEST_ANSWER:
                raise StudentError(
                    f"The answer to {part} {name}".rstrip() + f" has {len(text):,} characters; at "
                    f"most {LONGEST_ANSWER:,} are kept. Shorten it, then save again."
                )


def last_attempt(session: Session, user_id: int, problem_id: int) -> Submission | None:
    """Return what the student handed in last of a problem."""
    return session.scalar(
        select(Submission)
        .where(Submission.user_id == user_id, Submission.problem_id == problem_id)
        .order_by(Submission.attempt.desc())
        .limit(1)
    )


def of_student(session: Session, user_id: int, problem_ids: list[int]) -> Mapping[int, Draft]:
    """Return the drafts of a student by problem."""
    rows = session.scalars(
        select(Draft).where(Draft.user_id == user_id, Draft.problem_id.in_(problem_ids))
    )
    return {draft.problem_id: draft for draft in rows}
