"""What was collected, raw and complete: judging it again needs nothing but the problem version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.evidence.ipynb import Cell, NotebookSource, read_notebook
from grader.evidence.notebook import (
    CallRecord,
    CellError,
    CellOutput,
    CellRecord,
    NotebookEvidence,
    ProbeRecord,
)
from grader.evidence.values import BadPayload, Opaque

__all__ = [
    "BadPayload",
    "CallRecord",
    "Cell",
    "CellError",
    "CellOutput",
    "CellRecord",
    "Evidence",
    "NotebookEvidence",
    "NotebookSource",
    "Opaque",
    "ProbeRecord",
    "read_notebook",
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that judging one submission of one problem may look at.

    Attributes:
        answers: part label (as on the paper) to field name ("" where the part has one) to the
            text as typed. What is absent is missing.
        measured: what a GPU run measured, JSON values; None where nothing ran.
        notebook: what running the notebook left; None where none was handed in.
    """

    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    measured: Mapping[str, Any] | None = None
    notebook: NotebookEvidence | None = None
