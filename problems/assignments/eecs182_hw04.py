"""EECS 182, fall 2023, homework 4: convolutional networks."""

from grader.spec import Assignment

ASSIGNMENT = Assignment(
    slug="eecs182-hw04",
    title="Homework 4: convolutional networks",
    problems={
        "1": "filters.hand_designed",
        "2": "convolution.feature_dimensions",
        "3": "convolution.recover_and_scatter",
        "4": "convolution.shapes_and_dilation",
        "5": "gradients.weights_and_pooling",
        "6": "training.inductive_bias",
        "7": "memory.gpu_memory",
        "8": "process.sources_and_hours",
    },
)
