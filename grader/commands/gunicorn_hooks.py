"""Gunicorn's configuration file: its workers die with it, even when it is killed."""

from typing import Any

from grader.leash import hold


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001  gunicorn's signature
    """Take a leash in every worker: the one of the process that forked it does not pass on."""
    hold(server.pid)
