"""Principles of convolutional networks: what the notebook on shifts shows, in prose."""

from grader.spec import Criterion, Field, Kind, Part, Problem


def written(name: str, prompt: str, *criteria: str) -> Field:
    """A field answered in prose; its criteria share the credit evenly."""
    rubric = tuple(Criterion(text, 1 / len(criteria)) for text in criteria)
    return Field(name=name, kind=Kind.TEXT, prompt=prompt, rubric=rubric)


def accuracy(name: str, prompt: str) -> Field:
    """A result of the student's own run, which a grader compares with its output."""
    agrees = Criterion("Agrees with the output of the student's run and is plausible.", 1.0)
    return Field(name=name, kind=Kind.NUMBER, prompt=prompt, rubric=(agrees,))


PROBLEM = Problem(
    title="Principles of convolutional networks",
    parts=(
        Part(
            label="a",
            fields=(
                accuracy("mlp_accuracy", "Accuracy of the MLP, in percent"),
                accuracy("cnn_accuracy", "Accuracy of the CNN, in percent"),
                written(
                    "explanation",
                    "Which one does better, and why?",
                    "The CNN does better with about as many parameters.",
                    "It is built for images: shared local filters, the same wherever things are.",
                ),
            ),
        ),
        Part(
            label="b",
            fields=(
                written(
                    "",
                    "Your answer",
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
                    "",
                    "Your answer",
                    "Equivariance comes from sliding one filter everywhere, trained or not.",
                    "Random local filters already respond to edges and textures.",
                ),
            ),
        ),
        Part(
            label="d",
            fields=(
                written(
                    "",
                    "Your answer",
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
