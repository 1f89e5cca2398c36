"""`grader doctor`: what this machine has and lacks, one line each, with what to do about it.

Packages above the core add checks of their own through the entry point group `grader.doctor`:
functions from `Settings` to a `Finding`.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path

import click
import redis
from sqlalchemy import make_url

from grader.commands.preflight import has_database
from grader.commands.servers import find_redis_server, is_listening
from grader.db import connect, is_current
from grader.errors import GraderError, SetupError
from grader.settings import PREFIX, SECRET_NAMES, Secrets, Settings, missing_secrets, variables

FREE_BYTES_WANTED = 2_000_000_000
BROKER_SECONDS = 2
# Named by what reads them, not by `Settings`.
OTHER_VARIABLES = {f"{PREFIX}{name.upper()}{end}" for name in SECRET_NAMES for end in ("", "_FILE")}
PYTHONS = (3, 11), (3, 13)


class Health(StrEnum):
    """How much a finding matters: a failure stops the service, a warning limits it."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's.

    Attributes:
        name: what was looked at.
        text: what was seen and, where it is not well, what to do.
    """

    health: Health
    name: str
    text: str


Check = Callable[[Settings], Finding]


@click.command()
def doctor() -> None:
    """Look at what the service needs. Exit 1 where something would stop it."""
    settings = Settings.from_env()
    failed = False
    for name, check in checks():
        finding = _examine(name, check, settings)
        failed = failed or finding.health is Health.FAIL
        click.echo(f"{finding.health:<5}{finding.name:<12}{finding.text}")
    sys.exit(int(failed))


def checks() -> Iterator[tuple[str, Check]]:
    """Every check: ours, then those of other packages by name."""
    yield from _CHECKS.items()
    for entry in sorted(entry_points(group="grader.doctor"), key=lambda entry: entry.name):
        yield entry.name, entry.load()


def _examine(name: str, check: Check, settings: Settings) -> Finding:
    try:
        return check(settings)
    except GraderError as error:
        return Finding(Health.FAIL, name, str(error))


def _python(_: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        return Finding(Health.WARN, "python", f"{version}: tried with 3.11 to 3.13 alone")
    return Finding(Health.OK, "python", version)


def _environment(_: Settings) -> Finding:
    known = set(variables().values()) | OTHER_VARIABLES
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        return Finding(
            Health.WARN, "environment", f"{', '.join(unknown)}: no such setting; a slip?"
        )
    return Finding(Health.OK, "environment", f"every {PREFIX} variable is a setting")


def _folder(settings: Settings) -> Finding:
    var = settings.var
    above = next(folder for folder in (var, *var.parents) if folder.exists())
    if not os.access(above, os.W_OK | os.X_OK):
        return Finding(Health.FAIL, "folder", f"cannot write in {above}: chown it, or GRADER_VAR")
    if var.exists() and var.stat().st_mode & 0o007:
        return Finding(Health.WARN, "folder", f"{var} is open to other users: chmod 700 it")
    free = shutil.disk_usage(above).free
    if free < FREE_BYTES_WANTED:
        return Finding(Health.WARN, "folder", f"{var} has {free / 1e9:.1f} GB left: make room")
    return Finding(Health.OK, "folder", f"{var}, {free / 1e9:.0f} GB free")


def _keys(settings: Settings) -> Finding:
    missing = missing_secrets(settings)
    if len(missing) == len(SECRET_NAMES):
        return Finding(Health.OK, "keys", "none yet: the first start makes them")
    if missing:
        raise SetupError(f"{', '.join(missing)} is gone: put it back from a backup")
    Secrets.load(settings)
    return Finding(Health.OK, "keys", f"{len(SECRET_NAMES)}, readable by this user alone")


def _broker(settings: Settings) -> Finding:
    if settings.has_private_redis and not is_listening(settings.redis_socket):
        return Finding(Health.OK, "redis", f"{find_redis_server()}, started with the service")
    client = redis.Redis.from_url(
        settings.redis_client_url,
        socket_timeout=BROKER_SECONDS,
        socket_connect_timeout=BROKER_SECONDS,
    )
    try:
        version = client.info("server")["redis_version"]
    except (redis.RedisError, OSError) as error:
        where = settings.redis_url.rpartition("@")[2]
        return Finding(Health.FAIL, "redis", f"{where} does not answer: {error}. Start it")
    finally:
        client.close()
    return Finding(Health.OK, "redis", f"{version} answers")


def _database(settings: Settings) -> Finding:
    shown = make_url(settings.database_url).render_as_string()
    if not has_database(settings):
        return Finding(Health.OK, "database", f"{shown}, made at the first start")
    engine = connect(settings.database_url)
    try:
        current = is_current(engine)
    finally:
        engine.dispose()
    if not current:
        return Finding(Health.WARN, "database", f"{shown} is older: the next start upgrades it")
    return Finding(Health.OK, "database", f"{shown}, up to date")


def _assets(_: Settings) -> Finding:
    vendor = Path(__file__).parents[2] / "web" / "static" / "vendor"
    if not (vendor / "stix-two-math.woff2").is_file():
        return Finding(
            Health.WARN, "assets", "no font for mathematics: brackets may not grow. `make set-up`"
        )
    return Finding(Health.OK, "assets", "installed")


_CHECKS: dict[str, Check] = {
    "python": _python,
    "environment": _environment,
    "folder": _folder,
    "keys": _keys,
    "redis": _broker,
    "database": _database,
    "assets": _assets,
}
