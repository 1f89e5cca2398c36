"""Nothing worth reading is in reach: no secret, no reference, no other job, no network."""

from pathlib import Path

import pytest

from tests.attacks.arena import ESCAPED, attempt, printed
from workers.sandbox.launch import library_folders

pytestmark = pytest.mark.sandbox

READS = {
    "environment": "import os\nprint(dict(os.environ))",
    "environment of every process": (
        "import glob\nfor name in glob.glob('/proc/[0-9]*/environ'):\n"
        "    try: print(open(name, 'rb').read())\n    except OSError: pass"
    ),
    "first words of the stack": (
        "import ctypes\nlibc = ctypes.CDLL(None)\n"
        "end = ctypes.c_void_p.in_dll(libc, '__libc_stack_end').value\n"
        "for line in open('/proc/self/maps'):\n"
        "    if '[stack]' in line: stop = int(line.split()[0].split('-')[1], 16)\n"
        "print(ctypes.string_at(end, stop - end))"
    ),
    "environment as the C library keeps it": (
        "import ctypes\nenviron = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "
        "'environ')\ni = 0\nwhile environ and environ[i]:\n    print(environ[i]); i += 1"
    ),
    "all memory": (
        "import re\nfor line in open('/proc/self/maps'):\n"
        "    a, b = (int(x, 16) for x in line.split()[0].split('-'))\n"
        "    if 'rw' in line and 'heap' in line:\n"
        "        memory = open('/proc/self/mem', 'rb'); memory.seek(a)\n"
        "        print(set(re.findall(rb'CANARY=[0-9a-f]+', memory.read(min(b - a, 1 << 28)))))"
    ),
    "command lines": (
        "import glob\nfor name in glob.glob('/proc/[0-9]*/cmdline'):\n"
        "    print(open(name, 'rb').read())"
    ),
}


@pytest.mark.parametrize("source", READS.values(), ids=READS.keys())
def test_the_workers_secrets_are_not_there(arena, source):
    evidence = arena.attack(source)

    assert arena.token not in printed(evidence)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/shadow", "/etc/hostname", "/etc/ssh", "/root/.bashrc", "/home", "/var", "/opt",
        "/srv",
        "/proc/1/root/etc/shadow", "/proc/self/root/etc/shadow", "/proc/self/cwd/../etc/shadow",
        "/proc/kcore", "/proc/kallsyms", "/proc/sys/kernel/core_pattern", "/proc/cmdline",
        "/sys/class", "/sys/fs/cgroup", "/dev/mem", "/dev/sda", "/dev/vda", "/dev/kmsg", "/run",
        "/boot", "/mnt", "/sandbox/workers", "/old_root",
    ],
)  # fmt: skip
def test_a_path_of_the_machine_is_not_there(arena, path):
    listed = f"sorted(os.listdir({path!r})) if os.path.isdir({path!r})"
    # Where the environment lies below the path, the one folder that leads to it can be seen.
    way = {Path(one).relative_to(path).parts[0] for one in library_folders() if is_below(one, path)}
    action = (
        f"found = {listed} else open({path!r}).read(64)\nif found == {sorted(way) or None}: 1 / 0"
    )

    evidence = arena.attack(attempt(action))

    assert ESCAPED not in printed(evidence)


def is_below(folder, path):
    return folder.startswith(f"{path}/")


def test_a_file_that_anybody_may_read_is_not_there(arena):
    evidence = arena.attack(attempt(f"print(open({str(arena.canary)!r}).read())"))

    assert ESCAPED not in printed(evidence)


@pytest.mark.parametrize(
    "module",
    ["problems", "web", "grader.spec", "grader.checks", "grader.services", "workers.notebooks",
     "workers.sandbox.supervisor", "tests.workers.homework"],
)  # fmt: skip
def test_references_and_the_service_cannot_be_imported(arena, module):
    evidence = arena.attack(attempt(f"import {module}"))

    assert ESCAPED not in printed(evidence)


def test_only_the_four_descriptors_of_a_job_are_open(arena):
    source = "import os\nprint(sorted(int(n) for n in os.listdir('/proc/self/fd'))[:-1])"

    evidence = arena.attack(source)

    assert printed(evidence) == "[0, 1, 2, 3]\n"


def test_no_other_process_is_seen(arena):
    source = "import os\nprint(os.getpid(), os.getppid(), [n for n in os.listdir('/proc') "
    source += "if n.isdigit()])"

    evidence = arena.attack(source)

    assert printed(evidence) == "1 0 ['1']\n"


@pytest.mark.parametrize("folder", ["/job", "/tmp", "/dev/shm"])
def test_what_one_job_leaves_another_does_not_find(arena, folder):
    left = f"{folder}/left.txt"
    arena.attack(f"open({left!r}, 'w').write('answers')")

    evidence = arena.attack(attempt(f"open({left!r})"))

    assert ESCAPED not in printed(evidence)


def test_modules_patched_by_one_job_are_whole_in_the_next(arena):
    arena.attack("import numpy, builtins, json\nnumpy.mark = builtins.mark = json.mark = 1")

    evidence = arena.attack(attempt("import numpy, json\nprint(numpy.mark)"))

    assert ESCAPED not in printed(evidence)


def test_a_function_finds_no_reference_where_it_is_called(arena):
    source = (
        "import gc, inspect, sys\n"
        "def conv_shape(*args, **named):\n"
        "    words = set()\n"
        "    for frame in inspect.stack():\n"
        "        words |= set(map(str, frame.frame.f_locals)) | set(frame.frame.f_code.co_names)\n"
        "    words |= {getattr(o, '__name__', '') for o in gc.get_objects() if callable(o)}\n"
        "    return sorted(w for w in map(str, words)"
        " if w in ('reference', 'expected', 'judge_probe', 'solve', 'draw_shape'))"
    )

    evidence = arena.attack(source)

    assert evidence.probes["1a"][""].calls[0].output == []


NETWORK = {
    "internet": "import socket\nsocket.create_connection(('1.1.1.1', 80), 1)",
    "loopback": "import socket\nsocket.create_connection(('127.0.0.1', 22), 1)",
    "internet, version 6": "import socket\nsocket.socket(socket.AF_INET6)",
    "datagrams": "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "raw packets": "import socket\nsocket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "netlink": "import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
    "virtual machine sockets": "import socket\nsocket.socket(40, socket.SOCK_STREAM)",
    "crypto sockets": "import socket\nsocket.socket(38, 5, 0)",
    "listening": "import socket\nsocket.create_server(('127.0.0.1', 0))",
    "names": "import socket\nsocket.getaddrinfo('example.org', 80)",
    "urllib": "import urllib.request\nurllib.request.urlopen('http://example.org')",
    "an opener of one's own": (
        "import urllib.request as u\nu.build_opener(u.HTTPHandler).open('http://1.1.1.1')"
    ),
    "requests": "import requests\nrequests.get('https://example.org')",
    "files by address": "import urllib.request\nurllib.request.urlopen('file:///etc/shadow')",
    "a socket with a path": (
        "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('/run/docker.sock')"
    ),
}


@pytest.mark.parametrize("action", NETWORK.values(), ids=NETWORK.keys())
def test_there_is_no_network(arena, action):
    evidence = arena.attack(attempt(action))

    assert ESCAPED not in printed(evidence)


def test_a_socket_without_a_path_reaches_nobody_outside(arena):
    import socket

    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0grader-arena")
        server.listen()
        action = "import socket\nsocket.socket(socket.AF_UNIX).connect('\\0grader-arena')"

        evidence = arena.attack(attempt(action))

    assert ESCAPED not in printed(evidence)
