"""The variants of a problem as they are drawn, solved and pictured: all that runs the bank.

SQLite has one writer: whoever solves within a transaction lets every hand-in wait for the solver.
So a publish makes its pools first, and its transaction only stores them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.bank.catalog import Entry, Loaded
from grader.bank.drawings import draw_solution
from grader.bank.variants import as_stored, draw, seed_of, solve
from grader.spec import Drawing, Params
from grader.spec import Problem as SpecProblem

VARIANTS_IN_POOL = 40
"""How many variants a problem offers where every student draws their own numbers."""


@dataclass(frozen=True, slots=True)
class Made:
    """One variant: its numbers, what is right for them, and pictures of that by part label."""

    params: Params
    references: Mapping[str, Any]
    drawings: Sequence[tuple[str, Drawing]]


@dataclass(frozen=True, slots=True)
class Pools:
    """The pools of one publish; each is made when it is first asked for, and kept."""

    made: dict[tuple[str, int], Sequence[Made]] = field(default_factory=dict)

    def make(self, entry: Entry, key: bytes, *, fresh: bool) -> None:
        """Make the pools of all problems of an assignment.

        Raises:
            SpecError: a problem cannot be loaded, or contradicts itself.
            SolverError: a solver crashed.
        """
        for number, path in entry.assignment.problems.items():
            loaded = entry.problem(number)
            self.of(loaded, number, path, key, size_of(loaded.spec, fresh=fresh))

    def of(self, loaded: Loaded, number: str, path: str, key: bytes, size: int) -> Sequence[Made]:
        """Return variant 0, the homework as set, and as many drawn ones as `size` asks for.

        Args:
            key: the course's; it is behind the numbers that are drawn.
        """
        if (number, size) not in self.made:
            spec = loaded.spec
            seeds = [seed_of(key, path, index) for index in range(1, size)]
            numbers = [as_stored(spec.as_set), *(draw(spec, seed) for seed in seeds)]
            self.made[number, size] = [_made(spec, number, params) for params in numbers]
        return self.made[number, size]


def size_of(spec: SpecProblem, *, fresh: bool) -> int:
    """Return how many variants a problem has."""
    return VARIANTS_IN_POOL if fresh and spec.draw is not None else 1


def _made(spec: SpecProblem, number: str, params: Params) -> Made:
    drawn = [(f"{number}{part.label}", draw_solution(part, params)) for part in spec.parts]
    shown = [(label, drawing) for label, drawing in drawn if drawing is not None]
    return Made(params, solve(spec, params), shown)
