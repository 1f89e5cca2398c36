"""EECS 182, fall 2023, homework 4: convolutional networks."""

from grader.spec import Assignment

ASSIGNMENT = Assignment(
    slug="eecs182-hw04",
    title="Homework 4: convolutional networks",
    problems={
        "2": "convolution.feature_dimensions",
        "3": "convolution.recover_and_scatter",
        "4": "convolution.shapes_and_dilation",
    },
)
