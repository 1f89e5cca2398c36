"""Inductive bias of convolutional networks: what the notebook on edges does, and shows, in prose.

The cells that students fill are judged by the values that they make, and networks by what they
reach. Prose is typed, or taken from below its question in the notebook, for a grader.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from grader.spec import Field, Kind, Part, Probe, Problem, Text

from ..prose import written
from .edge_probes import (
    DATASET,
    DEEPER,
    EPOCHS,
    LOADER,
    TRAIN_LOADERS,
    TUNING,
    VALID_LOADER,
    WIDER,
)
from .edge_starter import ANSWER, NOTEBOOK

RUBRICS: Mapping[str, tuple[str, ...]] = {
    "a.i": (
        "Describes what the learned filters look like in the student's own run.",
        "Relates them to the task: differences across an edge, in one direction or another.",
    ),
    "b.i": (
        "Learned kernels resemble edge detectors more and more as images are added.",
        "Untrained kernels show no such structure.",
    ),
    "b.ii": (
        "Frozen edge detectors cannot adapt, so that only the classifier learns.",
        "With enough data, learned (or random, more varied) features suit the task better.",
    ),
    "c.i": (
        "Lists the numbers of epochs that were tried.",
        "Reaches at least 90 % for the CNN at 20 images per class.",
    ),
    "c.ii": ("With enough training, clear edge-like patterns appear even from few images.",),
    "c.iii": (
        "Cross-entropy punishes confidence in wrong answers, accuracy only counts the right ones.",
        "So the network grows overconfident on what it misses while still getting more right.",
    ),
    "c.iv": (
        "Reports the best setting of the hyperparameters.",
        "Reports the final accuracy of both networks with it.",
    ),
    "c.v": (
        "Says how many times more data the MLP needs, from the student's own curves.",
        "Argues that the MLP rather memorizes places than learns what an edge is.",
    ),
    "d.i": (
        "Sees that edges lie in other places in the validation set than in the training set.",
        "Explains the confusions of the CNN by the responses that its filters and pooling give.",
        "Explains the confusions of the MLP by the pixels that it tied to each class.",
    ),
    "d.ii": (
        "The MLP has separate weights for every place, and unseen places have learned nothing.",
        "The CNN shares its filters over all places, so that what it learned carries over.",
    ),
    "e.i": (
        "Shuffled pixels destroy the neighbourhoods that convolution relies on.",
        "The MLP does not depend on the order of the pixels.",
    ),
    "e.ii": (
        "Says whether accuracy rises or falls, in agreement with the student's own run.",
        "A larger kernel reaches more of the scattered pixels, up to a fully connected layer.",
    ),
    "e.iii": (
        "The kernels look like noise.",
        "Neighbouring entries of a shuffled image have nothing to do with one another.",
    ),
    "f.i": (
        "Compares the two accuracies of the student's own run.",
        "Max pooling keeps the strongest response and tells whether a feature is there.",
        "Average pooling uses all places and is less moved by a single one.",
    ),
}
OPTIONAL = {"c.iii", "c.iv", "g.code"}

CODE: Mapping[str, tuple[tuple[str, str, Probe], ...]] = {
    "a.code": (
        ("dataset", "`small_dataset`", DATASET),
        ("loader", "`small_dataset_loader`", LOADER),
    ),
    "b.code": (
        ("train_loaders", "`train_loader_dict`", TRAIN_LOADERS),
        ("valid_loader", "`valid_loader`", VALID_LOADER),
    ),
    "c.code": (("epochs", "`num_epochs`, by what the CNN reaches", EPOCHS),),
    "d.code": (
        ("tuning", "`num_epochs`, `lr` and `kernel_size`, by what the CNN reaches", TUNING),
    ),
    "g.code": (
        ("deeper", "Settings of `DeeperCNN`, by what it reaches", DEEPER),
        ("wider", "Settings of `WiderCNN`, by what it reaches", WIDER),
    ),
}

KEY_WORDS: Mapping[str, str] = {
    "a.i": r"patterns in the learned filters",
    "b.i": r"edge-detector kernels\. What do you observe",
    "b.ii": r"Why do you think this happens",
    "c.i": r"List every epochs",
    "c.ii": r"Check the learned kernels\.",
    "c.iii": r"How can we interpret this",
    "c.iv": r"list the best hyperparameter setting",
    "c.v": r"competitive performance with CNN",
    "d.i": r"confusion matrix looks like this",
    "d.ii": r"MLP fails to learn the task",
    "e.i": r"CNN is worse than MLP",
    "e.ii": r"kernel size of CNN\. Does the validation accuracy",
    "e.iii": r"learned kernels look like",
    "f.i": r"advantages of each pooling method",
}
"""By which a question is found in a notebook that is not from our starter."""


def prose_of(label: str) -> Text:
    """Return where the answer to a question stands in the notebook, up to the next heading."""
    ours = rf"\*\*Question \({re.escape(label)}\)\.\*\*"
    question = rf"(?:{ours}|{KEY_WORDS[label]})[^\n]*(?:\s*\(Hint:[^\n]*)?"
    return Text(question, template=(ANSWER,), until=r"(?m)^#|^\*\*Question \(")


def part(label: str) -> Part:
    """Return the part of that label: code, or prose."""
    if label in CODE:
        fields = tuple(
            Field(kind=Kind.PROBE, name=name, prompt=prompt, probe=probe)
            for name, prompt, probe in CODE[label]
        )
        return Part(label=label, fields=fields, optional=label in OPTIONAL)
    field = replace(written(*RUBRICS[label]), probe=prose_of(label))
    return Part(label=label, fields=(field,), optional=label in OPTIONAL)


PROBLEM = Problem(
    title="Inductive bias of convolutional networks",
    parts=tuple(part(label) for label in sorted({*RUBRICS, *CODE})),
    notebook=NOTEBOOK,
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 6",
)
