"""Publish: a problem's source, its variants with their references, and what pages show of them.

Runs where the bank may run (a worker, the command line), never in the portal.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from grader.bank.catalog import Entry
from grader.db import reading
from grader.errors import UsageError
from grader.models import (
    Assignment,
    Counts,
    Course,
    Problem,
    ProblemVersion,
    Run,
    RunKind,
    Variant,
)
from grader.queue import Queue
from grader.scoring import Scored, score
from grader.services import blobs, gradebook, solutions
from grader.services.pools import Pools, Source, size_of
from grader.spec import Problem as SpecProblem


class Unchanged(Enum):
    """What stands for a term that keeps its value, since None is a value of some."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True)
class Terms:
    """When an assignment opens and closes, and how often it may be handed in.

    What is not given keeps its value; a new assignment starts with DEFAULTS and needs `due_at`.
    """

    due_at: datetime | Unchanged = UNCHANGED
    opens_at: datetime | Unchanged | None = UNCHANGED
    grace_minutes: int | Unchanged = UNCHANGED
    late_days: int | Unchanged = UNCHANGED
    attempts_allowed: int | Unchanged | None = UNCHANGED
    counts: Counts | Unchanged = UNCHANGED
    fresh_variants: bool | Unchanged = UNCHANGED

    @property
    def given(self) -> dict[str, Any]:
        """The terms that are to change, by the column that keeps them."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not UNCHANGED}


DEFAULTS: Mapping[str, Any] = {
    "opens_at": None,
    "grace_minutes": 5,
    "late_days": 0,
    "attempts_allowed": 5,
    "counts": Counts.BEST,
}
"""Terms of a new assignment; whether its numbers are fresh, its author has said."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """What a publish depends on beside its sources: the key behind the variants, and the time.

    Attributes:
        pools: what was made of the sources; whatever is missing is made within the transaction.
    """

    course_key: bytes
    now: datetime
    pools: Pools = field(default_factory=Pools)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one problem at publish: its newest version, and whether that is new.

    Retired is a problem that was published before and stands in the assignment no more.
    """

    number: str
    title: str
    version: int
    is_new: bool
    is_retired: bool = False

    def __str__(self) -> str:
        if self.is_retired:
            return f"{self.number}  {self.title}: retired"
        state = "published" if self.is_new else "unchanged"
        return f"{self.number}  {self.title}: version {self.version}, {state}"


def publish(
    session: Session, entry: Entry, course: Course, terms: Terms, by: Publisher
) -> list[Published]:
    """Publish an assignment to `course`; a problem that did not change gets no new version.

    One that stands in the assignment no more is retired, until it comes back.

    Args:
        terms: what to change; a change of which attempt counts derives all grades anew.

    Raises:
        SpecError: a problem cannot be loaded, or contradicts itself. Nothing is published then.
        SolverError: a solver crashed.
        UsageError: the assignment is new and nothing says when it is due.
    """
    assignment = _assignment(session, entry, course, terms, by)
    published = [
        _publish_problem(session, assignment, number, entry, by)
        for number in entry.assignment.problems
    ]
    return published + _retire(session, assignment, kept=entry.assignment.problems, now=by.now)


def prepare(engine: Engine, entry: Entry, course: Course, terms: Terms, by: Publisher) -> None:
    """Make what `publish` will store, with no transaction open.

    Raises:
        SpecError, SolverError: as `publish` does.
    """
    sources = {number: by.pools.source(entry, number) for number in entry.assignment.problems}
    with reading(engine) as session:
        found = session.scalar(_assignment_of(entry, course))
        usual = entry.assignment.fresh_variants if found is None else found.fresh_variants
        fresh = terms.given.get("fresh_variants", usual)
        sizes = {number: size_of(source.spec, fresh=fresh) for number, source in sources.items()}
        missing = [
            number
            for number, source in sources.items()
            if found is None or not _stands(session, found.id, number, source, sizes[number])
        ]
    for number in missing:
        by.pools.variants(sources[number], number, by.course_key, sizes[number])


def _stands(
    session: Session, assignment_id: int, number: str, source: Source, size: int
) -> ProblemVersion | None:
    """Return the newest version of a problem where it is of this source and has variants enough."""
    newest = session.scalar(
        select(ProblemVersion)
        .join(Problem, Problem.id == ProblemVersion.problem_id)
        .where(Problem.assignment_id == assignment_id, Problem.number == number)
        .order_by(ProblemVersion.number.desc())
        .limit(1)
    )
    if newest is None or newest.bundle_sha256 != source.sha256:
        return None
    variants = session.scalar(select(func.count(Variant.id)).where(Variant.version_id == newest.id))
    return newest if (variants or 0) >= size else None


def _assignment_of(entry: Entry, course: Course) -> Select[Assignment]:
    return select(Assignment).where(
        Assignment.course_id == course.id, Assignment.slug == entry.assignment.slug
    )


def _retire(
    session: Session, assignment: Assignment, *, kept: Container[str], now: datetime
) -> list[Published]:
    rows = session.scalars(
        select(Problem)
        .where(Problem.assignment_id == assignment.id, Problem.retired_at.is_(None))
        .order_by(Problem.position)
    )
    retired = []
    for row in rows.all():
        newest = newest_version(session, row.id)
        if row.number in kept or newest is None:
            continue
        row.retired_at = now
        retired.append(
            Published(row.number, newest.title, newest.number, is_new=False, is_retired=True)
        )
    session.flush()
    return retired


def _assignment(
    session: Session, entry: Entry, course: Course, terms: Terms, by: Publisher
) -> Assignment:
    slug = entry.assignment.slug
    # Locked: two who publish at once would each number the same next version.
    found = session.scalar(_assignment_of(entry, course).with_for_update())
    given = terms.given
    if found is None:
        if "due_at" not in given:
            raise UsageError(f"{slug} is new to {course.slug}: say when it is due (--due)")
        found = Assignment(course_id=course.id, slug=slug)
        session.add(found)
        given = {**DEFAULTS, "fresh_variants": entry.assignment.fresh_variants, **given}
    found.title = entry.assignment.title
    counted_before = found.counts
    for name, value in given.items():
        setattr(found, name, value.value if isinstance(value, Counts) else value)
    session.flush()
    _open_live_run(session, found, by.now)
    if found.counts != counted_before:
        gradebook.refresh_assignment(session, found, now=by.now)
    return found


def _open_live_run(session: Session, assignment: Assignment, now: datetime) -> None:
    live = select(Run.id).where(Run.assignment_id == assignment.id, Run.kind == RunKind.LIVE.value)
    if session.scalar(live) is None:
        session.add(Run(assignment_id=assignment.id, kind=RunKind.LIVE.value, created_at=now))
        session.flush()


def _publish_problem(
    session: Session, assignment: Assignment, number: str, entry: Entry, by: Publisher
) -> Published:
    source = by.pools.source(entry, number)
    position = list(entry.assignment.problems).index(number)
    row = _problem_row(session, assignment, number, source.path, position)
    size = size_of(source.spec, fresh=assignment.fresh_variants)
    stands = _stands(session, assignment.id, number, source, size)
    if stands is not None:
        return Published(number, stands.title, stands.number, is_new=False)
    variants = by.pools.variants(source, number, by.course_key, size)
    for content in filter(None, (source.bundle, source.starter)):
        blobs.store(session, content, now=by.now)
    version = _version(source, row, after=newest_version(session, row.id), now=by.now)
    session.add(version)
    session.flush()
    session.add_all(
        Variant(
            version_id=version.id,
            number=index,
            params=made.params,
            references={**made.references, **solutions.stored(session, made.drawings, now=by.now)},
            page=made.page,
        )
        for index, made in enumerate(variants)
    )
    session.flush()
    return Published(number, version.title, version.number, is_new=True)


def _problem_row(
    session: Session, assignment: Assignment, number: str, path: str, position: int
) -> Problem:
    row = session.scalar(
        select(Problem).where(Problem.assignment_id == assignment.id, Problem.number == number)
    )
    if row is None:
        row = Problem(assignment_id=assignment.id, number=number)
        session.add(row)
    row.path, row.position, row.retired_at = path, position, None
    session.flush()
    return row


def newest_version(session: Session, problem_id: int) -> ProblemVersion | None:
    """Return the version that new pages show."""
    return session.scalar(
        select(ProblemVersion)
        .where(ProblemVersion.problem_id == problem_id)
        .order_by(ProblemVersion.number.desc())
        .limit(1)
    )


def _version(
    source: Source, row: Problem, *, after: ProblemVersion | None, now: datetime
) -> ProblemVersion:
    spec = source.spec
    total = score(
        Scored(field.points, 0.0, part.optional) for part in spec.parts for field in part.fields
    )
    return ProblemVersion(
        problem_id=row.id,
        number=after.number + 1 if after else 1,
        title=spec.title,
        path=row.path,
        bundle_sha256=source.sha256,
        queue=queue_of(spec).value,
        out_of=total.out_of,
        collect_hash=source.collect_hash,
        judge_hash=source.sha256,
        published_at=now,
    )


def queue_of(spec: SpecProblem) -> Queue:
    """Return the queue whose workers can collect the evidence of a problem."""
    if spec.run is not None:
        return Queue.GPU
    if spec.notebook is None:
        return Queue.ANSWERS
    return Queue.LONG if spec.notebook.long else Queue.NOTEBOOKS
