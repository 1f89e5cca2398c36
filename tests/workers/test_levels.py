"""Where namespaces are refused it falls to the reduced level; without any it refuses to run."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from grader.report import Outcome
from grader.spec import Notebook, Value
from tests.workers.homework import FILTER_CELLS, FILTERS, SHAPES, SHAPES_CELLS, notebook, verdicts
from workers.notebooks import Order, collect
from workers.sandbox import launch, supervisor
from workers.sandbox.inside.drop import closed_folders, leave_group
from workers.sandbox.settings import Level, SandboxSettings
from workers.sandbox.supervisor import Sandbox, SandboxUnavailable

pytestmark = pytest.mark.sandbox
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reduced():
    with Sandbox.start(SandboxSettings(levels=(Level.REDUCED,))) as started:
        yield started


@pytest.mark.parametrize(("cells", "order"), [(SHAPES_CELLS, SHAPES), (FILTER_CELLS, FILTERS)])
def test_the_reduced_level_grades_the_same(reduced, cells, order):
    evidence = collect(reduced, notebook(*cells), order)

    assert set(verdicts(evidence, order).values()) == {"correct"}
    assert evidence.sandbox == "reduced"


@pytest.mark.parametrize(
    "attack",
    [
        "open('/etc/shadow').read()",
        "open('/etc/hostname').read()",
        "open('/proc/1/environ').read()",
        "import os; os.listdir('/')",
        "import os; os.fork()",
        "import os; os.kill(os.getppid(), 0)",
        "import os; os.kill(-1, 0)",
        "import os; os.killpg(0, 9)",
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_UNIX)",
        "import subprocess; subprocess.run(['true'])",
        "open('/tmp/escaped', 'w')",
        "import resource, os; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))",
        "import os; os.sched_setaffinity(os.getppid(), [0])",
        "import os; os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
        "import ctypes, os\nif ctypes.CDLL(None).unshare(0x10000000): raise OSError('refused')",
    ],
)
def test_the_reduced_level_refuses(reduced, attack):
    evidence = collect(reduced, notebook(attack, "x = 7"), Order())

    assert [cell.outcome for cell in evidence.cells] == [Outcome.RAISED, Outcome.OK]
    assert evidence.cells[0].error.name in ("PermissionError", "OSError")


def test_the_reduced_level_stops_what_never_stops_and_goes_on(reduced):
    never = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    order = Order(
        notebook=Notebook(cell_seconds=1, total_seconds=10),
        probes={"1": {"": Value("x", reference=7)}},
    )

    evidence = collect(reduced, notebook("x = 7", never), order)

    assert evidence.cells[1].outcome is Outcome.TIMED_OUT
    assert evidence.probes["1"][""].calls[0].output == 7


def test_the_reduced_level_caps_the_disk_and_removes_what_was_written(reduced):
    source = "for i in range(400):\n    open(f'f{i}', 'wb').write(bytes(1 << 20))"

    evidence = collect(reduced, notebook(source), Order())

    assert evidence.cells[0].outcome is not Outcome.OK
    scratch = reduced._bundle.folder / "scratch"
    deadline = time.monotonic() + 3
    while any(scratch.rglob("f*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(scratch.rglob("f*"))


def test_a_refused_level_falls_to_the_next_and_says_why(monkeypatch):
    monkeypatch.setattr(launch, "bwrap", lambda: "/bin/false")

    with Sandbox.start(SandboxSettings(spares=0)) as started:
        assert started.level is Level.REDUCED
        assert Level.FULL in started.refusals


def test_with_no_level_at_all_nothing_is_run(monkeypatch):
    monkeypatch.setattr(launch, "bwrap", lambda: "/bin/false")

    with pytest.raises(SandboxUnavailable, match="cannot be isolated"):
        Sandbox.start(SandboxSettings(levels=(Level.FULL,)))


def test_a_machine_without_landlock_has_no_reduced_level(monkeypatch):
    monkeypatch.setattr(supervisor, "command", _without_landlock)

    with pytest.raises(SandboxUnavailable, match="Function not implemented"):
        Sandbox.start(SandboxSettings(levels=(Level.REDUCED,)))


def _without_landlock(level, settings, bundle, channel):
    """The command line of a zygote whose kernel knows no Landlock."""
    source = bundle.folder / "source/workers/sandbox/inside/landlock.py"
    source.write_text(source.read_text().replace("444, 445, 446", "100444, 445, 446"))
    return launch.command(level, settings, bundle, channel)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has anything to drop")
def test_a_root_worker_is_an_ordinary_user_inside(reduced):
    [cell] = collect(
        reduced, notebook("import os; print(os.getresuid(), os.getgroups())"), Order()
    ).cells

    assert cell.stdout == "(70001, 70001, 70001) []\n"


def test_a_folder_that_only_its_owner_enters_is_found(tmp_path):
    closed = tmp_path / "closed"
    (closed / "python").mkdir(parents=True)
    tmp_path.chmod(0o755)
    closed.chmod(0o700)

    assert str(closed) in closed_folders([str(closed / "python")]) or _outer(tmp_path)


def _outer(path):
    """Whether a folder above is closed already, so that the inner one need not be named."""
    return bool(closed_folders([str(path)]))


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs all other tests as one")
def test_an_ordinary_user_has_the_full_level():
    code = (
        "import os\n"
        "from workers.sandbox.supervisor import Sandbox\n"
        "with Sandbox.start() as sandbox: print(os.getuid(), sandbox.level)"
    )
    told = {
        "paths": [*launch.library_folders(), str(CHECKOUT)],
        "user": 70002,
        "group": "grader-test-ordinary",
        "command": [sys.executable, "-c", code],
    }
    drop = "from workers.sandbox.inside.drop import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", drop, json.dumps(told)],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    leave_group(told["group"])
    assert done.stdout == "70002 full\n", done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make groups of processes")
def test_all_of_a_root_workers_sandbox_is_under_one_memory_limit():
    with Sandbox.start(SandboxSettings(spares=0)) as started:
        group = started._bundle.folder.name
        roots = [Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")]
        folders = [root / group for root in roots if (root / group).is_dir()]
        if not folders:
            pytest.skip("cgroups cannot be written to here")
        [folder] = folders
        names = [f for f in ("memory.limit_in_bytes", "memory.max") if (folder / f).exists()]

        assert group in Path(f"/proc/{started._process.pid}/cgroup").read_text()
        assert int((folder / names[0]).read_text()) < os.sysconf("SC_PHYS_PAGES") * 4096

    assert not folder.exists()


def test_a_sandbox_that_was_killed_starts_again():
    with Sandbox.start(SandboxSettings(levels=(Level.FULL,), spares=0)) as started:
        started._process.kill()
        started._process.wait()
        time.sleep(0.3)

        evidence = collect(started, notebook("print(1)"), Order())

        assert evidence.cells[0].stdout == "1\n"


def test_nothing_of_a_sandbox_outlives_a_worker_that_was_killed():
    code = (
        "import time, psutil\n"
        "from workers.sandbox.supervisor import Sandbox\n"
        "from workers.sandbox.settings import SandboxSettings\n"
        "sandbox = Sandbox.start(SandboxSettings())\n"
        "print([p.pid for p in psutil.Process().children(recursive=True)], flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as worker:
        pids = json.loads(worker.stdout.readline())

        worker.kill()

        deadline = time.monotonic() + 5
        while any(map(psutil.pid_exists, pids)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(pids) >= 3
        assert not any(map(psutil.pid_exists, pids))


def test_what_a_killed_worker_left_is_removed_by_the_next():
    living, left = launch.Bundle(), launch.Bundle()
    os.close(left._lock)  # which is what the end of its worker does

    following = launch.Bundle()

    assert (living.folder.exists(), left.folder.exists()) == (True, False)
    living.remove()
    following.remove()
