"""A quiz on the fundamentals of convolutional networks."""

from grader.spec import Assignment

ASSIGNMENT = Assignment(
    slug="cnn-quiz",
    title="Quiz: fundamentals of convolutional networks",
    problems={
        "1": "concepts.why_convolution",
        "2": "convolution.weight_savings",
        "3": "convolution.padded_stride",
        "4": "convolution.stacked_small_filters",
        "5": "convolution.same_padding",
        "6": "concepts.pooling_matters",
        "7": "concepts.mirrored_filters",
        "8": "concepts.dense_after_convolution",
        "9": "concepts.vanishing_gradients",
        "10": "convolution.image_as_matrix",
    },
    fresh_variants=True,
)
