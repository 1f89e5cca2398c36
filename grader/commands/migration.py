"""For maintainers: write the migration from the newest revision to the tables as they are now.

    python -m grader.commands.migration "add reviews"

Read what it wrote before you commit it: renames and data are yours to write.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.autogenerate.api import AutogenContext

from grader.db.engine import connect
from grader.db.migrate import alembic_config, migrate
from grader.models import Base
from grader.models.base import Instant


def render_plainly(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain ones beneath: a migration must not change later."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def main(message: str) -> None:
    """Write a revision called `message` into the migrations folder."""
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{Path(folder) / 'newest.db'}")
        migrate(engine)
        with engine.execution_options(writes=True).begin() as connection:
            config = alembic_config()
            config.attributes.update(
                connection=connection, target_metadata=Base.metadata, render_item=render_plainly
            )
            command.revision(config, message, autogenerate=True)


if __name__ == "__main__":
    main(sys.argv[1])
