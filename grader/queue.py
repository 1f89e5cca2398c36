"""The Celery application and the one message that is sent: "there is a job".

Messages carry the id of a row. The broker may lose or repeat any of them: the row decides, a
lease says whose it is, and the sweep sends again what nobody works on.
"""

import logging
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from grader.settings import Settings

logger = logging.getLogger(__name__)

GRADE = "grader.grade.1"
"""Task name; the number changes with the meaning of the arguments, as old messages may wait."""

PUBLISH = "grader.publish.1"
"""Publish an assignment as staff asked for in the portal; its argument is the request's row."""

LIVE = 0
REGRADE = 9
"""Priorities: within a queue, live work always goes before regrades."""

SWEEPING, SWEEPING_SECONDS = "grader.sweeping", 60.0
"""Key of the turn to sweep, and after how long another process may take it over."""

PUBLISH_TIMEOUT_SECONDS = 0.5
"""How long a publisher waits for one answer of a broker that hangs."""


class Queue(StrEnum):
    """Where a job waits for the resource that it needs."""

    ANSWERS = "answers"
    NOTEBOOKS = "notebooks"
    LONG = "long"
    GPU = "gpu"


def create_celery(settings: Settings, *, publishes_only: bool) -> Celery:
    """Return a Celery application on the broker of `settings`.

    Args:
        settings: of this process.
        publishes_only: the portal and the sweep never wait for a broker that hangs; workers,
            which block on it for work, must.
    """
    transport = {
        # One value everywhere: a worker with a shorter one would requeue another's running task.
        "visibility_timeout": settings.visibility_timeout_seconds,
        "unacked_restore_throttle": 10,
        "priority_steps": [LIVE, REGRADE],
        "queue_order_strategy": "priority",
        "socket_connect_timeout": PUBLISH_TIMEOUT_SECONDS if publishes_only else 5,
        "socket_timeout": PUBLISH_TIMEOUT_SECONDS if publishes_only else 30,
    }
    app = Celery("grader", broker=settings.redis_url, set_as_current=not publishes_only)
    app.conf.update(
        broker_transport_options=transport,
        broker_connection_retry_on_startup=True,
        broker_pool_limit=4,
        result_backend=None,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_publish_retry=False,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
    )
    return app


Message = tuple[str, int, Queue, int]
"""Task name, the row that it is about, its queue and its priority."""


def enqueue(
    app: Celery, jobs: Iterable[tuple[int, Queue]], *, priority: int = LIVE, task: str = GRADE
) -> int:
    """Send a message for each job; return how many went out.

    Stops at the first that the broker does not take: the rows are committed, and the sweep sends
    what is missing once the broker is back.
    """
    # A connection of its own: Celery's pool does not come back from one that broke in use.
    with app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection, auto_declare=False)
        return _send(app, producer, ((task, row, name, priority) for row, name in jobs))


def _send(app: Celery, producer: Any, messages: Iterable[Message]) -> int:
    sent = 0
    try:
        for task, row, name, priority in messages:
            app.send_task(task, args=[row], queue=name.value, priority=priority, producer=producer)
            sent += 1
    except (OperationalError, redis.RedisError, OSError) as error:
        logger.warning("broker did not take a message", extra={"sent": sent, "why": str(error)})
    return sent


class Outbox:
    """Sends messages from a thread of its own, so that no request waits for the broker.

    A broker that hangs is waited for by that thread alone. What it has not sent when the process
    ends, or has no room for, is in the database, and the sweep sends it.
    """

    ROOM = 10_000
    TRIES = 2

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._messages: queue.Queue[Message] = queue.Queue(self.ROOM)
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(
        self, jobs: Iterable[tuple[int, Queue]], *, priority: int = LIVE, task: str = GRADE
    ) -> None:
        """Send a message for each job, soon; returns at once."""
        self._ensure_running()
        for row, name in jobs:
            try:
                self._messages.put_nowait((task, row, name, priority))
            except queue.Full:
                logger.warning("left to the sweep", extra={"job": row})

    def _ensure_running(self) -> None:
        # Started at the first message and not before: a thread does not survive the server's fork.
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        message, tries = self._messages.get(), 0
        while True:
            with self._app.connection_for_write() as connection:
                producer = self._app.amqp.Producer(connection, auto_declare=False)
                while _send(self._app, producer, [message]):
                    message, tries = self._messages.get(), 0
            # Redis may have restarted since the last message: once more on a new connection.
            tries += 1
            if tries == self.TRIES:
                message, tries = self._messages.get(), 0


@contextmanager
def sweeping(app: Celery) -> Iterator[bool]:
    """Hold the one turn to sweep; False where another process has it, or no broker answers.

    Two that count messages at the same moment would both send what is missing. The turn of a
    process that dies ends by itself.
    """
    with app.connection_for_write() as connection:
        turn = _take_turn(connection)
        try:
            yield turn is not None
        finally:
            if turn is not None:
                with suppress(
                    redis.RedisError, OSError
                ):  # it ended by itself, or the broker is gone
                    turn.release()


def _take_turn(connection: Any) -> Any:
    try:
        turn = connection.default_channel.client.lock(SWEEPING, timeout=SWEEPING_SECONDS)
        return turn if turn.acquire(blocking=False) else None
    except (OperationalError, redis.RedisError, OSError):
        logger.warning("no turn to sweep: the broker did not answer", exc_info=True)
        return None


def waiting(app: Celery, queues: Sequence[Queue] = tuple(Queue)) -> dict[Queue, int]:
    """Return how many messages wait in each queue, those that a worker holds not counted.

    Raises:
        redis.RedisError: the broker does not answer.
        OperationalError: likewise, as kombu says it.
    """
    counts = {}
    with app.connection_for_write() as connection:
        for name in queues:
            try:
                declared = connection.default_channel.queue_declare(name.value, passive=True)
                counts[name] = int(declared.message_count)
            except connection.channel_errors:  # nothing was ever sent there
                counts[name] = 0
    return counts
