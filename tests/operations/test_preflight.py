"""What cannot work is refused before anything starts: one line each, and a non-zero exit."""

import os
import socket
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from grader.commands import preflight
from grader.commands.supervision import MODULE
from grader.db import connect, migrate, writing
from grader.errors import SetupError
from grader.services import people
from grader.settings import Secrets, Settings

pytestmark = pytest.mark.processes


@pytest.fixture
def place(tmp_path):
    return Settings(var=tmp_path / "var", port=free_port())


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def run_up(settings):
    return subprocess.run(
        [*MODULE, "grader", "up"],
        env=os.environ | settings.to_env(), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def assert_one_clear_line(done, *words):
    lines = done.stderr.splitlines()
    assert done.returncode not in (0, -9), done.stdout
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0]


def test_a_port_in_use_is_named(place):
    with socket.create_server(("127.0.0.1", place.port)):
        done = run_up(place)

    assert_one_clear_line(done, str(place.port), "--port")


def test_an_address_of_another_machine_is_refused(tmp_path):
    done = run_up(Settings(var=tmp_path / "var", host="192.0.2.1"))

    assert_one_clear_line(done, "192.0.2.1")


def test_a_folder_that_cannot_be_made_is_named():
    done = run_up(Settings(var=Path("/proc/grader")))  # closed to root, too

    assert_one_clear_line(done, "/proc/grader", "GRADER_VAR")


def test_a_file_where_the_folder_should_be_is_named(tmp_path):
    (tmp_path / "var").write_text("")

    done = run_up(Settings(var=tmp_path / "var"))

    assert_one_clear_line(done, str(tmp_path / "var"), "GRADER_VAR")


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0broken"])
def test_a_broken_database_is_named(place, content):
    place.var.mkdir()
    (place.var / "grader.db").write_bytes(content)

    done = run_up(place)

    assert_one_clear_line(done, "grader.db")
    assert (place.var / "grader.db").read_bytes() == content


def test_a_database_of_a_newer_release_is_refused_and_left_alone(place):
    engine = connect(place.database_url)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    engine.dispose()

    done = run_up(place)

    assert_one_clear_line(done, "from-the-future", "newer")


def test_a_database_that_does_not_answer_is_named(place, tmp_path):
    url = f"postgresql+psycopg://postgres@/grader?host={tmp_path}"

    done = run_up(Settings(var=place.var, port=place.port, database_url=url))

    assert_one_clear_line(done, "cannot be used")


def test_a_setting_that_cannot_be_read_is_named(place):
    done = subprocess.run(
        [*MODULE, "grader", "up"],
        env=os.environ | place.to_env() | {"GRADER_PORT": "http"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert_one_clear_line(done, "GRADER_PORT=http")


def test_a_folder_that_cannot_be_used_is_named(place):
    place.var.mkdir()
    (place.var / "logs").write_text("in the way")

    done = run_up(place)

    assert_one_clear_line(done, str(place.var / "logs"))


def test_a_second_service_on_the_same_folder_is_refused(place):
    lock = preflight.take_folder(place)

    done = run_up(place)

    os.close(lock)
    assert_one_clear_line(done, str(os.getpid()), str(place.var))


def test_the_folder_is_free_again_once_its_holder_is_gone(place):
    os.close(preflight.take_folder(place))

    os.close(preflight.take_folder(place))


def test_keys_are_made_at_the_first_start(place, database_url):
    settings = Settings(var=place.var, database_url=database_url)
    engine = connect(database_url)
    migrate(engine)

    made = preflight.keys(engine, settings)

    assert preflight.keys(engine, settings) == made
    engine.dispose()


def test_a_lost_key_is_not_replaced_once_a_course_stands(place, database_url):
    settings = Settings(var=place.var, database_url=database_url)
    engine = connect(database_url)
    migrate(engine)
    Secrets.create(settings)
    with writing(engine) as session:
        people.create_course(session, "nets", "Nets", "UTC")
    (settings.secrets_folder / "course_key").unlink()

    with pytest.raises(SetupError, match="GRADER_COURSE_KEY"):
        preflight.keys(engine, settings)

    assert not (settings.secrets_folder / "course_key").exists()
    engine.dispose()
