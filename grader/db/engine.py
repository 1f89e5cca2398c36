"""Connections and transactions, with what SQLite and PostgreSQL need to behave alike."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

BUSY_SECONDS = 30
"""How long a SQLite writer waits for another one before it gives up."""


def connect(url: str, *, durable: bool = True, pool_size: int = 5) -> Engine:
    """Return an engine for `url` (SQLite or PostgreSQL).

    Args:
        url: SQLAlchemy address of the database.
        durable: on SQLite, wait for the disk at every commit. Receipts need it. Workers do not:
            what a power cut takes from them is still queued and is done again.
        pool_size: connections kept open.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _connect_sqlite(url, durable=durable)
    return create_engine(_with_psycopg(url), pool_size=pool_size, pool_pre_ping=True)


def _with_psycopg(url: str) -> str:
    """Name the driver that is installed where the address names none."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _connect_sqlite(url: str, *, durable: bool) -> Engine:
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once with "locked" when another
        # wrote in between, whatever the timeout; taking the write lock at the start waits instead.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session whose transaction may write; commits at the end, rolls back on an error."""
    bound = engine.execution_options(writes=True)
    with Session(bound, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that only reads: one consistent view of the database."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
