"""`grader regrade`: judge stored evidence again, look at what would change, apply it, undo it."""

import json
import time
from collections import Counter
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from grader.commands.database import database
from grader.db import reading, writing
from grader.errors import TransientError
from grader.models import PartReport, Problem
from grader.queue import REGRADE, Queue, create_celery, enqueue
from grader.services import audits, jobs, lookup, planning, regrades
from grader.services.planning import Order, Plan
from grader.services.publishing import newest_version
from grader.services.regrades import Change
from grader.settings import Settings


@click.group()
def regrade() -> None:
    """Plan, show, apply, discard and undo regrades. Audit, and queue held work again."""


COURSE = click.option("--course", help="Its course, where several have an assignment of this name.")
PROBLEM = click.option("--problem", "number", help="Only this problem of the assignment.")
NAMED_AT_MOST = 5


@regrade.command()
@click.argument("assignment")
@COURSE
@PROBLEM
@click.option("--reason", default="", help="Kept with the regrade.")
@click.option("--collect", is_flag=True, help="Run notebooks again that are asked something else.")
@click.option("--wait", "wait_seconds", default=600.0, show_default=True, help="Seconds to wait.")
def plan(
    assignment: str,
    course: str | None,
    number: str | None,
    reason: str,
    *,
    collect: bool,
    wait_seconds: float,
) -> None:
    """Judge all submissions again by the newest versions. Nothing counts until it is applied."""
    settings = Settings.from_env()
    with database(settings) as engine:
        plans = _planned(engine, assignment, course, number, reason, collect=collect)
        app = create_celery(settings, publishes_only=True)
        for one in plans:
            enqueue(app, [(job.id, Queue(job.queue)) for job in one.jobs], priority=REGRADE)
        for one in plans:
            _await(engine, one.regrade.id, wait_seconds)
            click.echo(f"regrade {one.regrade.id}: {len(one.jobs)} submissions judged again")
            _tell_left_out(one)
            _summary(engine, one.regrade.id)


def _planned(
    engine: Engine, slug: str, course: str | None, number: str | None, reason: str, *, collect: bool
) -> list[Plan]:
    with writing(engine) as session:
        orders = [
            Order(problem, version, reason, collect)
            for problem in _problems(session, slug, course, number)
            if (version := newest_version(session, problem.id)) is not None
        ]
        return [planning.plan(session, order, now=datetime.now(UTC)) for order in orders]


def _tell_left_out(planned: Plan) -> None:
    by_reason: dict[str, list[str]] = {}
    for receipt, why in planned.left_out:
        by_reason.setdefault(why, []).append(receipt)
    for why, receipts in by_reason.items():
        more = len(receipts) - NAMED_AT_MOST
        named = ", ".join(receipts[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
        click.echo(f"  left out {named}: {why}", err=True)


@regrade.command()
@click.argument("assignment")
@COURSE
@PROBLEM
def release(assignment: str, course: str | None, number: str | None) -> None:
    """Queue held submissions again, once what held them is mended.

    Those that rest before another try are queued too. They go by the newest version of their
    problem where it asks the same of the student.
    """
    settings = Settings.from_env()
    with database(settings) as engine, writing(engine) as session:
        problems = _problems(session, assignment, course, number)
        released = jobs.release(
            session, jobs.stopped(session, [problem.id for problem in problems])
        )
    app = create_celery(settings, publishes_only=True)
    enqueue(app, [(job.id, Queue(job.queue)) for job in released.jobs])
    click.echo(f"{len(released.jobs)} submissions queued again")
    for remark in released.remarks:
        click.echo(f"  {remark}")


@regrade.command()
@click.argument("assignment")
@COURSE
@PROBLEM
@click.option("--sample", default=100, show_default=True, type=click.IntRange(1), help="Reports.")
def audit(assignment: str, course: str | None, number: str | None, sample: int) -> None:
    """Judge what counts again by its own versions. Nothing is written.

    Exit code 1 where anything comes out otherwise: judging is a pure function of what is stored.
    """
    with database(Settings.from_env()) as engine, reading(engine) as session:
        problems = _problems(session, assignment, course, number)
        found = audits.audit(session, [problem.id for problem in problems], sample=sample)
    click.echo(f"{found.judged} of {found.total} reports judged again")
    for one in found.differences:
        place = f"{one.receipt_number} {one.part} {one.field}".rstrip()
        click.echo(f"  {place}: {one.column} is {one.stored!r}, judged again {one.judged!r}")
    if found.differences:
        raise SystemExit(1)


def _problems(session: Session, slug: str, course: str | None, number: str | None) -> list[Problem]:
    return lookup.problems(session, lookup.assignment(session, slug, course), number)


def _await(engine: Engine, regrade_id: int, seconds: float) -> None:
    """Wait until all submissions are judged; a bar on a terminal, nothing elsewhere.

    Raises:
        TransientError: it takes longer; the regrade goes on, and can be shown and applied later.
    """
    console = Console(stderr=True)
    until = time.monotonic() + seconds
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"regrade {regrade_id}", total=None)
        while True:
            with reading(engine) as session:
                so_far = regrades.progress(session, regrades.find(session, regrade_id))
            bar.update(task, total=so_far.total, completed=so_far.done + so_far.held)
            if so_far.is_ready:
                return
            if time.monotonic() > until:
                raise TransientError(
                    f"regrade {regrade_id}: {so_far.done} of {so_far.total} judged after "
                    f"{seconds:g} s; it goes on, `grader regrade show {regrade_id}` tells"
                )
            time.sleep(0.1)


def _summary(engine: Engine, regrade_id: int) -> None:
    with reading(engine) as session:
        changes = regrades.changes(session, regrades.find(session, regrade_id))
    moves = Counter((change.before.verdict, change.after.verdict) for change in changes)
    for (before, after), count in sorted(moves.items()):
        same = f"stay {before}, with other points, outcome or feedback"
        click.echo(f"  {count} fields {same if before == after else f'{before} -> {after}'}")
    if not changes:
        click.echo("  nothing would change")


@regrade.command()
@click.argument("regrade_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="The stable form; see docs/command-line.md.")
def show(regrade_id: int, *, as_json: bool) -> None:
    """Show what a regrade changes, field by field."""
    with database(Settings.from_env()) as engine, reading(engine) as session:
        found = regrades.find(session, regrade_id)
        so_far = regrades.progress(session, found)
        changes = regrades.changes(session, found)
        state = found.state
    rows = [_as_json(change) for change in changes]
    if as_json:
        head = {
            "regrade": regrade_id,
            "state": state,
            "judged": so_far.done,
            "held": so_far.held,
            "total": so_far.total,
        }
        click.echo(json.dumps({**head, "changes": rows}, ensure_ascii=False, indent=1))
        return
    click.echo(
        f"regrade {regrade_id}: {state}, {so_far.done} of {so_far.total} judged"
        + (f", {so_far.held} held" if so_far.held else "")
    )
    for change in changes:
        place = f"{change.student} {change.receipt_number} {change.part} {change.field}".rstrip()
        click.echo(f"  {place}: {_worth(change.before)} -> {_worth(change.after)}")


def _as_json(change: Change) -> dict[str, object]:
    return {
        "student": change.student,
        "submission": change.receipt_number,
        "part": change.part,
        "field": change.field,
        "before": _side(change.before),
        "after": _side(change.after),
        "applied": change.applied,
    }


def _side(row: PartReport) -> dict[str, object]:
    return {
        "verdict": row.verdict,
        "outcome": row.outcome,
        "credit": row.credit,
        "points": row.points,
        "optional": row.optional,
        "feedback": row.feedback,
    }


def _worth(row: PartReport) -> str:
    earned = "-" if row.credit is None else format(row.credit * row.points, "g")
    told = [f"{earned} of {row.points:g}", *filter(None, [row.outcome])]
    return f"{row.verdict} ({', '.join(told + ['optional'] * row.optional)})"


@regrade.command()
@click.argument("regrade_id", type=int)
def apply(regrade_id: int) -> None:
    """Make the proposals of a regrade count, all at once."""
    with database(Settings.from_env()) as engine, writing(engine) as session:
        found = regrades.find(session, regrade_id)
        done = regrades.apply(session, found, now=datetime.now(UTC))
    over = f", over newer results in {done.rebound} submissions" if done.rebound else ""
    click.echo(f"regrade {regrade_id} applied: {done.changed} fields changed{over}")


@regrade.command()
@click.argument("regrade_id", type=int)
def undo(regrade_id: int) -> None:
    """Move back what an applied regrade changed. What was changed since stays."""
    with database(Settings.from_env()) as engine, writing(engine) as session:
        moved = regrades.undo(session, regrades.find(session, regrade_id), now=datetime.now(UTC))
    click.echo(f"regrade {regrade_id} undone: {moved} fields are back")


@regrade.command()
@click.argument("regrade_id", type=int)
def discard(regrade_id: int) -> None:
    """Drop the proposals of a regrade that was not applied."""
    with database(Settings.from_env()) as engine, writing(engine) as session:
        regrades.discard(session, regrades.find(session, regrade_id), now=datetime.now(UTC))
    click.echo(f"regrade {regrade_id} discarded; nothing had changed")
