"""EECS 182, spring 2023, discussion 4: weight sharing."""

from grader.spec import Assignment

ASSIGNMENT = Assignment(
    slug="eecs182-dis04",
    title="Discussion 4: weight sharing",
    problems={
        "1": "convolution.weight_sharing",
        "2": "training.cnn_principles",
    },
)
