"""A million generated answers: `python -m tests.fuzz.pairs [--count N] [--seconds T] [--jobs J]`.

Pairs that are equal must never be refused, pairs that differ never be accepted, nothing may crash.
What waits for a person is counted and shown.
"""

import argparse
import random
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter

from grader.checks import check
from grader.report import Verdict
from grader.spec import Kind
from tests.answers.generate import pair

_CHUNK = 2000


def run(seed: int) -> tuple[Counter[str], list[tuple[str, str, str, str]], list[float]]:
    """Check one chunk of pairs; return counts, the pairs that went wrong, and times in ms."""
    rng = random.Random(seed)
    counts: Counter[str] = Counter()
    wrong: list[tuple[str, str, str, str]] = []
    times: list[float] = []
    while sum(counts.values()) < _CHUNK:
        found = pair(rng)
        if found is None:
            continue
        reference, answer, equal = found
        started = perf_counter()
        result = check(Kind.EXPRESSION, reference, answer)
        times.append((perf_counter() - started) * 1000)
        expected = Verdict.CORRECT if equal else Verdict.INCORRECT
        name = f"{'equal' if equal else 'different'}: {result.verdict.value}"
        counts[name] += 1
        if result.verdict is not expected:
            wrong.append((name, reference, answer, result.feedback))
    return counts, wrong, times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, help="stop after so long, with what was found")
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    times: list[float] = []
    shown = 0
    seeds = range(options.seed * 1_000_000, options.seed * 1_000_000 + -(-options.count // _CHUNK))
    started = perf_counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        for found, wrong, spent in pool.map(run, seeds):
            counts += found
            times += spent
            for each in wrong[: max(0, options.show - shown)]:
                print(*each, sep="\n    ")
                shown += 1
            done = sum(counts.values())
            print(f"\r{done:,} of {options.count:,} pairs ", end="", file=sys.stderr, flush=True)
            if options.seconds and perf_counter() - started > options.seconds:
                pool.shutdown(cancel_futures=True)
                break
    times.sort()
    print(file=sys.stderr)
    print(dict(counts))
    print(
        f"ms: median {times[len(times) // 2]:.3f}, "
        f"p95 {times[int(0.95 * len(times))]:.3f}, max {times[-1]:.1f}"
    )
    bad = counts["equal: incorrect"] + counts["different: correct"] + counts["equal: unreadable"]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
