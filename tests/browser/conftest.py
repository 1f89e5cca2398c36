"""A portal that a real Chromium opens, with the course of the small world behind it."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, sync_playwright
from portal import COMPILED
from sqlalchemy import select, update
from stack import eventually
from templates import Contents
from werkzeug.serving import make_server
from world import COURSE_KEY, World, migrate_and_populate, write_bank

from grader.db import connect, reading
from grader.models import Job, JobState, User
from grader.services import judging
from grader.settings import Secrets, Settings
from web.app import create_app

FLAGS = [
    "--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

SUMS = """
    from grader.spec import Field, Kind, Options, Part, Problem

    PROBLEM = Problem(
        title="Sums",
        as_set={"a": 2, "b": 3},
        parts=(
            Part(label="a", fields=(Field(kind=Kind.NUMBER, solve=lambda p: p["a"] + p["b"]),)),
            Part(label="b", fields=(
                Field(name="twice", kind=Kind.EXPRESSION, prompt="Twice $a$", solve=lambda p: "4"),
                Field(name="row", kind=Kind.VECTOR, solve=lambda p: [2, 3], grid=(1, 2)),
                Field(name="square", kind=Kind.MATRIX, solve=lambda p: [[1, 2], [3, 4]],
                      grid=(2, 2)),
                Field(name="which", kind=Kind.CHOICE, solve=lambda p: "x",
                      options=Options(choices={"x": "The first", "y": "The second"})),
            )),
        ),
    )
"""


@dataclass
class Portal:
    """Where the portal listens, and the world behind it."""

    address: str
    world: World
    troubles: list[str] = field(default_factory=list)

    def grade_all(self) -> None:
        """Grade what waits, as a worker does."""
        with reading(self.world.engine) as session:
            queued = select(Job.id).where(Job.state == JobState.QUEUED.value)
            ids = session.scalars(queued).all()
        for job_id in ids:
            assert self.world.grade(job_id, now=datetime.now(UTC))


def read_whole(app: WSGIApplication) -> WSGIApplication:
    """Serve bodies that are read and closed first.

    The server leaves a file open where the browser drops the connection, as it does on leaving a
    page; gunicorn, which serves the real portal, closes it.
    """

    def served(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = app(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            if hasattr(body, "close"):
                body.close()

    return served


@pytest.fixture
def contents() -> Contents:
    return migrate_and_populate


@pytest.fixture
def portal(tmp_path: Path, sqlite_url: str, redis_url: str) -> Iterator[Portal]:
    judging.forget_questions()
    engine = connect(sqlite_url)
    bank = write_bank(tmp_path / "bank", **{"sums.py": SUMS})
    now = datetime.now(UTC)
    world = World(engine, bank, due_at=now + timedelta(days=2))
    world.publish(now=now, late_days=1)
    with engine.begin() as connection:
        for login in ("alice", "bob"):
            hashed = QUICK.hash(f"{login}'s password")
            row = update(User.__table__).where(User.login == login)
            connection.execute(row.values(password_hash=hashed))
    settings = Settings(var=tmp_path / "var", database_url=sqlite_url, redis_url=redis_url)
    app = create_app(settings, Secrets(b"s" * 32, COURSE_KEY, b"r" * 32), engine)
    app.jinja_env.bytecode_cache = COMPILED
    server = make_server("127.0.0.1", 0, read_whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Portal(f"http://127.0.0.1:{server.server_port}", world)
    server.shutdown()
    thread.join()
    server.server_close()
    # A page that was closed may have left a request behind, whose connection is not yet back.
    eventually(lambda: engine.pool.checkedout() == 0, seconds=10)
    engine.dispose()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_as(portal: Portal, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page of the portal as somebody; whatever the browser complains of fails the test."""
    contexts = []

    def open_page(login: str, path: str, **context: object) -> Page:
        made = browser.new_context(base_url=portal.address, **context)  # type: ignore[arg-type]
        contexts.append(made)
        page = made.new_page()
        page.goto("/login")
        page.fill("#login", login)
        page.fill("#password", f"{login}'s password")
        page.click("main button")
        page.on("pageerror", lambda error: portal.troubles.append(str(error)))
        page.on(
            "console",
            lambda said: portal.troubles.append(said.text) if said.type == "error" else None,
        )
        page.goto(path)
        return page

    yield open_page
    for made in contexts:
        made.close()
    assert portal.troubles == []
