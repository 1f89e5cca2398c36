"""`grader regrade`: judge stored evidence again, look at what would change, apply it, undo it."""

import json
import time
from collections import Counter
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from grader.db import connect, reading, writing
from grader.errors import TransientError, UsageError
from grader.models import Assignment, PartReport, Problem
from grader.queue import REGRADE, Queue, create_celery, enqueue
from grader.services import regrades
from grader.services.publishing import newest_version
from grader.services.regrades import Change
from grader.settings import Settings


@click.group()
def regrade() -> None:
    """Plan, show, apply, discard and undo regrades."""


@regrade.command()
@click.argument("assignment")
@click.option("--problem", "number", help="Only this problem of the assignment.")
@click.option("--reason", default="", help="Kept with the regrade.")
@click.option("--wait", "wait_seconds", default=600.0, show_default=True, help="Seconds to wait.")
def plan(assignment: str, number: str | None, reason: str, wait_seconds: float) -> None:
    """Judge all submissions again by the newest versions; nothing changes until it is applied."""
    settings = Settings.from_env()
    engine = connect(settings.database_url)
    with writing(engine) as session:
        plans = [
            regrades.plan(session, problem, version, reason, now=datetime.now(UTC))
            for problem in _problems(session, assignment, number)
            if (version := newest_version(session, problem.id)) is not None
        ]
    app = create_celery(settings, publishes_only=True)
    for one in plans:
        enqueue(app, [(job_id, Queue.ANSWERS) for job_id in one.job_ids], priority=REGRADE)
    for one in plans:
        _await(engine, one.regrade.id, wait_seconds)
        click.echo(f"regrade {one.regrade.id}: {len(one.job_ids)} submissions judged again")
        for receipt, why in one.left_out:
            click.echo(f"  left out {receipt}: {why}", err=True)
        _summary(engine, one.regrade.id)


def _problems(session: Session, slug: str, number: str | None) -> list[Problem]:
    found = list(
        session.scalars(
            select(Problem)
            .join(Assignment, Assignment.id == Problem.assignment_id)
            .where(Assignment.slug == slug)
            .order_by(Problem.position)
        )
    )
    chosen = [problem for problem in found if number in (None, problem.number)]
    if not chosen:
        numbers = ", ".join(problem.number for problem in found)
        raise UsageError(
            f"{slug} has no problem {number!r}; it has {numbers}"
            if found
            else f"nothing is published as {slug!r}"
        )
    return chosen


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
        click.echo(f"  {count} fields {before} -> {after}")
    if not changes:
        click.echo("  nothing would change")


@regrade.command()
@click.argument("regrade_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="The stable form; see docs/command-line.md.")
def show(regrade_id: int, *, as_json: bool) -> None:
    """Show what a regrade changes, field by field."""
    with reading(connect(Settings.from_env().database_url)) as session:
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
    credit = "-" if row.credit is None else format(row.credit, "g")
    told = [f"{credit} of {row.points:g}", *filter(None, [row.outcome])]
    return f"{row.verdict} ({', '.join(told + ['optional'] * row.optional)})"


@regrade.command()
@click.argument("regrade_id", type=int)
def apply(regrade_id: int) -> None:
    """Make the proposals of a regrade count, all at once."""
    with writing(connect(Settings.from_env().database_url)) as session:
        found = regrades.find(session, regrade_id)
        done = regrades.apply(session, found, now=datetime.now(UTC))
    over = f", over newer results in {done.rebound} submissions" if done.rebound else ""
    click.echo(f"regrade {regrade_id} applied: {done.changed} fields changed{over}")


@regrade.command()
@click.argument("regrade_id", type=int)
def undo(regrade_id: int) -> None:
    """Move back what an applied regrade changed and nobody changed since."""
    with writing(connect(Settings.from_env().database_url)) as session:
        moved = regrades.undo(session, regrades.find(session, regrade_id), now=datetime.now(UTC))
    click.echo(f"regrade {regrade_id} undone: {moved} fields are back")


@regrade.command()
@click.argument("regrade_id", type=int)
def discard(regrade_id: int) -> None:
    """Drop the proposals of a regrade that was not applied."""
    with writing(connect(Settings.from_env().database_url)) as session:
        regrades.discard(session, regrades.find(session, regrade_id), now=datetime.now(UTC))
    click.echo(f"regrade {regrade_id} discarded; nothing had changed")
