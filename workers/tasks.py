"""The tasks. Each takes an id: claims, collects and judges with no transaction open, writes."""

import logging
from datetime import UTC, datetime

from celery import shared_task
from sqlalchemy.exc import OperationalError

from grader.db import reading, writing
from grader.errors import GraderError, TransientError
from grader.evidence import Evidence
from grader.models import RunKind
from grader.queue import GRADE
from grader.services import jobs, judging
from grader.services.jobs import Lease
from grader.services.judging import Work
from workers.app import Context, context
from workers.gpu import measure
from workers.leases import kept

logger = logging.getLogger(__name__)


@shared_task(name=GRADE)
def grade(job_id: int) -> None:
    """Grade one job. Safe to run twice, at once, or after a worker died in the midst of it."""
    here = context()
    with writing(here.engine) as session:
        lease = jobs.claim(session, job_id, now=_now(), seconds=here.settings.lease_seconds)
    if lease is None:
        return
    try:
        with kept(here.engine, lease, here.settings.lease_seconds):
            _grade(here, lease)
    except (TransientError, OperationalError):
        logger.warning("given back", extra={"job": job_id}, exc_info=True)
        with writing(here.engine) as session:
            jobs.give_back(session, lease)
    except GraderError as error:
        _hold(here, lease, str(error))
    except Exception as error:  # noqa: BLE001  whatever else goes wrong here is ours: hold it
        _hold(here, lease, f"{type(error).__name__}: {error}")


def _grade(here: Context, lease: Lease) -> None:
    with reading(here.engine) as session:
        work = judging.work_of(session, lease)
    evidence = _evidence(here, work)
    judged = judging.judge_work(work, evidence)
    with writing(here.engine) as session:
        if not judging.record(session, work, evidence, judged, now=_now()):
            logger.warning("result dropped: the lease went to another", extra={"job": lease.job_id})


def _evidence(here: Context, work: Work) -> Evidence:
    """Return what was collected before, for a replay; else collect it."""
    if work.run_kind is not RunKind.LIVE:
        if work.stored is None:
            raise GraderError("no evidence is stored for this submission; it cannot be replayed")
        return judging.stored_evidence(work.stored)
    typed = judging.typed_evidence(work)
    spec = work.question.spec
    if spec.run is None:
        return typed
    return Evidence(typed.answers, measure(spec.run(work.question.params), here.settings))


def _hold(here: Context, lease: Lease, reason: str) -> None:
    logger.exception("held", extra={"job": lease.job_id})
    with writing(here.engine) as session:
        jobs.hold(session, lease, reason[:2000], now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
