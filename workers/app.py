"""The Celery application of a worker process: `celery -A workers.app worker -Q answers`."""

import logging
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from celery.signals import celeryd_after_setup, setup_logging, worker_process_init
from sqlalchemy import Engine, select

from grader import log
from grader.commands.leash import hold
from grader.db import connect, reading
from grader.errors import BundleError, TransientError
from grader.models import Problem, ProblemVersion, Variant
from grader.queue import Queue, create_celery
from grader.services import judging
from grader.settings import Secrets, Settings
from workers.sandbox.settings import SandboxSettings
from workers.sandbox.supervisor import Sandbox

logger = logging.getLogger(__name__)


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
app.conf.imports = ("workers.tasks",)


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


@worker_process_init.connect
def _leash(**_arguments: object) -> None:
    """Die with the worker that forked this process, even when that one is killed."""
    hold(os.getppid())


@worker_process_init.connect
def _warm(**_arguments: object) -> None:
    """Load what is published now, so that no student waits for an import."""
    engine = context().engine
    with reading(engine) as session:
        newest = select(Variant.id).join(ProblemVersion).join(Problem).where(Variant.number == 0)
        for variant_id in session.scalars(newest.order_by(Variant.id.desc()).limit(200)).all():
            try:
                judging.question(session, variant_id)
            except BundleError:
                logger.exception(
                    "a published version does not load here", extra={"variant": variant_id}
                )
