"""What `grader doctor` says of the sandbox: the level that works here, and why not a better one."""

import os

from grader.commands.doctor import Finding, Health
from grader.settings import Settings
from workers.sandbox.inside.drop import closed_folders
from workers.sandbox.launch import library_folders
from workers.sandbox.settings import Level, SandboxSettings
from workers.sandbox.supervisor import Sandbox, SandboxUnavailable

_HINTS = (
    ("uid map", "the kernel refuses namespaces to users without rights (Ubuntu 24.04: AppArmor)"),
    ("Operation not permitted", "namespaces are refused, as in a container with Docker's defaults"),
    ("bubblewrap is not installed", "bubblewrap is missing"),
    ("Permission denied", "the interpreter is out of reach of the user that the sandbox runs as"),
)


def check_sandbox(_: Settings) -> Finding:
    """Start a sandbox and say at which level; takes some seconds."""
    try:
        with Sandbox.start(SandboxSettings(spares=0)) as sandbox:
            level, refusals, landlock = sandbox.level, sandbox.refusals, sandbox.landlock
    except SandboxUnavailable as error:
        text = f"notebooks are refused: {error} Install bubblewrap; allow user namespaces."
        return Finding(Health.WARN, "sandbox", text)
    if level is Level.FULL:
        said = f"full, Landlock {landlock}" if landlock else "full, without Landlock"
        return Finding(Health.OK, "sandbox", f"{said}{_moved_note()}")
    reason = refusals.get(Level.FULL, "")
    hint = next((words for sign, words in _HINTS if sign in reason), reason[-200:])
    text = (
        f"reduced, without namespaces, processes and sockets: {hint}. Allow user namespaces "
        "(in Docker, by a seccomp profile that permits unshare and mount)."
    )
    return Finding(Health.WARN, "sandbox", text)


def _moved_note() -> str:
    """Say which folders had to be covered so that the sandbox's user reaches the interpreter."""
    if os.geteuid() != 0:
        return ""
    closed = closed_folders(library_folders())
    return f"; the interpreter below {', '.join(sorted(closed))} is bound in" if closed else ""
