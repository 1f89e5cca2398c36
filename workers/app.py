"""The Celery application of a worker process: `celery -A workers.app worker -Q answers`."""

import logging
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from celery.signals import celeryd_after_setup, setup_logging, worker_process_init
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from grader import log
from grader.db import connect, reading
from grader.errors import GraderError, TransientError
from grader.leash import hold
from grader.models import Assignment, Problem, ProblemVersion, Variant
from grader.queue import Queue, create_celery
from grader.services import judging
from grader.settings import Secrets, Settings
from workers.sandbox.settings import SandboxSettings
from workers.sandbox.supervisor import Sandbox

logger = logging.getLogger(__name__)

WARMED_SECONDS = 20.0
"""How long a new process loads ahead, at most; what it has not come to is loaded when asked for."""

STARTED_SECONDS = 120.0
"""When Celery kills a process that is not up: far above WARMED_SECONDS and the slowest import."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a task needs beside its arguments."""

    settings: Settings
    secrets: Secrets
    engine: Engine


@cache
def context() -> Context:
    """Return this process's settings and database; made once, after the pool has forked."""
    settings = Settings.from_env()
    # A report that a power cut takes is still queued, and is judged again: no wait for the disk.
    engine = connect(settings.database_url, durable=False)
    return Context(settings, Secrets.load(settings), engine)


app = create_celery(Settings.from_env(), publishes_only=False)
app.conf.imports = ("workers.tasks", "workers.publishing")
app.conf.worker_proc_alive_timeout = STARTED_SECONDS


@setup_logging.connect
def _set_up_logging(**_arguments: object) -> None:
    log.configure()
    # Two lines of Celery's own a task say less than the one that grading it writes.
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


_sandboxes: list[Sandbox] = []


def sandbox() -> Sandbox:
    """Return the sandbox of this worker, which its processes share.

    Raises:
        TransientError: this worker has none; the job waits for one that does.
    """
    if not _sandboxes:
        raise TransientError("this worker runs no notebooks: it was started without their queue")
    return _sandboxes[0]


@celeryd_after_setup.connect
def _start_sandbox(instance: Any, **_arguments: object) -> None:
    """Start the sandbox of a worker that takes notebooks, before its processes are forked."""
    taken = set(instance.app.amqp.queues.consume_from)
    if taken & {Queue.NOTEBOOKS, Queue.LONG}:
        hidden = tuple(Path(name).resolve() for name in Settings.from_env().problems if "/" in name)
        _sandboxes.append(Sandbox.start(SandboxSettings(hidden=hidden)))
        logger.info("sandbox up", extra={"level": str(_sandboxes[0].level)})


def end_worker() -> None:
    """End the worker of this process, once its jobs are done: what runs it starts it anew.

    Its processes cannot start a sandbox again that they share. One without a sandbox would take
    every notebook from the queue only to give it back.
    """
    os.kill(os.getppid(), signal.SIGTERM)


@worker_process_init.connect
def _leash(**_arguments: object) -> None:
    """Die with the worker that forked this process, even when that one is killed."""
    hold(os.getppid())


@worker_process_init.connect
def _warm(**_arguments: object) -> None:
    """Load what students hand in now, so that none of them waits for an import."""
    with reading(context().engine) as session:
        warm(session, being_answered(session, now=datetime.now(UTC)), seconds=WARMED_SECONDS)


def being_answered(session: Session, *, now: datetime) -> list[int]:
    """Return a variant of the newest version of each problem of the open assignments.

    Those due next come first.
    """
    newest = (
        select(ProblemVersion.problem_id, func.max(ProblemVersion.number).label("number"))
        .group_by(ProblemVersion.problem_id)
        .subquery()
    )
    rows = session.execute(
        select(Variant.id, Assignment)
        .join(ProblemVersion, ProblemVersion.id == Variant.version_id)
        .join(
            newest,
            (newest.c.problem_id == ProblemVersion.problem_id)
            & (newest.c.number == ProblemVersion.number),
        )
        .join(Problem, Problem.id == ProblemVersion.problem_id)
        .join(Assignment, Assignment.id == Problem.assignment_id)
        .where(Variant.number == 0, Problem.retired_at.is_(None))
        .order_by(Assignment.due_at, Problem.position)
    ).all()
    return [variant_id for variant_id, assignment in rows if _is_open(assignment, now)]


def _is_open(assignment: Assignment, now: datetime) -> bool:
    opened = assignment.opens_at is None or assignment.opens_at <= now
    return opened and now <= assignment.due_at + timedelta(days=assignment.late_days)


def warm(session: Session, variant_ids: Iterable[int], *, seconds: float) -> int:
    """Load questions until `seconds` are over; return how many there was time for."""
    until = time.monotonic() + seconds
    tried = 0
    for variant_id in variant_ids:
        if time.monotonic() >= until:
            break
        tried += 1
        try:
            judging.question(session, variant_id)
        except GraderError:
            logger.exception(
                "a published version does not load here", extra={"variant": variant_id}
            )
    return tried
