"""`grader status`: what waits, who works, what is held. Reads everything, changes nothing."""

import dataclasses
import json
import sys
from dataclasses import dataclass, field
from typing import cast
from xmlrpc.client import Fault, ServerProxy

import click
import redis
from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy import func, select
from supervisor.xmlrpc import SupervisorTransport

from grader.commands.preflight import has_database
from grader.commands.supervision import Files
from grader.db import connect, is_current, reading
from grader.errors import SetupError
from grader.models import Job
from grader.queue import Queue, create_celery, waiting
from grader.settings import Settings

REPLY_SECONDS = 1.0
"""How long workers have for saying that they are there."""


@dataclass(frozen=True, slots=True)
class Status:
    """The service at one moment.

    Attributes:
        queues: messages that wait, by queue; None where the broker does not answer.
        workers: queues that each worker takes, by its name.
        jobs: rows by state, as the database counts them.
        processes: state by name of what supervisord runs; empty where none runs here.
        problems: what does not answer, in words.
    """

    queues: dict[str, int] | None
    workers: dict[str, list[str]]
    jobs: dict[str, int]
    processes: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One object; see docs/operator.md.")
def status(*, as_json: bool) -> None:
    """Show queues, workers and held submissions. Exit 1 where something does not answer."""
    now = observe(Settings.from_env())
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(now)))
    else:
        _show(now)
    sys.exit(int(bool(now.problems)))


def observe(settings: Settings) -> Status:
    """Ask the broker, the workers, the database and the supervisor.

    Raises:
        SetupError: there is no database of this release, or it cannot be used.
    """
    jobs = _jobs(settings)
    problems: list[str] = []
    app = create_celery(settings, publishes_only=True)
    queues, workers = _broker(app, problems)
    missing = [
        queue for queue, count in (queues or {}).items() if count and not _takes(workers, queue)
    ]
    problems += [f"nobody takes the queue {queue}" for queue in missing]
    processes = _processes(settings)
    problems += [f"{name} is {state}" for name, state in processes.items() if state != "RUNNING"]
    return Status(queues, workers, jobs, processes, problems)


def _jobs(settings: Settings) -> dict[str, int]:
    if not has_database(settings):
        raise SetupError(f"there is no database yet in {settings.var}: `grader up` makes it")
    engine = connect(settings.database_url)
    try:
        if not is_current(engine):
            raise SetupError("the database is of an older release: `grader up` upgrades it")
        with reading(engine) as session:
            rows = session.execute(select(Job.state, func.count()).group_by(Job.state)).all()
    finally:
        engine.dispose()
    return {state: count for state, count in rows}


def _broker(app: Celery, problems: list[str]) -> tuple[dict[str, int] | None, dict[str, list[str]]]:
    try:
        queues = {queue.value: count for queue, count in waiting(app).items()}
        replies = app.control.inspect(timeout=REPLY_SECONDS).active_queues() or {}
    except (OperationalError, redis.RedisError, OSError) as error:
        problems.append(f"Redis does not answer: {error}")
        return None, {}
    if not replies:
        problems.append("no worker answers")
    return queues, {name: [queue["name"] for queue in taken] for name, taken in replies.items()}


def _takes(workers: dict[str, list[str]], queue: str) -> bool:
    return any(queue in taken for taken in workers.values())


def _processes(settings: Settings) -> dict[str, str]:
    unix_socket = Files.of(settings).unix_socket
    if not unix_socket.exists():
        return {}
    transport = SupervisorTransport(None, None, f"unix://{unix_socket}")
    try:
        with ServerProxy("http://127.0.0.1", transport=transport) as supervisor:
            # XML-RPC knows no types; supervisord's documentation gives these.
            found = cast("list[dict[str, str]]", supervisor.supervisor.getAllProcessInfo())
    except (OSError, Fault):
        return {"supervisord": "GONE"}
    return {one["name"]: one["statename"] for one in found}


def _show(now: Status) -> None:
    for queue in Queue:
        count = "?" if now.queues is None else now.queues[queue.value]
        takers = sorted(name for name, taken in now.workers.items() if queue.value in taken)
        click.echo(
            f"queue    {queue.value:<10}{count:>6} waiting   {', '.join(takers) or 'no worker'}"
        )
    for state, count in sorted(now.jobs.items()):
        click.echo(f"jobs     {state:<10}{count:>6}")
    for name, state in now.processes.items():
        click.echo(f"process  {name:<10}{state.lower():>8}")
    for problem in now.problems:
        click.echo(f"grader: {problem}", err=True)
