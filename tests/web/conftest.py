"""A portal before a published course, and a browser for each of the cast."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from portal import COMPILED, Browser
from sqlalchemy import select
from templates import Contents
from world import COURSE_KEY, NOW, World, with_homework, world_at

from grader.db import reading
from grader.models import User
from grader.settings import Secrets, Settings
from web.app import create_app

HOMEWORK = with_homework(late_days=2, attempts_allowed=3)


@dataclass
class Clock:
    """Tells the moment that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def contents() -> Contents:
    return HOMEWORK


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with world_at(database_url, tmp_path / "bank") as world:
        yield world


@pytest.fixture
def secrets() -> Secrets:
    return Secrets(session_key=b"s" * 32, course_key=COURSE_KEY, signing_key=b"r" * 32)


@pytest.fixture
def app(settings: Settings, secrets: Secrets, world: World, clock: Clock) -> Flask:
    app = create_app(settings, secrets, world.engine, clock=clock)
    app.jinja_env.bytecode_cache = COMPILED
    return app


@pytest.fixture
def browser(app: Flask, world: World) -> Callable[[str], Browser]:
    """Makes the browser of somebody who is logged in; checking passwords takes too long for it."""

    def make(login: str) -> Browser:
        with reading(world.engine) as session:
            user_id = session.scalars(select(User.id).where(User.login == login)).one()
        made = Browser(app)
        with made.client.session_transaction() as cookie:
            cookie["user"] = user_id
        return made

    return make


@pytest.fixture
def alice(browser: Callable[[str], Browser]) -> Browser:
    return browser("alice")


@pytest.fixture
def dora(browser: Callable[[str], Browser]) -> Browser:
    """Another student of the course."""
    return browser("dora")


@pytest.fixture
def bob(browser: Callable[[str], Browser]) -> Browser:
    """A grader of the course."""
    return browser("bob")


@pytest.fixture
def charlie(browser: Callable[[str], Browser]) -> Browser:
    """A student of another course."""
    return browser("charlie")
