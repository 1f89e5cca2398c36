"""A published course on each kind of database, and its command line in this process."""

import shlex

import pytest
from click.testing import CliRunner
from world import with_homework, world_at

from grader.__main__ import cli
from grader.settings import Secrets

HOMEWORK = with_homework()


@pytest.fixture
def contents():
    return HOMEWORK


@pytest.fixture
def world(settings, tmp_path):
    settings.var.mkdir(parents=True, exist_ok=True)
    Secrets.create(settings)
    with world_at(settings.database_url, tmp_path / "bank") as world:
        yield world


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
