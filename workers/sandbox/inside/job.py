"""One job: the walls, then one notebook's cells and questions, as the supervisor asks for them.

The process holds nothing that is worth stealing or forging: what it says is a claim that the
worker judges. It answers one request at a time; each reply carries the request's number.
"""

import array
import json
import mmap
import os
import signal
import socket
import struct
import sys
import tempfile
from typing import Any

import torch

from grader.evidence.values import BadPayload, Opaque
from workers.sandbox import wire
from workers.sandbox.inside import kernel, offline, usage, walls, warm
from workers.sandbox.inside.cells import CellRunner
from workers.sandbox.inside.probing import Prober, read_file, seed_all
from workers.sandbox.inside.shell import NotebookShell

_DATA = 3
_PAGE = 4096


def run(inherited: socket.socket, place: walls.Place, shell: NotebookShell, caps: walls.Caps,
        *, spare: bool) -> None:  # fmt: skip
    """Be a job, from just after the fork until it is killed; never returns.

    Args:
        inherited: the job's own socket, or, for a spare, the one on which it will be sent.
    """
    try:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        _first_to_go()
        os.setsid()
        os.dup2(inherited.fileno(), _DATA)
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.closerange(_DATA + 1, 1 << 16)
        walls.enter(place, caps.disk_mb)
        _own_environment(place)
        job = Job(shell, place)
        walls.restrict_calls(place)
        if spare:
            warm.touch(shell)
            caps = _wait_for_work()
        job.begin(place, caps)
        job.serve()
    except (wire.Closed, BadPayload):
        os._exit(0)
    finally:
        os._exit(70)


def _first_to_go() -> None:
    """Where memory runs out all the same, the kernel is to take a job and not the zygote."""
    with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("1000")


def _own_environment(place: walls.Place) -> None:
    os.environ.clear()
    os.environ.update(
        {
            "PATH": "/usr/bin:/bin",
            "HOME": place.work,
            "USER": "student",
            "LANG": "C.UTF-8",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "MPLCONFIGDIR": f"{place.temporary}/matplotlib",
            "IPYTHONDIR": f"{place.temporary}/ipython",
            "TMPDIR": place.temporary,
            "TORCHINDUCTOR_CACHE_DIR": f"{place.temporary}/inductor",
            "OMP_NUM_THREADS": "1",
            "TORCHDYNAMO_DISABLE": "1",  # torch.compile would need a C++ compiler
        }
    )
    tempfile.tempdir = None
    sys.argv = ["notebook"]
    sys.path.append(place.work)


def _wait_for_work() -> walls.Caps:
    """Wait, inside the walls, for a socket and the caps of a job to arrive on our own."""
    waiting = socket.socket(fileno=_DATA)
    message, ancillary, _, _ = waiting.recvmsg(_PAGE, socket.CMSG_SPACE(4))
    if not ancillary:
        raise wire.Closed
    descriptor = array.array("i", ancillary[0][2])[0]
    waiting.detach()
    os.dup2(descriptor, _DATA)
    os.close(descriptor)
    return walls.Caps(**json.loads(message))


class Job:
    """Serves the requests of one supervisor about one notebook."""

    def __init__(self, shell: NotebookShell, place: walls.Place) -> None:
        self.shell = shell
        self.request = 0
        self.pid = os.getpid()
        self.runner = CellRunner(shell)
        self.runner.open()
        forks = place.full and not place.devices
        self.prober = Prober(self.runner, self.emit)
        self.pauses = Pauses() if forks else None

    def begin(self, place: walls.Place, caps: walls.Caps) -> None:
        """Take over the job's own socket, and be held to its limits."""
        self.sock = socket.socket(fileno=_DATA)
        self.runner.weigh()
        walls.limit(caps, usage.own_data_bytes(), place)

    def serve(self) -> None:
        """Answer requests until the other side hangs up."""
        actions = {
            "start": self.start,
            "cell": self.cell,
            "ask": lambda request: self.prober.ask(request["question"]),
            "file": lambda request: self.emit({"answer": read_file(request["path"])}),
            "mark": self.mark,
        }
        while True:
            request, _ = wire.receive(self.sock, room=wire.SUPPLIES)
            self.request = request["id"]
            actions[request["do"]](request)

    def emit(self, reply: dict[str, Any]) -> None:
        """Send one reply to the request that is being served.

        A copy that student code forked off, and that came back from it, ends here: there can be
        one that answers.
        """
        if os.getpid() != self.pid:
            os._exit(0)
        try:
            wire.send(self.sock, {"id": self.request, **reply})
        except BadPayload as error:
            answer = dict(reply.get("answer") or {})
            answer["output"] = Opaque("value", f"it cannot be carried: {error}")
            wire.send(self.sock, {"id": self.request, "answer": answer})

    def start(self, request: dict[str, Any]) -> None:
        """Put the author's files in place and seed what is random."""
        for name, data in request["files"].items():
            os.makedirs(os.path.dirname(name) or ".", exist_ok=True)  # noqa: PTH103, PTH120
            with open(name, "wb") as file:  # noqa: PTH123
                file.write(data)
        offline.serve(request["urls"], self.shell.note)
        seed_all(request["seed"])
        self.emit({"ready": True})

    def cell(self, request: dict[str, Any]) -> None:
        """Run one cell."""
        record = self.runner.run(request["index"], request["source"], request["seconds"])
        self.emit({"cell": record})

    def mark(self, request: dict[str, Any]) -> None:
        """Leave a paused copy of this process behind, to go on from if what follows dies.

        The student's own threads do not come along, so between cells none is left while there are
        some; questions are better off without them.
        """
        if self.pauses is None or (not request["threads"] and _threads() > 1):
            self.emit({"marked": False})
        else:
            reply = self.pauses.leave_one()
            self.pid = os.getpid()
            self.emit(reply)


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208


class Pauses:
    """A chain of paused processes, each the parent of the next; the last one works.

    The chain's process ids stand in memory that all of them share, so that the first, which alone
    gets signals from outside, knows whom to kill.
    """

    def __init__(self) -> None:
        self.shared = mmap.mmap(-1, _PAGE)
        self._write([])
        signal.signal(signal.SIGUSR1, self._unwind)

    def leave_one(self) -> dict[str, bool]:
        """Fork; return what to reply, in both copies.

        The one that goes on replies at once, the one left behind when the other has died.
        """
        before = self._read()
        try:
            child = self._fork()
        except OSError:
            return {"marked": False}
        if child == 0:
            torch.set_num_threads(1)  # torch's pool of threads did not come along; using it hangs
            self._write([*before, os.getpid()])
            return {"marked": True}
        os.waitpid(child, 0)
        self._write(before)
        return {"resumed": True}

    def _fork(self) -> int:
        """Fork; where the student's own processes leave no room for one more, end those first."""
        try:
            return os.fork()
        except OSError:
            if os.getpid() != 1:
                raise
            os.kill(-1, signal.SIGKILL)
            return os.fork()

    def _unwind(self, *_: object) -> None:
        chain = self._read()
        if chain:
            os.kill(chain[-1], signal.SIGKILL)

    def _read(self) -> list[int]:
        (count,) = struct.unpack_from("<I", self.shared)
        return list(struct.unpack_from(f"<{min(count, 500)}I", self.shared, 4))

    def _write(self, chain: list[int]) -> None:
        struct.pack_into(f"<I{len(chain)}I", self.shared, 0, len(chain), *chain)
