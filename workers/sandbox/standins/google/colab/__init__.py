"""Stand-in for what a hosted notebook service adds; nothing here reaches any service."""

from . import drive, files

__all__ = ["drive", "files"]
