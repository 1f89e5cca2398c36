"""What must hold before the service starts. Each failure is one line that says what to do."""

import fcntl
import os
import shutil
import socket
from pathlib import Path

from sqlalchemy import Engine, make_url, select
from sqlalchemy.orm import Session

from grader.errors import SetupError
from grader.models import Course
from grader.settings import PREFIX, Secrets, Settings, missing_secrets

FIRST_FREE_PORT = 1024  # those below are root's
LEAST_FREE_BYTES = 50_000_000


def take_folder(settings: Settings) -> int:
    """Make `var`, lock it for this process, and return the descriptor that holds the lock.

    Raises:
        SetupError: it cannot be written, its disk is full, or another `grader up` runs on it.
    """
    try:
        settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(settings.var).free
        if free < LEAST_FREE_BYTES:
            raise SetupError(_no_room(settings.var, free))
        descriptor = os.open(settings.var / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SetupError(
            f"cannot write in {settings.var}: {error.strerror}. "
            "Give this user the folder, or name another one in GRADER_VAR"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(descriptor, 32).decode(errors="replace").strip()
        os.close(descriptor)
        raise SetupError(
            f"another `grader up` (process {holder or 'unknown'}) runs on {settings.var}: "
            "stop it, or name another folder in GRADER_VAR"
        ) from error
    os.truncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def _no_room(folder: Path, free: int) -> str:
    return (
        f"{free / 1e6:.1f} MB are free where {folder} lies, and the service starts with "
        f"{LEAST_FREE_BYTES / 1e6:.0f} MB or more: make room, or name another folder in GRADER_VAR"
    )


def check_port(settings: Settings) -> None:
    """Refuse a port that the portal could not listen on.

    Raises:
        SetupError: it is in use, not allowed to this user, or of no address of this machine.
    """
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except PermissionError as error:
        raise SetupError(
            f"port {port} is not for this user: choose one from {FIRST_FREE_PORT}, with --port"
        ) from error
    except OSError as error:
        raise SetupError(
            f"cannot listen on port {port} of {host}: {os.strerror(error.errno or 0)}. "
            "Choose another one with --port"
        ) from error


def check_broker_folder(settings: Settings) -> None:
    """Refuse a folder of the private Redis that this user could not write.

    Raises:
        SetupError: names the folder.
    """
    folder = settings.var / "redis"
    if settings.has_private_redis and folder.exists() and not _is_writable(folder):
        raise SetupError(f"cannot write in {folder}, where Redis keeps its queues: chown it")


def has_database(settings: Settings) -> bool:
    """Whether there is a database to look at; asked first, since connecting to SQLite makes one."""
    url = make_url(settings.database_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def keys(engine: Engine, settings: Settings) -> Secrets:
    """Load the keys, made now if this is the first start.

    Raises:
        SetupError: a key is gone although the database is in use, or cannot be read or made.
    """
    missing = missing_secrets(settings)
    if missing and _is_in_use(engine):
        names = ", ".join(f"{PREFIX}{name.upper()}" for name in missing)
        raise SetupError(
            f"the database holds a course but {names} is gone from {settings.secrets_folder}: "
            "put it back from a backup. A new one would change every student's numbers and "
            "make every receipt foreign"
        )
    return Secrets.create(settings)


def _is_in_use(engine: Engine) -> bool:
    with Session(engine) as session:
        return session.scalar(select(Course.id).limit(1)) is not None


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)
