"""`grader course extend`, `adjust` and their lists: what staff decide for one student."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from grader.commands.database import database
from grader.commands.problems import instant
from grader.db import writing
from grader.errors import UsageError
from grader.models import AdjustmentKind, Assignment, Course
from grader.scoring import Score
from grader.services import decisions, lookup
from grader.services.decisions import Decided, Line
from grader.settings import Settings

COURSE = click.option("--course", help="Its course, where several have an assignment of this name.")
BY = click.option("--by", required=True, help="Login of who decides, of the staff of the course.")
WITHDRAW = click.option("--withdraw", type=int, metavar="NUMBER", help="Take this one back.")
WITHDRAWN_BY = click.option("--by", help="Login of who takes it back.")


@dataclass(frozen=True, slots=True)
class _Desk:
    """One command's transaction, and the assignment that it is about."""

    session: Session
    assignment: Assignment
    zone: ZoneInfo

    def decided(self, by: str, reason: str) -> Decided:
        who = lookup.staff(self.session, self.assignment, by)
        return Decided(who, reason, datetime.now(UTC))

    def local(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%Y-%m-%dT%H:%M}"


@contextmanager
def _desk(slug: str, course: str | None) -> Iterator[_Desk]:
    with database(Settings.from_env()) as engine, writing(engine) as session:
        found = lookup.assignment(session, slug, course)
        zone = session.get_one(Course, found.course_id).time_zone
        yield _Desk(session, found, ZoneInfo(zone))


@click.command()
@click.argument("assignment")
@click.argument("login")
@click.option("--until", required=True, help="New due time in the course's zone.")
@click.option("--reason", default="", help="The student reads it.")
@BY
@COURSE
def extend(
    assignment: str, login: str, until: str, reason: str, by: str, course: str | None
) -> None:
    """Let LOGIN hand in ASSIGNMENT later than the others. Grace and late days come on top."""
    with _desk(assignment, course) as desk:
        student = lookup.member(desk.session, desk.assignment, login)
        due = instant(until, str(desk.zone))
        decided = desk.decided(by, reason)
        row = decisions.extend(desk.session, desk.assignment, student, due, decided)
        click.echo(f"extension {row.id}: {student.login} until {desk.local(row.due_at)}")


@click.command("extensions")
@click.argument("assignment")
@COURSE
@WITHDRAW
@WITHDRAWN_BY
def list_extensions(
    assignment: str, course: str | None, withdraw: int | None, by: str | None
) -> None:
    """List the extensions of ASSIGNMENT, or take one back."""
    with _desk(assignment, course) as desk:
        if withdraw is not None:
            decided = desk.decided(_who(by), "")
            decisions.withdraw_extension(desk.session, desk.assignment, withdraw, decided)
            click.echo(f"extension {withdraw}: withdrawn")
            return
        for row, line in decisions.extensions(desk.session, desk.assignment):
            click.echo(_listed(line, f"until {desk.local(row.due_at)}"))


@click.command()
@click.argument("assignment")
@click.argument("login")
@click.option("--problem", "number", required=True, help="The problem that it is about.")
@click.option("--add", type=float, help="Points to add; negative ones take away.")
@click.option("--set", "set_to", type=float, help="Points that count instead of the judged ones.")
@click.option("--reason", required=True, help="The student reads it.")
@BY
@COURSE
def adjust(assignment: str, login: str, number: str, course: str | None, **given: Any) -> None:
    """Add or set points of LOGIN for a problem of ASSIGNMENT."""
    kind, points = _points(given["add"], given["set_to"])
    with _desk(assignment, course) as desk:
        student = lookup.member(desk.session, desk.assignment, login)
        problem = lookup.problems(desk.session, desk.assignment, number)[0]
        decided = desk.decided(given["by"], given["reason"])
        result = decisions.adjust(desk.session, problem, student, kind, points, decided)
        click.echo(f"{student.login}: problem {problem.number} {_worth(result)}")


@click.command("adjustments")
@click.argument("assignment")
@COURSE
@WITHDRAW
@WITHDRAWN_BY
def list_adjustments(
    assignment: str, course: str | None, withdraw: int | None, by: str | None
) -> None:
    """List the adjustments of ASSIGNMENT, or take one back."""
    with _desk(assignment, course) as desk:
        if withdraw is not None:
            decided = desk.decided(_who(by), "")
            result = decisions.withdraw_adjustment(desk.session, desk.assignment, withdraw, decided)
            click.echo(f"adjustment {withdraw}: withdrawn, the problem {_worth(result)}")
            return
        for row, number, line in decisions.adjustments(desk.session, desk.assignment):
            points = f"{row.points:+g}" if row.kind == AdjustmentKind.ADD else f"set {row.points:g}"
            click.echo(_listed(line, f"problem {number} {points}"))


def _points(add: float | None, set_to: float | None) -> tuple[AdjustmentKind, float]:
    """Return what one of the two options says.

    Raises:
        UsageError: neither or both are given, or it is no number of points.
    """
    if (add is None) == (set_to is None):
        raise UsageError("say either how many points to --add or what to --set them to")
    kind, points = (
        (AdjustmentKind.ADD, add) if add is not None else (AdjustmentKind.SET, set_to or 0.0)
    )
    if not math.isfinite(points) or (kind is AdjustmentKind.SET and points < 0):
        raise UsageError(f"{points} is no number of points")
    return kind, points


def _who(by: str | None) -> str:
    if by is None:
        raise UsageError("say who takes it back (--by)")
    return by


def _worth(result: Score | None) -> str:
    if result is None:
        return "has no score any more"
    waits = f", {result.pending:g} more wait" if result.pending else ""
    return f"now counts {result.score:g} of {result.out_of:g}{waits}"


def _listed(line: Line, what: str) -> str:
    why = f": {line.reason}" if line.reason else ""
    return f"{line.number:>4}  {line.student}  {what}  by {line.by}{why}"
