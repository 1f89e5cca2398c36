"""Why two feature maps are rather joined by a convolution than by a dense layer."""

from grader.spec import Part, Problem

from ..prose import written

PROBLEM = Problem(
    title="Advantages of convolutional layers",
    parts=(
        Part(
            label="",
            fields=(
                written(
                    "Far fewer weights, since a small filter is shared by all places.",
                    "What is near together belongs together, and is found wherever it lies.",
                ),
            ),
        ),
    ),
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 1",
)
