"""Two notebooks of our own and what their problems ask, for tests, attacks and benchmarks."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from grader.checks.probes import JudgedProbe, judge_probe
from grader.evidence import NotebookEvidence, NotebookSource, read_notebook
from grader.report import CheckResult, Remark, Topic, Verdict
from grader.spec import (
    Answered,
    Call,
    Calls,
    Close,
    Inputs,
    Judged,
    Notebook,
    Params,
    Probe,
    Raises,
    Same,
    Value,
    WrongWay,
)
from workers.notebooks import Order

Array = NDArray[np.float64]


def notebook_bytes(*cells: str | tuple[str, str], **metadata: object) -> bytes:
    """A notebook file of code cells; ("markdown", text) for another kind."""
    entries = []
    for cell in cells:
        kind, source = ("code", cell) if isinstance(cell, str) else cell
        entry: dict[str, object] = {"cell_type": kind, "metadata": {}, "source": source}
        if kind == "code":
            entry |= {"outputs": [], "execution_count": None}
        entries.append(entry)
    tree = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": entries}
    return json.dumps(tree).encode()


def notebook(*cells: str | tuple[str, str]) -> NotebookSource:
    return read_notebook(notebook_bytes(*cells))


# Shapes and a transpose convolution, four probes.

SHAPES_CELLS = (
    "import numpy as np\nimport torch\nimport matplotlib.pyplot as plt",
    "def conv_shape(height, width, kernel, stride=1, padding=0):\n"
    "    if kernel > min(height, width) + 2 * padding:\n"
    "        raise ValueError('the kernel is larger than the padded image')\n"
    "    return ((height + 2 * padding - kernel) // stride + 1,\n"
    "            (width + 2 * padding - kernel) // stride + 1)",
    "print(conv_shape(28, 28, 3), conv_shape(32, 30, 5, stride=2, padding=2))",
    "def transpose_conv(x, kernel, stride=1):\n"
    "    size = kernel.shape[0]\n"
    "    out = torch.zeros((stride * (x.shape[0] - 1) + size, stride * (x.shape[1] - 1) + size))\n"
    "    for i in range(x.shape[0]):\n"
    "        for j in range(x.shape[1]):\n"
    "            top, left = stride * i, stride * j\n"
    "            out[top:top + size, left:left + size] += x[i, j] * kernel\n"
    "    return out",
    "x = torch.arange(4.0).reshape(2, 2)\ntranspose_conv(x, x)",
    "layer = torch.nn.Conv2d(3, 8, 5)\n"
    "num_parameters = sum(p.numel() for p in layer.parameters())\nnum_parameters",
)


def conv_shape(height: int, width: int, kernel: int, stride: int = 1, padding: int = 0) -> object:
    return tuple((size + 2 * padding - kernel) // stride + 1 for size in (height, width))


def transpose_conv(x: object, kernel: object, stride: int = 1) -> Array:
    image, weights = np.asarray(x, float), np.asarray(kernel, float)
    size = weights.shape[0]
    out = np.zeros([stride * (length - 1) + size for length in image.shape])
    for (i, j), value in np.ndenumerate(image):
        out[stride * i : stride * i + size, stride * j : stride * j + size] += value * weights
    return out


def flipped(x: object, kernel: object, stride: int = 1) -> Array:
    return transpose_conv(x, np.asarray(kernel)[::-1, ::-1], stride)


def draw_shape(rng: np.random.Generator, _params: Params) -> Inputs:
    height, width, kernel = (int(n) for n in rng.integers([10, 10, 2], [40, 40, 7]))
    return Inputs((height, width, kernel), {"stride": int(rng.integers(1, 4)), "padding": 1})


def draw_too_large(rng: np.random.Generator, _params: Params) -> tuple[int, int, int]:
    return (3, 4, int(rng.integers(6, 9)))


def draw_images(rng: np.random.Generator, _params: Params) -> tuple[object, ...]:
    import torch

    x = torch.from_numpy(rng.normal(size=(4, 5)).astype(np.float32))
    kernel = torch.from_numpy(rng.normal(size=(3, 3)).astype(np.float32))
    return (x, kernel, int(rng.integers(1, 3)))


SHAPES_PROBES: Mapping[str, Mapping[str, Probe]] = {
    "1a": {"": Calls("conv_shape", draw=draw_shape, reference=conv_shape, compare=Same(), count=5)},
    "1b": {
        "": Calls(
            "transpose_conv",
            draw=draw_images,
            reference=transpose_conv,
            compare=Close(rtol=1e-4, atol=1e-5),
            wrong=(WrongWay("kernel flipped", flipped, "Is the kernel to be flipped?"),),
            count=5,
        )
    },
    "1c": {"": Value("num_parameters", reference=3 * 8 * 25 + 8)},
    "1d": {"": Raises("conv_shape", draw=draw_too_large)},
}
SHAPES = Order(probes=SHAPES_PROBES)


# Averaging and edge filters.

FILTER_CELLS = (
    "import random\nimport numpy as np\nimport torch\nimport requests\n"
    "import matplotlib.pyplot as plt\nfrom PIL import Image\nimport scipy.ndimage as ndimage",
    "img = Image.open(requests.get('https://example.org/photo.jpg', stream=True).raw)\n"
    "gray_img = np.array(img.convert('L'))",
    "def averaging_filtering(image, filter_size=3):\n"
    "    kernel = np.ones((filter_size, filter_size)) / filter_size ** 2\n"
    "    output = ndimage.convolve(image, kernel)\n"
    "    return output",
    "def edge_detecting(image):\n"
    "    kernel = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])\n"
    "    output = ndimage.convolve(image, kernel)\n"
    "    return output",
    "plt.imshow(averaging_filtering(gray_img, 9), cmap='gray');",
)


def averaging(image: Array, filter_size: int = 3) -> Array:
    weights = np.full((filter_size, filter_size), filter_size**-2.0)
    filtered: Array = ndimage.convolve(np.asarray(image, float), weights)
    return filtered


def draw_average(rng: np.random.Generator, _params: Params) -> tuple[object, ...]:
    return (rng.uniform(0, 255, size=(12, 15)), int(rng.integers(2, 8)))


def draw_steps(rng: np.random.Generator, _params: Params) -> tuple[object, ...]:
    """Flat areas beside a step: down, across or along both diagonals, in turn by chance."""
    rows, columns = np.mgrid[0:16, 0:16] - 8
    side = [rows, columns, rows + columns, rows - columns][int(rng.integers(4))] >= 0
    return (np.where(side, 200.0, 50.0),)


def judge_edges(_params: Params, answers: Sequence[Answered]) -> CheckResult:
    """Nothing on flat areas, something at edges of every direction; either sign is right."""
    responses = []
    for answer in answers:
        response = np.abs(np.asarray(answer.output, float))
        image = answer.args[0]
        if response.shape != image.shape:
            return CheckResult(Verdict.INCORRECT, 0.0, (Remark(Topic.SHAPE, "Another shape."),))
        near = ndimage.maximum_filter(image, 5) != ndimage.minimum_filter(image, 5)
        if response[~near].max(initial=0.0) > 1e-6:
            remark = Remark(Topic.ENTRIES, "It answers on flat areas.")
            return CheckResult(Verdict.INCORRECT, 0.0, (remark,))
        responses.append(response.max() > 10)
    share = float(np.mean(responses))
    if share == 1:
        return CheckResult(Verdict.CORRECT, 1.0)
    if share == 0:
        return CheckResult(Verdict.INCORRECT, 0.0, (Remark(Topic.ENTRIES, "It finds no edge."),))
    return CheckResult(Verdict.PARTIAL, 0.5, (Remark(Topic.ENTRIES, "Some edges are missed."),))


def _average_with(weight: str) -> WrongWay:
    def wrong(image: Array, filter_size: int = 3) -> Array:
        scale = {"1/n": 1 / filter_size, "1": 1.0}[weight]
        weights = np.full((filter_size, filter_size), scale)
        filtered: Array = ndimage.convolve(np.asarray(image, float), weights)
        return filtered

    return WrongWay(f"entries of {weight}", wrong, "What must the entries of the kernel add up to?")


FILTER_PROBES: Mapping[str, Mapping[str, Probe]] = {
    "1a": {
        "": Calls(
            "averaging_filtering",
            draw=draw_average,
            reference=averaging,
            wrong=(_average_with("1/n"), _average_with("1")),
            count=6,
        )
    },
    "1b": {"": Call("edge_detecting", draw=draw_steps, compare=Judged(judge_edges), count=12)},
}
FILTERS = Order(notebook=Notebook(requires=("averaging_filtering",)), probes=FILTER_PROBES)


def judged(evidence: NotebookEvidence, order: Order) -> dict[str, JudgedProbe]:
    """What each probe of an order comes to, by part label."""
    return {
        label: judge_probe(probe, evidence.probes[label].get(name), order.params)
        for label, by_field in order.probes.items()
        for name, probe in by_field.items()
    }


def verdicts(evidence: NotebookEvidence, order: Order) -> dict[str, str]:
    return {label: str(found.result.verdict) for label, found in judged(evidence, order).items()}
