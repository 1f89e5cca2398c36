"""A problem as its author looks at it: everything of one variant at once, and what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from grader.bank.catalog import Catalog, Entry, Loaded
from grader.bank.drawings import draw_solution
from grader.bank.loading import blame
from grader.bank.variants import as_stored, draw, page_of, seed_of, solve
from grader.bank.verify import Fault, verify
from grader.errors import GraderError
from grader.spec import Drawing, Params, Part, Problem

_T = TypeVar("_T")

VERIFIED_VARIANTS = 20
"""Enough to see most faults while somebody waits; `verify` draws more."""


@dataclass(frozen=True, slots=True)
class AuthorView:
    """One variant of a problem; what could not be made is absent, and among the faults.

    Attributes:
        page: as the portal shows it: intro, parts, fields.
        references: by part label and field name, as `solve` returns them.
        wrong_ways: names, feedback and credit of the misconceptions, by part label and field
            name, in the order of the references' texts.
        drawings: by part label.
        notes: misconceptions that lead to the right answer too often.
    """

    title: str = ""
    note: str = ""
    source: str = ""
    params: Params = field(default_factory=dict)
    page: Mapping[str, Any] | None = None
    references: Mapping[str, Any] = field(default_factory=dict)
    wrong_ways: Mapping[str, Any] = field(default_factory=dict)
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which variant of which problem is looked at.

    Attributes:
        sources: the banks, as `Catalog.of` takes them.
        number: the problem's number on the paper.
        variant: 0 is the homework as set.
        key: the course's key, under which the others are drawn.
    """

    sources: tuple[str, ...]
    assignment: str
    number: str
    variant: int
    key: bytes


def author_view(wanted: Wanted) -> AuthorView:
    """Load, solve, draw and verify a problem; whatever the author's files raise is a fault."""
    try:
        entry = Catalog.of(wanted.sources).assignment(wanted.assignment)
        loaded = entry.problem(wanted.number)
    except GraderError as error:
        return AuthorView(faults=(Fault("does not load", "", str(error)),))
    return _view(entry, loaded, wanted)


def _view(entry: Entry, loaded: Loaded, wanted: Wanted) -> AuthorView:
    spec, faults = loaded.spec, []

    def tried(make: Callable[[], _T], part: str = "") -> _T | None:
        try:
            return make()
        except GraderError as error:
            cause = error.__cause__ or error
            place = blame(cause, loaded.files, loaded.file)
            faults.append(Fault(place, part, str(error)))
            return None

    params = tried(lambda: _params(entry, spec, wanted))
    if params is None:
        return AuthorView(title=spec.title, faults=faults)
    page = tried(lambda: page_of(spec, loaded.statement, wanted.number, params))
    references = tried(lambda: solve(spec, params))
    drawn = {part.label: tried(lambda p=part: draw_solution(p, params)) for part in spec.parts}  # type: ignore[misc]
    found = verify(loaded, wanted.number, VERIFIED_VARIANTS)
    said = {fault.reason for fault in faults}
    more = [
        one for one in found.faults if not any(one.reason.startswith(reason) for reason in said)
    ]
    return AuthorView(
        title=spec.title,
        note=spec.note,
        source=spec.source,
        params=params,
        page=page,
        references=references or {},
        wrong_ways={part.label: _wrong_ways(part) for part in spec.parts},
        drawings={label: drawing for label, drawing in drawn.items() if drawing is not None},
        faults=(*faults, *more),
        notes=found.notes,
    )


def _params(entry: Entry, spec: Problem, wanted: Wanted) -> Params:
    if not wanted.variant:
        return as_stored(spec.as_set)
    path = entry.assignment.problems[wanted.number]
    return draw(spec, seed_of(wanted.key, path, wanted.variant))


def _wrong_ways(part: Part) -> dict[str, list[dict[str, Any]]]:
    return {
        field.name: [
            {"name": way.name, "feedback": way.feedback, "credit": way.credit}
            for way in field.misconceptions
        ]
        for field in part.fields
    }
