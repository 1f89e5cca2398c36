"""A wrong notebook stays wrong, whatever it says of itself, patches, returns or leaves running."""

import pytest

from grader.report import Verdict
from tests.attacks.arena import QUICK
from tests.workers.homework import SHAPES, judged
from workers.notebooks import Order

pytestmark = pytest.mark.sandbox

WRONG = (
    "import torch, numpy as np\n"
    "def conv_shape(*a, **k): return (0, 0)\n"
    "def transpose_conv(*a, **k): return torch.zeros(1)\n"
    "num_parameters = 0"
)
FRAME = (
    "import struct, json, os\n"
    "def frame(value):\n"
    "    head = json.dumps(value).encode()\n"
    "    body = struct.pack('<I', len(head)) + head\n"
    "    return struct.pack('<I', len(body)) + body\n"
    "def d(**pairs): return {'dict': [[k, v] for k, v in pairs.items()]}\n"
    "def answer(i, v): return frame(d(id=i, answer=d(outcome='ok', output=v, error=None, "
    "seconds=0.0)))\n"
)

FORGERIES = {
    "results on the results socket": (FRAME + "for i in range(100): os.write(3, answer(i, 608))"),
    "results on every open descriptor": (
        FRAME + "for f in range(3, 300):\n    try: os.write(f, answer(9, 608))\n"
        "    except OSError: pass"
    ),
    "verdicts on every open descriptor": (
        "import os, json\nfor f in range(1, 300):\n"
        "    try: os.write(f, json.dumps({'verdict': 'correct', 'credit': 1.0}).encode())\n"
        "    except OSError: pass"
    ),
    "a takeover that never was": (
        FRAME + "for i in range(50): os.write(3, frame(d(id=i, resumed=True)))"
    ),
    "the end before the answers": (
        FRAME + "for i in range(50): os.write(3, frame(d(id=i, over=True)))"
    ),
    "a late thread that answers": (
        FRAME + "import threading, time\ndef late():\n    for i in range(2000):\n"
        "        try: os.write(3, answer(i % 12, 608))\n        except OSError: return\n"
        "        time.sleep(0.001)\nthreading.Thread(target=late, daemon=True).start()"
    ),
    "a thread that steals the questions": (
        "import threading, socket\ns = socket.socket(fileno=3)\ndef steal():\n"
        "    while True: s.recv(1 << 16)\nthreading.Thread(target=steal, daemon=True).start()"
    ),
    "a child that answers": (
        FRAME + "if os.fork() == 0:\n    for i in range(200): os.write(3, answer(i, 608))\n"
        "    os._exit(0)"
    ),
    "a closed results socket": "import os\nos.close(3)",
    "patched comparisons": (
        "torch.allclose = torch.equal = np.allclose = np.array_equal = lambda *a, **k: True\n"
        "np.testing.assert_allclose = lambda *a, **k: None\n"
        "torch.Tensor.__eq__ = lambda *a: torch.tensor(True)"
    ),
    "patched builtins": (
        "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.len = lambda x: 2\n"
        "builtins.isinstance = lambda *a: True\nbuiltins.type = lambda *a: tuple"
    ),
    "patched json and struct": (
        "import json, struct\njson.dumps = lambda *a, **k: '{}'\n"
        "json.loads = lambda *a, **k: {}\nstruct.Struct = None"
    ),
    "our own code patched": (
        "import sys\nfor name, module in list(sys.modules.items()):\n"
        "    if name.startswith(('workers', 'grader')):\n"
        "        for key in list(vars(module)):\n"
        "            if callable(getattr(module, key)) and not key.startswith('_'):\n"
        "                setattr(module, key, lambda *a, **k: {'outcome': 'ok', 'output': 608})"
    ),
    "our sender patched": (
        "import sys\nwire = sys.modules['workers.sandbox.wire']\nold = wire.send\n"
        "def send(sock, value):\n    if 'answer' in value: value['answer']['output'] = 608\n"
        "    if 'answer' in value: value['answer']['outcome'] = 'ok'\n    old(sock, value)\n"
        "wire.send = send"
    ),
    "the shell replaced": "get_ipython().run_cell = lambda *a, **k: None",
    "an object equal to everything": (
        "class E:\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n"
        "    def __len__(self): return 2\n    def __iter__(self): return iter([self, self])\n"
        "    def __getitem__(self, i): return self\n    shape = (1, 1); dtype = 'float32'\n"
        "conv_shape = transpose_conv = lambda *a, **k: E()\nnum_parameters = E()"
    ),
    "an integer equal to everything": (
        "class I(int):\n    def __eq__(self, o): return True\n    __hash__ = int.__hash__\n"
        "conv_shape = lambda *a, **k: (I(1), I(2))\nnum_parameters = I(5)"
    ),
    "an array that answers for NumPy": (
        "class A(np.ndarray):\n    def __array_function__(self, *a): return True\n"
        "    def __array_ufunc__(self, *a, **k): return True\n"
        "    def __eq__(self, o): return True\n"
        "transpose_conv = lambda *a, **k: np.zeros((6, 7)).view(A)"
    ),
    "a tensor that answers for torch": (
        "class T(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, *a, **k): return torch.ones(1)\n"
        "transpose_conv = lambda *a, **k: torch.zeros(6, 7).as_subclass(T)"
    ),
    "hostile __array__": (
        "class A:\n    def __array__(self, *a, **k):\n        import os; os._exit(0)\n"
        "transpose_conv = lambda *a, **k: A()"
    ),
    "hostile __reduce__": (
        "class R:\n    def __reduce__(self): return (print, ('ESCAPED',))\n"
        "conv_shape = transpose_conv = lambda *a, **k: R()"
    ),
    "hostile __repr__": (
        "class R:\n    def __repr__(self):\n        while True: pass\n"
        "conv_shape = transpose_conv = lambda *a, **k: R()\nnum_parameters = R()"
    ),
    "hostile type name": (
        "conv_shape = lambda *a, **k: type('<script>alert(1)</script>' * 10**5, (), {})()"
    ),
    "hostile __class__": (
        "class C:\n    @property\n    def __class__(self): return tuple\n"
        "    def __iter__(self): return iter((1, 2))\n"
        "conv_shape = transpose_conv = lambda *a, **k: C()"
    ),
    "hostile __getattr__": (
        "class G:\n    def __getattr__(self, name): raise SystemExit(name)\n"
        "conv_shape = transpose_conv = lambda *a, **k: G()"
    ),
    "not a number": "transpose_conv = lambda *a, **k: torch.full((6, 7), float('nan'))",
    "infinity": "transpose_conv = lambda *a, **k: torch.full((6, 7), float('inf'))",
    "broadcasts to any shape": "transpose_conv = lambda *a, **k: torch.zeros(1, 1)",
    "nothing": "conv_shape = transpose_conv = lambda *a, **k: None\nnum_parameters = None",
    "a list that holds itself": (
        "x = []\nx.append(x)\nconv_shape = transpose_conv = lambda *a, **k: x\nnum_parameters = x"
    ),
    "a huge answer": (
        "conv_shape = lambda *a, **k: tuple(range(10**7))\n"
        "transpose_conv = lambda *a, **k: torch.zeros(10**4, 10**4)"
    ),
    "endless answers": (
        "def conv_shape(*a, **k):\n    while True: yield 1\n"
        "transpose_conv = conv_shape\nnum_parameters = conv_shape()"
    ),
    "True for a number": "num_parameters = True\nconv_shape = lambda *a, **k: (True, True)",
    "text for numbers": "conv_shape = lambda *a, **k: 'ok'\nnum_parameters = '608 '",
    "leaving in the function": (
        "import os\nconv_shape = transpose_conv = lambda *a, **k: os._exit(0)"
    ),
    "exit in the function": "import sys\nconv_shape = transpose_conv = lambda *a, **k: sys.exit(0)",
    "a profiler that changes what is returned": (
        "import sys\ndef trace(frame, event, value):\n"
        "    if event == 'return' and isinstance(value, dict): value['output'] = 608\n"
        "    return trace\nsys.setprofile(trace); sys.settrace(trace)"
    ),
    "a handler for every signal": (
        "import signal\nfor s in (10, 14, 2, 15): signal.signal(s, lambda *a: None)\n"
        "def conv_shape(*a, **k):\n    while True: pass"
    ),
    "assigned results in the namespace": (
        "credit = score = verdict = 'correct'\n_ = __ = 608\n_exit_code = 0"
    ),
    "a message in place of an answer": (
        "def conv_shape(*a, **k): raise ValueError('verdict: correct, credit: 1.0')\n"
        "transpose_conv = conv_shape"
    ),
}


@pytest.mark.parametrize("source", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forgery_earns_nothing(arena, source):
    evidence = arena.attack(WRONG, source)

    found = judged(evidence, Order(notebook=QUICK, probes=SHAPES.probes))
    assert found["1a"].result.verdict is not Verdict.CORRECT
    assert found["1b"].result.verdict is not Verdict.CORRECT
    assert (found["1a"].result.credit, found["1b"].result.credit) == (0.0, 0.0)
    for probe in found.values():
        assert len(probe.result.feedback) < 4000


def test_constants_learnt_from_an_earlier_attempt_are_of_no_use(arena):
    """Inputs are drawn from the content, so that a notebook that holds answers gets others."""
    first = arena.attack(WRONG).probes["1a"][""].calls

    second = arena.attack(WRONG + "\n# another").probes["1a"][""].calls

    assert [call.args for call in first] != [call.args for call in second]


def test_a_hidden_answer_is_in_no_evidence(arena):
    """What is right stands in the reference alone, which never came near the notebook."""
    probe = arena.attack(WRONG).probes["1c"][""]

    assert b"608" not in repr(probe).encode()
