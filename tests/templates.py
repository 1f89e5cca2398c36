"""Databases that begin with something in them: filled once, then copied for each test."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import postgresql
from sqlalchemy import Engine

from grader.db import connect

Contents = Callable[[Engine], None]
"""Fills an empty database, the same way each time. A function of a module: it is made once."""


@dataclass
class Templates:
    """Databases to copy, by what is in them.

    Migrating and publishing take 0.2 s of CPU for a test that wants neither tested; a copy takes
    a few milliseconds, and is as much a database of the test's own.
    """

    folder: Path
    files: dict[Contents, Path] = field(default_factory=dict)
    names: dict[Contents, str] = field(default_factory=dict)

    def sqlite(self, contents: Contents | None, path: Path) -> str:
        """Make the SQLite database `path`; return its address."""
        if contents is not None:
            if contents not in self.files:
                made = self.folder / f"{len(self.files)}.db"
                _fill(f"sqlite:///{made}", contents)
                self.files[contents] = made
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.files[contents], path)
        return f"sqlite:///{path}"

    def postgresql(self, contents: Contents | None, server: postgresql.Postgres) -> str:
        """Make a database of `server`; return its address."""
        if contents is None:
            return server.new_database()
        if contents not in self.names:
            url = server.new_database()
            _fill(url, contents)
            self.names[contents] = postgresql.name_of(url)
        return server.new_database(self.names[contents])


def _fill(url: str, contents: Contents) -> None:
    engine = connect(url)
    contents(engine)
    engine.dispose()
