"""Stand-in for what a hosted notebook service adds; nothing here reaches any service."""

from google.colab import drive, files

__all__ = ["drive", "files"]
