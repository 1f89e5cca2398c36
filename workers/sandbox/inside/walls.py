"""The walls around one job, put up by the job's own process before it sees any student code.

Full: the process is the first of a new process namespace (its parent saw to that) and takes mount,
network, IPC and host-name namespaces of its own while it still may; puts fresh, size-capped file
systems where it may write; and then enters a user namespace in which it has no power over any of
them. Reduced, where the kernel refuses namespaces: Landlock and the filter alone; a folder of its
own, no processes, no sockets.
"""

import os
import resource
import socket
import time
from dataclasses import dataclass

from workers.sandbox.inside import kernel, landlock
from workers.sandbox.inside.filters import Filter

JOB_USER = 1000
WORK = "/job"
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/dev/full")
_QUIET = kernel.MS_NOSUID | kernel.MS_NODEV
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Caps:
    """What one job may use; the wall clock and the memory in all are watched from outside.

    Attributes:
        memory_mb: private memory of one process, beyond the empty sandbox.
        disk_mb: of the work folder; /tmp and /dev/shm have as much again each.
        cpu_seconds: of processor time of one process.
        processes: processes and threads together.
    """

    memory_mb: int = 2048
    disk_mb: int = 128
    cpu_seconds: int = 120
    processes: int = 64
    files: int = 256


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job lives.

    Attributes:
        full: whether namespaces stand around it.
        work: its folder; made by the zygote where there are no namespaces.
        readable: at the reduced level, what it may read.
        devices: device nodes that a GPU job may use.
    """

    full: bool
    work: str = WORK
    readable: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()

    @property
    def temporary(self) -> str:
        """The folder for temporary files."""
        return "/tmp" if self.full else f"{self.work}/.tmp"  # noqa: S108  # its own tmpfs


def enter(place: Place, disk_mb: int) -> None:
    """Put up all walls but the resource limits and the filter.

    Raises:
        OSError: the kernel refused one; the job must not go on.
    """
    if place.full:
        _enter_namespaces(disk_mb)
    else:
        os.mkdir(place.temporary, 0o700)  # noqa: PTH102
    kernel.drop_capabilities()
    kernel.no_new_privileges()
    _restrict_files(place)
    os.chdir(place.work)


def _enter_namespaces(disk_mb: int) -> None:
    kernel.unshare(kernel.NEW_MOUNT | kernel.NEW_NET | kernel.NEW_IPC | kernel.NEW_UTS)
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    socket.sethostname("sandbox")
    for path, count in ((WORK, "16k"), ("/tmp", "16k"), ("/dev/shm", "1k")):  # noqa: S108
        options = f"size={disk_mb}m,nr_inodes={count},mode=1777"
        kernel.mount("tmpfs", path, "tmpfs", _QUIET, options)
    options = "hidepid=2,subset=pid"
    kernel.mount("proc", "/proc", "proc", _QUIET | kernel.MS_NOEXEC, options)
    user, group = os.getuid(), os.getgid()
    kernel.unshare(kernel.NEW_USER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{JOB_USER} {user} 1"),
        ("gid_map", f"{JOB_USER} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
            file.write(text)


def _restrict_files(place: Place) -> None:
    """Landlock, where there is one; at the reduced level there must be."""
    if place.full and not landlock.version():
        return
    devices = [path for path in (*_DEVICES, *place.devices) if os.path.exists(path)]  # noqa: PTH110
    if place.full:
        landlock.restrict(["/"], [WORK, "/tmp", "/dev/shm", "/proc", *devices])  # noqa: S108
    else:
        landlock.restrict(list(place.readable), [place.work, *devices])


def restrict_calls(place: Place) -> None:
    """Set the filter of system calls; what it refuses is over for good.

    Raises:
        OSError: the kernel refused it; the job must not go on.
    """
    Filter(namespaced=place.full).install()


def limit(caps: Caps, base_data_bytes: int, place: Place) -> None:
    """Set the resource limits; behind the filter, from here on student code may run.

    Args:
        base_data_bytes: data that the empty sandbox holds, which is not the student's.
    """
    data = base_data_bytes + caps.memory_mb * _MB
    limits = {
        resource.RLIMIT_DATA: data,
        resource.RLIMIT_NPROC: caps.processes,
        resource.RLIMIT_FSIZE: caps.disk_mb * _MB,
        resource.RLIMIT_NOFILE: caps.files,
        resource.RLIMIT_STACK: 64 * _MB,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if place.devices:  # CUDA maps and locks far more than it uses
        del limits[resource.RLIMIT_DATA], limits[resource.RLIMIT_MEMLOCK]
    if not place.full:  # the limit would count all processes of the user, not only the job's
        del limits[resource.RLIMIT_NPROC]
    for kind, value in limits.items():
        hard = resource.getrlimit(kind)[1]
        capped = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (capped, capped))
    used = int(time.process_time())  # what a spare spent on getting ready is not the student's
    resource.setrlimit(resource.RLIMIT_CPU, (used + caps.cpu_seconds, used + caps.cpu_seconds + 2))
