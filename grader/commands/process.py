"""`grader process`: become one process of the service, where something else supervises it."""

import os

import click

from grader.commands.supervision import service_programs
from grader.errors import UsageError
from grader.settings import Settings


@click.command()
@click.argument("name")
def process(name: str) -> None:
    """Become the process NAME. It is portal, answers, notebooks, gpu or sweep.

    For containers and units of systemd; on one machine, `grader up` runs them all.
    """
    programs = {program.name: program for program in service_programs(Settings.from_env())}
    if name not in programs:
        raise UsageError(
            f"no process {name!r} with these settings; there are {', '.join(programs)}"
        )
    command = programs[name].command
    environ = {**programs[name].environ, **os.environ}
    os.execve(command[0], command, environ)  # noqa: S606  no shell is wanted
