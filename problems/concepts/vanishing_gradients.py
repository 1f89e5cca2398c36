"""How very deep networks are kept trainable."""

from grader.spec import Part, Problem

from ..prose import written

PROBLEM = Problem(
    title="Vanishing gradients",
    parts=(
        Part(
            label="",
            fields=(
                written(
                    "Names residual (skip) connections, as in ResNet.",
                    "The identity path carries the gradient past the layers undiminished.",
                ),
            ),
        ),
    ),
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 9",
    note="The layers near the input are the ones that the gradient hardly reaches; so it is asked.",
)
