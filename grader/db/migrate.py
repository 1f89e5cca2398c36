"""Bring a database to the schema of this release.

Alembic is loaded where it is used: a portal or a worker, which never migrates, does without its
11 MB and a fifth of a second at the start.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from grader.errors import SetupError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x67726164  # any number that nobody else locks; here the letters "grad"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade the database of `engine` to `revision`; two processes doing so at once take turns.

    Raises:
        SetupError: it cannot be reached, is no database, or was written by a newer release.
    """
    from alembic import command

    try:
        with engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK}
                )
            _refuse_newer(connection)
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except DatabaseError as error:
        raise _unusable(engine, error) from error


def is_current(engine: Engine) -> bool:
    """Whether the database has the schema of this release; nothing is changed.

    Raises:
        SetupError: it cannot be reached, is no database, or was written by a newer release.
    """
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    try:
        with engine.connect() as connection:
            _refuse_newer(connection)
            current = MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        raise _unusable(engine, error) from error
    return current == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def alembic_config() -> "Config":
    """Return Alembic's configuration without an ini file: the migrations of this package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _refuse_newer(connection: Connection) -> None:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if current is not None and current not in known:
        raise SetupError(
            f"The database has revision {current}, which this release does not know: it was "
            "written by a newer one. Install that release, or restore a backup made before it."
        )


def _unusable(engine: Engine, error: DatabaseError) -> SetupError:
    why = " ".join(str(error.orig).split()).rstrip(".?")  # drivers write several lines
    return SetupError(
        f"The database {engine.url.render_as_string()} cannot be used: {why}. "
        "Check GRADER_DATABASE_URL, the file's permissions, and that nothing else wrote it."
    )
