"""Ties a process to its parent: when the parent dies, however it dies, so does the process.

Run as a script it becomes the command it is given: `leash.py COMMAND ARGUMENT...`. It stands on
the standard library alone and is started by its path, so that a child costs no import of ours.

The kernel's parent-death signal (prctl 2, PR_SET_PDEATHSIG) survives exec but not fork: every
level of a process tree takes its own leash. A parent that died before the call is never
noticed by the kernel; its number, handed down in LEASH_HOLDER, closes that gap.
"""

import ctypes
import os
import signal
import sys

HOLDER = "LEASH_HOLDER"
PR_SET_PDEATHSIG = 1
USAGE_EXIT, NOT_FOUND_EXIT, ORPHANED_EXIT = 2, 127, 125


def hold(parent: int, on_death: signal.Signals = signal.SIGKILL) -> None:
    """Let the kernel send `on_death` to this process when `parent` dies; at once if it has.

    Raises:
        OSError: the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(on_death), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        os.kill(os.getpid(), on_death)


def leashed(command: list[str]) -> list[str]:
    """The command line that runs `command` on a leash.

    Whoever starts it puts its own process number into the environment as LEASH_HOLDER.
    """
    return [sys.executable, "-I", "-S", __file__, *command]


def main(arguments: list[str]) -> int:
    """Become `arguments`, leashed to LEASH_HOLDER and holder of what it will start itself."""
    if not arguments or not os.environ.get(HOLDER, "").isdigit():
        sys.stderr.write(f"usage: {HOLDER}=PID leash.py COMMAND [ARGUMENT]...\n")
        return USAGE_EXIT
    parent = int(os.environ[HOLDER])
    if os.getppid() != parent:
        return ORPHANED_EXIT
    hold(parent)
    os.environ[HOLDER] = str(os.getpid())
    try:
        os.execvp(arguments[0], arguments)  # noqa: S606  no shell is wanted
    except OSError as error:
        sys.stderr.write(f"{arguments[0]}: {error.strerror}\n")
        return NOT_FOUND_EXIT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
