"""Imports and touches, once, what every notebook would otherwise pay for."""

import io
import os
import sys
import types
import warnings

from workers.sandbox.inside import offline
from workers.sandbox.inside.shell import NotebookShell, make_shell

_LIBRARIES = (
    "numpy",
    "numpy.random",
    "torch",
    "torch.nn",
    "torch.nn.functional",
    "torch.optim",
    "torch.utils.data",
    "matplotlib",
    "matplotlib.pyplot",
    "scipy.ndimage",
    "scipy.signal",
    "scipy.stats",
    "scipy.linalg",
    "pandas",
    "sklearn.metrics",
    "sklearn.model_selection",
    "sklearn.linear_model",
    "PIL.Image",
    "multiprocessing",
    "asyncio",
    "urllib.request",
    "sqlite3",
    "csv",
    "copy",
    "pickle",
    "fractions",
    "statistics",
    "mmap",
    "json",
    "tqdm",
    "requests",
    "torchvision",
    "ipywidgets",
)
_INTERPOLATION = (
    "affine_transform",
    "geometric_transform",
    "map_coordinates",
    "rotate",
    "shift",
    "spline_filter",
    "spline_filter1d",
    "zoom",
)
_CELLS = (
    "1+1",
    "%time 1",
    "1/0",
    "%matplotlib inline",
    "import sys; print('x'); print('y', file=sys.stderr)",
    "def f(:\n",
    "!true",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2], label='a')\n"
    "ax.legend()\nax.set_title('t')\nax.imshow([[1, 2], [3, 4]], cmap='gray')\nplt.show()",
    # The first step of an optimizer imports for two seconds.
    "import torch\n"
    "m = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU(), torch.nn.Flatten(),"
    " torch.nn.Linear(144, 2))\n"
    "for make in (torch.optim.Adam, torch.optim.SGD):\n"
    "    o = make(m.parameters(), lr=0.1)\n"
    "    o.zero_grad(); m(torch.randn(2, 1, 8, 8)).sum().backward(); o.step()\n"
    "data = torch.utils.data.TensorDataset(torch.arange(4.))\n"
    "next(iter(torch.utils.data.DataLoader(data, shuffle=True)))\n"
    "torch.nn.functional.conv_transpose2d(torch.randn(1, 1, 4, 4), torch.randn(1, 1, 2, 2))\n"
    "repr(m), repr(torch.randn(2, 2))",
    "import scipy.ndimage, numpy as np\n"
    "scipy.ndimage.convolve(np.random.rand(8, 8), np.ones((3, 3)))",
    "import pandas as pd\npd.DataFrame({'a': [1]})",
)


def up(standins: str) -> NotebookShell:
    """Import the libraries, run a few cells, and return the shell with nothing left in it.

    Args:
        standins: folder of small modules for libraries that are not installed.
    """
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    sys.path.append(standins)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in _LIBRARIES:
            __import__(name)
    _old_interpolation()
    offline.install()
    shell = make_shell()
    _one_thread()
    _draw_inline(shell)
    _rehearse(shell)
    return shell


def touch(shell: NotebookShell) -> None:
    """Go once through what nearly every notebook goes through, and leave nothing of it.

    A spare does so while it waits: most of a first cell's time goes into having pages of its own.
    """
    import torch

    shell.run_cell("def f(x):\n    return x\nNone", silent=True)  # type: ignore[no-untyped-call]
    shell.user_ns.pop("f", None)
    square = torch.arange(4.0).reshape(2, 2)
    repr(square)
    torch.nn.Conv2d(1, 1, 2)(square[None, None]).sum().item()


def _one_thread() -> None:
    """A pool of threads in this process would hang every child that uses its own."""
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)


def _draw_inline(shell: NotebookShell) -> None:
    import matplotlib_inline.backend_inline as inline
    from IPython.core.pylabtools import select_figure_formats
    from matplotlib import pyplot as plt

    select_figure_formats(shell, {"png"})  # type: ignore[no-untyped-call]
    backend = os.environ["MPLBACKEND"]
    plt.switch_backend(backend)
    inline.configure_inline_support(shell, backend)  # type: ignore[no-untyped-call]


def _rehearse(shell: NotebookShell) -> None:
    """Run cells for what they import and cache, with their output thrown away."""
    import torch

    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    try:
        for cell in _CELLS:
            shell.execute(cell)
        touch(shell)
    finally:
        sys.stdout, sys.stderr = streams
    shell.reset(new_session=True)  # type: ignore[no-untyped-call]
    shell.displayed, shell.notes = [], []
    torch.manual_seed(1)


def _old_interpolation() -> None:
    """`scipy.ndimage.interpolation` is gone since SciPy 2; older notebooks import it by name."""
    import scipy.ndimage

    name = "scipy.ndimage.interpolation"
    if name in sys.modules:
        return
    module = types.ModuleType(name)
    for function in _INTERPOLATION:
        setattr(module, function, getattr(scipy.ndimage, function))
    sys.modules[name] = module
    scipy.ndimage.interpolation = module
