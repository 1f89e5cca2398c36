"""One log format for every process: a line for an event, its ids as key=value behind it."""

import logging
import sys

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class KeyValueFormatter(logging.Formatter):
    """Appends whatever was passed as `extra=` to the line, in order of its names."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the library's name
        """The line of `record`, with its extra values behind the message."""
        extra = sorted(set(vars(record)) - _STANDARD)
        # One event stays one line whatever an id contains.
        pairs = "".join(f" {name}={getattr(record, name)!r}" for name in extra)
        return super().formatMessage(record) + pairs


def configure(level: int = logging.INFO) -> None:
    """Send every logger of this process to stderr, once, in our format."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KeyValueFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
