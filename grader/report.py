"""What was judged: verdicts, credit and feedback, by field. Plain values, no rules."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What was decided of one field. The same words in code, pages, files and the database."""

    CORRECT = "correct"
    PARTIAL = "partial"
    INCORRECT = "incorrect"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    WAITING = "waiting"  # for a grader
    HELD = "held"  # our fault: never scored, never costs anything


class Outcome(StrEnum):
    """How something that ran came to its end."""

    OK = "ok"
    NOT_DEFINED = "not_defined"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    GPU_OUT_OF_MEMORY = "gpu_out_of_memory"
    CRASHED = "crashed"


class Topic(StrEnum):
    """What a remark is about; an author chooses which topics students see."""

    READING = "reading"  # where reading stopped, what a name resembles
    SHAPE = "shape"  # the shape given against the shape asked
    ENTRIES = "entries"  # which entries of an array differ
    NEAR_MISS = "near_miss"  # right up to a sign, a factor, a transposition, an off-by-one
    UNIT = "unit"
    MISCONCEPTION = "misconception"
    NOTE = "note"  # accepted, with something worth knowing
    RUN = "run"  # what happened when the student's code ran


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence of feedback and what it is about."""

    topic: Topic
    text: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The verdict on one field.

    Attributes:
        credit: share of the field's points, 0 to 1; None while waiting or held.
        remarks: feedback, most useful first; the author decides which topics are shown.
        canonical: short stable text, equal for answers that are the same up to ordering, products
            and numbers, by which equal wrong answers are counted together; None where the answer
            has no such form.
    """

    verdict: Verdict
    credit: float | None
    remarks: tuple[Remark, ...] = ()
    canonical: str | None = None

    @property
    def feedback(self) -> str:
        """The remarks as one text."""
        return " ".join(remark.text for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class FieldReport:
    """One field of a judged submission.

    Attributes:
        part: label on the paper, such as "2a".
        field: name within the part; "" where the part has one field.
        points: what the field is worth.
        outcome: how the student's code ended; None for typed answers.
        misconception: name of the well-known wrong way that leads to this answer.
        text_sha256: hash of what was answered, by which a mark by hand stays with it; None where
            nothing was.
        fault: for a held field, what crashed; for staff and logs, never for the student.
    """

    part: str
    field: str
    verdict: Verdict
    credit: float | None
    points: float
    optional: bool = False
    feedback: str = ""
    canonical: str | None = None
    outcome: Outcome | None = None
    misconception: str | None = None
    text_sha256: str | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the row as scripts read it; see docs/command-line.md."""
        return {
            "part": self.part,
            "field": self.field,
            "verdict": self.verdict.value,
            "outcome": self.outcome.value if self.outcome else None,
            "credit": self.credit,
            "points": self.points,
            "feedback": self.feedback,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All fields of one problem, judged."""

    fields: tuple[FieldReport, ...] = field(default_factory=tuple)
