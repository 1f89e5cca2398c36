"""The few calls to the kernel that Python has no name for."""

import ctypes
import os
import struct

NEW_USER = 0x10000000
NEW_PID = 0x20000000
NEW_MOUNT = 0x00020000
NEW_NET = 0x40000000
NEW_IPC = 0x08000000
NEW_UTS = 0x04000000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
_DETACH = 2

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_SECUREBITS_LOCKED = 0x2F  # no root, no fixup of capabilities on setuid, both locked
_CAPSET = {"x86_64": 126, "aarch64": 91}

_libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> int:
    """Return `result`; raise OSError naming `what` where it is negative."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces in `flags` for new ones."""
    checked(_libc.unshare(flags), f"unshare {flags:#x}")


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace behind `descriptor`."""
    checked(_libc.setns(descriptor, kind), "setns")


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Attach a file system as the system call does; None stands for a null pointer."""

    def text(value: str | None) -> bytes | None:
        return None if value is None else os.fsencode(value)

    result = _libc.mount(
        text(source), text(target), text(kind), ctypes.c_ulong(flags), text(data or None)
    )
    checked(result, f"mount {kind or source} on {target}")


def detach(target: str) -> None:
    """Take away the mount at `target`, in use or not."""
    checked(_libc.umount2(os.fsencode(target), _DETACH), f"unmount {target}")


def prctl(option: int, first: int = 0, second: int = 0) -> int:
    """Set an attribute of this process; return what the kernel returns, -1 included."""
    return int(_libc.prctl(option, ctypes.c_ulong(first), ctypes.c_ulong(second), 0, 0))


def prctl_pointer(option: int, first: int, pointer: ctypes.Structure) -> None:
    """Set an attribute of this process that is a structure.

    Raises:
        OSError: the kernel refused.
    """
    result = _libc.prctl(option, ctypes.c_ulong(first), ctypes.byref(pointer), 0, 0)
    checked(result, f"prctl {option}")


def syscall(number: int, *arguments: int | ctypes.Structure | None) -> int:
    """Make a system call by number; structures go by pointer.

    Raises:
        OSError: the kernel refused.
    """
    passed = [
        ctypes.byref(argument)
        if isinstance(argument, ctypes.Structure)
        else ctypes.c_long(argument or 0)
        for argument in arguments
    ]
    return checked(int(_libc.syscall(ctypes.c_long(number), *passed)), f"system call {number}")


def drop_capabilities() -> None:
    """Give up every capability, for this process and whatever it may execute, for good."""
    for number in range(64):
        if prctl(PR_CAPBSET_DROP, number) < 0:
            break
    prctl(PR_SET_SECUREBITS, _SECUREBITS_LOCKED)
    prctl(PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)
    header = ctypes.create_string_buffer(struct.pack("<II", _CAPABILITY_VERSION_3, 0))
    nothing = ctypes.create_string_buffer(bytes(24))
    number = _CAPSET[os.uname().machine]
    checked(_libc.syscall(ctypes.c_long(number), header, nothing), "capset")


def no_new_privileges() -> None:
    """Make set-uid files harmless from here on; needed before a filter is set."""
    checked(prctl(PR_SET_NO_NEW_PRIVS, 1), "no_new_privs")
