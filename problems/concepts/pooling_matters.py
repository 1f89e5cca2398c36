"""What pooling is good for."""

from grader.spec import Part, Problem

from ..prose import written

PROBLEM = Problem(
    title="Pooling",
    parts=(
        Part(
            label="",
            fields=(
                written(
                    "Smaller maps: less computation and memory, fewer weights in dense layers.",
                    "Small shifts change little, and later layers see a larger part of the image.",
                ),
            ),
        ),
    ),
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 6",
)
