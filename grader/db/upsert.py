"""INSERT that says what is to happen where the row is there already."""

from typing import TypeAlias

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

Upsert: TypeAlias = postgresql.Insert | sqlite.Insert


def inserting(session: Session, model: type[DeclarativeBase]) -> Upsert:
    """Return an INSERT that takes `on_conflict_do_update` and `on_conflict_do_nothing`.

    Both databases have it, spelled alike, and SQLAlchemy has a construct for each.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(model) if is_sqlite else postgresql.insert(model)
