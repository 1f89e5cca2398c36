"""Which variant a student answers: a keyed hash of who asks, kept once it was seen."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grader.errors import NotFound
from grader.models import Assignment, Problem, ProblemVersion, Variant, VariantAssignment


@dataclass(frozen=True, slots=True)
class Shown:
    """What a student's page shows of one problem; `is_pinned` once that is on record."""

    problem: Problem
    version: ProblemVersion
    variant: Variant
    is_pinned: bool


def shown_to(
    session: Session, user_id: int, assignment: Assignment, course_key: bytes
) -> list[Shown]:
    """Return the newest version of each problem in the variant of this student, in paper order.

    A student keeps the number of their variant when a new version is published.
    """
    versions = _newest_versions(session, assignment.id)
    numbers = _pool(session, [version.id for _, version in versions])
    pinned = _pinned(session, user_id, [problem.id for problem, _ in versions])
    chosen: list[tuple[Problem, ProblemVersion, int]] = []
    for problem, version in versions:
        pool = numbers[version.id]
        number = pinned.get(problem.id, (None, None))[1]
        if number not in pool:
            number = _draw(course_key, user_id, problem, pool) if assignment.fresh_variants else 0
        chosen.append((problem, version, pool[number or 0]))
    variants = _by_id(session, [variant_id for _, _, variant_id in chosen])
    return [
        Shown(problem, version, variants[kept], pinned.get(problem.id, (None, None))[0] == kept)
        for problem, version, kept in chosen
    ]


def pin(session: Session, user_id: int, shown: Sequence[Shown]) -> None:
    """Put on record what a student was shown; two pages opened at once record the same."""
    for item in shown:
        if not item.is_pinned:
            _pin_one(session, user_id, item)


def _pin_one(session: Session, user_id: int, item: Shown) -> None:
    row = session.scalar(
        select(VariantAssignment).where(
            VariantAssignment.user_id == user_id, VariantAssignment.problem_id == item.problem.id
        )
    )
    if row is not None:
        row.variant_id = item.variant.id
        return
    try:
        with session.begin_nested():
            session.add(
                VariantAssignment(
                    user_id=user_id, problem_id=item.problem.id, variant_id=item.variant.id
                )
            )
    except IntegrityError:
        # Another page of this student was opened at this moment; the hash gave it the same variant.
        return


def variant_of(session: Session, problem: Problem, variant_id: int) -> Variant:
    """Return a variant of `problem`, of whichever version it is.

    Raises:
        NotFound: the problem has no such variant.
    """
    variant = session.scalar(
        select(Variant)
        .join(ProblemVersion, ProblemVersion.id == Variant.version_id)
        .where(Variant.id == variant_id, ProblemVersion.problem_id == problem.id)
    )
    if variant is None:
        raise NotFound("There is no such variant of this problem.")
    return variant


def _newest_versions(session: Session, assignment_id: int) -> list[tuple[Problem, ProblemVersion]]:
    newest = (
        select(ProblemVersion.problem_id, func.max(ProblemVersion.number).label("number"))
        .group_by(ProblemVersion.problem_id)
        .subquery()
    )
    rows = session.execute(
        select(Problem, ProblemVersion)
        .join(ProblemVersion, ProblemVersion.problem_id == Problem.id)
        .join(
            newest,
            (newest.c.problem_id == Problem.id) & (newest.c.number == ProblemVersion.number),
        )
        .where(Problem.assignment_id == assignment_id, Problem.retired_at.is_(None))
        .order_by(Problem.position, Problem.id)
    )
    return [(problem, version) for problem, version in rows]


def _pool(session: Session, version_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """Variant number to variant id, by version."""
    rows = session.execute(
        select(Variant.version_id, Variant.number, Variant.id).where(
            Variant.version_id.in_(version_ids)
        )
    )
    pools: dict[int, dict[int, int]] = {}
    for version_id, number, variant_id in rows:
        pools.setdefault(version_id, {})[number] = variant_id
    return pools


def _pinned(
    session: Session, user_id: int, problem_ids: Sequence[int]
) -> Mapping[int, tuple[int, int]]:
    """Problem to the variant on record: its id and its number."""
    rows = session.execute(
        select(VariantAssignment.problem_id, Variant.id, Variant.number)
        .join(Variant, Variant.id == VariantAssignment.variant_id)
        .where(VariantAssignment.user_id == user_id, VariantAssignment.problem_id.in_(problem_ids))
    )
    return {problem_id: (variant_id, number) for problem_id, variant_id, number in rows}


def _draw(course_key: bytes, user_id: int, problem: Problem, pool: Mapping[int, int]) -> int:
    message = f"student\0{user_id}\0{problem.id}".encode()
    digest = hmac.digest(course_key, message, hashlib.sha256)
    return sorted(pool)[int.from_bytes(digest[:8]) % len(pool)]


def _by_id(session: Session, ids: Sequence[int]) -> dict[int, Variant]:
    rows = session.scalars(select(Variant).where(Variant.id.in_(ids)))
    return {variant.id: variant for variant in rows}
