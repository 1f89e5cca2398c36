"""What the service is told from outside: one object, read once from the environment.

Every setting is an environment variable named GRADER_ and the field in capitals. The table in
docs/operator.md lists them all, and a test holds the two together.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from grader.errors import SetupError

PREFIX = "GRADER_"
KEY_BYTES = 32
# The kernel takes 107 bytes, and supervisord appends its process number while it makes its own.
LONGEST_SOCKET_PATH = 97
HIGHEST_PORT = 65535
LONGEST_COUNT = 15  # digits; far above any use and far below what int() takes long over


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the service keeps its things and how much it may take.

    Attributes:
        var: folder of everything the service writes: database, Redis, logs, secrets.
        database_url: SQLAlchemy address; SQLite in `var` unless given.
        redis_url: broker address as Celery spells it; a private socket in `var` unless given.
        problems: packages and folders that problems are loaded from.
        lease_seconds: how long a claimed job stays a worker's own without a renewal.
        sweep_seconds: time between two sweeps for jobs that nobody works on.
        visibility_timeout_seconds: when Redis hands out an unacknowledged message again; above
            the longest task, and the same in every process, since Redis keeps one list for all.
        max_body_bytes: the largest request that the portal reads.
        gpu_smoke: run GPU jobs on the CPU; only for trying the queue out.
        host: address that the portal listens on.
        port: port that the portal listens on.
        portal_workers: portal processes.
        portal_threads: requests that one portal process serves at a time.
        answer_workers: processes that grade typed answers.
        notebook_workers: processes that run notebooks and long jobs.
        gpu_workers: processes that take GPU jobs, one for each GPU.
        secure_cookies: send cookies over HTTPS alone; on wherever the portal stands behind TLS.
        trusted_proxies: reverse proxies in front of the portal whose X-Forwarded headers count.
    """

    var: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    problems: tuple[str, ...] = ("problems",)
    lease_seconds: int = 60
    sweep_seconds: int = 10
    visibility_timeout_seconds: int = 4 * 3600
    max_body_bytes: int = 50_000_000
    gpu_smoke: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    portal_workers: int = 1
    portal_threads: int = 8
    answer_workers: int = 2
    notebook_workers: int = 1
    gpu_workers: int = 1
    secure_cookies: bool = False
    trusted_proxies: int = 0

    def __post_init__(self) -> None:
        """Fill in what follows from `var`, and refuse what cannot work."""
        var = self.var.expanduser().resolve()
        object.__setattr__(self, "var", var)
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{var / 'grader.db'}")
        if not self.redis_url:
            object.__setattr__(self, "redis_url", f"redis+socket://{self.redis_socket}")
        _check_ranges(self)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read every setting from `environ`; an empty variable counts as absent.

        >>> Settings.from_env({"GRADER_PORT": "9000"}).port
        9000

        Raises:
            SetupError: a variable cannot be read; the message names it.
        """
        given: dict[str, Any] = {}
        for name, variable in variables().items():
            text = environ.get(variable, "").strip()
            if text:
                given[name] = _read(name, variable, text)
        return cls(**given)

    def to_env(self) -> dict[str, str]:
        """The variables that give these settings to another process."""
        return {variable: _write(getattr(self, name)) for name, variable in variables().items()}

    @property
    def redis_socket(self) -> Path:
        """The socket of the private Redis, used where no other Redis is named."""
        return self.var / "redis.sock"

    @property
    def has_private_redis(self) -> bool:
        """Whether `grader up` runs a Redis of its own."""
        return self.redis_url == f"redis+socket://{self.redis_socket}"

    @property
    def redis_client_url(self) -> str:
        """The address of Redis as its Python client spells it."""
        return self.redis_url.replace("redis+socket://", "unix://", 1).replace(
            "virtual_host=", "db="
        )

    @property
    def secrets_folder(self) -> Path:
        """Where the keys lie that the first start made."""
        return self.var / "secrets"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys that the first start makes; 32 random bytes each.

    Attributes:
        session_key: signs cookies and forms. Changing it logs everyone out.
        course_key: HMAC key behind every seed. Changing it changes which variant a student gets.
        signing_key: Ed25519 private key of receipts. Changing it makes old receipts foreign.
    """

    session_key: bytes = field(repr=False)
    course_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)

    @classmethod
    def load(cls, settings: Settings, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the keys; for each, GRADER_<NAME> or the file of GRADER_<NAME>_FILE goes first.

        Raises:
            SetupError: a key is missing, malformed, or open to other users.
        """
        return cls(**{name: _load_key(name, settings, environ) for name in SECRET_NAMES})

    @classmethod
    def create(cls, settings: Settings, environ: Mapping[str, str] = os.environ) -> Self:
        """Make those keys that are not there yet, then load all.

        Only a first start may call it: a new key beside an old database changes every seed.

        Raises:
            SetupError: as `load`, or the folder of the keys cannot be written.
        """
        for name in missing_secrets(settings, environ):
            _make_key(settings.secrets_folder / name)
        return cls.load(settings, environ)


SECRET_NAMES = tuple(key.name for key in fields(Secrets))


def variables() -> dict[str, str]:
    """Field of `Settings` to environment variable, in order of declaration."""
    return {setting.name: PREFIX + setting.name.upper() for setting in fields(Settings)}


def missing_secrets(settings: Settings, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Names of the keys that neither the environment nor the secrets folder holds."""
    return tuple(
        name
        for name in SECRET_NAMES
        if not environ.get(PREFIX + name.upper())
        and not environ.get(f"{PREFIX}{name.upper()}_FILE")
        and not (settings.secrets_folder / name).exists()
    )


def _check_ranges(settings: Settings) -> None:
    for name, variable in variables().items():
        value = getattr(settings, name)
        if isinstance(value, int) and value < _LOWEST.get(name, 0):
            raise SetupError(f"{variable}={value}: must be {_LOWEST.get(name, 0)} or more")
    if settings.port > HIGHEST_PORT:
        raise SetupError(f"GRADER_PORT={settings.port}: ports end at {HIGHEST_PORT}")
    if settings.sweep_seconds >= settings.lease_seconds:
        raise SetupError("GRADER_SWEEP_SECONDS must be below GRADER_LEASE_SECONDS")
    if settings.has_private_redis and len(os.fsencode(settings.redis_socket)) > LONGEST_SOCKET_PATH:
        raise SetupError(
            f"{settings.redis_socket} is longer than a Unix socket may be "
            f"({LONGEST_SOCKET_PATH} bytes): choose a shorter GRADER_VAR"
        )


_LOWEST = {
    "lease_seconds": 1, "sweep_seconds": 1, "visibility_timeout_seconds": 60,
    "max_body_bytes": 1024, "port": 1, "portal_workers": 1, "portal_threads": 1,
    "answer_workers": 1,
}  # fmt: skip


def _read(name: str, variable: str, text: str) -> Any:
    reader = _READERS[_TYPES[name]]
    try:
        return reader(text)
    except ValueError as error:
        raise SetupError(f"{variable}={text}: {error}") from error


def _read_flag(text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("write 1 or 0")


def _read_count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT):
        raise ValueError("write a whole number")
    return int(text)


_READERS: dict[type, Callable[[str], Any]] = {
    bool: _read_flag,
    int: _read_count,
    str: str,
    type(Path()): Path,
    tuple: lambda text: tuple(name for name in text.split(":") if name),
}


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return ":".join(value) if isinstance(value, tuple) else str(value)


_TYPES: dict[str, type] = {setting.name: type(setting.default) for setting in fields(Settings)}


def _load_key(name: str, settings: Settings, environ: Mapping[str, str]) -> bytes:
    variable = PREFIX + name.upper()
    if environ.get(variable):
        return _parse_key(environ[variable], variable)
    given = environ.get(f"{variable}_FILE")
    path = Path(given) if given else settings.secrets_folder / name
    try:
        if not given and path.stat().st_mode & 0o077:
            raise SetupError(f"{path} can be read by other users: chmod 600 it")
        text = path.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise SetupError(
            f"no {variable}: set it, or {variable}_FILE, or let `grader up` make {path}"
        ) from error
    except (OSError, ValueError) as error:
        raise SetupError(f"{path} cannot be read: {error}") from error
    return _parse_key(text, str(path))


def _parse_key(text: str, source: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise SetupError(f"{source} is not hexadecimal") from error
    if len(key) != KEY_BYTES:
        raise SetupError(f"{source} holds {len(key)} bytes; a key has {KEY_BYTES}")
    return key


def _make_key(path: Path) -> None:
    """Write a new key that is there whole or not at all, and that only its owner reads."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(descriptor)
        draft.rename(path)
    except OSError as error:
        raise SetupError(f"cannot make {path}: {error.strerror}") from error
