"""Principles of convolutional networks: what the notebook on shifts shows, in prose.

Answers are typed, or taken from below their question in the notebook; a grader judges both.
"""

from dataclasses import replace

from grader.spec import Field, Part, Problem, Text

from ..prose import own_run, written
from .cnn_principles_starter import ANSWER, NOTEBOOK

KEY_WORDS = {
    "a": r"final accuracy of MLP and CNN",
    "b": r"observe about the CNN outputs",
    "c": r"even though the CNN is not trained",
    "d": r"froze the CNN backbone|number of parameters change",
}
"""By which a question is found in a notebook that is not from our starter."""


def in_notebook(label: str, field: Field) -> Field:
    """Return a field that is answered below its question in the notebook too."""
    question = rf"(?:\*\*Question \({label}\)\.\*\*|{KEY_WORDS[label]})[^\n]*"
    return replace(field, probe=Text(question, template=(ANSWER, "A."), until=r"(?m)^#"))


PROBLEM = Problem(
    title="Principles of convolutional networks",
    parts=(
        Part(
            label="a",
            fields=(
                in_notebook("a", own_run("mlp_accuracy", "Accuracy of the MLP, in percent")),
                in_notebook("a", own_run("cnn_accuracy", "Accuracy of the CNN, in percent")),
                in_notebook(
                    "a",
                    written(
                        "The CNN does better with about as many parameters.",
                        "It is built for images: shared local filters, alike wherever things are.",
                        name="explanation",
                        prompt="Which one does better, and why?",
                    ),
                ),
            ),
        ),
        Part(
            label="b",
            fields=(
                in_notebook(
                    "b",
                    written(
                        "The CNN's feature maps shift along with the digit.",
                        "Each unit of the MLP has weights of its own for every pixel, so that its "
                        "features change with the place.",
                    ),
                ),
            ),
        ),
        Part(
            label="c",
            fields=(
                in_notebook(
                    "c",
                    written(
                        "Equivariance comes from sliding one filter everywhere, trained or not.",
                        "Random local filters already respond to edges and textures.",
                    ),
                ),
            ),
        ),
        Part(
            label="d",
            fields=(
                in_notebook(
                    "d",
                    written(
                        "Only the classifier learns; the convolutions keep their random weights.",
                        "Random convolutional features keep what is near together, unlike raw "
                        "pixels, and so help the classifier more than the MLP's first layers.",
                    ),
                ),
            ),
        ),
    ),
    notebook=NOTEBOOK,
    source="UC Berkeley EECS 182, spring 2023, discussion 4, question 2",
    note="(d): asked for the network whose convolutions are frozen, as the notebook has it.",
)
