"""Speed of the bank: variants drawn and solved a second, and judging one whole homework.

    python tests/benchmarks/bench_bank.py [--variants 200] [--rounds 20]

Judging is timed for right answers, and for answers that are wrong in a way of their own, so that
each is compared with every misconception of its field.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

from grader.bank.catalog import Catalog, Entry
from grader.bank.variants import as_stored, draw, solve
from grader.evidence import Evidence
from grader.grading import judge
from grader.spec import Kind, Problem

SLUGS = ("eecs182-hw04", "eecs182-dis04", "cnn-quiz", "cmu10601-rec07", "practice")


def problems_of(entry: Entry) -> Iterator[tuple[str, Problem]]:
    """Yield number and problem."""
    for number in entry.assignment.problems:
        yield number, entry.problem(number).spec


def solved_per_second(entry: Entry, variants: int) -> float:
    """Return how many variants, of all problems that vary, are drawn and solved a second."""
    varying = [problem for _, problem in problems_of(entry) if problem.draw is not None]
    start = time.perf_counter()
    for problem in varying:
        for seed in range(variants):
            solve(problem, draw(problem, seed))
    return len(varying) * variants / (time.perf_counter() - start)


def judging(entry: Entry, wrong: Callable[[Kind, str], str]) -> Callable[[], None]:
    """Return what judges the whole assignment once, as set, each answer made from its reference."""
    jobs = []
    for number, problem in problems_of(entry):
        params = as_stored(problem.as_set)
        references = solve(problem, params)
        answers = {
            f"{number}{part.label}": {
                field.name: wrong(field.kind, references[part.label][field.name]["reference"])
                for field in part.fields
                if references[part.label][field.name]["reference"] is not None
            }
            for part in problem.parts
        }
        jobs.append((problem, number, params, references, Evidence(answers=answers)))

    def run() -> None:
        for job in jobs:
            judge(*job)

    return run


def spoiled(kind: Kind, text: str) -> str:
    """Return an answer that nobody's mistake leads to."""
    if kind in (Kind.NUMBER, Kind.EXPRESSION, Kind.FORMULA, Kind.GROWTH):
        return f"{text} + 17"
    return text.replace("1", "17", 1).replace("0", "23", 1)


def median_milliseconds(run: Callable[[], None], rounds: int) -> float:
    """Return the median time of a round, after one to warm up."""
    run()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main() -> None:
    """Print one line an assignment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    catalog = Catalog.of(["problems"])
    for slug in SLUGS:
        entry = catalog.assignment(slug)
        rate = solved_per_second(entry, arguments.variants)
        right = median_milliseconds(judging(entry, lambda _, text: text), arguments.rounds)
        off = median_milliseconds(judging(entry, spoiled), arguments.rounds)
        print(
            f"{slug:16} {rate:7.0f} variants/s drawn and solved; the whole assignment judged in "
            f"{right:.1f} ms where right, {off:.1f} ms where wrong"
        )


if __name__ == "__main__":
    main()
