"""Which notebooks are run, where an author has only a sample of them run."""

import hashlib
from collections.abc import Callable, Mapping

from grader.evidence import CellRecord, NotebookEvidence, NotebookSource, ProbeRecord
from grader.evidence.values import dump
from grader.report import Outcome
from grader.spec import Output, Picture, Text
from workers.notebooks import Order, Seeds, Tell, collect
from workers.sandbox.supervisor import Sandbox
from workers.shown import shown, written
from workers.submitted import submitted_cells

_SHARES = 1 << 64

Answers = Mapping[str, Mapping[str, ProbeRecord]]


def gather(
    sandbox: Callable[[], Sandbox], source: NotebookSource, order: Order, tell: Tell | None = None
) -> NotebookEvidence:
    """Collect from a notebook: run it if it is drawn, else take what was submitted.

    Args:
        sandbox: gives the sandbox; called only if the notebook is run.

    Raises:
        SolverError, TransientError: as `collect`.
    """
    if order.notebook.sample >= 1:
        return collect(sandbox(), source, order, tell)
    cells = submitted_cells(source)
    answers = _answers(source, cells, order)
    if is_drawn(source, answers, order):
        return collect(sandbox(), source, order, tell)
    return NotebookEvidence(Outcome.OK, sandbox="none", cells=cells, probes=answers, ran=False)


def is_drawn(source: NotebookSource, answers: Answers, order: Order) -> bool:
    """Whether a notebook is in the sample; the same notebook always is, or never.

    It is drawn by a hash under the course's key of what was written and of the answers that are
    judged. With the answers in it, who has seen that a notebook was not run cannot put other
    outputs into the same one.
    """
    given = [
        [label, name, record.calls[0].output]
        for label, by_field in answers.items()
        for name, record in by_field.items()
    ]
    content = hashlib.sha256(source.digest() + dump(given)).digest()
    return Seeds(order.key, content).number("sample") < order.notebook.sample * _SHARES


def _answers(
    source: NotebookSource, cells: tuple[CellRecord, ...], order: Order
) -> dict[str, dict[str, ProbeRecord]]:
    return {
        label: {
            name: written(source, probe) if isinstance(probe, Text) else shown(probe, cells)
            for name, probe in by_field.items()
            if isinstance(probe, (Text, Output, Picture))
        }
        for label, by_field in order.probes.items()
    }
