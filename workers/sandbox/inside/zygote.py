"""The warm process: everything imported once, then one fork a job, watched until it ends.

It reads no byte of student data. A job's own socket passes through it as a file descriptor; what
it says about a job (why it was killed, how much memory it held) goes over a second socket, and
closing that one kills the job and all that it started.
"""

import array
import contextlib
import gc
import importlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from workers.sandbox.inside import heap, kernel, landlock, usage, walls
from workers.sandbox.inside.filters import FIRST_PID, Filter

_POLL_SECONDS = 0.02
_MESSAGE = 1 << 16
_DEFAULT_CAPS = walls.Caps()


@dataclass(slots=True)
class Running:
    """A job that was handed out."""

    pid: int
    handle: int
    control: socket.socket
    caps: walls.Caps
    deadline: float
    work: str
    peak_kb: int = 0
    why: str = ""


@dataclass(slots=True)
class Zygote:
    """The loop: jobs come in on `channel`; it ends when the last holder of the other end is gone.

    Attributes:
        scratch: at the reduced level, the folder in which each job gets one.
        spares: how many jobs wait, walls up, for the next notebook.
    """

    channel: socket.socket
    shell: Any
    place: walls.Place
    scratch: str
    spares: int
    jobs: dict[int, Running] = field(default_factory=dict)
    waiting: list[tuple[int, socket.socket, str]] = field(default_factory=list)
    base_kb: int = 0
    count: int = 0

    def serve(self) -> None:
        """Serve until nobody can ask any more."""
        self.base_kb = usage.private_kb("self")
        own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY) if self.place.full else -1
        poll = select.epoll()
        poll.register(self.channel, select.EPOLLIN)
        next_look = 0.0
        while True:
            while len(self.waiting) < self.spares:
                self.waiting.append(self._spawn(None, _DEFAULT_CAPS, own_pids))
            for descriptor, _ in poll.poll(_POLL_SECONDS if self.jobs else -1):
                if descriptor == self.channel.fileno():
                    if not self._accept(poll, own_pids):
                        return
                elif descriptor in self.jobs:
                    self._attend(descriptor, poll)
            now = time.monotonic()
            if self.jobs and now >= next_look:
                self._look_after(now)
                took = time.monotonic() - now
                next_look = now + max(_POLL_SECONDS, 10 * took)

    def _accept(self, poll: select.epoll, own_pids: int) -> bool:
        """Start the job that arrived; return False when no more can arrive."""
        message, ancillary, _, _ = self.channel.recvmsg(_MESSAGE, socket.CMSG_SPACE(8))
        if not message:
            return False
        data, control = (
            socket.socket(fileno=number) for number in array.array("i", ancillary[0][2])
        )
        order = json.loads(message)
        caps = walls.Caps(**order["caps"])
        pid, work = self._hand_out(data, caps, own_pids)
        data.close()
        deadline = time.monotonic() + order["seconds"]
        handle = os.pidfd_open(pid)
        job = Running(pid, handle, control, caps, deadline, work)
        for descriptor in (handle, control.fileno()):
            self.jobs[descriptor] = job
            poll.register(descriptor, select.EPOLLIN)
        return True

    def _hand_out(self, data: socket.socket, caps: walls.Caps, own_pids: int) -> tuple[int, str]:
        while self.waiting and caps.disk_mb == _DEFAULT_CAPS.disk_mb:
            pid, link, work = self.waiting.pop(0)
            sent = array.array("i", [data.fileno()])
            try:
                link.sendmsg(
                    [json.dumps(asdict(caps)).encode()],
                    [(socket.SOL_SOCKET, socket.SCM_RIGHTS, sent)],
                )
            except OSError:  # where memory ran out, spares were the first to go
                self._drop_spare(pid, work)
                continue
            finally:
                link.close()
            return pid, work
        pid, _, work = self._spawn(data, caps, own_pids)
        return pid, work

    def _drop_spare(self, pid: int, work: str) -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        if not self.place.full:
            shutil.rmtree(work, ignore_errors=True)

    def _spawn(
        self, data: socket.socket | None, caps: walls.Caps, own_pids: int
    ) -> tuple[int, socket.socket, str]:
        """Fork a job; without `data`, a spare, and the socket on which to send it some."""
        from workers.sandbox.inside import job

        ours, theirs = socket.socketpair() if data is None else (data, data)
        place = self._place()
        if self.place.full:
            kernel.unshare(kernel.NEW_PID)  # of the children: the next fork is its first process
        pid = os.fork()
        if pid == 0:
            job.run(theirs, place, self.shell, caps, spare=data is None)
        if self.place.full:
            kernel.setns(own_pids, kernel.NEW_PID)
        if data is None:
            theirs.close()
        return pid, ours, place.work

    def _place(self) -> walls.Place:
        if self.place.full:
            return self.place
        self.count += 1
        work = f"{self.scratch}/job{self.count}"
        os.mkdir(work, 0o700)  # noqa: PTH102
        return walls.Place(False, work, self.place.readable, self.place.devices)

    def _attend(self, descriptor: int, poll: select.epoll) -> None:
        """A job has ended, or its supervisor has a word for it or has hung up."""
        job = self.jobs[descriptor]
        if descriptor == job.handle:
            self._bury(job, poll)
            return
        try:
            word = job.control.recv(16)
        except OSError:
            word = b""
        if word == b"unwind":
            os.kill(job.pid, signal.SIGUSR1)
            return
        if word:  # the notebook is done: say at once what it took
            self._weigh(job, usage.parents() if self.place.full else {})
            _report(job)
        os.kill(job.pid, signal.SIGKILL)
        poll.unregister(descriptor)
        del self.jobs[descriptor]

    def _bury(self, job: Running, poll: select.epoll) -> None:
        """Reap a job, say how it ended, and forget it."""
        os.waitpid(job.pid, 0)
        _report(job)
        for descriptor in (job.handle, job.control.fileno()):
            if self.jobs.pop(descriptor, None) is not None:
                poll.unregister(descriptor)
        os.close(job.handle)
        job.control.close()
        if not self.place.full:
            shutil.rmtree(job.work, ignore_errors=True)

    def _weigh(self, job: Running, parent_of: dict[int, int]) -> int:
        """Return the kilobytes that a job holds, and remember the most."""
        held = usage.job_kb(job.pid, self.base_kb, parent_of, job.caps.memory_mb << 10)
        job.peak_kb = max(job.peak_kb, held)
        return held

    def _look_after(self, now: float) -> None:
        """Kill what holds too much memory or disk, or has outlived its supervisor's patience."""
        parent_of = usage.parents() if self.place.full else {}
        for job in {id(job): job for job in self.jobs.values()}.values():
            if self._weigh(job, parent_of) > job.caps.memory_mb << 10:
                job.why = "memory"
            elif now > job.deadline:
                job.why = "time"
            elif not self.place.full and usage.folder_bytes(job.work) > job.caps.disk_mb << 20:
                job.why = "disk"
            if job.why:
                os.kill(job.pid, signal.SIGKILL)


def _report(job: Running) -> None:
    """Say how a job ended and what it took, if anybody still listens."""
    report = {"why": job.why, "peak_mb": round(job.peak_kb / 1024, 1)}
    with contextlib.suppress(OSError):
        job.control.sendall(json.dumps(report).encode())


def try_walls(place: walls.Place, scratch: str) -> str:
    """Put up the walls in a throw-away child; return "" or why they cannot be put up."""
    reading, writing = os.pipe()
    if place.full:
        own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY)
        try:
            kernel.unshare(kernel.NEW_PID)
        except OSError as error:
            return str(error)
    child = os.fork()
    if child == 0:
        _try_in_child(place, scratch, writing)
    if place.full:
        kernel.setns(own_pids, kernel.NEW_PID)
        os.close(own_pids)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    shutil.rmtree(f"{scratch}/trial", ignore_errors=True)
    return said.removeprefix("ok") if said.startswith("ok") else said or "the walls killed it"


def _try_in_child(place: walls.Place, scratch: str, writing: int) -> None:
    try:
        if not place.full:
            os.mkdir(f"{scratch}/trial", 0o700)  # noqa: PTH102
            place = walls.Place(False, f"{scratch}/trial", place.readable)
        walls.enter(place, 4)
        walls.restrict_calls(place)
        walls.limit(walls.Caps(), usage.own_data_bytes(), place)
        os.write(writing, b"ok")
    except OSError as error:
        os.write(writing, str(error).encode())
    finally:
        os._exit(0)


def main() -> None:
    """Be the zygote; everything it is told stands in one JSON argument."""
    told = json.loads(sys.argv[1])
    channel = socket.socket(fileno=told["channel"])
    full = told["level"] == "full"
    place = walls.Place(full, readable=tuple(told["readable"]), devices=tuple(told["devices"]))
    refused = try_walls(place, told["scratch"])
    if refused:
        channel.send(json.dumps({"refused": refused}).encode())
        sys.exit(3)
    from workers.sandbox.inside import warm

    importlib.import_module("workers.sandbox.inside.job")  # now: its folder is about to go
    shell = warm.up(told["standins"])
    sys.path.remove(told["source"])
    if full:
        kernel.detach(told["source"])
    _settle()
    ready = {
        "ready": True,
        "landlock": landlock.version(),
        "base_mb": usage.private_kb("self") >> 10,
    }
    channel.send(json.dumps(ready).encode())
    Zygote(channel, shell, place, told["scratch"], told["spares"]).serve()


def _settle() -> None:
    """Leave as little as can be for the children to copy or to find."""
    sys.argv = ["notebook"]
    gc.collect()
    gc.freeze()
    heap.settle()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Filter(namespaced=True).code(FIRST_PID)


if __name__ == "__main__":
    main()
