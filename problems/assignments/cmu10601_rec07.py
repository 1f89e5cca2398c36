"""10-601, fall 2023, recitation 7: convolutional and recurrent networks."""

from grader.spec import Assignment

ASSIGNMENT = Assignment(
    slug="cmu10601-rec07",
    title="Recitation 7: convolutional and recurrent networks",
    problems={
        "1.1": "concepts.convolution_basics",
        "1.2": "convolution.padded_image",
        "1.3": "convolution.layer_stack",
        "2.1": "recurrent.compact_diagram",
        "2.2": "recurrent.ideas",
    },
)
