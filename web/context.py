"""What every view stands on: the service's parts, the moment, who asks, and transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader import db
from grader.models import Job, User
from grader.queue import Outbox, Queue
from grader.services import progress
from grader.services.progress import Board
from grader.settings import Secrets, Settings

RECEIVED_AT = "grader.received_at"
"""Key of the WSGI environment under which the moment stands at which the request began."""

EXTENSION = "grader"


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that the portal is made of."""

    settings: Settings
    secrets: Secrets
    engine: Engine
    outbox: Outbox

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs receipts."""
        return Ed25519PrivateKey.from_private_bytes(self.secrets.signing_key)


def service() -> Service:
    """Return the parts of the application that serves this request."""
    return cast("Service", current_app.extensions[EXTENSION])


def now() -> datetime:
    """Return when this request began; its body may have taken longer to arrive."""
    return cast("datetime", request.environ[RECEIVED_AT])


def user() -> User:
    """Return who is logged in; views that anybody may see do not ask."""
    return cast("User", g.user)


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that only reads."""
    with db.reading(service().engine) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """Open a session whose transaction commits at the end of the block."""
    with db.writing(service().engine) as session:
        yield session


def enqueue(jobs: list[Job]) -> None:
    """Tell the workers; after the commit, and without waiting for a broker that hangs."""
    service().outbox.put((job.id, Queue(job.queue)) for job in jobs)


def board() -> Board:
    """Return where the progress of running notebooks stands."""
    return _board(service().settings)


@cache
def _board(settings: Settings) -> Board:
    return progress.connect(settings)


Clock = Callable[[], datetime]
