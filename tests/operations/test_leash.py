"""A leashed process does not outlive the one that started it."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from grader.leash import HOLDER, ORPHANED_EXIT, leashed

# Starts a leashed child that starts a leashed grandchild, says who they are, and waits.
PARENT = """
import os, subprocess, sys
from grader.leash import HOLDER, leashed
os.environ[HOLDER] = str(os.getpid())
inner = leashed(["sleep", "60"])
script = "import subprocess, sys; subprocess.run(sys.argv[1:])"
child = subprocess.Popen(leashed([sys.executable, "-c", script, *inner]), start_new_session=True)
print(child.pid, flush=True)
child.wait()
"""


# Forks a child that does what a server's own child does first, says who it is, and waits.
FORKING_PARENT = """
import os, time
parent = os.getpid()
{imports}
if os.fork() == 0:
    {hook}
    print(os.getpid(), flush=True)
time.sleep(60)
"""
HOOKS = {
    "gunicorn": {
        "imports": "import types; from grader.commands import gunicorn_hooks as hooks",
        "hook": "hooks.post_fork(types.SimpleNamespace(pid=parent), None)",
    },
    "celery": {"imports": "from workers.app import _leash", "hook": "_leash()"},
}


def environ(holder):
    return os.environ | {HOLDER: str(holder)}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_children_and_grandchildren_die_with_their_parent(how):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    with parent:
        child = psutil.Process(int(parent.stdout.readline()))
        while not (family := child.children(recursive=True)) or family[-1].name() != "sleep":
            assert child.is_running()

        parent.send_signal(how)

    _, alive = psutil.wait_procs([child, *family], timeout=5)
    assert alive == []


@pytest.mark.parametrize("server", HOOKS)
def test_what_a_server_forks_takes_a_leash_of_its_own(server, tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", FORKING_PARENT.format(**HOOKS[server])],
        env=os.environ | {"GRADER_VAR": str(tmp_path)}, stdout=subprocess.PIPE,
    )  # fmt: skip
    with parent:
        child = psutil.Process(int(parent.stdout.readline()))

        parent.kill()

    child.wait(timeout=5)
    assert not child.is_running()


def test_a_process_whose_parent_is_already_gone_does_not_start():
    done = subprocess.run(
        leashed(["echo", "started"]), env=environ(1), stdout=subprocess.PIPE, check=False
    )

    assert (done.returncode, done.stdout) == (ORPHANED_EXIT, b"")


def test_a_command_keeps_its_arguments_and_its_exit_status():
    command = leashed(["sh", "-c", 'printf "%s" "$1"; exit 7', "sh", "two words"])

    done = subprocess.run(command, env=environ(os.getpid()), stdout=subprocess.PIPE, check=False)

    assert (done.returncode, done.stdout) == (7, b"two words")


@pytest.mark.parametrize(
    ("holder", "command", "said"),
    [("", ["true"], "usage"), ("x", ["true"], "usage"), (None, ["no-such-command"], "No such")],
)
def test_what_cannot_be_run_is_named(holder, command, said):
    held_by = os.getpid() if holder is None else holder

    done = subprocess.run(
        leashed(command), env=environ(held_by), stderr=subprocess.PIPE, text=True, check=False
    )

    assert done.returncode != 0
    assert said in done.stderr
