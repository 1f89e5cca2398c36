"""The database: connections, transactions and migrations. Tables stand in `grader.models`."""

from grader.db.engine import connect, reading, writing
from grader.db.migrate import is_current, migrate

__all__ = ["connect", "is_current", "migrate", "reading", "writing"]
