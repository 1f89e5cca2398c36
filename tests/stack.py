"""Real processes for tests and benchmarks: workers, sweep and portal of a service of one's own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from grader.commands.servers import find_redis_server, redis_command, wait_for_socket
from grader.leash import HOLDER, leashed
from grader.settings import Secrets, Settings

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 60.0
"""A generous deadline for "it comes back" on a busy machine."""


def eventually(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> object:
    """Return what `condition` returns as soon as that is true; fail after `seconds`."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError(f"not so within {seconds} s: {condition}")
        time.sleep(0.05)


@contextmanager
def redis_of_its_own(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a Redis that a test may freeze or kill; yield its broker address and its process."""
    folder = Path(tempfile.mkdtemp(prefix="redis-", dir=folder))
    unix_socket = folder / "redis.sock"
    server = subprocess.Popen(
        leashed(redis_command(find_redis_server(), unix_socket, folder)),
        env=os.environ | {HOLDER: str(os.getpid())},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for_socket(unix_socket)
    try:
        yield f"redis+socket://{unix_socket}", server
    finally:
        server.kill()
        server.wait()


@dataclass
class Stack:
    """Processes with one set of settings, all ended at the end of a test whatever happened."""

    settings: Settings
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings.var.mkdir(parents=True, exist_ok=True)
        Secrets.create(self.settings)

    def start(self, name: str, *command: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start a process that dies with this one."""
        log = self.settings.var / f"{name}-{len(self.logs)}.log"
        self.logs.append(log)
        env = os.environ | self.settings.to_env() | {HOLDER: str(os.getpid())} | environ
        with log.open("wb") as output:
            process = subprocess.Popen(
                leashed(list(command)), env=env, cwd=ROOT, stdout=output, stderr=output
            )
        self.processes.append(process)
        return process

    def worker(
        self, *queues: str, processes: int = 2, app: str = "workers.app", **environ: str
    ) -> subprocess.Popen[bytes]:
        """Start a Celery worker, and wait until it takes messages."""
        queues = queues or ("answers",)
        worker = self.start(
            "worker", sys.executable, "-m", "celery", "-A", app, "worker", "-Q", ",".join(queues),
            "-c", str(processes), "-n", f"w{len(self.logs)}@%h", "-l", "INFO",
            "--without-gossip", "--without-mingle", "--without-heartbeat", **environ,
        )  # fmt: skip
        log = self.logs[-1]
        eventually(lambda: b" ready." in log.read_bytes() or self._fail_if_ended(worker, log))
        return worker

    def _fail_if_ended(self, process: subprocess.Popen[bytes], log: Path) -> None:
        assert process.poll() is None, log.read_text()[-3000:]

    def sweep(self) -> subprocess.Popen[bytes]:
        return self.start("sweep", sys.executable, "-m", "grader", "sweep")

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
        for process in self.processes:
            process.wait(timeout=30)
