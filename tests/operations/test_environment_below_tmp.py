"""A project that was set up below /tmp, which every notebook has one of its own of."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from workers.sandbox.launch import bwrap

pytestmark = pytest.mark.sandbox
CHECKOUT = Path(__file__).parents[2]
CELL = "import json, os, torch; print(json.dumps([os.listdir(path) for path in {paths}]))"
PROGRAM = """
import json, os, sys
from pathlib import Path
from tests.workers.homework import notebook
from workers.notebooks import Order, collect
from workers.sandbox.settings import SandboxSettings
from workers.sandbox.supervisor import Sandbox

hidden = next(Path(sys.prefix).glob("lib/python*/site-packages/latex2mathml"))
settings = SandboxSettings(spares=0, hidden=(hidden,))
paths = ["/tmp", f"/outside{sys.prefix}", f"/outside{hidden}"]
with Sandbox.start(settings) as sandbox, Sandbox.start(settings) as second:
    evidence = collect(sandbox, notebook(CELL.format(paths=paths)), Order())
    [cell] = evidence.cells
    print(json.dumps({
        "prefix": sys.prefix,
        "levels": [evidence.sandbox, second.level],
        "refusals": [str(sandbox.refusals), str(second.refusals)],
        "seen": json.loads(cell.stdout or "null"),
        "error": str(cell.error),
    }))
"""


@pytest.fixture(scope="module")
def told():
    """What a worker of an environment below /tmp says: this one, bound to a folder there.

    The folder is its owner's alone, as a home is: a root worker has to make it reachable.
    """
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        venv = Path(folder) / "venv"
        venv.mkdir()
        program = f"CELL = {CELL!r}\n{PROGRAM}"
        # Root stays root inside; an ordinary user with capabilities would be refused further walls.
        powers = ["--cap-add", "ALL"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [bwrap(), *powers, "--dev-bind", "/", "/",
             "--bind", sys.prefix, str(venv),
             str(venv / "bin" / Path(sys.executable).name), "-c", program],
            env=os.environ | {"PYTHONPATH": str(CHECKOUT), "TMPDIR": tempfile.gettempdir()},
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["prefix"] == str(venv)
        return said


def test_notebooks_run_with_full_walls(told):
    assert told["levels"][0] == "full", told["refusals"]


def test_so_they_do_while_another_worker_runs_from_the_same_environment(told):
    assert told["levels"][1] == "full", told["refusals"]


def test_a_job_sees_its_own_tmp_and_the_libraries_elsewhere(told):
    tmp, libraries, _ = told["seen"] or pytest.fail(told["error"])

    assert Path(told["prefix"]).parent.name not in tmp
    assert "lib" in libraries


def test_what_is_hidden_is_empty_there(told):
    *_, hidden = told["seen"] or pytest.fail(told["error"])

    assert hidden == []
