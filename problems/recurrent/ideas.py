"""What recurrent networks are and how they are trained."""

from grader.spec import Part, Problem

from ..prose import written

PROBLEM = Problem(
    title="Recurrent networks: concepts",
    parts=(
        Part(
            label=".1",
            fields=(
                written(
                    "Networks for sequences that carry a hidden state from step to step.",
                    "The same weights are used at every step, for sequences of any length.",
                ),
            ),
        ),
        Part(
            label=".2",
            fields=(
                written(
                    "The new state is computed from the current input and the previous state.",
                    "The state sums up what came before, and the output is read from it.",
                ),
            ),
        ),
        Part(
            label=".3",
            fields=(
                written(
                    "Backpropagation through time: unroll, then backpropagate as usual.",
                    "The gradients of the shared weights are summed over the steps.",
                ),
            ),
        ),
    ),
    source="Carnegie Mellon 10-601, fall 2023, recitation 7, section 2.2",
)
