"""What a publish stores, made before its transaction.

SQLite has one writer: whoever solves, draws or renders within a transaction lets every hand-in
wait. So a publish makes everything first, and its transaction only stores it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.bank.bundles import bundle_of, notebook_files
from grader.bank.catalog import Entry, Loaded
from grader.bank.drawings import draw_solution
from grader.bank.starters import has_starter, starter
from grader.bank.variants import as_stored, draw, page_of, seed_of, solve
from grader.services.asking import collect_hash
from grader.spec import Drawing, Params
from grader.spec import Problem as SpecProblem

VARIANTS_IN_POOL = 40
"""How many variants a problem offers where every student draws their own numbers."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a version is beside its variants.

    Attributes:
        sha256: of the bundle.
        collect_hash: of what is put to the student.
        starter: the notebook that students download; None where there is none.
    """

    loaded: Loaded
    path: str
    bundle: bytes
    sha256: str
    collect_hash: str
    starter: bytes | None

    @property
    def spec(self) -> SpecProblem:
        """The problem."""
        return self.loaded.spec


@dataclass(frozen=True, slots=True)
class Made:
    """One variant: its numbers, what is right for them, pictures of that by part, and its page."""

    params: Params
    references: Mapping[str, Any]
    drawings: Sequence[tuple[str, Drawing]]
    page: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pools:
    """The problems of one publish; each is made when it is first asked for, and kept.

    Whoever asks for one may get a SpecError, where it cannot be loaded or contradicts itself, or
    a SolverError, where a solver crashed.
    """

    _sources: dict[str, Source] = field(default_factory=dict)
    _made: dict[tuple[str, int], Sequence[Made]] = field(default_factory=dict)

    def source(self, entry: Entry, number: str) -> Source:
        """Return the problem of that number on the paper."""
        if number not in self._sources:
            self._sources[number] = _source(entry, number)
        return self._sources[number]

    def variants(self, source: Source, number: str, key: bytes, size: int) -> Sequence[Made]:
        """Return variant 0, the homework as set, and as many drawn ones as `size` asks for.

        Args:
            key: the course's; it is behind the numbers that are drawn.
        """
        if (number, size) not in self._made:
            seeds = [seed_of(key, source.path, index) for index in range(1, size)]
            numbers = [as_stored(source.spec.as_set), *(draw(source.spec, seed) for seed in seeds)]
            self._made[number, size] = [_made(source, number, params) for params in numbers]
        return self._made[number, size]


def size_of(spec: SpecProblem, *, fresh: bool) -> int:
    """Return how many variants a problem has."""
    return VARIANTS_IN_POOL if fresh and spec.draw is not None else 1


def _source(entry: Entry, number: str) -> Source:
    path = entry.assignment.problems[number]
    loaded = entry.problem(number)
    spec = loaded.spec
    bundle = bundle_of(entry.files, path, data=spec.notebook.files if spec.notebook else ())
    return Source(
        loaded=loaded,
        path=path,
        bundle=bundle,
        sha256=hashlib.sha256(bundle).hexdigest(),
        collect_hash=collect_hash(spec, notebook_files(entry.files, path, spec)),
        starter=starter(spec, number) if has_starter(spec) else None,
    )


def _made(source: Source, number: str, params: Params) -> Made:
    spec = source.spec
    drawn = [(f"{number}{part.label}", draw_solution(part, params)) for part in spec.parts]
    digest = None if source.starter is None else hashlib.sha256(source.starter).hexdigest()
    return Made(
        params=params,
        references=solve(spec, params),
        drawings=[(label, drawing) for label, drawing in drawn if drawing is not None],
        page=page_of(spec, source.loaded.statement, number, params, starter=digest),
    )
