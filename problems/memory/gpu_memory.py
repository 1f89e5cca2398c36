"""Memory of a residual network: what its parameters take, and what a student's own run measures."""

import numpy as np

from grader.spec import (
    Field,
    Kind,
    Misconception,
    Options,
    Params,
    Part,
    Problem,
)

from ..prose import own_run, written
from ..solvers.resnet import STAGES, resnet_parameters

BYTES, MEGA, MEBI = 4, 10**6, 2**20
IMAGENET_CLASSES = 1000
OPTIMIZERS = {"SGD": "SGD", "momentum": "SGD with momentum", "Adam": "Adam"}
AS_SET: Params = {"depth": 152, "classes": 10, "extreme": "most"}


def draw(rng: np.random.Generator) -> Params:
    """Another network of the family, and the other end of the comparison."""
    return {
        "depth": int(rng.choice(list(STAGES))),
        "classes": int(rng.choice([5, 10, 20, 50, 100])),
        "extreme": str(rng.choice(["most", "least"])),
    }


def solve_parameters(params: Params) -> int:
    """Part (a.i)."""
    return resnet_parameters(params["depth"], params["classes"])


def imagenet_parameters(params: Params) -> int:
    """With the classifier that the network is usually loaded with."""
    return resnet_parameters(params["depth"], IMAGENET_CLASSES)


def megabytes(params: Params, *, size: int = BYTES, mega: int = MEGA, unit: str = " MB") -> str:
    """Part (a.i): the parameters in memory, by bytes a number and bytes a megabyte."""
    return f"{solve_parameters(params) * size / mega:.2f}{unit}"


def solve_optimizer(params: Params) -> str:
    """Part (b.ii): plain SGD keeps nothing beside the gradients, Adam two numbers a parameter."""
    return "Adam" if params["extreme"] == "most" else "SGD"


MEBI_FOR_MEGA = "A megabyte has a million bytes; you divided by another number. Name the unit."

MODEL_SIZE = Part(
    label="a.i",
    fields=(
        Field(
            name="parameters",
            kind=Kind.NUMBER,
            prompt="Trainable parameters",
            solve=solve_parameters,
            misconceptions=(
                Misconception(
                    "classifier of ImageNet",
                    imagenet_parameters,
                    "How many classes does this classifier tell apart?",
                ),
                Misconception(
                    "bias forgotten",
                    lambda params: resnet_parameters(
                        params["depth"], params["classes"], bias=False
                    ),
                    "The classifier has biases besides its weights.",
                ),
            ),
        ),
        Field(
            name="megabytes",
            kind=Kind.QUANTITY,
            prompt="Size of the model, in MB (or with the unit that you used)",
            solve=megabytes,
            accept=(lambda params: megabytes(params, unit=""),),
            options=Options(rtol="0.003"),
            misconceptions=(
                Misconception(
                    "MiB called MB", lambda params: megabytes(params, mega=MEBI), MEBI_FOR_MEGA, 0.5
                ),
                Misconception(
                    "MB for MiB",
                    lambda params: megabytes(params, mega=MEBI, unit=""),
                    MEBI_FOR_MEGA,
                    0.5,
                ),
                Misconception(
                    "a byte a parameter",
                    lambda params: megabytes(params, size=1),
                    "How many bytes does a number of single precision take?",
                ),
                Misconception(
                    "classifier of ImageNet",
                    lambda params: f"{imagenet_parameters(params) * BYTES / MEGA:.2f} MB",
                    "How many classes does this classifier tell apart?",
                ),
                Misconception(
                    "half precision",
                    lambda params: megabytes(params, size=2),
                    "How many bytes does a number of single precision take?",
                ),
            ),
        ),
    ),
)

OPTIMIZER_MEMORY = (
    Part(
        label="b.i",
        fields=(
            own_run("sgd", "SGD", Kind.QUANTITY),
            own_run("momentum", "SGD with momentum", Kind.QUANTITY),
            own_run("adam", "Adam", Kind.QUANTITY),
        ),
    ),
    Part(
        label="b.ii",
        fields=(
            Field(
                name="optimizer",
                kind=Kind.CHOICE,
                prompt="Which one?",
                solve=solve_optimizer,
                options=Options(choices=OPTIMIZERS),
                misconceptions=(
                    Misconception(
                        "the middle one",
                        lambda _: "momentum",
                        "Count the numbers that each keeps for every parameter.",
                    ),
                    Misconception(
                        "the other end",
                        lambda params: "SGD" if solve_optimizer(params) == "Adam" else "Adam",
                        "What does each keep for every parameter besides its gradient?",
                    ),
                ),
            ),
            written(
                "Adam keeps two running averages for every parameter, momentum one, SGD none.",
                name="explanation",
                prompt="Why?",
            ),
        ),
    ),
)

BATCH_SIZES = (
    Part(
        label="c.i",
        fields=(
            *(
                own_run(f"batch{size}", f"Batches of {size}", Kind.QUANTITY)
                for size in (4, 16, 64, 256)
            ),
            own_run("largest", "Largest batch size that could be trained"),
        ),
    ),
    Part(label="c.ii", fields=(own_run("batch_size", "Batch size"),)),
    Part(
        label="c.iii",
        fields=(
            own_run("batch_size", "Batch size"),
            written(
                "Large batches keep the GPU busy: fewer steps, better parallel use.",
                "Says what ends the gain on this machine: loading, memory, a GPU already full.",
                name="explanation",
                prompt="Why?",
            ),
        ),
    ),
    Part(
        label="c.iv",
        fields=(
            written(
                "Training accuracy against wall time for every batch size.",
                "Axes and curves are labelled, and agree with the runs.",
                prompt="Where the plot is, and what it shows",
            ),
        ),
    ),
)

PROBLEM = Problem(
    title="Memory when training on a GPU",
    parts=(
        MODEL_SIZE,
        Part(
            label="a.ii",
            fields=(
                written("Names the device of the run.", name="gpu", prompt="GPU"),
                own_run("memory", "Its total memory", Kind.QUANTITY),
            ),
        ),
        Part(label="a.iii", fields=(own_run("overhead", "Overhead", Kind.QUANTITY),)),
        *OPTIMIZER_MEMORY,
        *BATCH_SIZES,
    ),
    as_set=AS_SET,
    draw=draw,
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 7",
    note="(a.i): megabytes and mebibytes (1,048,576 bytes) are both right with their unit.",
)
