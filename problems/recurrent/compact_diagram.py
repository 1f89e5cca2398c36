"""The compact drawing of a recurrent network, with its cycle."""

from grader.spec import Part, Problem

from ..prose import written

PROBLEM = Problem(
    title="A recurrent network without unrolling",
    parts=(
        Part(
            label=".1",
            fields=(
                written(
                    "One cell: input to hidden state by W_hx, hidden state to output by W_yh.",
                    "A loop from the hidden state to itself by W_hh, delayed by one step.",
                    "The activations psi and sigma stand where they act.",
                    prompt="The diagram, described or drawn with characters",
                ),
            ),
        ),
    ),
    source="Carnegie Mellon 10-601, fall 2023, recitation 7, section 2.1",
)
