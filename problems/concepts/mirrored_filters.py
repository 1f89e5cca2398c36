"""Convolution that flips its kernels against the kind that does not."""

from grader.spec import Part, Problem

from ..prose import written

PROBLEM = Problem(
    title="Convolution and cross-correlation",
    parts=(
        Part(
            label="",
            fields=(
                written(
                    "The predictions are the same, at the start and after every step.",
                    "The learned filters are mirror images of one another (turned by 180 degrees).",
                ),
            ),
        ),
    ),
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 7",
    note=(
        "As printed both start at all-zero weights, where a deep network has no gradient to leave "
        "zero by, so that nothing is learned and nothing differs. Here the initial filters of one "
        "are the flipped initial filters of the other."
    ),
)
