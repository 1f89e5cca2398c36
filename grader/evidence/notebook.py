"""What running one notebook left: its cells, and what its functions and variables gave when asked.

Raw and complete: every probe's inputs stand beside its outputs, so a changed tolerance, reference
or point value is judged again without running anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from grader.evidence.values import BadPayload, dump, load
from grader.report import Outcome

_VERSION = 1
Record = TypeVar("Record", "CellError", "CellOutput", "CellRecord", "CallRecord", "ProbeRecord")


@dataclass(frozen=True, slots=True)
class CellError:
    """What stopped a cell or a call, in the student's own terms.

    Attributes:
        name: the exception's type, such as "NameError".
        message: what it said, cut short.
        line: line of the cell, from 1, where the student's own code was last at work.
        source: the text of that line.
    """

    name: str
    message: str
    line: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class CellOutput:
    """One rich output: text, or bytes where the type is binary, such as "image/png"."""

    mime: str
    text: str | None = None
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class CellRecord:
    """One cell as it ran.

    Attributes:
        index: place among all cells of the notebook, from 0.
        seconds: wall-clock time.
        memory_mb: how much private memory the notebook held after it, beyond the empty sandbox.
        truncated: whether output was cut; what was cut is counted where it was.
        notes: what was passed over, such as "pip install is not run here".
    """

    index: int
    source: str
    outcome: Outcome
    seconds: float = 0.0
    memory_mb: float = 0.0
    stdout: str = ""
    stderr: str = ""
    error: CellError | None = None
    outputs: tuple[CellOutput, ...] = ()
    truncated: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One question put to the student's code and what came back.

    Attributes:
        args: positional inputs as sent; empty where a value was asked for.
        named: keyword inputs as sent.
        output: a plain value (see `grader.evidence.values`); None unless outcome is OK.
    """

    args: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)
    output: Any = None
    outcome: Outcome = Outcome.OK
    error: CellError | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ProbeRecord:
    """All that one probe asked and got; `outcome` is that of its worst call."""

    outcome: Outcome
    calls: tuple[CallRecord, ...] = ()
    error: CellError | None = None


@dataclass(frozen=True, slots=True)
class NotebookEvidence:
    """Everything that judging one notebook may look at.

    Attributes:
        outcome: of what ended the run; OK where cells merely raised.
        peak_mb: largest memory of the run beyond the empty sandbox.
        sandbox: the level of isolation that it ran under, "full" or "reduced".
        probes: part label to field name ("" where the part has one) to what was asked.
        ran: False where the notebook was not in the sample: the cells and probes hold what was
            submitted, and nothing was run.
        reruns: as `probes`, of those answered by what was submitted: what running it gave.
    """

    outcome: Outcome
    seconds: float = 0.0
    peak_mb: float = 0.0
    sandbox: str = "full"
    cells: tuple[CellRecord, ...] = ()
    probes: Mapping[str, Mapping[str, ProbeRecord]] = field(default_factory=dict)
    ran: bool = True
    reruns: Mapping[str, Mapping[str, ProbeRecord]] = field(default_factory=dict)

    def to_payload(self) -> bytes:
        """Return the stored form: one payload of JSON and raw arrays."""
        return dump(
            {
                "version": _VERSION,
                "outcome": str(self.outcome),
                "seconds": self.seconds,
                "peak_mb": self.peak_mb,
                "sandbox": self.sandbox,
                "cells": [_as_plain(cell) for cell in self.cells],
                "probes": _as_plain_probes(self.probes),
                "ran": self.ran,
                "reruns": _as_plain_probes(self.reruns),
            }
        )

    @classmethod
    def from_payload(cls, payload: bytes) -> "NotebookEvidence":
        """Read the stored form; one that says nothing of a sample is of a notebook that ran.

        Raises:
            BadPayload: these bytes were not written by `to_payload` of this version.
        """
        plain = load(payload)
        if not isinstance(plain, dict) or plain.get("version") != _VERSION:
            raise BadPayload("this is no notebook evidence, or of another version")
        try:
            return cls(
                outcome=Outcome(plain["outcome"]),
                seconds=plain["seconds"],
                peak_mb=plain["peak_mb"],
                sandbox=plain["sandbox"],
                cells=tuple(cell_from_plain(cell) for cell in plain["cells"]),
                probes=_probes_from_plain(plain["probes"]),
                ran=_flag(plain.get("ran", True)),
                reruns=_probes_from_plain(plain.get("reruns", {})),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadPayload(f"this is no notebook evidence: {error}") from error


def cell_from_plain(plain: Mapping[str, Any]) -> CellRecord:
    """Read a cell from plain values.

    Raises:
        KeyError, TypeError, ValueError: a field is missing or of another type.
    """
    rest = dict(plain)
    rest["outcome"] = Outcome(rest["outcome"])
    rest["error"] = error_from_plain(rest.get("error"))
    rest["outputs"] = tuple(CellOutput(**output) for output in rest.get("outputs", ()))
    rest["notes"] = tuple(rest.get("notes", ()))
    return CellRecord(**rest)


def error_from_plain(plain: Mapping[str, Any] | None) -> CellError | None:
    """Read an error from plain values; raises as `cell_from_plain`."""
    return CellError(**plain) if plain else None


def _as_plain_probes(probes: Mapping[str, Mapping[str, ProbeRecord]]) -> dict[str, Any]:
    return {
        part: {name: _as_plain(record) for name, record in by_field.items()}
        for part, by_field in probes.items()
    }


def _probes_from_plain(plain: Mapping[str, Any]) -> dict[str, dict[str, ProbeRecord]]:
    return {
        part: {name: _probe_from_plain(record) for name, record in by_field.items()}
        for part, by_field in plain.items()
    }


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is no flag")
    return value


def _probe_from_plain(plain: Mapping[str, Any]) -> ProbeRecord:
    calls = tuple(
        CallRecord(
            args=tuple(call["args"]),
            named=call["named"],
            output=call["output"],
            outcome=Outcome(call["outcome"]),
            error=error_from_plain(call["error"]),
            seconds=call["seconds"],
        )
        for call in plain["calls"]
    )
    return ProbeRecord(Outcome(plain["outcome"]), calls, error_from_plain(plain["error"]))


def _as_plain(record: Any) -> dict[str, Any]:
    """Return a record's fields as plain values, its own records inside included."""
    return {item.name: _plain(getattr(record, item.name)) for item in fields(record)}


def _plain(value: Any) -> Any:
    if isinstance(value, Outcome):
        return str(value)
    if isinstance(value, (CellError, CellOutput, CallRecord)):
        return _as_plain(value)
    if isinstance(value, tuple) and value and isinstance(value[0], (CellOutput, CallRecord)):
        return [_as_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value
