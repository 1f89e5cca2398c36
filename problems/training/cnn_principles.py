"""Principles of convolutional networks: what the notebook on shifts shows, in prose."""

from grader.spec import Part, Problem

from ..prose import own_run, written

PROBLEM = Problem(
    title="Principles of convolutional networks",
    parts=(
        Part(
            label="a",
            fields=(
                own_run("mlp_accuracy", "Accuracy of the MLP, in percent"),
                own_run("cnn_accuracy", "Accuracy of the CNN, in percent"),
                written(
                    "The CNN does better with about as many parameters.",
                    "It is built for images: shared local filters, the same wherever things are.",
                    name="explanation",
                    prompt="Which one does better, and why?",
                ),
            ),
        ),
        Part(
            label="b",
            fields=(
                written(
                    "The CNN's feature maps shift along with the digit.",
                    "Each unit of the MLP has weights of its own for every pixel, so that its "
                    "features change with the place.",
                ),
            ),
        ),
        Part(
            label="c",
            fields=(
                written(
                    "Equivariance comes from sliding one filter everywhere, trained or not.",
                    "Random local filters already respond to edges and textures.",
                ),
            ),
        ),
        Part(
            label="d",
            fields=(
                written(
                    "Only the classifier learns; the convolutions keep their random weights.",
                    "Random convolutional features keep what is near together, unlike raw pixels, "
                    "and so help the classifier more than the MLP's first layers.",
                ),
            ),
        ),
    ),
    source="UC Berkeley EECS 182, spring 2023, discussion 4, question 2",
    note="(d): asked for the network whose convolutions are frozen, as the notebook has it.",
)
