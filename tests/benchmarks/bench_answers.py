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
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.checks import check, reading
from grader.checks.lines import options_from
from grader.report import CheckResult
from grader.spec import Kind
from tests.answers.generate import pair
from tests.answers.test_equality import DIFFERENT, EQUAL

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / ".venv-peers"
LABELLED = ROOT.parent / "shared" / "data" / "answers" / "dev.jsonl"
PACKAGES = ("math-verify==0.8.0", "sympy==1.13.3", "latex2sympy2_extended[antlr4_13_2]==1.10.2")
_GENERATED = 200
COLUMNS = ("right", "wrong accept", "wrong refusal", "unreadable", "waiting", "over 5 s")
_SECONDS = 5  # a peer's limit for one pair

PEER = r"""
import json, signal, sys, time
name = sys.argv[1]
class Slow(BaseException): pass
def stop(*_): raise Slow
signal.signal(signal.SIGALRM, stop)
if name == "math-verify":
    from math_verify import parse, verify
    def read(reference):
        return parse("$%s$" % reference)
    def judge(gold, answer):
        given = parse("$%s$" % answer)
        return None if not gold or not given else bool(verify(gold, given))
else:
    import sympy
    from sympy.parsing.sympy_parser import (
        convert_xor, implicit_multiplication_application, parse_expr, standard_transformations)
    rules = (*standard_transformations, convert_xor, implicit_multiplication_application)
    def read(text):
        return parse_expr(text, transformations=rules)
    def judge(left, answer):
        return bool(sympy.simplify(left - read(answer)) == 0)
for line in sys.stdin:
    row = json.loads(line)
    started = reading = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, float(sys.argv[2]))
    try:
        reference = read(row["reference"])
        reading = time.perf_counter()
        verdict = judge(reference, row["answer"])
    except Slow:
        verdict = "slow"
    except Exception:
        verdict = None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    ended = time.perf_counter()
    print(json.dumps([verdict, (ended - started) * 1000, (ended - reading) * 1000]), flush=True)
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


Judge = Callable[[], CheckResult]
Times = tuple[list[float], list[float]]  # of both texts, and with the reference read before; ms


def ours(pairs: list[dict[str, Any]]) -> tuple[Counter[str], Times]:
    """Judge every pair once with nothing kept, then once with the references kept.

    A worker keeps the references of a class as read; nothing is ever kept of an answer. Some pairs
    are judged before, untimed, as the modules of the peers are loaded before.
    """
    counts: Counter[str] = Counter()
    calls = [(record["expected"], *calls_of(record)) for record in pairs]
    times: Times = ([], [])
    for _, judge, _ in calls[:20]:
        judge()
    for spent, kept in zip(times, (False, True), strict=True):
        for expected, judge, read in calls:
            reading._read.cache_clear()
            if kept:
                read()
            started = perf_counter()
            result = judge()
            spent.append((perf_counter() - started) * 1000)
            counts[judged(result.verdict.value, expected)] += not kept
    return counts, times


def calls_of(record: dict[str, Any]) -> tuple[Judge, Judge]:
    """Return what judges the answer of a record, as two texts, and what judges its reference."""
    reference, answer = (
        text if isinstance(text, str) else json.dumps(text)
        for text in (record["reference"], record["answer"])
    )
    judge, read = (
        partial(
            check,
            Kind(record["kind"]),
            reference,
            text,
            options_from(record.get("options") or {}),
            reference_syntax=record.get("reference_syntax", "auto"),
            syntax=record.get("syntax", "auto"),
        )
        for text in (answer, reference)
    )
    return judge, read


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


def peer(name: str, pairs: list[dict[str, Any]]) -> tuple[Counter[str], Times]:
    """Judge the pairs with a peer in its own environment, once each: it keeps what it has read."""
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
    times: Times = ([], [])
    for record, line in zip(pairs, done.stdout.splitlines(), strict=True):
        verdict, *spent = json.loads(line)
        for found, one in zip(times, spent, strict=True):
            found.append(one)
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


def report(name: str, counts: Counter[str], times: Times) -> tuple[float, float]:
    """Print one line of the table; return the two medians."""
    shown = "".join(f"{counts[column]:>15}" for column in COLUMNS)
    for spent in map(sorted, times):
        shown += f"{median(spent):>11.3f}{spent[int(0.95 * len(spent))]:>10.3f}"
    print(f"{name:<12}{shown}")
    return median(times[0]), median(times[1])


def compare(title: str, pairs: list[dict[str, Any]], peers: tuple[str, ...]) -> int:
    """Print the table of one set of pairs; return how many were wrongly accepted."""
    print(f"\n{title}: {len(pairs)} pairs, each judged once; times in ms, of both texts and of")
    print("the answer alone, where the reference has been read before")
    heads = "".join(f"{head:>15}" for head in COLUMNS)
    print(f"{'':<12}{heads}{'both':>11}{'p95':>10}{'answer':>11}{'p95':>10}")
    counts, times = ours(pairs)
    mine = report("grader", counts, times)
    for name in peers:
        theirs = report(name, *peer(name, pairs))
        ratios = [other / own for other, own in zip(theirs, mine, strict=True)]
        print(
            f"{name}'s median is {ratios[0]:.0f} times ours for both texts, {ratios[1]:.0f} times "
            f"for the answer alone; {theirs[0] / mine[1]:.0f} times where only we keep references"
        )
    return counts["wrong accept"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=Path, default=LABELLED)
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    sets = {"own pairs": list(own_pairs())}
    if options.labelled.exists():
        sets[options.labelled.name] = list(labelled_pairs(options.labelled))
    peers = () if options.no_peers or not make_peers() else ("math-verify", "sympy")
    wrong = sum([compare(title, pairs, peers) for title, pairs in sets.items()])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
