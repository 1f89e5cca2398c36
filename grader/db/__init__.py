"""The database: connections, transactions and migrations. Tables stand in `grader.models`."""

from grader.db.engine import connect, reading, writing
from grader.db.migrate import is_current, migrate
from grader.db.upsert import inserting

__all__ = ["connect", "inserting", "is_current", "migrate", "reading", "writing"]
