"""The system-call filter: an allow-list (`syscalls.txt`), with arguments checked where they matter.

Refused calls fail with EPERM, so that Python raises and the cell goes on; numbers newer than the
list fail with ENOSYS, so that the C library falls back to older calls. Another architecture's
calls kill the process. Needs x86-64 or 64-bit ARM.
"""

import ctypes
import errno
import os
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workers.sandbox.inside import kernel

_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_X32_BIT = 0x40000000
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_EQUAL, _AT_LEAST, _ANY_BIT = 0x15, 0x35, 0x45
_KILL, _ALLOW, _ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_NEWEST_KNOWN = 450
_SECCOMP_MODE_FILTER = 2

_CLONE3 = 435
_NEW_NAMESPACES = 0x7E020000
_CLONE_THREAD = 0x00010000
_SHARED_ANONYMOUS, _SHARING_BITS = 0x21, 0x23
_AF_UNIX = 1
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI and TIOCLINUX type into a terminal
_WITHOUT_PROCESSES = frozenset(
    ["fork", "vfork", "pidfd_open", "pidfd_send_signal", "tkill", "setpriority", "socket",
     "socketpair"]
)  # fmt: skip
FIRST_PID = 1
"""What every job with namespaces of its own finds itself to be."""
_OWN_PROCESS_ONLY = ("kill", "tgkill", "prlimit64", "sched_setaffinity")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which filter to build.

    Attributes:
        namespaced: whether namespaces stand around the process. Where they do not, it may start
            no process, open no socket of any kind and signal nothing but itself.
    """

    namespaced: bool = True

    def install(self) -> None:
        """Set the filter on this thread and all that it starts; there is no way back.

        Raises:
            OSError: the kernel has no filters, or this machine's calls are not in the list.
        """
        code = self.code(os.getpid())
        buffer = ctypes.create_string_buffer(code)
        program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
        kernel.prctl_pointer(kernel.PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program)

    @cache  # noqa: B019  # of a frozen value
    def code(self, own_pid: int) -> bytes:
        """Return the filter as the kernel takes it; a zygote puts that of its jobs together."""
        return b"".join(struct.pack("<HBBI", *step) for step in self.steps(own_pid))

    def steps(self, own_pid: int) -> list[tuple[int, int, int, int]]:
        """Return the filter as (code, jump if true, jump if false, operand)."""
        machine = os.uname().machine
        if machine not in _ARCHITECTURES:
            raise OSError(errno.ENOSYS, f"no list of system calls for {machine}")
        architecture, column = _ARCHITECTURES[machine]
        rows = {name: row[column] for name, row in _TABLE.items()}
        numbers = {name: number for name, number in rows.items() if number is not None}
        steps = [(_LOAD, 0, 0, _ARCHITECTURE_AT), (_EQUAL, 1, 0, architecture), _end(_KILL)]
        steps += [(_LOAD, 0, 0, _NUMBER_AT)]
        if machine == "x86_64":
            steps += [(_AT_LEAST, 0, 1, _X32_BIT), _end(_KILL)]
        steps += _on(_CLONE3, [_refuse(errno.ENOSYS)])
        steps += self._argument_checks(numbers, own_pid)
        refused = frozenset() if self.namespaced else _WITHOUT_PROCESSES
        for name, number in numbers.items():
            if name not in refused:
                steps += _on(number, [_end(_ALLOW)])
        return [*steps, (_AT_LEAST, 0, 1, _NEWEST_KNOWN), _refuse(errno.ENOSYS), _refuse()]

    def _argument_checks(
        self, numbers: dict[str, int], own_pid: int
    ) -> list[tuple[int, int, int, int]]:
        """Return the steps for calls that are allowed with some arguments only."""
        steps = _on(numbers["clone"], self._clone())
        steps += _on(
            numbers["mmap"],
            [
                _argument(3),
                (_AND, 0, 0, _SHARING_BITS),
                (_EQUAL, 0, 1, _SHARED_ANONYMOUS),
                _refuse(errno.ENOMEM),  # no memory limit counts shared anonymous pages
                _end(_ALLOW),
            ],
        )
        first, second = _TERMINAL_INPUT
        steps += _on(
            numbers["ioctl"],
            [
                _argument(1),
                (_EQUAL, 1, 0, first),
                (_EQUAL, 0, 1, second),
                _refuse(),
                _end(_ALLOW),
            ],
        )
        if self.namespaced:
            allowed = [_argument(0), (_EQUAL, 1, 0, _AF_UNIX), _refuse(errno.EACCES), _end(_ALLOW)]
            return steps + _on(numbers["socket"], allowed)
        for name in _OWN_PROCESS_ONLY:
            own = [_argument(0), (_EQUAL, 2, 0, own_pid), (_EQUAL, 1, 0, 0), _refuse()]
            if name == "kill":  # zero is the whole process group
                own = [_argument(0), (_EQUAL, 1, 0, own_pid), _refuse()]
            steps += _on(numbers[name], [*own, _end(_ALLOW)])
        return steps

    def _clone(self) -> list[tuple[int, int, int, int]]:
        new_namespace = [_argument(0), (_ANY_BIT, 0, 1, _NEW_NAMESPACES), _refuse()]
        if self.namespaced:
            return [*new_namespace, _end(_ALLOW)]
        return [*new_namespace, (_ANY_BIT, 1, 0, _CLONE_THREAD), _refuse(), _end(_ALLOW)]


def _on(number: int, steps: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Return steps run for one system call; they must end by returning."""
    return [(_EQUAL, 0, len(steps), number), *steps]


def _argument(index: int) -> tuple[int, int, int, int]:
    return (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * index)  # the low half, on little-endian machines


def _end(action: int) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, action)


def _refuse(number: int = errno.EPERM) -> tuple[int, int, int, int]:
    return _end(_ERRNO | number)


def _read_table() -> dict[str, tuple[int, int | None]]:
    lines = (Path(__file__).parent / "syscalls.txt").read_text().splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return {name: (int(x86), None if arm == "-" else int(arm)) for name, x86, arm in rows}


_TABLE = _read_table()
