"""Answers built to be dear, for every kind: `python -m tests.benchmarks.bench_hostile [--count N]`.

Parts that are each dear in another way are joined, nested and repeated up to the length that is
read, at random. Prints the worst processor time and the worst growth of memory by kind, with the
answer that took it, and ends with 1 where one is over the limit or breaks the checker.
"""

import argparse
import gc
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.answers.limits import MAX_CHARACTERS
from grader.checks import check
from grader.errors import SpecError
from grader.spec import Kind, Options

MOST_MS, MOST_MB = 50, 50
_REPEATS = 5  # the least counts: other work slows a machine down
_PRIMES = [n for n in range(2, 2500) if all(n % d for d in range(2, int(n**0.5) + 1))]
_PARTS = [
    "x^{k}", "{v}^x", "x/{p}^500", "sqrt({p})", "sqrt(x+{k})", "ln(x+{k})", "x^({k}/{p})", "{k}!",
    "(x+{k})!", "(x+{p}/7)!", "binomial(n,{k})", "binomial(2000,10{k})", "gcd({k}^300,{p}^300)",
    "({p}^400 mod {k}^300)", "max(x,{k})", "|x-{k}|", "|{v}-x|", "sign(x-{k})", "floor(x/{p})",
    "floor({p}^700/{k}^400)", "sin({p}x)", "sin(2^{p})", "e^(-{k}000)", "tanh({k})", "erf({k}x)",
    "2^8000", "1.5e{k}", "sum(i,1,n,i^{k})", "sum(i,1,400,sin(i x))", "prod(i,1,n,i+{k})", "x_{k}",
    "atan2(x,{k})", "f(x+{k})", "(x+i)^{k}", "e^(i pi/{k})", "(x+{k})^4096", "relu(x-{v})",
    "softplus(|x+{k}|)", "n^{k}", "{p}^n", "log(n+{k})", "({k}n)!", "(x+{k})^(1/3)", "½", "x²",
    "sum(i,1,n,sum(j,1,n,|i-j|^{k}))", "(10^400-{k})", "(x-10^60)^{k}", "((x+1)^x)^{k}",
]  # fmt: skip
_WRAPS = [
    ("sin(", ")"), ("e^(", ")"), ("ln(", ")"), ("sqrt(", ")"), ("|", "|"), ("floor(", ")"),
    ("max(x,", ")"), ("(", ")^2"), ("(", ")!"), ("1/(x+", ")"), ("x^(", ")"), ("\\frac{1}{", "}"),
    ("tanh(", ")"), ("(", ")^(1/2)"), ("sum(i,1,n,", ")"), ("erf(", ")"), ("gcd(6,", ")"),
    ("(", ")^9"),
]  # fmt: skip
_REFERENCES = {
    Kind.NUMBER: ["2", "sqrt(2)"], Kind.EXPRESSION: ["x+1", "|x|", "n(n+1)/2", "floor(x/2)"],
    Kind.EQUATION: ["x=2", "y=2x", "x^2=4"], Kind.INEQUALITY: ["x<2", "|x|<3", "x+y>1"],
    Kind.INTERVAL: ["[0,1)", "(-oo,2) U [3,5]"], Kind.SET: ["{1,2}", "{x | x^5-x-1>0}"],
    Kind.LIST: ["[1,2]"], Kind.TUPLE: ["(1,2)"], Kind.SHAPE: ["(3,32)"], Kind.VECTOR: ["[1,2]"],
    Kind.MATRIX: ["[[1,2],[3,4]]"], Kind.TENSOR: ["[[[1,2]]]"], Kind.QUANTITY: ["5 MB"],
    Kind.CHOICE: ["a"], Kind.GROWTH: ["n log n", "2^n", "n!"], Kind.FILTER: ["[[1,0,-1]]"],
    Kind.FORMULA: ["sum(i,1,n,x[i])"], Kind.TEXT: ["x"],
}  # fmt: skip
_FRAMES = {
    Kind.EQUATION: ["{}=0", "{}=x"], Kind.INEQUALITY: ["{}<1", "{}>=x"], Kind.LIST: ["[{},2]"],
    Kind.INTERVAL: ["[0,{})", "{{x | {}>0}}"], Kind.SET: ["{{1,{}}}", "{{x | {}<2}}"],
    Kind.TUPLE: ["({},2)"], Kind.SHAPE: ["(3,{})"], Kind.VECTOR: ["[{},1]"],
    Kind.MATRIX: ["[[{},2],[3,4]]"], Kind.TENSOR: ["[[[{},2]]]"],
    Kind.QUANTITY: ["{} MB", "{} m/s"], Kind.GROWTH: ["{}", "O({})"], Kind.FILTER: ["[[{},0,-1]]"],
    Kind.FORMULA: ["sum(i,1,n,x[i]*({}))", "sum(i,1,n,x[i])+{}"],
}  # fmt: skip
_OPTIONS = {
    Kind.FORMULA: Options(arrays={"x": ["n"]}), Kind.FILTER: Options(response="vertical-edge"),
    Kind.CHOICE: Options(choices={"a": "good", "b": "bad"}), Kind.NUMBER: Options(digits=3),
}  # fmt: skip
_JOINTS = [
    "+",
    "*",
    "-",
    "/",
    "^",
    ",",
    ", ",
    ";",
    "=",
    "<",
    " and ",
    " or ",
    " ∪ ",
    " ∩ ",
    " mod ",
]


@dataclass(frozen=True)
class Case:
    """One hostile answer."""

    kind: Kind
    reference: str
    answer: str

    def judged(self) -> tuple[float, str]:
        """Return the processor time in ms and the verdict, or what broke."""
        started = process_time()
        try:
            verdict = check(
                self.kind, self.reference, self.answer, _OPTIONS.get(self.kind, Options())
            ).verdict.value
        except SpecError:
            verdict = "reference refused"
        except Exception as error:  # noqa: BLE001, anything else is what is looked for here
            verdict = f"BROKEN {error!r}"
        return (process_time() - started) * 1000, verdict


def repeated(rng: random.Random, part: str, joint: str) -> str:
    """Return a part with rising numbers, so often or as often as fits."""
    room = rng.choice([60, 200, 1000, MAX_CHARACTERS - 40])
    found: list[str] = []
    for k in range(1, rng.choice([2, 4, 8, 16, 40, 100, 10**4])):
        text = part.format(k=k, p=_PRIMES[k % len(_PRIMES)], v="abcdfghjlmn"[k % 11])
        room -= len(text) + len(joint)
        if room < 0:
            break
        found.append(text)
    return joint.join(found) or "x"


def hostile(rng: random.Random) -> str:
    """Return a random formula, list or chain that is dear in some way."""
    text = repeated(rng, rng.choice(_PARTS), rng.choice(_JOINTS))
    for _ in range(rng.choice([0, 0, 1, 2])):
        before, after = rng.choice(_WRAPS)
        most = max(1, (MAX_CHARACTERS - len(text) - 40) // (len(before) + len(after)))
        depth = min(most, rng.choice([1, 1, 2, 5, 12, 40]))
        text = before * depth + text + after * depth
    if rng.random() < 0.3:
        text += rng.choice(_JOINTS) + repeated(rng, rng.choice(_PARTS), rng.choice(_JOINTS))
    return text[: MAX_CHARACTERS - 30]


def cases(rng: random.Random, count: int) -> Iterator[Case]:
    """Yield hostile answers of all kinds; some have a hostile reference too."""
    kinds = list(_REFERENCES)
    for k in range(count):
        kind = kinds[k % len(kinds)]
        text = rng.choice(_FRAMES.get(kind, ["{}"])).format(hostile(rng))
        reference = rng.choice(_REFERENCES[kind])
        if rng.random() < 0.1:
            text, reference = reference, text
        elif rng.random() < 0.1:
            reference = text.replace("1", "2", 1)
        yield Case(kind, reference, text)


def peak_mb(case: Case) -> float:
    """Return by how much a process of its own grows at most, libraries in C included, in MB."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak starts from here
            before = _status("VmRSS")
            case.judged()
            os.write(writing, str((_status("VmHWM") - before) / 1024).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return float(text or "inf")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = list(cases(random.Random(options.seed), options.count))
    for case in found[:40]:
        case.judged()
    gc.collect()
    gc.freeze()
    worst: dict[Kind, tuple[float, Case]] = {}
    largest: dict[Kind, float] = {}
    bad = 0
    for place, case in enumerate(found):
        spent, verdict = case.judged()
        if spent > worst.get(case.kind, (0.0, case))[0]:
            spent = min(spent, *(case.judged()[0] for _ in range(_REPEATS - 1)))
        if spent > worst.get(case.kind, (0.0, case))[0]:
            worst[case.kind] = spent, case
        if place % 3 == 0 or spent > MOST_MS / 2:
            largest[case.kind] = max(largest.get(case.kind, 0.0), peak_mb(case))
        if verdict.startswith("BROKEN") or spent > MOST_MS:
            bad += 1
            print(f"{spent:6.1f} ms {verdict}: {case}")
    print(f"{'kind':12} {'ms':>6} {'MB':>6}  of {options.count} answers, seed {options.seed}")
    for kind, (spent, case) in sorted(worst.items()):
        print(f"{kind:12} {spent:6.1f} {largest.get(kind, 0):6.1f}  {case.answer[:60]}")
    return 1 if bad or max(largest.values(), default=0) > MOST_MB else 0


if __name__ == "__main__":
    sys.exit(main())
