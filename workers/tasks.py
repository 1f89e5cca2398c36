"""The tasks. Each takes an id: claims, collects and judges with no transaction open, writes."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from celery import shared_task
from sqlalchemy.exc import OperationalError

from grader.bank.apart import interrupted_after
from grader.db import reading, writing
from grader.errors import GraderError, TransientError
from grader.evidence import Evidence, NotebookEvidence, read_notebook
from grader.queue import GRADE
from grader.services import illustrating, jobs, judging
from grader.services.jobs import Lease
from grader.services.judging import Work
from grader.spec import Notebook
from workers import progress
from workers.app import Context, context, end_worker, sandbox
from workers.gpu import measure
from workers.leases import keeper
from workers.notebooks import Order, probes_of
from workers.sampling import gather
from workers.sandbox.supervisor import SandboxGone

logger = logging.getLogger(__name__)

JUDGING_SECONDS = 60.0
"""For judging one submission, which takes milliseconds: an author's own check may run for ever."""

LOST_SECONDS = 90.0
"""When a process ends whose check hears no interruption, such as sum(range(int(answer))): it would
neither grade nor give up its job, and counts as the worker that the job lost."""


@shared_task(name=GRADE)
def grade(job_id: int) -> None:
    """Grade one job. Safe to run twice, at once, or after a worker died in the midst of it."""
    here = context()
    seconds = here.settings.lease_seconds
    # Committed before anything is loaded: a start that loading kills counts as one.
    with writing(here.engine) as session:
        lease = jobs.claim(session, job_id, now=_now(), seconds=seconds)
    if lease is None:
        return
    try:
        with keeper(here.engine, seconds).keeping(partial(jobs.renew, lease=lease)):
            _grade(here, lease)
    except (TransientError, OperationalError) as error:
        _give_back(here, lease, error)
        if isinstance(error, SandboxGone):
            end_worker()
    except GraderError as error:
        _hold(here, lease, str(error))
    except Exception as error:  # noqa: BLE001  whatever else goes wrong here is ours: hold it
        _hold(here, lease, f"{type(error).__name__}: {error}")


def _grade(here: Context, lease: Lease) -> None:
    with reading(here.engine) as session:
        asked = judging.asked_for(session, lease)
        work = Work(lease, judging.question(session, lease.variant_id), asked)
    evidence = _evidence(here, work)
    with interrupted_after(JUDGING_SECONDS, or_ended_after=LOST_SECONDS):
        judged = judging.judge_work(work, evidence)
    illustrating.illustrate(here.engine, work, evidence, now=_now())
    with writing(here.engine) as session:
        written = judging.record(session, work, evidence, judged, now=_now())
    logger.info(
        "graded" if written else "dropped: the lease is another's", extra={"job": lease.job_id}
    )


def _evidence(here: Context, work: Work) -> Evidence:
    """Return what was collected before, where a replay can stand on it; else collect it."""
    if work.asked.stored is not None:
        return judging.stored_evidence(work)
    typed = judging.typed_evidence(work)
    spec = work.question.spec
    if spec.notebook is not None and work.asked.payload is not None:
        return replace(typed, notebook=_run_notebook(here, work, work.asked.payload))
    if spec.run is None:
        return typed
    return Evidence(typed.answers, measure(spec.run(work.question.params), here.settings))


def _run_notebook(here: Context, work: Work, notebook: bytes) -> NotebookEvidence:
    asked = work.question
    spec = asked.spec.notebook or Notebook()
    order = Order(
        notebook=spec,
        probes=probes_of(asked.spec, asked.number),
        params=asked.params,
        files=asked.files,
        key=here.secrets.course_key,
    )
    teller = progress.Teller(here.settings, work.lease.job_id, at_once=spec.long)
    return gather(sandbox, read_notebook(notebook), order, teller.tell)


def _give_back(here: Context, lease: Lease, error: TransientError | OperationalError) -> None:
    reason = f"the database: {error.orig}" if isinstance(error, OperationalError) else str(error)
    with writing(here.engine) as session:
        waits = jobs.give_back(session, lease, reason[:1900], now=_now())
    logger.warning(
        "given back" if waits else "given up", extra={"job": lease.job_id}, exc_info=True
    )


def _hold(here: Context, lease: Lease, reason: str) -> None:
    logger.exception("held", extra={"job": lease.job_id})
    with writing(here.engine) as session:
        jobs.hold(session, lease, reason[:2000], now=_now())


def _now() -> datetime:
    return datetime.now(UTC)
