"""The whole service from one command: it serves, restarts what dies, and leaves nothing behind."""

import signal
import stat
import tempfile
from pathlib import Path

import psutil
import pytest
from service import PROGRAMS, Service, assert_gone, free_port, program_of
from stack import eventually

from grader.commands.supervision import PORTAL_MEMORY
from grader.queue import GRADE, Queue, create_celery, waiting
from grader.settings import Settings

pytestmark = pytest.mark.processes


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


def test_the_portal_alone_is_told_to_keep_little_memory(service):
    told = {
        program_of(process): process.environ().items() >= PORTAL_MEMORY.items()
        for process in service.family()
        if program_of(process) in PROGRAMS
    }

    assert {name for name, is_told in told.items() if is_told} == {"portal"}


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
