"""Drawings of what students answered, made by the worker that judged it.

Runs the bank, so that the portal does not import this module. A picture is a help and no part of
the report: whatever goes wrong with one is logged, and costs nobody anything.
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine

from grader.bank.drawings import draw_answer
from grader.db import reading, writing
from grader.evidence import Evidence
from grader.models import RunKind
from grader.services import blobs, solutions
from grader.services.judging import Work
from grader.spec import Part

logger = logging.getLogger(__name__)


def illustrate(engine: Engine, work: Work, evidence: Evidence, *, now: datetime) -> None:
    """Draw the answers of a submission and keep what is drawn.

    What was drawn before of the same answer stands, but for a regrade, which draws again.
    """
    for part in work.question.spec.parts:
        label = f"{work.question.number}{part.label}"
        answers = evidence.answers.get(label, {})
        if part.answer_drawing is None or not any(text.strip() for text in answers.values()):
            continue
        try:
            _draw(engine, work, part, label, answers, now)
        except Exception:  # an author's function, or what it drew, may fail in any way
            logger.warning(
                "no picture", extra={"job": work.lease.job_id, "part": label}, exc_info=True
            )


def _draw(
    engine: Engine, work: Work, part: Part, label: str, answers: Mapping[str, str], now: datetime
) -> None:
    key = solutions.answer_key(work.question.variant_id, label, answers)
    if work.asked.run_kind is RunKind.LIVE:
        with reading(engine) as session:
            if blobs.derived(session, key) is not None:
                return
    drawn = draw_answer(part, work.question.params, answers)
    if drawn is not None:
        with writing(engine) as session:
            solutions.keep_answer(session, key, drawn.alone, drawn.beside, now=now)
