"""Why classifiers end in dense layers."""

from grader.spec import Part, Problem

from ..prose import written

PROBLEM = Problem(
    title="Dense layers after convolutions",
    parts=(
        Part(
            label="",
            fields=(
                written(
                    "Convolutions extract local features; a class depends on all of them together.",
                    "A dense layer combines features from every place into one score a class.",
                ),
            ),
        ),
    ),
    source="Quiz on the fundamentals of convolutional networks, December 2020, question 8",
)
