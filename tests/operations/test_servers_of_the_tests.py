"""The servers that other tests stand on are real, private, and gone with the test run."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest
import redis
import sqlalchemy as sa
from stack import eventually
from world import migrate_and_populate

from grader.db import connect, reading, writing
from grader.models import Course

TESTS = Path(__file__).parents[1]


def test_redis_answers_on_a_socket_that_only_its_owner_reaches(redis_url):
    path = Path(redis_url.removeprefix("redis+socket://"))

    with redis.Redis(unix_socket_path=str(path)) as client:
        assert client.ping()
        assert client.config_get("port") == {"port": "0"}
    assert path.stat().st_mode & 0o077 == 0


def test_every_test_gets_an_empty_database_of_its_own(database_url):
    engine = sa.create_engine(database_url)

    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE mine (id INTEGER)"))

    assert sa.inspect(engine).get_table_names() == ["mine"]
    engine.dispose()


def test_the_next_test_does_not_see_what_the_last_one_made(database_url):
    engine = sa.create_engine(database_url)

    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_database_is_gone_when_its_test_is_over(postgresql_server):
    url = postgresql_server.new_database()

    postgresql_server.drop_database(url)

    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.OperationalError, match="does not exist"):
        engine.connect()
    engine.dispose()


def count_courses(engine):
    with reading(engine) as session:
        return session.scalar(sa.select(sa.func.count(Course.id)))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_one_test_writes_into_its_copy_reaches_no_other(
    templates, postgresql_server, tmp_path, kind
):
    def copy(number):
        if kind == "sqlite":
            return connect(templates.sqlite(migrate_and_populate, tmp_path / f"{number}.db"))
        return connect(templates.postgresql(migrate_and_populate, postgresql_server))

    first, second = copy(1), copy(2)
    with writing(first) as session:
        session.add(Course(slug="e", title="One more", time_zone="UTC"))
    third = copy(3)

    assert [count_courses(engine) for engine in (first, second, third)] == [3, 2, 2]
    for engine in (first, second, third):
        engine.dispose()


@pytest.mark.parametrize("address", ["192.0.2.1", "example.org"])
def test_a_connection_that_leaves_the_machine_is_refused(address):
    with pytest.raises(BaseException, match="reached for"):
        urllib.request.urlopen(f"http://{address}/", timeout=1)


def test_a_connection_on_this_machine_is_allowed():
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname(), timeout=5) as connection,
    ):
        assert connection.getpeername() == listener.getsockname()


INNER_TEST = """
import os, pathlib, time

def test_waits(redis_url, postgresql_url):
    pathlib.Path("ready").write_text(str(os.getpid()))
    time.sleep(60)
"""


def test_a_killed_test_run_leaves_no_server_behind(tmp_path, server_folder):
    (tmp_path / "test_inner.py").write_text(INNER_TEST)
    for name in ("conftest.py", "postgresql.py", "templates.py"):
        (tmp_path / name).write_text((TESTS / name).read_text())
    inner = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_inner.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(TESTS.parent), "TMPDIR": str(server_folder)},
    )
    with inner:
        eventually((tmp_path / "ready").exists, seconds=40)
        servers = psutil.Process(inner.pid).children(recursive=True)
        names = {server.name() for server in servers}

        inner.send_signal(signal.SIGKILL)

    assert {"redis-server", "postgres"} <= names
    _, alive = psutil.wait_procs(servers, timeout=10)
    assert alive == []
