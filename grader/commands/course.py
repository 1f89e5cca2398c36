"""`grader course`: courses of this service."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from grader.commands import decisions
from grader.commands.database import database
from grader.db import writing
from grader.errors import UsageError
from grader.services import people
from grader.settings import Settings


@click.group()
def course() -> None:
    """Create courses; decide deadlines and points of single students."""


for command in (
    decisions.extend,
    decisions.list_extensions,
    decisions.adjust,
    decisions.list_adjustments,
):
    course.add_command(command)


@course.command()
@click.argument("slug")
@click.argument("title")
@click.option("--time-zone", required=True, help="Where its deadlines are read: Europe/Berlin.")
def create(slug: str, title: str, time_zone: str) -> None:
    """Create the course SLUG, called TITLE."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(f"there is no time zone {time_zone!r}; one is Europe/Berlin") from error
    with database(Settings.from_env()) as engine, writing(engine) as session:
        if people.has_course(session, slug):
            raise UsageError(f"the course {slug} exists already")
        people.create_course(session, slug, title, time_zone)
    click.echo(f"{slug}: created")
