"""What was collected, raw and complete: judging it again needs nothing but the problem version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that judging one submission of one problem may look at.

    Attributes:
        answers: part label (as on the paper) to field name ("" where the part has one) to the
            text as typed. What is absent is missing.
        measured: what a GPU run measured, JSON values; None where nothing ran.
    """

    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    measured: Mapping[str, Any] | None = None
