"""The database of a command: brought up to date, and let go of at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from grader.db import connect, migrate
from grader.settings import Settings


@contextmanager
def database(settings: Settings) -> Iterator[Engine]:
    """Open the database of `settings` for one command."""
    engine = connect(settings.database_url)
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()
