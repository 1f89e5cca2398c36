"""The processes of one machine under supervisord: what runs, in which order, how it is stopped.

supervisord restarts what dies. That nothing outlives it is the leash's doing: every process here,
supervisord first, dies with its parent.
"""

import contextlib
import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path

from grader.commands.servers import find_redis_server, redis_command
from grader.errors import SetupError
from grader.leash import HOLDER, leashed
from grader.queue import Queue
from grader.settings import Settings

GROUP = "service"
ENOUGH_TRIES = 1_000_000  # a database may be away for a night; the pause grows with each try
# Without the current folder on the path: what happens to lie there is no part of the service.
MODULE = (sys.executable, "-P", "-m")
HEAVY = 5
LOG_BYTES, OLD_LOGS = 10_000_000, 3
PORTAL_MEMORY = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "65536"}
"""Has glibc share two heaps among the portal's threads and give freed memory back early."""


@dataclass(frozen=True, slots=True)
class Program:
    """One process that is kept running.

    Attributes:
        stop_seconds: how long it may take to finish what it is doing before it is killed.
        niceness: 0 for what people wait for; more for what must not slow these down.
        environ: variables of its own, beside those of the service.
    """

    name: str
    command: list[str]
    stop_seconds: int = 10
    niceness: int = 0
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Files:
    """Where supervisord keeps its things."""

    config: Path
    unix_socket: Path
    log: Path
    logs: Path
    pid: Path

    @classmethod
    def of(cls, settings: Settings) -> "Files":
        """Their places below `var`."""
        var, logs = settings.var, settings.var / "logs"
        log = logs / "supervisord.log"
        return cls(var / "supervisord.conf", var / "up.sock", log, logs, var / "supervisord.pid")


def start(settings: Settings) -> subprocess.Popen[bytes]:
    """Write the configuration and start supervisord on a leash of this process.

    Raises:
        SetupError: its files cannot be written, or this machine has no Redis.
    """
    files = Files.of(settings)
    try:
        files.logs.mkdir(mode=0o700, exist_ok=True)
        files.config.write_text(configuration(settings, files), encoding="utf-8")
        log = files.log.open("ab", buffering=0)
    except OSError as error:
        where = error.filename or settings.var
        raise SetupError(f"cannot write {where}: {error.strerror}") from error
    environ = os.environ | settings.to_env() | {HOLDER: str(os.getpid())}
    command = [
        sys.executable,
        "-m",
        "supervisor.supervisord",
        "--nodaemon",
        "-c",
        str(files.config),
    ]
    process = subprocess.Popen(  # noqa: S603  our own command line
        leashed(command),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Ctrl-C reaches every process of the terminal's group; these are stopped in order.
        start_new_session=True,
    )
    threading.Thread(target=_note, args=(process, log), daemon=True).start()
    return process


def _note(process: subprocess.Popen[bytes], log: RawIOBase) -> None:
    """Append what supervisord prints to its log, or drop it while the disk is full.

    Supervisord prints what it could not log, and would end where even printing failed.
    """
    with log, process:
        for line in process.stdout or ():
            with contextlib.suppress(OSError):
                log.write(line)


def configuration(settings: Settings, files: Files) -> str:
    """The text of supervisord.conf."""
    programs = list(service_programs(settings))
    sections = [_head(files)]
    if settings.has_private_redis:
        folder = settings.var / "redis"
        folder.mkdir(mode=0o700, exist_ok=True)
        command = redis_command(find_redis_server(), settings.redis_socket, folder)
        # Started before the others and stopped after them.
        sections.append(_section(Program("redis", command), files, priority=1))
    sections += [_section(program, files, priority=10) for program in programs]
    names = ",".join(program.name for program in programs)
    # A group is stopped at once; single programs would be, one after the other.
    sections.append(f"[group:{GROUP}]\nprograms={names}\npriority=10\n")
    return "\n".join(sections)


def service_programs(settings: Settings) -> Iterator[Program]:
    """The portal, the workers and the sweeper, as `settings` count them."""
    yield Program("portal", portal_command(settings), environ=PORTAL_MEMORY)
    yield Program("answers", worker_command([Queue.ANSWERS], settings.answer_workers))
    if settings.notebook_workers:
        queues = [Queue.NOTEBOOKS, Queue.LONG]
        yield Program(
            "notebooks", worker_command(queues, settings.notebook_workers), niceness=HEAVY
        )
    if settings.gpu_workers:
        yield Program("gpu", worker_command([Queue.GPU], settings.gpu_workers), niceness=HEAVY)
    yield Program("sweep", [*MODULE, "grader", "sweep"], niceness=HEAVY)


def portal_command(settings: Settings) -> list[str]:
    """The command line of gunicorn."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return [
        *MODULE, "gunicorn", "web.wsgi:app",
        "--config", "python:grader.commands.gunicorn_hooks",
        "--bind", f"{host}:{settings.port}",
        "--worker-class", "gthread",
        "--workers", str(settings.portal_workers),
        "--threads", str(settings.portal_threads),
        "--graceful-timeout", "8",
        "--no-control-socket",
    ]  # fmt: skip


def worker_command(queues: list[Queue], processes: int) -> list[str]:
    """The command line of a Celery worker that takes `queues`, in that order."""
    return [
        *MODULE, "celery", "--app", "workers.app", "worker",
        "--queues", ",".join(queues),
        "--concurrency", str(processes),
        "--hostname", f"{queues[0]}@%h",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
        "--loglevel", "INFO",
    ]  # fmt: skip


def _head(files: Files) -> str:
    user = "user=root\n" if os.geteuid() == 0 else ""
    return (
        "[supervisord]\n"
        "nodaemon=true\nsilent=true\n"
        f"{user}"
        f"logfile={_escaped(files.log)}\nlogfile_maxbytes={LOG_BYTES}\nlogfile_backups={OLD_LOGS}\n"
        f"pidfile={_escaped(files.pid)}\nchildlogdir={_escaped(files.logs)}\n\n"
        f"[unix_http_server]\nfile={_escaped(files.unix_socket)}\nchmod=0700\n\n"
        "[rpcinterface:supervisor]\n"
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
    )


def _section(program: Program, files: Files, priority: int) -> str:
    log = _escaped(files.logs / f"{program.name}.log")
    environ = ",".join(f'{name}="{value}"' for name, value in program.environ.items())
    command = leashed(["nice", "-n", str(program.niceness), *program.command])
    return (
        f"[program:{program.name}]\n"
        f"command={_escaped(shlex.join(command))}\n"
        f"environment={environ}\n"
        f"priority={priority}\n"
        f"autorestart=true\nstartsecs=1\nstartretries={ENOUGH_TRIES}\n"
        f"stopsignal=TERM\nstopwaitsecs={program.stop_seconds}\nkillasgroup=true\n"
        "redirect_stderr=true\n"
        f"stdout_logfile={log}\nstdout_logfile_maxbytes={LOG_BYTES}\n"
        f"stdout_logfile_backups={OLD_LOGS}\n"
    )


def _escaped(text: object) -> str:
    """Text as supervisord reads it: it expands what follows a percent sign."""
    return str(text).replace("%", "%%")
