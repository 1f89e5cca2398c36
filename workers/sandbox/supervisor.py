"""The worker's end of a sandbox: starts the zygote, hands it jobs, and talks to each of them."""

import array
import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

from grader.errors import SetupError, TransientError
from grader.evidence.texts import storable_value
from grader.evidence.values import BadPayload
from workers.sandbox import wire
from workers.sandbox.inside.drop import leave_group
from workers.sandbox.inside.walls import Caps
from workers.sandbox.launch import Bundle, command, environment
from workers.sandbox.settings import Level, RunLimits, SandboxSettings

_MESSAGE = 1 << 16
_STOP_SECONDS = 5.0
_REPORT_SECONDS = 5.0
_STDERR_SHOWN = 2000
_MOST_HEARD = 48 << 20  # bytes from one process, pictures included


class SandboxUnavailable(SetupError):
    """No level of isolation works on this machine, so student code is not run here."""


class SandboxGone(TransientError):
    """The sandbox died, and only the process that started it could start it again."""


class JobDied(ConnectionError):
    """The job ended before it answered.

    Attributes:
        why: "memory", "time" or "disk" where the sandbox ended it, "" where it ended by itself.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why or "the process ended")
        self.why = why


class JobStuck(TimeoutError):
    """The job did not answer in time and does not react."""


class Job:
    """One forked notebook process, from the outside; closing it kills it and all it started."""

    def __init__(self, data: socket.socket, control: socket.socket) -> None:
        self.data = data
        self.control = control
        self.peak_mb = 0.0
        self._number = 0
        self._heard = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def tell(self, action: str, **fields: Any) -> None:
        """Send one request.

        Raises:
            JobDied: there is nobody to hear it.
        """
        self._number += 1
        try:
            request = {"id": self._number, "do": action, **fields}
            wire.send(self.data, request, wire.SUPPLIES)
        except OSError as error:
            raise JobDied(self._why()) from error

    def hear(self, deadline: float) -> dict[str, Any]:
        """Return the next reply to the last request, passing over stale ones.

        A reply {"resumed": True} comes from a paused copy that has taken over. Whatever text the
        student's code made enters here, and nowhere else; from here on it can be stored.

        Raises:
            JobDied: the job ended, or what it says cannot be read.
            JobStuck: `deadline` (monotonic) passed.
        """
        while True:
            try:
                reply, size = wire.receive(self.data, deadline)
            except wire.Late as error:
                raise JobStuck from error
            except BadPayload as error:
                raise JobDied("") from error  # it lives, but nothing it says can be trusted
            except OSError as error:
                raise JobDied(self._why()) from error
            self._heard += size
            if self._heard > _MOST_HEARD:
                raise JobDied("")
            if isinstance(reply, dict) and (reply.get("id") == self._number or "resumed" in reply):
                return dict(storable_value(reply))

    def unwind(self) -> None:
        """Kill the working copy; the paused one before it will say that it has taken over."""
        with contextlib.suppress(OSError):
            self.control.send(b"unwind")

    def finish(self) -> None:
        """End the job and learn what it took."""
        with contextlib.suppress(OSError):
            self.control.send(b"end")
            self._why()
        self.close()

    def close(self) -> None:
        """Hang up on both sockets, which kills the job."""
        self.data.close()
        self.control.close()

    def _why(self) -> str:
        """Return why the job was ended, as the zygote says."""
        try:
            self.control.settimeout(_REPORT_SECONDS)
            report = json.loads(self.control.recv(_MESSAGE) or b"{}")
        except (OSError, ValueError):
            return ""
        self.peak_mb = report.get("peak_mb", 0.0)
        return str(report.get("why", ""))


class Sandbox:
    """A warm process behind a wall, from which notebooks are forked.

    Usable from several threads, and from processes forked after the start. It must be started by
    a thread that lives as long as it is used: the wall falls with the thread that built it.
    """

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.level = Level.REDUCED
        self.landlock = 0
        self.base_mb = 0
        self.refusals: dict[Level, str] = {}
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._bundle: Bundle | None = None

    @classmethod
    def start(cls, settings: SandboxSettings | None = None) -> Self:
        """Start a sandbox at the best level that works here.

        Raises:
            SandboxUnavailable: none of the levels allowed works; the message says why for each.
        """
        sandbox = cls(settings or SandboxSettings())
        sandbox._start()
        return sandbox

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the sandbox and every job in it."""
        with self._lock:
            self._stop()

    @contextlib.contextmanager
    def job(self, limits: RunLimits) -> Iterator[Job]:
        """Fork a job for one notebook.

        Raises:
            SandboxGone: the sandbox died, and another process has started it.
            TransientError: it cannot be started again just now.
        """
        data, far_data = socket.socketpair()
        control, far_control = socket.socketpair()
        order = {"caps": asdict(_caps(limits)), "seconds": limits.total_seconds + 30}
        try:
            self._hand_over(order, far_data, far_control)
        finally:
            far_data.close()
            far_control.close()
        with Job(data, control) as job:
            yield job

    def _hand_over(self, order: dict[str, Any], *sockets: socket.socket) -> None:
        numbers = array.array("i", [sock.fileno() for sock in sockets])
        message = [json.dumps(order).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, numbers)]
        for _ in range(2):
            channel = self._channel
            try:
                if channel is not None:
                    channel.sendmsg(*message)
                    return
            except OSError:
                pass  # the zygote is gone
            self._restart(channel)
        raise TransientError("The sandbox died twice while a notebook was handed to it.")

    def _restart(self, seen: socket.socket | None) -> None:
        """Start the zygote again after it died, once for all threads that noticed."""
        if os.getpid() != self._owner:
            raise SandboxGone("The sandbox of this worker is gone.")
        with self._lock:
            if self._channel is seen:
                self._stop()
                self._start()

    def _start(self) -> None:
        for level in self.settings.levels:
            try:
                self._start_at(level)
            except SetupError as error:
                self.refusals[level] = str(error)
                self._stop()
            else:
                self.level = level
                return
        reasons = "; ".join(f"{level}: {reason}" for level, reason in self.refusals.items())
        raise SandboxUnavailable(f"Student code cannot be isolated on this machine ({reasons}).")

    def _start_at(self, level: Level) -> None:
        self._bundle = Bundle()
        self._bundle.fill(self.settings.user if os.geteuid() == 0 else None)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel = ours
        with theirs:
            words = command(level, self.settings, self._bundle, theirs.fileno())
            self._process = subprocess.Popen(  # noqa: S603
                words,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                cwd="/",
            )
        ready = self._first_word(ours)
        if "refused" in ready:
            raise SetupError(str(ready["refused"]))
        self.landlock, self.base_mb = int(ready["landlock"]), int(ready["base_mb"])

    def _first_word(self, channel: socket.socket) -> dict[str, Any]:
        """Return what the zygote says when it is up, or raise SetupError with what it printed."""
        channel.settimeout(self.settings.start_seconds)
        try:
            message = channel.recv(_MESSAGE)
        except TimeoutError as error:
            raise SetupError("it did not start in time") from error
        finally:
            channel.settimeout(None)
        if message:
            first: dict[str, Any] = json.loads(message)
            return first
        process = self._process
        if process is None or process.stderr is None:
            raise SetupError("it did not start")
        printed = process.stderr.read().decode("utf-8", "replace").strip()
        raise SetupError(printed[-_STDERR_SHOWN:] or "it ended without a word")

    def _stop(self) -> None:
        if self._channel is not None:
            self._channel.close()
        if self._process is not None and os.getpid() == self._owner:
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
        if self._bundle is not None and os.getpid() == self._owner:
            leave_group(self._bundle.folder.name)
            self._bundle.remove()
        self._channel = self._process = self._bundle = None


def _caps(limits: RunLimits) -> Caps:
    return Caps(
        memory_mb=limits.memory_mb,
        disk_mb=limits.disk_mb,
        cpu_seconds=int(2 * limits.total_seconds) + 10,
        processes=limits.processes,
    )
