"""One homework notebook with four probes, beside the peers: `make bench BENCH=...notebooks.py`.

Reported: one at a time and its overhead over the bare cells and calls, and the same where each
call has a copy of the notebook to itself; a batch of 100 with two workers; 500 in a row with memory
and descriptors; the peers, interleaved with ours. `--quick` leaves the peers out.
"""

import argparse
import contextlib
import os
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.spec import Call
from tests.benchmarks.notebook_peers import Peers, install
from tests.workers.homework import (
    SHAPES,
    SHAPES_CELLS,
    draw_images,
    draw_shape,
    draw_too_large,
    judged,
    notebook,
)
from workers.notebooks import Order, collect
from workers.sandbox.settings import Level, SandboxSettings
from workers.sandbox.supervisor import Sandbox

SOURCE = notebook(*SHAPES_CELLS)
ISOLATED = Order(
    probes={
        label: {
            name: replace(probe, isolated=True) if isinstance(probe, Call) else probe
            for name, probe in by_field.items()
        }
        for label, by_field in SHAPES.probes.items()
    }
)
MILLI = 1000.0


def grade(sandbox: Sandbox, order: Order = SHAPES) -> float:
    """Seconds from the notebook to its verdicts, which must be full."""
    start = perf_counter()
    found = judged(collect(sandbox, SOURCE, order), order)
    took = perf_counter() - start
    assert all(probe.result.credit == 1.0 for probe in found.values())
    return took


def bare() -> float:
    """Seconds of the cells and the probes' calls alone, in this warm process."""
    rng = np.random.default_rng(0)
    shapes = [draw_shape(rng, {}) for _ in range(5)]
    images = [draw_images(rng, {}) for _ in range(5)]
    too_large = draw_too_large(rng, {})
    names: dict[str, Any] = {}
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
    start = perf_counter()
    for cell in SHAPES_CELLS:
        exec(cell, names)
    for inputs in shapes:
        names["conv_shape"](*inputs.args, **inputs.named)
    for arguments in images:
        names["transpose_conv"](*arguments)
    with contextlib.suppress(ValueError):
        names["conv_shape"](*too_large)
    took = perf_counter() - start
    sys.stdout.close()
    sys.stdout = sys.__stdout__
    return took


def batch(sandbox: Sandbox, count: int, workers: int) -> float:
    """Notebooks a second."""
    start = perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda _: grade(sandbox), range(count)))
    return count / (perf_counter() - start)


def footprint(sandbox: Sandbox) -> tuple[float, int]:
    """Private memory, MB, of all processes of the sandbox, and their descriptors, ours included."""
    assert sandbox._process is not None
    deadline = perf_counter() + 2
    family = [psutil.Process()]
    while len(family) != 4 + sandbox.settings.spares and perf_counter() < deadline:
        inside = psutil.Process(sandbox._process.pid).children(recursive=True)
        family = [psutil.Process(), psutil.Process(sandbox._process.pid), *inside]
    memory = sum(p.memory_full_info().pss for p in family) / 2**20
    return memory, sum(p.num_fds() for p in family)


def alone(sandbox: Sandbox, count: int, order: Order, name: str) -> None:
    for _ in range(5):
        grade(sandbox, order), bare()
    pairs = [(grade(sandbox, order), bare()) for _ in range(count)]
    total = sorted(took * MILLI for took, _ in pairs)
    over = sorted((took - base) * MILLI for took, base in pairs)
    print(f"{name}, {count} runs: median {statistics.median(total):.1f} ms")
    p95, middle = over[int(0.95 * count)], statistics.median(base for _, base in pairs) * MILLI
    print(
        f"  overhead over bare cells and calls ({middle:.1f} ms): "
        f"median {statistics.median(over):.1f} ms, p95 {p95:.1f} ms"
    )


def in_a_row(sandbox: Sandbox, count: int) -> None:
    batch(sandbox, 20, 1)
    before = footprint(sandbox)
    start = perf_counter()
    for _ in range(count):
        grade(sandbox)
    took = perf_counter() - start
    after = footprint(sandbox)
    print(
        f"{count} in a row: {count / took:.1f} a second, no failure; "
        f"memory {before[0]:.0f} -> {after[0]:.0f} MB, descriptors {before[1]} -> {after[1]}"
    )


def beside_peers(sandbox: Sandbox, rounds: int) -> None:
    python = install()
    if python is None:
        print("peers: not installed here, left out")
        return
    times: dict[str, list[float]] = {"otter run": [], "nbgrader autograde": [], "nbclient": []}
    ours = []
    with tempfile.TemporaryDirectory() as folder:
        peers = Peers(python, Path(folder))
        for _ in range(rounds):
            times["otter run"].append(peers.otter())
            ours += [grade(sandbox) for _ in range(5)]
            times["nbgrader autograde"].append(peers.nbgrader())
            ours += [grade(sandbox) for _ in range(5)]
            times["nbclient"] += peers.nbclient(1)
    middle = statistics.median(ours)
    print(f"ours, interleaved: {middle * MILLI:.1f} ms")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"  {name}: {median:.2f} s, {median / middle:.0f} times ours")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with Sandbox.start(SandboxSettings(levels=(Level.FULL,))) as sandbox:
        print(f"load average at the start: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
        alone(sandbox, 40 if options.quick else 200, SHAPES, "one at a time")
        alone(sandbox, 40 if options.quick else 200, ISOLATED, "a copy for each of the ten calls")
        print(f"batch of 100, two workers: {batch(sandbox, 100, 2):.1f} notebooks a second")
        in_a_row(sandbox, 50 if options.quick else 500)
        if not options.quick:
            beside_peers(sandbox, options.rounds)


if __name__ == "__main__":
    main()
