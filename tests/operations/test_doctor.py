"""The doctor sees what is wrong, says what to do, and changes nothing."""

import json
import os

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from grader.commands import doctor as doctor_module
from grader.commands.doctor import Finding, Health, doctor
from grader.commands.status import observe, status
from grader.db import connect, migrate
from grader.errors import SetupError
from grader.models import JobState
from grader.queue import GRADE, Queue, create_celery
from grader.settings import Secrets, Settings


@pytest.fixture
def place(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("GRADER_")]:
        monkeypatch.delenv(name)
    settings = Settings(var=tmp_path / "var")
    monkeypatch.setenv("GRADER_VAR", str(settings.var))
    return settings


@pytest.fixture
def started(place):
    """A folder as a first start leaves it."""
    place.var.mkdir(mode=0o700)
    Secrets.create(place)
    engine = connect(place.database_url)
    migrate(engine)
    engine.dispose()
    return place


@pytest.fixture
def without_sandbox(monkeypatch):
    """Leaves out the checks of other packages: starting a sandbox takes seconds each time."""
    monkeypatch.setattr(doctor_module, "checks", doctor_module._CHECKS.items)


def examine():
    """Exit code and line by name of what was looked at."""
    done = CliRunner().invoke(doctor)
    lines = {line.split()[1]: line for line in done.output.splitlines()}
    return done.exit_code, lines


def test_a_machine_before_the_first_start_is_well_and_stays_untouched(place):
    code, lines = examine()

    assert code == 0
    assert "made at the first start" in lines["database"]
    assert "the first start makes them" in lines["keys"]
    assert not place.var.exists()


def test_a_machine_after_the_first_start_is_well(started):
    code, lines = examine()

    assert code == 0
    assert {"python", "folder", "keys", "redis", "database", "sandbox", "gpu"} <= set(lines)
    assert all(line.startswith(("ok", "warn")) for line in lines.values())


def break_key(settings):
    (settings.secrets_folder / "course_key").unlink()


def open_key(settings):
    (settings.secrets_folder / "course_key").chmod(0o644)


def break_database(settings):
    (settings.var / "grader.db").write_bytes(b"no database" * 1000)


@pytest.mark.parametrize(
    ("damage", "name", "advice"),
    [
        (break_key, "keys", "backup"),
        (open_key, "keys", "chmod 600"),
        (break_database, "database", "cannot be used"),
    ],
)
def test_what_would_stop_the_service_fails(started, without_sandbox, damage, name, advice):
    damage(started)

    code, lines = examine()

    assert code == 1
    assert lines[name].startswith("fail")
    assert advice in lines[name]


def test_a_redis_that_does_not_answer_fails_without_its_password(
    started, without_sandbox, monkeypatch
):
    monkeypatch.setenv("GRADER_REDIS_URL", "redis://:hidden@127.0.0.1:1/0")

    code, lines = examine()

    assert code == 1
    assert lines["redis"].startswith("fail")
    assert "hidden" not in lines["redis"]


def test_a_redis_that_answers_is_well(started, without_sandbox, monkeypatch, redis_url):
    monkeypatch.setenv("GRADER_REDIS_URL", redis_url)

    code, lines = examine()

    assert code == 0
    assert "answers" in lines["redis"]


def test_a_slip_in_the_name_of_a_setting_is_noticed(started, without_sandbox, monkeypatch):
    monkeypatch.setenv("GRADER_DATABSE_URL", "sqlite://")

    code, lines = examine()

    assert code == 0
    assert lines["environment"].startswith("warn")
    assert "GRADER_DATABSE_URL" in lines["environment"]


def test_a_folder_open_to_others_is_a_warning(started, without_sandbox):
    started.var.chmod(0o755)

    _, lines = examine()

    assert lines["folder"].startswith("warn")


def test_checks_of_other_packages_are_asked_and_an_error_of_theirs_is_a_failure(place, monkeypatch):
    def broken(_settings):
        raise SetupError("no namespaces here: allow them")

    def fine(_settings):
        return Finding(Health.OK, "fine", "yes")

    monkeypatch.setattr(doctor_module, "checks", lambda: [("sandbox", broken), ("fine", fine)])

    code, lines = examine()

    assert code == 1
    assert lines["sandbox"].startswith("fail")
    assert lines["fine"].startswith("ok")


def test_status_names_a_queue_that_nobody_takes(started, fresh_redis_url):
    settings = Settings(var=started.var, redis_url=fresh_redis_url)
    with create_celery(settings, publishes_only=True) as app:
        app.send_task(GRADE, args=[1], queue=Queue.GPU.value)

    now = observe(settings)

    assert now.queues == {"answers": 0, "notebooks": 0, "long": 0, "gpu": 1}
    assert "nobody takes the queue gpu" in now.problems
    assert "no worker answers" in now.problems


@pytest.fixture
def one_held(started):
    numbers = ("id", "submission_id", "run_id", "variant_id", "starts", "given_back")
    row = dict.fromkeys(numbers, 1)
    row |= {
        "queue": "answers",
        "state": JobState.HELD.value,
        "reason": "",
        "created_at": "2026-01-01",
    }
    engine = sa.create_engine(started.database_url)  # one that asks for no submission beside it
    with engine.begin() as connection:
        connection.execute(sa.insert(sa.table("job", *map(sa.column, row))), row)
    engine.dispose()
    return started


def test_status_counts_what_is_held_while_redis_is_gone(one_held, monkeypatch):
    monkeypatch.setenv("GRADER_REDIS_URL", "redis://127.0.0.1:1/0")

    done = CliRunner().invoke(status, ["--json"])

    shown = json.loads(done.stdout)
    assert done.exit_code == 1
    assert shown["jobs"] == {"held": 1}
    assert shown["queues"] is None
    assert "Redis does not answer" in shown["problems"][0]


def test_status_before_the_first_start_says_so_and_makes_nothing(place):
    with pytest.raises(SetupError, match="no database yet"):
        observe(place)

    assert not place.var.exists()
