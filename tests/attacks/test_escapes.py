"""The kernel's ways out are shut: by number, by machine code, by files, by what is inherited."""

import os
from pathlib import Path

import pytest

from grader.report import Outcome
from tests.attacks.arena import ESCAPED, attempt, printed

pytestmark = pytest.mark.sandbox
OWN_DESCRIPTORS = Path("/proc/self/fd")

NUMBERS = {
    "ptrace": (101, "16, 1, 0, 0"),
    "process_vm_readv": (310, "1, 0, 0, 0, 0, 0"),
    "process_vm_writev": (311, "1, 0, 0, 0, 0, 0"),
    "mount": (165, "b'none', b'/job', b'tmpfs', 0, 0"),
    "umount2": (166, "b'/job', 2"),
    "pivot_root": (155, "b'/job', b'/job'"),
    "chroot": (161, "b'/job'"),
    "unshare user": (272, "0x10000000"),
    "unshare mount": (272, "0x00020000"),
    "setns": (308, "3, 0"),
    "clone with a user namespace": (56, "0x10000011, 0, 0, 0, 0"),
    "clone with a mount namespace": (56, "0x00020011, 0, 0, 0, 0"),
    "clone3": (435, "0, 0"),
    "bpf": (321, "0, 0, 0"),
    "perf_event_open": (298, "0, 0, -1, -1, 0"),
    "keyctl": (250, "0, -3, 0"),
    "add_key": (248, "b'user', b'x', b'x', 1, -3"),
    "userfaultfd": (323, "0"),
    "io_uring_setup": (425, "8, ctypes.create_string_buffer(256)"),
    "open_by_handle_at": (304, "3, 0, 0"),
    "name_to_handle_at": (303, "-100, b'/', 0, 0, 0"),
    "init_module": (175, "0, 0, b''"),
    "finit_module": (313, "3, b'', 0"),
    "kexec_load": (246, "0, 0, 0, 0"),
    "reboot": (169, "0xfee1dead, 672274793, 0, 0"),
    "settimeofday": (164, "0, 0"),
    "clock_settime": (227, "0, 0"),
    "sethostname": (170, "b'x', 1"),
    "swapon": (167, "b'/job/x', 0"),
    "acct": (163, "b'/job/x'"),
    "quotactl": (179, "0, 0, 0, 0"),
    "iopl": (172, "3"),
    "personality": (135, "0x0040000"),
    "syslog": (103, "3, 0, 0"),
    "fanotify_init": (300, "0, 0"),
    "fsopen": (430, "b'tmpfs', 0"),
    "open_tree": (428, "-100, b'/', 1"),
    "move_mount": (429, "-100, b'/', -100, b'/job', 0"),
    "mount_setattr": (442, "-100, b'/', 0, 0, 0"),
    "pidfd_getfd": (438, "3, 0, 0"),
    "memfd_secret": (447, "0"),
    "memfd_create": (319, "b'x', 0"),
    "mknod": (133, "b'/job/device', 0o60644, 0x801"),
    "setuid": (105, "0"),
    "setgroups": (116, "0, 0"),
    "capset": (126, "0, 0"),
    "seccomp": (317, "0, 0, 0"),
    "execve": (59, "b'/bin/true', 0, 0"),
    "execveat": (322, "-100, b'/bin/true', 0, 0, 0"),
    "modify_ldt": (154, "0, 0, 0"),
    "vmsplice": (278, "0, 0, 0, 0"),
    "a number that no kernel has": (999, ""),
}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86-64")
@pytest.mark.parametrize(("number", "arguments"), NUMBERS.values(), ids=NUMBERS.keys())
def test_a_system_call_is_refused(arena, number, arguments):
    action = (
        f"import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"if libc.syscall({number}, {arguments or '0'}) < 0:\n"
        "    code = ctypes.get_errno()\n"
        "    assert code in (1, 38), code  # EPERM or ENOSYS: the filter, not the arguments\n"
        "    raise PermissionError(code)"
    )

    evidence = arena.attack(attempt(action))

    assert ESCAPED not in printed(evidence)
    assert "refused PermissionError" in printed(evidence)


MACHINE_CODE = {
    "32-bit calls": "b8 14 00 00 00 cd 80 c3",  # mov eax, getpid; int 0x80; ret
    "x32 calls": "b8 27 00 00 40 0f 05 c3",  # mov eax, 0x40000027; syscall; ret
}


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="machine code of x86-64")
@pytest.mark.parametrize("code", MACHINE_CODE.values(), ids=MACHINE_CODE.keys())
def test_calls_of_another_architecture_kill_the_process(arena, code):
    source = (
        "import ctypes, mmap\n"
        "page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)\n"
        f"page.write(bytes.fromhex({code!r}))\n"
        "at = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
        "print('ESCAPED', ctypes.CFUNCTYPE(ctypes.c_long)(at)())"
    )

    evidence = arena.attack(source)

    assert evidence.cells[0].outcome is Outcome.CRASHED
    assert ESCAPED not in printed(evidence)


ACTIONS = {
    "run a program": "import subprocess\nsubprocess.run(['true'], check=True)",
    "run a shell": "if os.system('true'): raise OSError",
    "start one in the background": "os.posix_spawn('/bin/true', ['true'], {})",
    "signal the parent": "os.kill(os.getppid() or -1, 9)\nif not os.getppid(): raise OSError",
    "signal everybody": "os.kill(-1, 9)\nraise OSError('nobody was there')",
    "signal by number": "[os.kill(n, 9) for n in range(2, 5000)]",
    "write to the libraries": "open(os.__file__, 'a')",
    "write to the system": "open('/usr/bin/python3', 'a')",
    "write to the root": "open('/escaped', 'w')",
    "write where our code was": "open('/sandbox/x', 'w')",
    "write to the stand-ins": "open('/standins/x', 'w')",
    "write to the user table": "open('/etc/passwd', 'a')",
    "remove a library": "os.unlink(os.__file__)",
    "rename the work folder": "os.rename('/job', '/job2')",
    "unmount": "if ctypes.CDLL(None).umount(b'/job'): raise OSError",
    "link to a secret": "os.symlink('/proc/1/root/etc/shadow', 's')\nopen('s').read()",
    "climb out of the work folder": "open('../../../etc/shadow').read()",
    "hard link to a library": "os.link(os.__file__, 'x')",
    "set-uid file": ("open('s', 'w').close()\nos.chmod('s', 0o4755)\nos.execv('/job/s', ['s'])"),
    "device file": "os.mknod('d', 0o60644, os.makedev(8, 1))\nopen('d')",
    "become root": "os.setuid(0)",
    "become another user": "os.setresuid(70001, 70001, 70001)",
    "map users": "os.write(os.open('/proc/self/uid_map', os.O_WRONLY), b'0 0 1')",
    "allow groups": "os.write(os.open('/proc/self/setgroups', os.O_WRONLY), b'allow')",
    "kernel settings": "open('/proc/sys/kernel/hostname', 'w').write('x')",
    "memory killer": "os.write(os.open('/proc/self/oom_score_adj', os.O_WRONLY), b'-1000')",
    "another's memory": "open('/proc/2/mem', 'rb').read(1)",
    "larger limits": ("import resource\nresource.setrlimit(resource.RLIMIT_DATA, (-1, -1))"),
    "more processes": "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))",
    "the terminal": "open('/dev/tty', 'w')",
    "type into a terminal": "import fcntl\nfcntl.ioctl(0, 0x5412, b'x')",
    "cgroups": "os.mkdir('/sys/fs/cgroup/x')",
    "a namespace by file": "os.setns(os.open('/proc/1/ns/user', 0), 0)",
    "the wall's own file system": "os.chdir('/proc/1/cwd/..')\nopen('escaped', 'w')",
    "a faster clock": "import time\ntime.clock_settime(time.CLOCK_REALTIME, 0)",
    "priority": "os.setpriority(os.PRIO_PROCESS, 0, -20)",
    "real-time scheduling": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))",
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS.keys())
def test_an_action_on_the_machine_is_refused(arena, action):
    if "setns" in action and not hasattr(os, "setns"):
        action = action.replace("os.setns(", "ctypes.CDLL(None).setns(") + "\nraise OSError"

    evidence = arena.attack(attempt(action))

    assert ESCAPED not in printed(evidence)


def test_descriptors_sent_to_itself_lead_nowhere(arena):
    source = (
        "import socket, array\na, b = socket.socketpair()\n"
        "a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 3]))])\n"
        "print(len(b.recvmsg(1, 100)[1]))"
    )

    evidence = arena.attack(source)

    assert evidence.cells[0].outcome is Outcome.OK


def test_descriptors_thrown_at_the_supervisor_do_not_pile_up(arena):
    before = len(list(OWN_DESCRIPTORS.iterdir()))
    source = (
        "import socket, array\ns = socket.socket(fileno=3)\n"
        "for _ in range(20):\n"
        "    s.sendmsg([b'\\0\\0\\0\\0'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, "
        "array.array('i', [0] * 50))])\ns.detach()"
    )

    arena.attack(source)

    assert len(list(OWN_DESCRIPTORS.iterdir())) <= before


def test_the_host_name_is_not_the_machines(arena):
    evidence = arena.attack("import socket\nprint(socket.gethostname())")

    assert printed(evidence) == "sandbox\n"
