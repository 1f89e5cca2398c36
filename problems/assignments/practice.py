"""Practice beside the papers, with numbers of one's own."""

from grader.spec import Assignment

ASSIGNMENT = Assignment(
    slug="practice",
    title="Practice: memory and recurrent cells",
    problems={
        "1": "memory.training_step",
        "2": "recurrent.cell_shapes",
    },
    fresh_variants=True,
)
