"""Workers, sweep and portal as real processes, on each kind of database."""

import socket
import sys
from datetime import UTC, datetime, timedelta

import pytest
from stack import Stack, eventually, redis_of_its_own
from visitor import Visitor
from world import migrate_and_populate, world_at

from grader.db import writing
from grader.services import people
from grader.settings import Settings

PASSWORD = "correct horse"


@pytest.fixture
def stack(database_url, server_folder, tmp_path):
    with redis_of_its_own(server_folder) as (redis_url, server):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        settings = Settings(
            var=tmp_path / "var", database_url=database_url, redis_url=redis_url, port=port,
            lease_seconds=3, sweep_seconds=1, portal_workers=1, portal_threads=4,
        )  # fmt: skip
        stack = Stack(settings)
        stack.redis = server
        yield stack
        stack.stop()


@pytest.fixture
def contents():
    return migrate_and_populate


@pytest.fixture
def world(stack, tmp_path):
    due_at = datetime.now(UTC) + timedelta(days=1)
    with world_at(stack.settings.database_url, tmp_path / "bank", due_at) as world:
        world.publish(attempts_allowed=None)
        yield world


@pytest.fixture
def portal(stack, world):
    """The address of a running portal."""
    base = f"http://127.0.0.1:{stack.settings.port}"
    stack.start(
        "portal", sys.executable, "-m", "gunicorn", "web.wsgi:app", "--bind",
        f"127.0.0.1:{stack.settings.port}", "--worker-class", "gthread", "--threads", "4",
    )  # fmt: skip

    def answers():
        try:
            return Visitor(base).get("/healthz").status == 200
        except OSError:
            return False

    eventually(answers)
    return base


@pytest.fixture
def alice(portal, world):
    with writing(world.engine) as session:
        user = people.find_user(session, "alice")
        people.set_password(user, PASSWORD)
    return Visitor(portal).log_in("alice", PASSWORD)
