"""`grader problems`: what authors do with the banks."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import Progress

from grader.bank.catalog import Catalog, Entry, Loaded
from grader.bank.inspection import Inspected, inspect
from grader.bank.statements import fill, split_statement
from grader.bank.variants import as_stored, draw, seed_of, solve
from grader.commands.database import database
from grader.commands.preview import preview
from grader.db import reading, writing
from grader.errors import SpecError, UsageError
from grader.models import Counts
from grader.services import lookup
from grader.services.publishing import Publisher, Terms, prepare, publish
from grader.settings import Secrets, Settings
from grader.spec import Params

COUNT = click.IntRange(min=0)

TERMS = {
    "due": "due_at",
    "opens": "opens_at",
    "grace": "grace_minutes",
    "late_days": "late_days",
    "attempts": "attempts_allowed",
    "counts": "counts",
    "fresh": "fresh_variants",
}
"""Option of `publish` to the term that it changes."""


@click.group()
def problems() -> None:
    """List, verify, preview, publish and show problems."""


problems.add_command(preview)


@problems.command("list")
def list_problems() -> None:
    """List the assignments of the banks and their problems."""
    entries, broken = Catalog.of(Settings.from_env().problems).loaded
    for entry in entries.values():
        click.echo(f"{entry.assignment.slug}  {entry.assignment.title}")
        for number, path in entry.assignment.problems.items():
            click.echo(f"  {number:>4}  {path}")
    for error in broken.values():
        click.echo(f"does not load: {error}", err=True)
    if broken:
        raise click.exceptions.Exit(1)


@problems.command()
@click.argument("assignments", nargs=-1)
@click.option("--variants", default=500, show_default=True, help="Drawn variants a problem.")
@click.option("--jobs", default=2, show_default=True, help="Problems verified at a time.")
def verify(assignments: tuple[str, ...], variants: int, jobs: int) -> None:
    """Hold the laws of the bank for every problem. As set, and for many drawn variants."""
    catalog = Catalog.of(Settings.from_env().problems)
    entries, broken = catalog.loaded
    chosen = [catalog.assignment(slug) for slug in assignments] or list(entries.values())
    for error in broken.values():
        click.echo(f"does not load: {error}", err=True)
    faulty = _report(_inspected(chosen, variants, jobs))
    if faulty or broken:
        raise click.exceptions.Exit(1)


def _inspected(entries: list[Entry], variants: int, jobs: int) -> Iterator[Inspected]:
    """Verify with a progress bar on a terminal, and plain lines elsewhere."""
    todo = [(entry, number) for entry in entries for number in entry.assignment.problems]
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("verifying", total=len(todo))
        for inspected in inspect(todo, variants=variants, jobs=jobs):
            progress.advance(task)
            yield inspected


def _report(inspected: Iterator[Inspected]) -> int:
    faulty = 0
    for one in inspected:
        place = f"{one.assignment} {one.number}"
        for note in one.found.notes:
            click.echo(f"{place}: {note}")
        for fault in one.found.faults:
            click.echo(f"{place}: {fault}", err=True)
        if not one.found.faults:
            click.echo(f"{place}: ok, {one.found.variants} variants in {one.seconds:.1f} s")
        faulty += bool(one.found.faults)
    return faulty


@problems.command("publish")
@click.argument("assignment")
@click.option("--course", "course_slug", help="Course to publish to, where it could be several.")
@click.option("--due", help="Due time in the course's zone: 2026-09-24T22:59.")
@click.option("--opens", help="Opening time in the course's zone, or now.")
@click.option("--grace", type=COUNT, help="Minutes after due that cost nothing; 5 at first.")
@click.option("--late-days", type=COUNT, help="Days that late work is taken; none at first.")
@click.option("--attempts", type=COUNT, help="Attempts a problem; 5 at first, 0: no limit.")
@click.option(
    "--counts",
    type=click.Choice([c.value for c in Counts]),
    help="Which attempt counts; the best at first.",
)
@click.option(
    "--fresh/--as-set", default=None, help="Own numbers for each student, or the paper's."
)
@click.option("--variants", default=50, show_default=True, help="Variants verified beforehand.")
def publish_assignment(
    assignment: str, course_slug: str | None, variants: int, **terms: Any
) -> None:
    """Verify ASSIGNMENT and publish it to a course. What no option names keeps its terms."""
    settings = Settings.from_env()
    entry = Catalog.of(settings.problems).assignment(assignment)
    now = datetime.now(UTC)
    with database(settings) as engine:
        # A wrong name is told before everything is verified, which takes a while.
        with reading(engine) as session:
            course = lookup.course_to_publish_to(session, assignment, course_slug)
            given = read_terms(course.time_zone, now=now, **terms)
        refuse_broken(entry, variants)
        by = Publisher(Secrets.load(settings).course_key, now)
        prepare(engine, entry, course, given, by)
        with writing(engine) as session:
            done = publish(session, entry, course, given, by)
    for one in done:
        click.echo(f"  {one}")


def refuse_broken(entry: Entry, variants: int) -> None:
    """Verify an assignment before it is published.

    Raises:
        SpecError: names every fault by file, line and part. Nothing was published.
    """
    todo = [(entry, number) for number in entry.assignment.problems]
    faults = [fault for one in inspect(todo, variants=variants) for fault in one.found.faults]
    if faults:
        lines = "\n  ".join(map(str, faults))
        raise SpecError(f"{entry.assignment.slug} is not published:\n  {lines}")


def read_terms(zone: str, *, now: datetime, **options: Any) -> Terms:
    """Return the terms that options change; None for an option keeps its term.

    Raises:
        UsageError: a time cannot be read.
    """
    given = {name: value for name, value in options.items() if value is not None}
    terms: dict[str, Any] = {TERMS[name]: value for name, value in given.items()}
    for name in ("due_at", "opens_at"):
        if name in terms:
            terms[name] = now if terms[name] == "now" else instant(terms[name], zone)
    if "counts" in terms:
        terms["counts"] = Counts(terms["counts"])
    if terms.get("attempts_allowed") == 0:
        terms["attempts_allowed"] = None
    return Terms(**terms)


def instant(text: str, zone: str) -> datetime:
    """Read a wall-clock time of a zone, such as "2026-09-24T22:59", as an instant.

    Raises:
        UsageError: it is no time, or one that the zone's clocks skip.
    """
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no time; write it as 2026-09-24T22:59") from error
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    moment = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise UsageError(f"{text} does not exist in {zone}: clocks skip it; choose another time")
    return moment


@problems.command()
@click.argument("assignment")
@click.option("--variant", default=0, show_default=True, help="0 is the homework as set.")
@click.option("--json", "as_json", is_flag=True, help="The stable form; see docs/command-line.md.")
def show(assignment: str, variant: int, *, as_json: bool) -> None:
    """Show the parts of ASSIGNMENT with their references."""
    settings = Settings.from_env()
    entry = Catalog.of(settings.problems).assignment(assignment)
    parts = [
        row
        for number in entry.assignment.problems
        for row in _rows(settings, entry, number, variant)
    ]
    if as_json:
        shown = {"assignment": assignment, "title": entry.assignment.title, "parts": parts}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for row in parts:
        label = f"{row['part']} {row['field']}".rstrip()
        click.echo(
            f"{label}  [{row['kind']}, {row['points']:g}]  {row['reference'] or '(by hand)'}"
        )


def _rows(settings: Settings, entry: Entry, number: str, variant: int) -> Iterator[dict[str, Any]]:
    loaded = entry.problem(number)
    spec = loaded.spec
    if variant:
        seed = seed_of(
            Secrets.load(settings).course_key, entry.assignment.problems[number], variant
        )
        params = draw(spec, seed)
    else:
        params = as_stored(spec.as_set)
    references = solve(spec, params)
    prompts = _prompts(loaded, params)
    for part in spec.parts:
        for field in part.fields:
            yield {
                "problem": number,
                "part": f"{number}{part.label}",
                "field": field.name,
                "kind": field.kind.value,
                "points": field.points,
                "optional": part.optional,
                "prompt": "\n\n".join(filter(None, [prompts[part.label], field.prompt])),
                "reference": references[part.label][field.name]["reference"],
            }


def _prompts(loaded: Loaded, params: Params) -> dict[str, str]:
    shared, prompts = split_statement(fill(loaded.statement, loaded.spec, params))
    return {part.label: prompts.get(part.label) or shared for part in loaded.spec.parts}
