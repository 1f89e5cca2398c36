"""Whatever a cell does, it gets its outcome, and what earlier cells defined is still there."""

import time

import pytest

from grader.evidence import NotebookEvidence
from grader.report import Outcome
from grader.spec import Call, Notebook, Value
from tests.workers.homework import notebook
from workers.notebooks import Order, collect
from workers.sandbox.supervisor import Sandbox

pytestmark = pytest.mark.sandbox

NEVER_STOPS = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
SHORT = Notebook(cell_seconds=1.0, total_seconds=12.0, memory_mb=300)


def run(sandbox: Sandbox, *cells: str, asked: Notebook = SHORT) -> NotebookEvidence:
    probes = {"1": {"": Value("x", reference=7)}}
    return collect(sandbox, notebook(*cells), Order(notebook=asked, probes=probes))


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("while True: pass", Outcome.TIMED_OUT),
        ("import time; time.sleep(60)", Outcome.TIMED_OUT),
        (NEVER_STOPS, Outcome.TIMED_OUT),
        ("import re; re.match(r'(a+)+$', 'a' * 40 + 'b')", Outcome.TIMED_OUT),
        ("import os; os._exit(0)", Outcome.CRASHED),
        ("import ctypes; ctypes.string_at(0)", Outcome.CRASHED),
        ("import os; os.abort()", Outcome.CRASHED),
        ("import os; os.closerange(0, 1000)", Outcome.CRASHED),
        ("import numpy as np; keep = np.ones(10**9)", Outcome.OUT_OF_MEMORY),
        ("import torch; keep = torch.ones(10**9)", Outcome.OUT_OF_MEMORY),
        ("raise KeyError('k')", Outcome.RAISED),
    ],
)
def test_a_bad_cell_gets_its_outcome_and_the_rest_is_graded(sandbox, source, outcome):
    evidence = run(sandbox, "x = 7", source, "y = x + 1")

    assert [cell.outcome for cell in evidence.cells] == [Outcome.OK, outcome, Outcome.OK]
    assert evidence.probes["1"][""].calls[0].output == 7
    assert evidence.outcome is Outcome.OK


def test_several_processes_that_hold_too_much_together_are_stopped(sandbox):
    source = (
        "import os, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        keep = bytearray(os.urandom(1000)) * 100_000\n"
        "        time.sleep(30)\n"
        "time.sleep(30)"
    )

    evidence = run(sandbox, "x = 7", source, asked=Notebook(cell_seconds=8, memory_mb=300))

    assert evidence.cells[1].outcome is Outcome.OUT_OF_MEMORY
    assert evidence.cells[1].seconds < 6
    assert evidence.probes["1"][""].calls[0].output == 7


def test_expensive_cells_are_not_repeated_after_a_crash(sandbox):
    slow = "import time, os\ntime.sleep(1.2)\nx = 7\nprint(os.getpid())"

    evidence = run(sandbox, slow, "os._exit(0)", "z = x", asked=Notebook(cell_seconds=5))

    assert [cell.outcome for cell in evidence.cells] == [Outcome.OK, Outcome.CRASHED, Outcome.OK]
    assert evidence.seconds < 2.2  # the paused copy took over: 1.2 s were not spent twice


def test_expensive_cells_are_not_repeated_after_one_that_never_stops(sandbox):
    slow = "import time\ntime.sleep(1.2)\nx = 7"

    evidence = run(sandbox, slow, NEVER_STOPS, "z = x", asked=Notebook(cell_seconds=2))

    assert [cell.outcome for cell in evidence.cells] == [Outcome.OK, Outcome.TIMED_OUT, Outcome.OK]
    assert evidence.seconds < 1.2 + 2 + 1 + 0.9


def test_what_was_earned_before_the_total_limit_counts(sandbox):
    asked = Notebook(cell_seconds=5, total_seconds=1.5)

    evidence = run(sandbox, "x = 7", "import time; time.sleep(5)", "y = 1", asked=asked)

    assert [cell.outcome for cell in evidence.cells] == [
        Outcome.OK,
        Outcome.TIMED_OUT,
        Outcome.TIMED_OUT,
    ]
    assert "time was up" in evidence.cells[2].notes[0]
    assert evidence.seconds < 5


def test_a_notebook_that_keeps_dying_is_given_up(sandbox):
    evidence = run(sandbox, "x = 7", *["import os; os._exit(0)"] * 12, "y = 1")

    assert evidence.outcome is Outcome.CRASHED
    assert all(cell.outcome is Outcome.CRASHED for cell in evidence.cells[1:])
    assert evidence.probes["1"][""].outcome is Outcome.CRASHED


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("return 1", Outcome.OK),
        ("raise ValueError('no')", Outcome.RAISED),
        ("while True: pass", Outcome.TIMED_OUT),
        (NEVER_STOPS.replace("\n", "\n    "), Outcome.TIMED_OUT),
        ("import os; os._exit(0)", Outcome.CRASHED),
        ("import sys; sys.exit(0)", Outcome.RAISED),
        ("import numpy; return numpy.ones(10**9)", Outcome.OUT_OF_MEMORY),
        ("import ctypes; ctypes.string_at(0)", Outcome.CRASHED),
    ],
)
def test_a_bad_function_gets_its_outcome_and_the_next_probe_is_answered(sandbox, body, outcome):
    probes = {
        "1": {"": Call("f", draw=lambda _rng, _params: (1,), seconds=1.0)},
        "2": {"": Value("x", reference=7)},
        "3": {"": Value("no_such_name", reference=7)},
    }
    source = notebook("x = 7", f"def f(n):\n    {body}")

    evidence = collect(sandbox, source, Order(notebook=SHORT, probes=probes))

    assert evidence.probes["1"][""].outcome is outcome
    assert evidence.probes["2"][""].calls[0].output == 7
    assert evidence.probes["3"][""].outcome is Outcome.NOT_DEFINED


def test_an_isolated_call_cannot_spoil_the_next(sandbox):
    source = notebook("seen = []", "def f(n):\n    seen.append(n)\n    return len(seen)")
    probe = Call("f", draw=lambda _rng, _params: (1,), count=3, isolated=True)

    evidence = collect(sandbox, source, Order(probes={"1": {"": probe}}))

    assert [call.output for call in evidence.probes["1"][""].calls] == [1, 1, 1]


def test_threads_left_running_do_not_hang_a_probe(sandbox):
    source = notebook(
        "import torch, threading, time\ntorch.set_num_threads(2)\nx = torch.rand(400, 400)\nx @ x",
        "threading.Thread(target=lambda: time.sleep(100)).start()",
        "def f(n):\n    return float((x @ x).sum())",
    )
    probe = Call("f", draw=lambda _rng, _params: (1,))

    start = time.monotonic()
    evidence = collect(sandbox, source, Order(probes={"1": {"": probe}}))

    assert evidence.probes["1"][""].outcome is Outcome.OK
    assert time.monotonic() - start < 4
