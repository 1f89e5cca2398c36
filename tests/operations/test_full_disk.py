"""A full disk stops a start with one line, and a running service not at all."""

import contextlib
import os
import subprocess
import time
from pathlib import Path

import pytest
from service import Service, free_port, program_of
from stack import eventually

from grader.commands.preflight import LEAST_FREE_BYTES
from grader.commands.supervision import MODULE
from grader.settings import Settings

pytestmark = pytest.mark.processes


def on_a_disk_of(size, folder):
    """The start of a command line for which `folder` is a disk of its own."""
    folder.mkdir()
    rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    mount = f'mount -t tmpfs -o size={size},mode=700 disk "$0" && exec "$@"'
    return ["unshare", *rights, "--mount", "sh", "-c", mount, str(folder)]


@pytest.fixture
def place(server_folder, tmp_path_factory):
    folder = server_folder / tmp_path_factory.mktemp("disk").name
    folder.mkdir()
    return Settings(
        var=folder / "disk" / "var", port=free_port(), answer_workers=1,
        notebook_workers=0, gpu_workers=0,
    )  # fmt: skip


@pytest.mark.parametrize("size", [4096, 1_000_000, LEAST_FREE_BYTES - 1_000_000])
def test_a_disk_without_room_is_refused_before_anything_is_written(place, size):
    wall = on_a_disk_of(size, place.var.parent)

    done = subprocess.run(
        [*wall, *MODULE, "grader", "up"], env=os.environ | place.to_env(),
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    [line] = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert f"MB are free where {place.var} lies" in line


@pytest.fixture
def service(place):
    wall = on_a_disk_of(2 * LEAST_FREE_BYTES, place.var.parent)
    service = Service(place, wall=wall).wait_until_up()
    eventually(service.is_complete, seconds=30)
    yield service
    service.stop()


def test_a_running_service_outlives_a_full_disk(place, service):
    # The disk is seen by the service alone; its processes show the way in.
    disk = Path(f"/proc/{service.family()[-1].pid}/root{place.var.parent}")

    fill(disk / "filler")
    fill(disk / "var" / "logs" / "supervisord.log")  # the rest of its last page
    stopped = next(one for one in service.family() if program_of(one) == "sweep")
    stopped.kill()  # supervisord writes of it, where there is no room
    eventually(lambda: stopped not in service.family() and service.is_complete(), seconds=20)
    time.sleep(2)
    healthy_when_full = service.is_healthy()
    (disk / "filler").unlink()

    assert healthy_when_full
    eventually(service.is_complete, seconds=20)
    assert service.stop() == 0


def fill(path):
    with path.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1 << 16))
