"""Publish what staff asked for in the portal, in a process of its own: a bank may do anything."""

import logging
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial

from celery import shared_task

from grader.db import writing
from grader.leash import HOLDER, leashed
from grader.models import PublishState
from grader.queue import PUBLISH
from grader.services import publish_requests
from grader.services.publish_requests import Lease
from grader.settings import Settings
from workers.app import context
from workers.leases import keeper

logger = logging.getLogger(__name__)

LIMIT_SECONDS = 1800
"""For a whole assignment: verified, drawn and stored; every single problem has its own limit."""


@shared_task(name=PUBLISH)
def publish(request_id: int) -> None:
    """Publish one assignment. Safe to run twice: what is published already is unchanged."""
    here = context()
    seconds = here.settings.lease_seconds
    with writing(here.engine) as session:
        lease = publish_requests.claim(session, request_id, now=datetime.now(UTC), seconds=seconds)
    if lease is None:
        return
    with keeper(here.engine, seconds).keeping(partial(publish_requests.renew, lease=lease)):
        state, message = _publish(here.settings, lease)
    with writing(here.engine) as session:
        publish_requests.finish(session, lease, state, message, now=datetime.now(UTC))
    logger.info("publish ended", extra={"request": request_id, "state": state.value})


def _publish(settings: Settings, lease: Lease) -> tuple[PublishState, str]:
    """Run the command that authors run; return what became of it, in its words."""
    command = [
        # Grading goes on beside it, and goes first.
        "nice", "-n", "5", sys.executable, "-P", "-m", "grader", "problems", "publish",
        lease.assignment, "--course", lease.course,
    ]  # fmt: skip
    process = subprocess.Popen(  # noqa: S603  our own command line
        leashed(command),
        env=os.environ | settings.to_env() | {HOLDER: str(os.getpid()), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, complained = process.communicate(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        return PublishState.REFUSED, f"Not done within {LIMIT_SECONDS} seconds, so it was stopped."
    finally:
        _end(process)
    if process.returncode == 0:
        return PublishState.PUBLISHED, _lines(said)
    return PublishState.REFUSED, _reason(complained, process.returncode)


def _end(process: "subprocess.Popen[str]") -> None:
    """Stop it where it still runs, with all that it started: a solver may run for ever."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _reason(complained: str, status: int) -> str:
    lines = complained.strip().splitlines()
    if not lines:
        return f"Publishing ended with exit status {status} and said nothing."
    if lines[0].startswith("Traceback"):
        return f"Publishing broke: {lines[-1]}"
    return _lines(complained).removeprefix("grader: ")


def _lines(said: str) -> str:
    """Lines without what sets them off on a terminal."""
    return "\n".join(line.strip() for line in said.strip().splitlines())
