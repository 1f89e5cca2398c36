"""The same homework for nbclient, otter-grader and nbgrader, each set up as its users do."""

import json
import os
import subprocess
import textwrap
import venv
from pathlib import Path
from time import perf_counter

from tests.workers.homework import SHAPES_CELLS, notebook_bytes

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-peers"
PACKAGES = (
    "otter-grader==7.0.0",
    "nbgrader==0.9.6",
    "nbclient",
    "ipykernel",
    "matplotlib",
    "numpy",
)
TESTS = {
    "q1": "assert conv_shape(28, 28, 3) == (26, 26)",
    "q2": "x = torch.tensor([[0., 1.], [2., 3.]])\n"
    "assert transpose_conv(x, x).tolist() == [[0., 0., 1.], [0., 4., 6.], [4., 12., 9.]]",
    "q3": "assert num_parameters == 608",
    "q4": "try:\n    conv_shape(3, 4, 7)\nexcept ValueError:\n    refused = True\nassert refused",
}
NBCLIENT = """
import sys, time, nbformat
from nbclient import NotebookClient
for _ in range(int(sys.argv[2])):
    notebook = nbformat.read(sys.argv[1], as_version=4)
    start = time.perf_counter()
    NotebookClient(notebook, timeout=120, allow_errors=True).execute()
    print(time.perf_counter() - start, flush=True)
"""


def install() -> Path | None:
    """Return the interpreter of the peers, installed on the first call; None without them."""
    python = PEERS / "bin/python"
    if not python.exists():
        venv.create(PEERS, with_pip=True)
    probe = [python, "-c", "import otter, nbgrader, nbclient, torch"]
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return python
    import torch

    wanted = [*PACKAGES, f"torch=={torch.__version__.partition('+')[0]}"]
    done = subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=False)
    return python if done.returncode == 0 else None


class Peers:
    """The homework laid out for each peer in a folder of its own."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python = python
        self.folder = folder
        path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {
            **os.environ,
            "PATH": path,
            "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
            "JUPYTER_DATA_DIR": str(folder / "jupyter-data"),
            "PYTHONWARNINGS": "ignore",
        }
        self._lay_out_nbclient()
        self._lay_out_otter()
        self._lay_out_nbgrader()

    def nbclient(self, count: int) -> list[float]:
        """Seconds of each of `count` runs in one process that has imported everything."""
        said = self._run([self.python, "-c", NBCLIENT, "homework.ipynb", str(count)])
        return [float(line) for line in said.split()]

    def otter(self) -> float:
        """Seconds of `otter run` on one submission."""
        (self.folder / "otter-out").mkdir(exist_ok=True)
        command = [self.python.parent / "otter", "run", "homework.ipynb", "-a", "autograder.zip"]
        start = perf_counter()
        self._run([*command, "-o", "otter-out"])
        took = perf_counter() - start
        results = json.loads((self.folder / "otter-out/results.json").read_text())
        scores = [test.get("score") for test in results["tests"] if test.get("max_score")]
        assert scores.count(1.0) == len(TESTS), results
        return took

    def nbgrader(self) -> float:
        """Seconds of `nbgrader autograde` on one submission."""
        start = perf_counter()
        self._run([self.python.parent / "nbgrader", "autograde", "ps1", "--force"])
        return perf_counter() - start

    def _run(self, command: list[object]) -> str:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stderr[-2000:]}")
        return done.stdout

    def _lay_out_nbclient(self) -> None:
        kernel = {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        }
        data = notebook_bytes(*SHAPES_CELLS, **kernel)
        (self.folder / "homework.ipynb").write_bytes(data)

    def _lay_out_otter(self) -> None:
        tests = self.folder / "tests"
        tests.mkdir()
        for name, code in TESTS.items():
            lines = textwrap.indent(code, "... ").replace("... ", ">>> ", 1)
            case = {"code": _as_doctest(code) or lines, "hidden": False, "locked": False}
            suite = {
                "cases": [case],
                "scored": True,
                "setup": "",
                "teardown": "",
                "type": "doctest",
            }
            test = {"name": name, "points": 1, "suites": [suite]}
            (tests / f"{name}.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n")
        generate = ["generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"]
        self._run([self.python.parent / "otter", *generate])

    def _lay_out_nbgrader(self) -> None:
        def cell(source: str, grade_id: str, *, grade: bool) -> dict[str, object]:
            mark = {
                "grade": grade, "locked": grade, "solution": not grade, "schema_version": 3,
                "grade_id": grade_id, "task": False,
            }  # fmt: skip
            if grade:
                mark["points"] = 1
            metadata = {"nbgrader": mark}
            return {
                "cell_type": "code", "source": source, "metadata": metadata, "outputs": [],
                "execution_count": None, "id": grade_id,
            }  # fmt: skip

        cells = [cell(source, f"s{i}", grade=False) for i, source in enumerate(SHAPES_CELLS)]
        cells += [cell(code, name, grade=True) for name, code in TESTS.items()]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        tree = {
            "nbformat": 4, "nbformat_minor": 5, "cells": cells,
            "metadata": {"kernelspec": kernel},
        }  # fmt: skip
        for place in ("source/ps1", "submitted/alice/ps1"):
            (self.folder / place).mkdir(parents=True)
            (self.folder / place / "homework.ipynb").write_text(json.dumps(tree))
        (self.folder / "nbgrader_config.py").write_text("c = get_config()\n")
        self._run([self.python.parent / "nbgrader", "generate_assignment", "ps1", "--force"])


def _as_doctest(code: str) -> str:
    """Return code as doctest lines, one statement after `>>>`, its rest after `...`."""
    lines = [
        ("... " if line.startswith((" ", "except")) else ">>> ") + line for line in code.split("\n")
    ]
    return "\n".join(lines)
