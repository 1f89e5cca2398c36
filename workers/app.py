"""The Celery application of a worker process: `celery -A workers.app worker -Q answers`."""

import logging
import os
from dataclasses import dataclass
from functools import cache

from celery.signals import setup_logging, worker_process_init
from sqlalchemy import Engine, select

from grader import log
from grader.commands.leash import hold
from grader.db import connect, reading
from grader.errors import BundleError
from grader.models import Problem, ProblemVersion, Variant
from grader.queue import create_celery
from grader.services import judging
from grader.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Context:
    """What a task needs beside its arguments."""

    settings: Settings
    engine: Engine


@cache
def context() -> Context:
    """Return this process's settings and database; made once, after the pool has forked."""
    settings = Settings.from_env()
    # A report that a power cut takes is still queued, and is judged again: no wait for the disk.
    return Context(settings, connect(settings.database_url, durable=False))


app = create_celery(Settings.from_env(), publishes_only=False)
app.conf.imports = ("workers.tasks",)


@setup_logging.connect
def _set_up_logging(**_arguments: object) -> None:
    log.configure()
    # Two lines of Celery's own a task say less than the one that grading it writes.
    for name in ("celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)


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
