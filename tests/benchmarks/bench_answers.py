"""This checker, math-verify and a naive sympy: `python -m tests.benchmarks.bench_answers`.

The pairs are the project's own (generated, and the tables of `tests/answers`) and, where a file of
labelled pairs is given or stands beside the checkout, those too. The peers live in an environment
of their own, `.venv-peers`, made here on demand; without network they are left out, by name.
"""

import argparse
import json
import random
import subprocess
import sys
import venv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.checks.lines import check_line
from tests.answers.generate import pair
from tests.answers.test_equality import DIFFERENT, EQUAL

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-peers"
LABELLED = ROOT.parent / "shared" / "data" / "answers" / "dev.jsonl"
PACKAGES = ("math-verify==0.8.0", "sympy==1.13.3", "latex2sympy2_extended[antlr4_13_2]==1.10.2")
_GENERATED = 200
_SECONDS = 5  # a peer's limit for one pair

PEER = r"""
import json, signal, sys, time
name = sys.argv[1]
class Slow(BaseException): pass
def stop(*_): raise Slow
signal.signal(signal.SIGALRM, stop)
if name == "math-verify":
    from math_verify import parse, verify
    def judge(reference, answer):
        gold, given = parse("$%s$" % reference), parse("$%s$" % answer)
        return None if not gold or not given else bool(verify(gold, given))
else:
    import sympy
    from sympy.parsing.sympy_parser import (
        convert_xor, implicit_multiplication_application, parse_expr, standard_transformations)
    rules = (*standard_transformations, convert_xor, implicit_multiplication_application)
    def judge(reference, answer):
        left, right = (parse_expr(text, transformations=rules) for text in (reference, answer))
        return bool(sympy.simplify(left - right) == 0)
for line in sys.stdin:
    row = json.loads(line)
    started = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, float(sys.argv[2]))
    try:
        verdict = judge(row["reference"], row["answer"])
    except Slow:
        verdict = "slow"
    except Exception:
        verdict = None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    print(json.dumps([verdict, (time.perf_counter() - started) * 1000]), flush=True)
"""


def own_pairs() -> Iterator[dict[str, Any]]:
    """Yield the project's own labelled pairs."""
    for table, expected in ((EQUAL, "correct"), (DIFFERENT, "incorrect")):
        for reference, answer, symbols in table:
            options = {"symbols": {k: v.value for k, v in symbols.items()}} if symbols else {}
            yield row(reference, answer, expected, options)
    rng, count = random.Random(7), 0
    while count < _GENERATED:
        found = pair(rng)
        if found:
            count += 1
            yield row(found[0], found[1], "correct" if found[2] else "incorrect", {})


def row(reference: str, answer: str, expected: str, options: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "expression", "reference": reference, "answer": answer, "expected": expected,
        "options": options, "tier": "core",
    }  # fmt: skip


def labelled_pairs(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the core pairs of a labelled file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record.get("tier", "core") in ("core", "hard"):
            yield record


def ours(pairs: list[dict[str, Any]]) -> tuple[Counter[str], list[float], list[float]]:
    """Judge the pairs here; the best of three times, as a warm worker would, and the first.

    A worker keeps the references of a class as read, so only the first time reads the reference;
    nothing is kept of answers.
    """
    counts: Counter[str] = Counter()
    times, first = [], []
    for record in pairs:
        text = json.dumps(record)
        spent = []
        for _ in range(3):
            started = perf_counter()
            outcome = check_line(1, text)
            spent.append((perf_counter() - started) * 1000)
        times.append(min(spent))
        first.append(spent[0])
        counts[judged(outcome.record.get("verdict"), record["expected"])] += 1
    return counts, times, first


def judged(verdict: str | None, expected: str) -> str:
    """Name how a verdict relates to the label."""
    if verdict in (expected, "incorrect") and expected != "correct":
        return "right"
    if verdict == expected:
        return "right"
    if verdict == "correct":
        return "wrong accept"
    if expected != "correct" and verdict in ("unreadable", None):
        return "right"
    return {"unreadable": "unreadable", "waiting": "waiting"}.get(verdict or "", "wrong refusal")


def peer(name: str, pairs: list[dict[str, Any]]) -> tuple[Counter[str], list[float]]:
    """Judge the pairs with a peer in its own environment."""
    python = PEERS / "bin" / "python"
    text = "\n".join(json.dumps(record) for record in pairs) + "\n"
    done = subprocess.run(
        [python, "-c", PEER, name, str(_SECONDS)],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    counts: Counter[str] = Counter()
    times = []
    for record, line in zip(pairs, done.stdout.splitlines(), strict=True):
        verdict, spent = json.loads(line)
        times.append(spent)
        words = {True: "correct", False: "incorrect", None: "unreadable", "slow": "incorrect"}
        counts[judged(words[verdict], record["expected"])] += 1
        counts["over 5 s"] += verdict == "slow"
    return counts, times


def make_peers() -> bool:
    """Make the peers' environment where there is none; return whether it stands."""
    if not (PEERS / "bin" / "python").exists():
        venv.create(PEERS, with_pip=True)
    python = PEERS / "bin" / "python"
    if run(python, "-c", "import math_verify").returncode == 0:
        return True
    done = run(python, "-m", "pip", "install", "-q", *PACKAGES)
    if done.returncode:
        print(f"the peers could not be installed: {done.stderr.strip()[-300:]}", file=sys.stderr)
    return done.returncode == 0


def run(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a command and keep what it says."""
    return subprocess.run(command, capture_output=True, text=True, check=False)


def report(name: str, counts: Counter[str], times: list[float]) -> None:
    """Print one line of the table."""
    times = sorted(times)
    columns = ("right", "wrong accept", "wrong refusal", "unreadable", "waiting", "over 5 s")
    shown = "".join(f"{counts[column]:>15}" for column in columns)
    middle, late = times[len(times) // 2], times[int(0.95 * len(times))]
    print(f"{name:<14}{shown}{middle:>12.3f}{late:>12.3f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=Path, default=LABELLED)
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    sets = {"own pairs": list(own_pairs())}
    if options.labelled.exists():
        sets[options.labelled.name] = list(labelled_pairs(options.labelled))
    peers = () if options.no_peers or not make_peers() else ("math-verify", "sympy")
    wrong = 0
    for title, pairs in sets.items():
        heads = ("right", "wrong accept", "wrong refusal", "unreadable", "waiting", "over 5 s")
        print(
            f"\n{title}: {len(pairs)} pairs\n{'':<14}"
            + "".join(f"{head:>15}" for head in heads)
            + f"{'median ms':>12}{'p95 ms':>12}"
        )
        counts, times, first = ours(pairs)
        wrong += counts["wrong accept"]
        report("grader", counts, times)
        report("grader, first", counts, first)
        for name in peers:
            report(name, *peer(name, pairs))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
