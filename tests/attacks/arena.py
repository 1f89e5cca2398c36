"""One hostile notebook after another, in one sandbox; after each an honest one must grade full."""

import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from grader.evidence import NotebookEvidence
from grader.spec import Notebook
from tests.workers.homework import SHAPES, SHAPES_CELLS, notebook, verdicts
from workers.notebooks import Order, collect
from workers.sandbox.supervisor import Sandbox

QUICK = Notebook(cell_seconds=1.5, total_seconds=6, memory_mb=400)
SLOWEST_SECONDS = 10.0
ESCAPED = "ESCAPED"


@dataclass(frozen=True, slots=True)
class Arena:
    """A sandbox under attack, and secrets on this machine that no evidence may ever hold.

    Attributes:
        token: stands in the environment of the process that started the sandbox, and in `canary`.
        canary: a file that anybody on this machine may read.
    """

    sandbox: Sandbox
    token: str
    canary: Path

    def attack(self, *cells: str, asked: Notebook = QUICK) -> NotebookEvidence:
        """Run a hostile notebook with the probes of the honest one, and look at what is left."""
        order = Order(notebook=asked, probes=SHAPES.probes)
        started = time.monotonic()

        evidence = collect(self.sandbox, notebook(*cells), order)

        assert time.monotonic() - started < SLOWEST_SECONDS
        assert len(evidence.to_payload()) < 40 << 20
        assert self.token.encode() not in evidence.to_payload()
        self.stands()
        return evidence

    def stands(self) -> None:
        """The next honest notebook grades full, and nothing of the last one runs on."""
        evidence = collect(self.sandbox, notebook(*SHAPES_CELLS), SHAPES)
        assert set(verdicts(evidence, SHAPES).values()) == {"correct"}
        deadline = time.monotonic() + 3
        while self.processes() > self.idle() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert self.processes() <= self.idle()
        assert self.canary.read_text() == self.token
        assert not Path("/tmp/escaped").exists()

    def processes(self) -> int:
        """How many processes the sandbox has, its own included."""
        process = self.sandbox._process
        assert process is not None
        return len(psutil.Process(process.pid).children(recursive=True))

    def idle(self) -> int:
        """How many it has when nothing runs: the wall's first process, the zygote, the spares."""
        return 2 + self.sandbox.settings.spares


def printed(evidence: NotebookEvidence) -> str:
    """All that the cells printed."""
    return "".join(cell.stdout + cell.stderr for cell in evidence.cells)


def attempt(action: str) -> str:
    """A cell that does `action` and says so where it was not refused."""
    body = "\n".join(f"    {line}" for line in action.splitlines())
    return (
        f"import os, sys, ctypes\ntry:\n{body}\n    print('{ESCAPED}')\n"
        "except Exception as error: print('refused', repr(error)[:200])"
    )
