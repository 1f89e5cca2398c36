"""`grader course`: courses of this service."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from grader.db import connect, migrate, writing
from grader.errors import UsageError
from grader.services import people
from grader.settings import Settings


@click.group()
def course() -> None:
    """Create courses."""


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
    engine = connect(Settings.from_env().database_url)
    migrate(engine)
    with writing(engine) as session:
        if people.has_course(session, slug):
            raise UsageError(f"the course {slug} exists already")
        people.create_course(session, slug, title, time_zone)
    click.echo(f"{slug}: created")
