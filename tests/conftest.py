"""Fixtures that every test may ask for: real servers, and no way out of this machine."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from grader.commands.servers import find_redis_server, redis_command, wait_for_socket
from grader.leash import HOLDER, leashed
from grader.settings import Settings
from workers.sandbox.settings import Level, SandboxSettings
from workers.sandbox.supervisor import Sandbox

sys.path.insert(0, str(Path(__file__).parent))

import postgresql
from templates import Contents, Templates

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
LOOPBACK = ("127.", "::1", "localhost")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class LeftTheMachine(BaseException):
    """A test tried to reach another machine. No handler of ours may swallow it."""


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: refuse connections and look-ups that leave the machine."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host and not str(host).startswith(LOOPBACK):
        raise LeftTheMachine(f"a test reached for {host}")


sys.addaudithook(_stay_here)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take minutes: at the end one process would be left with them."""
    items.sort(key=lambda item: item.get_closest_marker("processes") is None)


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder for sockets: short enough for one, and open to the user of each server."""
    folder = Path(tempfile.mkdtemp(prefix="grader-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_url(server_folder: Path) -> Iterator[str]:
    """The broker address of a Redis of this test session. Shared: see `fresh_redis_url`."""
    folder, unix_socket = server_folder / "redis", server_folder / "redis.sock"
    folder.mkdir()
    command = leashed(redis_command(find_redis_server(), unix_socket, folder))
    environ = os.environ | {HOLDER: str(os.getpid())}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    wait_for_socket(unix_socket)
    yield f"redis+socket://{unix_socket}"
    server.kill()
    server.wait()


@pytest.fixture
def fresh_redis_url(redis_url: str) -> str:
    """The same address, with nothing left in it by another test."""
    with redis.Redis(unix_socket_path=redis_url.removeprefix("redis+socket://")) as client:
        client.flushall()
    return redis_url


@pytest.fixture(scope="session")
def postgresql_server(server_folder: Path) -> Iterator[postgresql.Postgres]:
    """A PostgreSQL of this test session."""
    folder = server_folder / "postgresql"
    folder.mkdir(mode=0o700)
    server = postgresql.start(folder)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The filled databases of this test session."""
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def contents() -> Contents | None:
    """What is in the database of a test at first: nothing, unless a folder or a file fills it."""
    return None


@pytest.fixture
def sqlite_url(templates: Templates, contents: Contents | None, tmp_path: Path) -> str:
    """A SQLite database of this test's own."""
    return templates.sqlite(contents, tmp_path / "grader.db")


@pytest.fixture
def postgresql_url(
    postgresql_server: postgresql.Postgres, templates: Templates, contents: Contents | None
) -> Iterator[str]:
    """A PostgreSQL database of this test's own."""
    url = templates.postgresql(contents, postgresql_server)
    yield url
    postgresql_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of this test's own; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """Settings of a service of this test's own, on each kind of database."""
    return Settings(var=tmp_path / "var", database_url=database_url, redis_url=redis_url)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The sandbox that tests share: starting one takes seconds, a notebook in it milliseconds."""
    with Sandbox.start(SandboxSettings(levels=(Level.FULL,))) as started:
        yield started


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium. Continuous integration must have one; elsewhere its tests skip."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        message = "no Chromium: install it, or name its path in CHROMIUM"
        pytest.fail(message) if IN_CI else pytest.skip(message)
    return found
