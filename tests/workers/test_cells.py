"""Cells run as in IPython, one namespace, in order, and each leaves a record."""

import pytest

from grader.evidence import CellRecord
from grader.report import Outcome
from grader.spec import Notebook
from tests.workers.homework import notebook
from workers.notebooks import Order, collect
from workers.sandbox.supervisor import Sandbox

pytestmark = pytest.mark.sandbox
DEFAULTS = Notebook()


def run(sandbox: Sandbox, *cells: str, asked: Notebook = DEFAULTS) -> tuple[CellRecord, ...]:
    return collect(sandbox, notebook(*cells), Order(notebook=asked)).cells


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("print('a'); print('b')", "a\nb\n"),
        ("import sys; sys.stdout.write('w')", "w"),
        ("import os; os.write(1, b'below Python')", "below Python"),
        ("import asyncio\nawait asyncio.sleep(0)\nprint('awaited')", "awaited\n"),
        ("%%time\nprint('timed')", "timed\n"),
        ("%timeit -n1 -r1 1", "loop"),
        ("%%writefile helper.py\nx = 41", "Writing helper.py"),
        ("%%capture kept\nprint('kept')", ""),
        ("from tqdm.notebook import tqdm\nprint(sum(tqdm(range(4))))", "6"),
        ("import inspect\ndef f(): return 7\nprint(inspect.getsource(f))", "return 7"),
        ("from scipy.ndimage.interpolation import rotate\nprint(rotate.__name__)", "rotate"),
        ("import torchvision.transforms as t\nprint(t.ToTensor.__name__)", "ToTensor"),
        ("import getpass, psutil\nprint(getpass.getuser(), psutil.Process().pid)", "student 1"),
        ("import torch\nprint(torch.compile(lambda x: x + 1)(torch.ones(1)))", "2."),
    ],
)
def test_what_a_cell_prints_is_kept(sandbox, source, printed):
    [cell] = run(sandbox, source)

    assert cell.outcome is Outcome.OK, cell.error
    assert printed in cell.stdout


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("40 + 2", "42"),
        ("x = 1\nx", "1"),
        ("'text'", "'text'"),
        ("from IPython.display import display\ndisplay(5)", "5"),
        ("import torch\ntorch.ones(2)", "tensor([1., 1.])"),
    ],
)
def test_the_last_expression_and_displays_are_outputs(sandbox, source, text):
    [cell] = run(sandbox, source)

    assert [output.text for output in cell.outputs if output.mime == "text/plain"] == [text]


def test_a_value_followed_by_a_semicolon_is_no_output(sandbox):
    [cell] = run(sandbox, "42;")

    assert cell.outputs == ()


def test_a_figure_is_a_picture(sandbox):
    [cell] = run(sandbox, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")

    [picture] = [output.data for output in cell.outputs if output.mime == "image/png"]
    assert picture.startswith(b"\x89PNG")


def test_cells_share_one_namespace_and_a_failing_one_does_not_stop_the_next(sandbox):
    cells = run(sandbox, "x = 2", "1 / 0", "def f(:", "print(x)")

    assert [cell.outcome for cell in cells] == [
        Outcome.OK,
        Outcome.RAISED,
        Outcome.RAISED,
        Outcome.OK,
    ]
    assert cells[3].stdout == "2\n"


@pytest.mark.parametrize(
    ("source", "name", "line", "text"),
    [
        ("x = 1\nx / 0", "ZeroDivisionError", 2, "x / 0"),
        ("import json\n\njson.loads('{')", "JSONDecodeError", 3, "json.loads('{')"),
        ("x = 1\ndef f(:", "SyntaxError", 2, "def f(:"),
        ("input('name? ')", "EOFError", 1, "input('name? ')"),
        ("def f(n): return f(n + 1)\nf(0)", "RecursionError", 1, "def f(n): return f(n + 1)"),
        ("import sys\nsys.exit(3)", "SystemExit", 2, "sys.exit(3)"),
    ],
)
def test_an_error_names_the_students_own_line(sandbox, source, name, line, text):
    [cell] = run(sandbox, source)

    assert cell.error is not None
    assert (cell.error.name, cell.error.line, cell.error.source) == (name, line, text)


@pytest.mark.parametrize(
    "source",
    ["!pip install torch", "!nvidia-smi", "%pip install x", "files = !ls", "%%bash\nls", "!cd /"],
)
def test_shell_commands_are_passed_over_with_a_note(sandbox, source):
    [cell] = run(sandbox, source)

    assert cell.outcome is Outcome.OK
    assert "is passed over" in cell.notes[0]


def test_a_drive_mount_is_passed_over(sandbox):
    [cell] = run(sandbox, "from google.colab import drive\ndrive.mount('/content/drive')")

    assert cell.outcome is Outcome.OK


def test_long_output_is_cut_in_the_middle_and_counted(sandbox):
    [cell] = run(sandbox, "print('start'); print('x' * 1_000_000); print('end')")

    assert cell.truncated
    assert cell.stdout.startswith("start\n")
    assert cell.stdout.endswith("end\n")
    assert "[... 800011 characters left out ...]" in cell.stdout


def test_declared_files_and_addresses_are_served_and_no_others(sandbox):
    url = "https://example.org/photo.txt"
    asked = Notebook(files=("photo.txt",), urls={url: "photo.txt"})
    order = Order(notebook=asked, files={"photo.txt": b"a photo"})
    source = notebook(
        "print(open('photo.txt').read())",
        f"import requests\nprint(requests.get({url!r}).text)",
        f"import urllib.request\nprint(urllib.request.urlopen({url!r}).read())",
        "requests.get('https://example.org/other')",
    )

    cells = collect(sandbox, source, order).cells

    assert [cell.stdout for cell in cells[:3]] == ["a photo\n", "a photo\n", "b'a photo'\n"]
    assert cells[3].outcome is Outcome.RAISED
    assert "was not fetched" in cells[3].notes[0]


def test_the_same_notebook_draws_the_same_numbers(sandbox):
    source = "import random, numpy as np, torch\nprint(random.random(), np.random.rand(), "
    source += "torch.rand(1), np.random.default_rng().random())"

    [first], [second] = run(sandbox, source), run(sandbox, source)

    assert first.stdout == second.stdout


def test_another_notebook_draws_other_numbers(sandbox):
    [first] = run(sandbox, "import torch; print(torch.rand(1))")
    [second] = run(sandbox, "import torch; print(torch.rand(1)) # other")

    assert first.stdout != second.stdout


def test_cells_that_match_a_skip_pattern_are_not_run(sandbox):
    cells = run(sandbox, "x = 1", "slow()  # GRADER: SKIP", asked=Notebook(skip=("GRADER: SKIP",)))

    assert [cell.index for cell in cells] == [0]


def test_a_data_loader_with_workers_runs(sandbox):
    [cell] = run(
        sandbox,
        "import torch\ndata = torch.utils.data.TensorDataset(torch.arange(8.))\n"
        "loader = torch.utils.data.DataLoader(data, num_workers=2)\n"
        "print(sum(float(x) for [x] in loader))",
    )

    assert cell.stdout == "28.0\n", cell.error
