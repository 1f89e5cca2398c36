"""Run by a root worker before all else: makes the interpreter reachable, then stops being root.

An interpreter below a folder that only root may enter (root's home, often) is out of reach of
the user that the sandbox runs as. In a mount namespace of our own such a folder is covered by an
empty one, in which the needed paths alone are bound back.
"""

import contextlib
import json
import os
import sys

from workers.sandbox.inside import kernel

_OTHERS_MAY_ENTER = 0o001
_MEMORY_SHARE = 0.75
_CONTROLS = (
    ("/sys/fs/cgroup", "memory.max"),
    ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
)


def main() -> None:
    """Cover, drop, and become the command; all of it stands in one JSON argument."""
    told = json.loads(sys.argv[1])
    join_group(told["group"])
    closed = closed_folders(told["paths"])
    if closed:
        kernel.unshare(kernel.NEW_MOUNT)
        kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
        for folder in sorted(closed):
            _cover(folder, [path for path in told["paths"] if path.startswith(f"{folder}/")])
    user = told["user"]
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    os.chdir("/")
    os.execve(told["command"][0], told["command"], dict(os.environ))  # noqa: S606


def join_group(name: str) -> None:
    """Put this process, and so all of the sandbox, under one memory limit, where cgroups allow it.

    A bomb that outruns the zygote's watch then ends in the sandbox, not on the machine.
    """
    limit = int(_MEMORY_SHARE * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for root, control in _CONTROLS:
        folder = f"{root}/{name}"
        with contextlib.suppress(OSError):
            os.mkdir(folder)  # noqa: PTH102
            for file_name, number in ((control, limit), ("cgroup.procs", os.getpid())):
                _write(f"{folder}/{file_name}", str(number))
            return
        leave_group(name)


def _write(path: str, text: str) -> None:
    """Write to a file that the kernel made; never make one."""
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def leave_group(name: str) -> None:
    """Remove the group once nothing is in it any more."""
    for root, _ in _CONTROLS:
        with contextlib.suppress(OSError):
            os.rmdir(f"{root}/{name}")  # noqa: PTH106


def closed_folders(paths: list[str]) -> set[str]:
    """Return the outermost folders above `paths` that others than their owner cannot enter."""
    found = set()
    for path in paths:
        folder = ""
        for name in path.strip("/").split("/")[:-1]:
            folder = f"{folder}/{name}"
            if not os.stat(folder).st_mode & _OTHERS_MAY_ENTER:  # noqa: PTH116
                found.add(folder)
                break
    return found


def outermost(paths: list[str]) -> list[str]:
    """Return those that lie below no other: a bound folder brings what is in it."""
    return [path for path in paths if not any(path.startswith(f"{above}/") for above in paths)]


def _cover(folder: str, paths: list[str]) -> None:
    """Mount an empty folder over `folder` and bind `paths`, which lie below it, back into it."""
    opened = {path: os.open(path, os.O_PATH) for path in outermost(paths)}
    kernel.mount("tmpfs", folder, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=755")
    for path, descriptor in opened.items():
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112
            os.makedirs(path, exist_ok=True)  # noqa: PTH103
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        kernel.mount(f"/proc/self/fd/{descriptor}", path, None, kernel.MS_BIND | kernel.MS_REC)
        os.close(descriptor)


if __name__ == "__main__":
    main()
