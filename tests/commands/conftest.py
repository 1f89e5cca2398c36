"""A published course on each kind of database, and its command line in this process."""

import io
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import pytest
from click.testing import CliRunner
from world import with_homework, world_at

from grader.__main__ import cli, main
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


@pytest.fixture
def in_this_process(monkeypatch):
    """Runs `grader` with settings and arguments as a process of its own would, but for its start.

    A start takes a second, and has tests of its own.
    """

    def run(settings, *arguments):
        for name, value in settings.to_env().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, arguments)])
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
            main()
        return subprocess.CompletedProcess(
            arguments, end.value.code, out.getvalue(), err.getvalue()
        )

    return run
