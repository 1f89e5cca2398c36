"""Connections and transactions, with what SQLite and PostgreSQL need to behave alike."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

BUSY_SECONDS = 30
"""How long a SQLite writer waits for another one before it gives up."""

RETRY_SECONDS = 0.0005
"""Pause between two tries to become SQLite's one writer; a transaction of ours takes a few."""


def connect(url: str, *, durable: bool = True, pool_size: int = 5) -> Engine:
    """Return an engine for `url` (SQLite or PostgreSQL).

    Args:
        url: SQLAlchemy address of the database.
        durable: wait for the disk at every commit. Receipts need it. Workers do not: what a power
            cut takes from them is still queued and is done again.
        pool_size: connections kept open.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _connect_sqlite(url, durable=durable)
    return create_engine(
        _with_psycopg(url),
        pool_size=pool_size,
        # A page must not meet a connection that a restart of the database has cut. A worker may:
        # its job stays queued and is sent again; asking first would cost every job a round trip.
        pool_pre_ping=durable,
        connect_args={} if durable else {"options": "-c synchronous_commit=off"},
    )


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
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        if connection.get_execution_options().get("writes", False):
            _begin_writing(driver)
        else:
            driver.execute("BEGIN")

    return engine


def _begin_writing(driver: sqlite3.Connection) -> None:
    """Take the write lock, asking again every half millisecond.

    SQLite's own wait sleeps longer each time, up to 100 ms: with two busy workers most of their
    time is spent asleep beside a lock that is free.
    """
    until = time.monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > until:
                    raise OperationalError("BEGIN IMMEDIATE", None, error) from error
                time.sleep(RETRY_SECONDS)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout={1000 * BUSY_SECONDS}")


_ONE_VIEW = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session whose transaction may write; commits at the end, rolls back on an error."""
    bound = engine.execution_options(writes=True)
    with Session(bound, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that only reads: one consistent view of the database.

    A page reads several statements; PostgreSQL gives each its own view unless told otherwise.
    """
    with Session(engine, expire_on_commit=False) as session:
        if engine.dialect.name == "postgresql":
            session.connection(execution_options=_ONE_VIEW)
        yield session
