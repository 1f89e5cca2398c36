"""The whole service from one command: it serves, restarts what dies, and leaves nothing behind."""

import json
import os
import signal
import socket
import stat
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import psutil
import pytest
from stack import eventually

from grader.commands.supervision import MODULE, service_programs
from grader.queue import GRADE, Queue, create_celery, waiting
from grader.settings import Settings

pytestmark = pytest.mark.processes
PROGRAMS = {"redis", "portal", "answers", "notebooks", "gpu", "sweep"}


class Service:
    """A running `grader up`, and everything that it started."""

    def __init__(self, settings, *options):
        self.settings = settings
        self.log = settings.var.parent / f"{settings.var.name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*MODULE, "grader", "up", *options],
                env=os.environ | settings.to_env(), stdout=log, stderr=subprocess.STDOUT,
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


@pytest.fixture(scope="module")
def new_settings(server_folder):
    def make(**given):
        var = Path(tempfile.mkdtemp(prefix="up-", dir=server_folder)) / "var"
        return Settings(var=var, port=free_port(), answer_workers=1, **given)

    return make


@pytest.fixture(scope="module")
def service(new_settings):
    """One that lasts: for tests that leave it as well as they found it."""
    service = Service(new_settings()).wait_until_up()
    eventually(service.is_complete, seconds=30)
    yield service
    service.stop()


@pytest.fixture
def doomed(new_settings):
    """A small one for a test that ends it."""
    service = Service(new_settings(notebook_workers=0, gpu_workers=0)).wait_until_up()
    eventually(service.is_complete, seconds=30)
    yield service
    service.stop()


def assert_gone(family, seconds=10):
    _, alive = psutil.wait_procs(family, timeout=seconds)
    assert alive == []


def test_it_serves_on_this_machine_alone_and_says_where(service):
    listening = {
        connection.laddr
        for process in service.family()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }

    assert service.get("/healthz") == 200
    assert f"http://127.0.0.1:{service.settings.port}/" in service.said()
    assert listening == {("127.0.0.1", service.settings.port)}


def test_its_data_is_closed_to_other_users(service):
    assert stat.S_IMODE(service.settings.var.stat().st_mode) == 0o700
    assert stat.S_IMODE(service.settings.redis_socket.stat().st_mode) == 0o700


def test_status_sees_every_process_and_every_queue(service):
    def everyone_answers():
        now = service.states()
        takers = {queue for taken in now["workers"].values() for queue in taken}
        return now if takers == set(Queue) and not now["problems"] else None

    now = eventually(everyone_answers)

    assert now["processes"] == dict.fromkeys(PROGRAMS, "RUNNING")
    assert now["queues"] == dict.fromkeys([queue.value for queue in Queue], 0)


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_what_is_killed_is_back_within_seconds(service, name):
    killed = [process for process in service.family() if program_of(process) == name]

    killed[0].kill()

    def is_back():
        found = [one for one in service.family() if program_of(one) == name]
        return any(one not in killed for one in found)

    eventually(is_back, seconds=10)
    assert_gone(killed)
    eventually(service.is_healthy, seconds=20)


def test_a_queued_task_survives_a_stop_and_a_kill(doomed):
    app = create_celery(doomed.settings, publishes_only=True)
    app.send_task(GRADE, args=[1], queue=Queue.GPU.value)

    killed = doomed.end(signal.SIGKILL)
    second = Service(doomed.settings).wait_until_up()
    after_a_kill = waiting(app)[Queue.GPU]
    stopped = second.end(signal.SIGTERM)
    third = Service(doomed.settings).wait_until_up()
    after_a_stop = waiting(app)[Queue.GPU]

    app.close()
    third.stop()
    assert (killed, stopped) == (-signal.SIGKILL, 0)
    assert (after_a_kill, after_a_stop) == (1, 1)


def test_ctrl_c_ends_every_process(doomed):
    assert doomed.end(signal.SIGINT) == 0
    assert not doomed.settings.redis_socket.exists()


def test_a_second_signal_ends_it_at_once(doomed):
    family = doomed.family()
    worker = next(process for process in family if program_of(process) == "answers")
    worker.suspend()  # so that a patient stop would wait for it

    doomed.process.send_signal(signal.SIGINT)
    eventually(lambda: "stopping" in doomed.said(), seconds=5)
    doomed.process.send_signal(signal.SIGINT)

    doomed.process.wait(timeout=5)
    assert_gone(family, seconds=5)


def test_a_supervisor_that_is_killed_takes_everything_along(doomed):
    family = doomed.family()
    supervisor = next(one for one in family if "supervisor.supervisord" in one.cmdline())

    supervisor.kill()

    assert doomed.process.wait(timeout=10) == 1
    assert "supervisord ended" in doomed.said()
    assert_gone(family)
