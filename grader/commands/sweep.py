"""`grader sweep`: send again what nobody works on. Any number of these may run at once."""

import logging
import signal
import threading
from datetime import UTC, datetime

import click
import redis
from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from grader import log
from grader.db import connect, writing
from grader.models import Run, RunKind
from grader.queue import LIVE, PUBLISH, REGRADE, Queue, create_celery, enqueue, sweeping, waiting
from grader.services import jobs, publish_requests
from grader.settings import Settings

logger = logging.getLogger(__name__)


@click.command()
@click.option("--once", is_flag=True, help="Sweep once and end.")
def sweep(*, once: bool) -> None:
    """Send again what no worker holds and no message announces."""
    log.configure()
    settings = Settings.from_env()
    engine = connect(settings.database_url)
    app = create_celery(settings, publishes_only=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while True:
        sweep_once(engine, app, settings.sweep_seconds, now=datetime.now(UTC))
        if once or stop.wait(settings.sweep_seconds):
            return


def sweep_once(engine: Engine, app: Celery, patience_seconds: float, *, now: datetime) -> int:
    """Send what is unattended; return how many messages went out.

    A broker or a database that is down costs a turn, and nothing else; so does another sweep.

    Args:
        patience_seconds: how long a message may be on its way before it counts as lost.
    """
    with sweeping(app) as is_mine:
        return _sweep(engine, app, patience_seconds, now) if is_mine else 0


def _sweep(engine: Engine, app: Celery, patience_seconds: float, now: datetime) -> int:
    try:
        messages = waiting(app)
        with writing(engine) as session:
            found = jobs.unattended(session, messages, now=now, patience_seconds=patience_seconds)
            asked = publish_requests.unattended(session, now=now, patience_seconds=patience_seconds)
            run_ids = {run_id for _, _, run_id in found}
            live = set(
                session.scalars(
                    select(Run.id).where(Run.id.in_(run_ids), Run.kind == RunKind.LIVE.value)
                )
            )
    except (OperationalError, redis.RedisError, OSError, SQLAlchemyError):
        logger.warning("nothing swept: broker or database did not answer", exc_info=True)
        app.pool.force_close_all()
        return 0
    sent = 0
    for job_id, queue, run_id in found:
        priority = LIVE if run_id in live else REGRADE
        sent += enqueue(app, [(job_id, Queue(queue))], priority=priority)
    requests = [(request_id, publish_requests.QUEUE) for request_id in asked]
    sent += enqueue(app, requests, priority=REGRADE, task=PUBLISH) if requests else 0
    if found or requests:
        logger.info("swept", extra={"found": len(found) + len(requests), "sent": sent})
    return sent
