"""A running `grader up`, as its operator sees it."""

import json
import os
import signal
import socket
import subprocess
import urllib.request

import psutil
from stack import eventually

from grader.commands.supervision import MODULE, service_programs
from grader.leash import HOLDER, leashed

PROGRAMS = {"redis", "portal", "answers", "notebooks", "gpu", "sweep"}


class Service:
    """A running `grader up`, and everything that it started."""

    def __init__(self, settings, *options, wall=()):
        self.settings = settings
        self.log = settings.var.parent / f"{settings.var.name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                leashed([*wall, *MODULE, "grader", "up", *options]),
                env=os.environ | settings.to_env() | {HOLDER: str(os.getpid())},
                stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def wait_until_up(self, seconds=60):
        eventually(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None, seconds)
        assert self.process.poll() is None, self.said()
        return self

    def said(self):
        return self.log.read_text()

    def family(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def get(self, path):
        url = f"http://127.0.0.1:{self.settings.port}{path}"
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.status

    def is_healthy(self):
        try:
            return self.get("/healthz") == 200
        except OSError:
            return False

    def states(self):
        done = self.run("status", "--json")
        return json.loads(done.stdout)

    def run(self, *arguments):
        return subprocess.run(
            [*MODULE, "grader", *arguments],
            env=os.environ | self.settings.to_env(), capture_output=True, text=True, check=False,
        )  # fmt: skip

    def is_complete(self):
        wanted = {program.name for program in service_programs(self.settings)} | {"redis"}
        return {program_of(process) for process in self.family()} >= wanted

    def end(self, how):
        """Send a signal to `grader up` alone; its exit status, once nothing of it is left."""
        family = self.family()
        self.process.send_signal(how)
        status = self.process.wait(timeout=60)
        assert_gone(family)
        return status

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def program_of(process):
    """The name of a process in the terms of supervisord, by its command line."""
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:  # it has just died
        return None
    marks = {
        "redis-server": "redis", "gunicorn": "portal", "--queues answers": "answers",
        "--queues notebooks": "notebooks", "--queues gpu": "gpu", "grader sweep": "sweep",
    }  # fmt: skip
    return next((name for mark, name in marks.items() if mark in line), None)


def assert_gone(family, seconds=10):
    _, alive = psutil.wait_procs(family, timeout=seconds)
    assert alive == []
