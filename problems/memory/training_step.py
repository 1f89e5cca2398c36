"""Predict the peak memory of a training step, and be compared with a run of it on a GPU."""

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from grader.report import Topic
from grader.spec import (
    Field,
    Kind,
    Misconception,
    Options,
    Params,
    Part,
    Problem,
    TrainingStep,
)

from ..solvers.conv import output_size
from ..solvers.parameters import conv_parameters, linear_parameters

BYTES, MEBI = 4, 2**20
CHANNELS, KERNEL, POOL = 3, 3, 2
TOLERANCE = "0.5"
"""Relative. Libraries need workspace besides what can be counted by hand."""

AS_SET: Params = {"batch": 256, "side": 32, "filters": 32, "classes": 10, "optimizer": "momentum"}


def draw(rng: np.random.Generator) -> Params:
    """Networks whose maps outweigh what the libraries add."""
    return {
        "batch": int(rng.choice([256, 384, 512])),
        "side": int(rng.choice([32, 40, 48])),
        "filters": int(rng.choice([32, 48, 64])),
        "classes": int(rng.choice([10, 20, 50])),
        "optimizer": str(rng.choice(["sgd", "momentum", "adam"])),
    }


def show(params: Params) -> dict[str, str]:
    """Sizes and names that follow from the parameters."""
    names = {"sgd": "plain SGD", "momentum": "SGD with momentum", "adam": "Adam"}
    return {"flat": str(flat(params)), "optimizer_name": names[params["optimizer"]]}


def convolved(params: Params) -> int:
    """Side of the convolution's output."""
    return output_size(params["side"], KERNEL)


def flat(params: Params) -> int:
    """Entries of one image's pooled maps."""
    side = output_size(convolved(params), POOL, POOL)
    return prod((params["filters"], side, side))


def run(params: Params) -> TrainingStep:
    """What a GPU worker measures."""
    return TrainingStep(
        layers=(
            {"conv": [CHANNELS, params["filters"], KERNEL]},
            {"relu": []},
            {"pool": [POOL]},
            {"flatten": []},
            {"linear": [flat(params), params["classes"]]},
        ),
        input_shape=(params["batch"], CHANNELS, params["side"], params["side"]),
        optimizer=params["optimizer"],
    )


def measured_peak(_: Params, measured: Mapping[str, Any]) -> str:
    """The peak of the run."""
    return in_mebibytes(int(measured["peak_bytes"]))


def in_mebibytes(size: float) -> str:
    """A size in bytes as it is typed."""
    return f"{size / MEBI:.3g} MiB"


def parameters(params: Params) -> int:
    """Parameters of the network."""
    conv = conv_parameters(KERNEL, CHANNELS, params["filters"])
    return conv + linear_parameters(flat(params), params["classes"])


def map_entries(params: Params) -> int:
    """Entries of the convolution's output for one image."""
    return prod((params["filters"], convolved(params), convolved(params)))


PROBLEM = Problem(
    title="Peak memory of a training step",
    parts=(
        Part(
            label="",
            fields=(
                Field(
                    kind=Kind.QUANTITY,
                    prompt="Peak, with its unit (such as 100 MiB)",
                    measured=measured_peak,
                    options=Options(rtol=TOLERANCE),
                    misconceptions=(
                        Misconception(
                            "parameters alone",
                            lambda params: in_mebibytes(BYTES * parameters(params)),
                            "What has to be kept from the forward pass until the backward pass?",
                        ),
                        Misconception(
                            "a single image",
                            lambda params: in_mebibytes(2 * BYTES * map_entries(params)),
                            "How many images are in a batch?",
                        ),
                    ),
                    # A near miss would tell the measured value that the prediction is about.
                    feedback=frozenset(Topic) - {Topic.NEAR_MISS},
                ),
            ),
        ),
    ),
    as_set=AS_SET,
    draw=draw,
    show=show,
    run=run,
    note="Judged by a run; a prediction counts if it lies within 50 % of what was measured.",
)
