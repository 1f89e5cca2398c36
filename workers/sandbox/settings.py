"""What a sandbox is started with and what one notebook may use."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    """How much stands between student code and the machine."""

    FULL = "full"  # namespaces inside bubblewrap, filter, Landlock where there is one
    REDUCED = "reduced"  # Landlock and a stricter filter alone: no processes, no sockets


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """How to start a sandbox.

    Attributes:
        levels: what may be used, best first; with none of them possible, nothing is run.
        user: user and group id that a root worker becomes first; any that owns nothing.
        spares: how many jobs wait with their walls up; each holds some 15 MB.
        devices: device nodes of a GPU; jobs of such a sandbox never fork.
        hidden: folders (a bank of problems, say) that student code must not see even where they
            lie beside the libraries; the project's own packages always are.
        start_seconds: how long imports may take.
    """

    levels: tuple[Level, ...] = (Level.FULL, Level.REDUCED)
    user: int = 70001
    spares: int = 1
    devices: tuple[str, ...] = ()
    hidden: tuple[Path, ...] = ()
    start_seconds: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """What one notebook may use.

    Attributes:
        cell_seconds: wall clock of one cell.
        total_seconds: wall clock of all cells and probes, repeated ones included.
        memory_mb: memory of all its processes, beyond the empty sandbox.
        disk_mb: of the files that it writes.
        processes: processes and threads together.
    """

    cell_seconds: float = 30.0
    total_seconds: float = 120.0
    memory_mb: int = 2048
    disk_mb: int = 128
    processes: int = 64


@dataclass(frozen=True, slots=True)
class Supplies:
    """What the author put beside the notebook.

    Attributes:
        files: path below the work folder to content.
        urls: address to the path of the file that answers for it.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
