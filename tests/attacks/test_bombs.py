"""Processes, memory, disk, output and descriptors: each is stopped, and the next job is whole."""

import pytest

from grader.report import Outcome
from grader.spec import Notebook
from tests.attacks.arena import QUICK, printed

pytestmark = pytest.mark.sandbox

ENDED = frozenset({Outcome.RAISED, Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED})

BOMBS = {
    "fork": "import os\nwhile True: os.fork()",
    "fork in a loop that ignores refusals": (
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    ),
    "threads": (
        "import threading, time\n"
        "while True: threading.Thread(target=time.sleep, args=(60,)).start()"
    ),
    "multiprocessing": (
        "import multiprocessing as m\nps = [m.Process(target=__import__('time').sleep, "
        "args=(60,)) for _ in range(500)]\n[p.start() for p in ps]"
    ),
    "numpy memory": "import numpy as np\nkeep = [np.ones(10**7) for _ in range(1000)]",
    "torch memory": "import torch\nkeep = [torch.ones(10**7) for _ in range(1000)]",
    "list memory": "keep = []\nwhile True: keep.append(bytearray(1 << 20))",
    "string memory": "s = 'x'\nwhile True: s += s",
    "huge integer": "x = 10 ** (10 ** 9)",
    "private mapping": (
        "import mmap\nm = mmap.mmap(-1, 20 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)\n"
        "for i in range(0, 20 << 30, 4096): m[i] = 1"
    ),
    "shared mapping": (
        "import mmap\nm = mmap.mmap(-1, 20 << 30)\nfor i in range(0, 20 << 30, 4096): m[i] = 1"
    ),
    "memory without a name": (
        "import os\nf = os.memfd_create('x')\nwhile True: os.write(f, bytes(1 << 20))"
    ),
    "System V memory": (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.shmget(0, ctypes.c_size_t(10 << 30), 0o1600) < 0: raise OSError('refused')"
    ),
    "work folder": "i = 0\nwhile True:\n    open(f'f{i}', 'wb').write(bytes(1 << 20)); i += 1",
    "temporary folder": (
        "i = 0\nwhile True:\n    open(f'/tmp/f{i}', 'wb').write(bytes(1 << 20)); i += 1"
    ),
    "shared memory folder": (
        "i = 0\nwhile True:\n    open(f'/dev/shm/f{i}', 'wb').write(bytes(1 << 20)); i += 1"
    ),
    "inodes": "i = 0\nwhile True:\n    open(f'f{i}', 'w').close(); i += 1",
    "one large file": "f = open('f', 'wb')\nwhile True: f.write(bytes(1 << 20))",
    "sparse file": "open('f', 'wb').truncate(1 << 42)",
    "descriptors": "keep = []\nwhile True: keep.append(open('/dev/null'))",
    "pipes": (
        "import os\nkeep = []\n"
        "while True:\n    r, w = os.pipe(); keep += [r, w]\n    os.set_blocking(w, False)\n"
        "    os.write(w, bytes(1 << 16))"
    ),
    "loop": "while True: pass",
    "sleep": "import time\ntime.sleep(10**6)",
    "regular expression": "import re\nre.match(r'(a|a)*$', 'a' * 60 + 'b')",
    "loop in C": "sum(range(10**14))",
    "loop that catches everything": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    ),
    "ignored signals": (
        "import signal\n"
        "for s in range(1, 65):\n"
        "    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
        "while True: pass"
    ),
    "blocked signals": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass"
    ),
    "recursion": "def f(): return f()\nf()",
    "recursion without a limit": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()"
    ),
    "deep C recursion": (
        "import sys\nsys.setrecursionlimit(10**9)\nx = []\nfor _ in range(10**6): x = [x]\nrepr(x)"
    ),
    "deep source": "eval('(' * 100000 + ')' * 100000)",
    "stop oneself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nwhile True: pass",
    "abort": "import os\nos.abort()",
    "segmentation fault": "import ctypes\nctypes.string_at(0)",
    "leave": "import os\nos._exit(0)",
    "leave by the kernel": "import ctypes\nctypes.CDLL(None).syscall(231, 0)\nwhile True: pass",
    "close everything": "import os\nos.closerange(0, 4096)",
    "processor time": "import resource as r\nr.setrlimit(r.RLIMIT_CPU, (0, 0))\nwhile 1: 1",
}


@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_stopped(arena, source):
    evidence = arena.attack("x = 1", source)

    assert evidence.cells[1].outcome in ENDED


FLOODS = {
    "print": "while True: print('x' * 1000)",
    "print two gigabytes": "for _ in range(2000): print('x' * (1 << 20))",
    "below Python": "import os\nwhile True: os.write(1, bytes(1 << 20))",
    "errors": "import sys\nwhile True: sys.stderr.write('x' * 1000)",
    "displays": "from IPython.display import display\nfor i in range(10**5): display(i)",
    "html": "from IPython.display import HTML\nHTML('<b>' * 10**7)",
    "repr": "class R:\n    def __repr__(self): return 'x' * (1 << 29)\nR()",
    "message": "raise ValueError('x' * (1 << 28))",
    "name": "raise type('x' * (1 << 26), (Exception,), {})",
    "warnings": "import warnings\nfor i in range(10**5): warnings.warn('w' * 100 + str(i))",
    "escape sequences": "print('\\x1b[2J\\x1b]0;title\\x07' * 10**6)",
    "null bytes": "print('\\0' * 10**7)",
    "half of a surrogate": "print('\\ud800' * 10**4)",
}


@pytest.mark.parametrize("source", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_of_output_is_capped(arena, source):
    evidence = arena.attack(source)

    assert len(printed(evidence)) < 1_000_000
    assert sum(len(o.text or "") for cell in evidence.cells for o in cell.outputs) < 20_000_000


def test_a_gigapixel_picture_is_left_out(arena):
    png = (
        "import struct, zlib\nfrom IPython.display import Image\n"
        "def chunk(kind, data):\n"
        "    body = kind + data\n"
        "    return struct.pack('>I', len(data)) + body + struct.pack('>I', zlib.crc32(body))\n"
        "head = struct.pack('>IIBBBBB', 40000, 40000, 8, 0, 0, 0, 0)\n"
        "Image(b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head) + chunk(b'IEND', b''))"
    )

    evidence = arena.attack(png)

    assert evidence.cells[0].truncated
    assert not [o for o in evidence.cells[0].outputs if o.mime == "image/png"]


def test_a_flood_on_the_results_socket_ends_the_job(arena):
    evidence = arena.attack("import os\nwhile True: os.write(3, bytes(1 << 20))")

    assert evidence.cells[0].outcome in ENDED


@pytest.mark.parametrize(
    "source",
    [
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n"
        "    if os.fork() == 0: time.sleep(600)\n"
        "    os._exit(0)",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()",
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()",
        "import atexit, time\natexit.register(time.sleep, 600)",
        "import time\nclass D:\n    def __del__(self): time.sleep(600)\nkeep = D()",
        "import os, time, signal\n"
        "if os.fork() == 0:\n    signal.signal(15, signal.SIG_IGN)\n    time.sleep(600)",
    ],
    ids=["daemon", "thread", "daemon thread", "exit handler", "destructor", "deaf child"],
)
def test_nothing_outlives_its_job(arena, source):
    evidence = arena.attack(source)  # which waits until only the idle processes are left

    assert evidence.cells[0].outcome is Outcome.OK


def test_many_small_cells_are_no_bomb(arena):
    asked = Notebook(cell_seconds=1, total_seconds=6)

    evidence = arena.attack(*["x = 1"] * 1000, asked=asked)

    assert all(cell.outcome is Outcome.OK for cell in evidence.cells)


def test_a_slow_cell_after_another_ends_with_the_notebooks_time(arena):
    asked = Notebook(cell_seconds=QUICK.cell_seconds, total_seconds=3)

    evidence = arena.attack(*["import time; time.sleep(1)"] * 20, asked=asked)

    assert evidence.outcome is Outcome.TIMED_OUT
