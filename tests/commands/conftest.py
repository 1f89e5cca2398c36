"""A published course on each kind of database, and its command line in this process."""

import shlex

import pytest
from click.testing import CliRunner
from world import World, populate, write_bank

from grader.__main__ import cli
from grader.db import connect, migrate
from grader.services import judging
from grader.settings import Secrets


@pytest.fixture
def world(settings, tmp_path):
    judging.forget_questions()
    settings.var.mkdir(parents=True, exist_ok=True)
    Secrets.create(settings)
    engine = connect(settings.database_url)
    migrate(engine)
    populate(engine)
    world = World(engine, write_bank(tmp_path / "bank"))
    world.publish()
    yield world
    engine.dispose()


@pytest.fixture
def run(world, settings, monkeypatch):
    """Runs a command line of this service; returns its lines, raises its errors."""
    environ = {**settings.to_env(), "GRADER_PROBLEMS": str(world.folder)}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def run(line):
        arguments = shlex.split(line)
        result = CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)
        return result.output.splitlines()

    return run
