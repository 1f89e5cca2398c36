"""How much memory and disk a job uses, read from /proc by the zygote or by the job itself."""

import os

_KB = 1024


def own_data_bytes() -> int:
    """Return the data segment of this process, as RLIMIT_DATA counts it."""
    return _status_kb("self", ("VmData",)) * _KB


def private_kb(pid: int | str) -> int:
    """Return the anonymous and shared memory that one process holds, pages it shares included."""
    return _status_kb(pid, ("RssAnon", "RssShmem"))


def parents() -> dict[int, int]:
    """Return every process that is visible here and its parent."""
    found = {}
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/stat") as file:  # noqa: PTH123
                    found[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
    return found


def job_kb(first: int, base_kb: int, parent_of: dict[int, int], limit_kb: int) -> int:
    """Return what a job holds beyond the empty sandbox.

    Args:
        first: process id of its first process.
        base_kb: `private_kb` of the zygote.
        parent_of: what `parents` returned.
        limit_kb: what it may hold.

    Forks share pages, and the kernel takes milliseconds to tell whose share is what. So shares are
    asked for only where the processes, each counted whole, would be over the limit together;
    otherwise what the largest one holds is near enough.
    """
    family = [first]
    for pid in family:
        family += [child for child, parent in parent_of.items() if parent == pid]
    each = [max(0, private_kb(pid) - base_kb) for pid in family]
    if len(family) == 1 or sum(each) <= limit_kb:
        return max(each)
    return sum(_share_kb(pid) for pid in family)


def folder_bytes(path: str) -> int:
    """Return the size of all files below a folder; what vanishes meanwhile is not counted."""
    total = 0
    for root, _folders, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(os.path.join(root, name)).st_blocks * 512  # noqa: PTH118
            except OSError:
                continue
    return total


def _status_kb(pid: int | str, names: tuple[str, ...]) -> int:
    try:
        with open(f"/proc/{pid}/status") as file:  # noqa: PTH123
            return sum(int(line.split()[1]) for line in file if line.startswith(names))
    except (OSError, IndexError, ValueError):
        return 0


def _share_kb(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:  # noqa: PTH123
            wanted = ("Pss_Anon", "Pss_Shmem")
            return sum(int(line.split()[1]) for line in file if line.startswith(wanted))
    except (OSError, IndexError, ValueError):
        return 0
