"""`grader roster`: who is in a course."""

import csv
import secrets
from datetime import UTC, datetime
from pathlib import Path

import click

from grader.commands.database import database
from grader.db import writing
from grader.errors import UsageError
from grader.models import Role
from grader.services import people
from grader.settings import Settings

COLUMNS = ("login", "name")


@click.group()
def roster() -> None:
    """Bring rosters in."""


@roster.command("import")
@click.argument("course")
@click.argument("roster_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_roster(course: str, roster_file: Path) -> None:
    """Enroll everyone in ROSTER_FILE. It is a CSV with the columns login, name, role, section.

    Role and section may be left out: a student of no section. Who is new to the service gets a
    password, printed once as CSV; who is enrolled already keeps their place.
    """
    rows = _read(roster_file)
    click.echo("login,password")
    with database(Settings.from_env()) as engine, writing(engine) as session:
        found = people.course(session, course)
        for row in rows:
            user = people.find_user(session, row["login"])
            if user is None:
                password = secrets.token_urlsafe(9)
                user = people.create_user(
                    session, row["login"], row["name"], password, now=datetime.now(UTC)
                )
                click.echo(f"{user.login},{password}")
            if people.enrollment(session, found, user) is None:
                role = Role(row.get("role") or Role.STUDENT)
                people.enroll(session, found, user, role, row.get("section") or None)


def _read(path: Path) -> list[dict[str, str]]:
    """Read all rows, so that a broken one is found before anybody is enrolled.

    Raises:
        UsageError: a column or a value is missing, or a role is unknown; names the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(f"{path}: no column {', '.join(missing)} in its first line")
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: {error}") from error
    for line, row in enumerate(rows, start=2):
        if not all((row[name] or "").strip() for name in COLUMNS):
            raise UsageError(f"{path}, line {line}: login and name are both needed")
        if row.get("role") and row["role"] not in set(Role):
            raise UsageError(f"{path}, line {line}: a role is one of {', '.join(Role)}")
    return rows
