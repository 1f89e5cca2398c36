"""Drawings of what students answered, made by the worker that judged it.

Runs the bank, so that the portal does not import this module. A picture is a help and no part of
the report: whatever goes wrong with one is logged, and costs nobody anything.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Engine

from grader.bank.apart import Limits, apart
from grader.bank.drawings import draw_answer
from grader.db import reading, writing
from grader.errors import SolverError
from grader.evidence import Evidence
from grader.models import RunKind
from grader.services import blobs, solutions
from grader.services.judging import Work
from grader.spec import Part

logger = logging.getLogger(__name__)

DRAWING = Limits(seconds=5.0, memory_mb=500)
"""For the pictures of one answer, drawn in a process of their own while their student waits."""


def illustrate(engine: Engine, work: Work, evidence: Evidence, *, now: datetime) -> None:
    """Draw the answers of a submission and keep what is drawn.

    What was drawn before of the same answer stands, also that it could not be drawn; a regrade
    draws again.
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
    try:
        drawn = apart(partial(draw_answer, part, work.question.params, answers), DRAWING)
    except SolverError as error:
        with writing(engine) as session:
            solutions.leave_out_answer(session, key, now=now)
        extra = {"job": work.lease.job_id, "part": label, "why": str(error)}
        logger.warning("no picture", extra=extra)
        return
    if drawn is not None:
        with writing(engine) as session:
            solutions.keep_answer(session, key, drawn.alone, drawn.beside, now=now)
