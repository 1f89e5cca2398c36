"""A spare goes through a first cell while it waits: that saves its notebook time, and no more."""

import pytest

from tests.workers.homework import notebook
from workers.notebooks import Order, collect
from workers.sandbox.settings import Level, SandboxSettings
from workers.sandbox.supervisor import Sandbox

pytestmark = pytest.mark.sandbox

LEFT = (
    "print(sorted(globals()), In, Out, get_ipython().execution_count, torch_seed())",
    "def torch_seed():\n    import torch, numpy, random\n"
    "    return torch.rand(2).tolist(), numpy.random.rand(2).tolist(), random.random()",
)
FAULTS = (
    "import resource\n"
    "def faults(): return resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
    "before = faults()",
    "import torch\nrepr(torch.arange(4.0).reshape(2, 2))\ntorch.nn.Conv2d(1, 1, 2)",
    "print(faults() - before)",
)


@pytest.fixture(scope="module")
def without_spares():
    with Sandbox.start(SandboxSettings(levels=(Level.FULL,), spares=0)) as started:
        yield started


def printed(sandbox, *cells):
    evidence = collect(sandbox, notebook(*cells), Order())
    assert {str(cell.outcome) for cell in evidence.cells} == {"ok"}
    return "".join(cell.stdout for cell in evidence.cells)


def test_a_notebook_finds_nothing_of_what_a_spare_went_through(sandbox, without_spares):
    cells = LEFT[::-1]

    assert printed(sandbox, *cells) == printed(without_spares, *cells)


def test_a_notebook_in_a_spare_waits_for_fewer_pages(sandbox, without_spares):
    in_spare, at_once = int(printed(sandbox, *FAULTS)), int(printed(without_spares, *FAULTS))

    assert in_spare < at_once / 2
