"""Inductive bias of convolutional networks: what the notebook on edges shows, in prose."""

from collections.abc import Mapping

from grader.spec import Part, Problem

from ..prose import written

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
OPTIONAL = {"c.iii", "c.iv"}


PROBLEM = Problem(
    title="Inductive bias of convolutional networks",
    parts=tuple(
        Part(label=label, fields=(written(*criteria),), optional=label in OPTIONAL)
        for label, criteria in RUBRICS.items()
    ),
    source="UC Berkeley EECS 182, fall 2023, homework 4, question 6",
)
