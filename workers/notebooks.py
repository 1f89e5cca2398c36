"""From a notebook's bytes to evidence: run it, put the probes' questions to it, keep what came.

Nothing is judged here; see `grader.checks.probes`.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

import numpy as np

from grader.errors import SolverError
from grader.evidence import (
    CallRecord,
    Cell,
    CellError,
    NotebookEvidence,
    NotebookSource,
    ProbeRecord,
)
from grader.evidence.texts import storable
from grader.evidence.values import ONE_VALUE, Tensor, dump
from grader.report import Outcome
from grader.spec import (
    Call,
    File,
    Inputs,
    Notebook,
    Output,
    Params,
    Picture,
    Probe,
    Problem,
    Raises,
    Value,
)
from grader.spec.notebook import names_needed
from workers.sandbox.session import Session, read_error
from workers.sandbox.settings import RunLimits, Supplies
from workers.sandbox.supervisor import Sandbox
from workers.shown import one, shown, written
from workers.submitted import submitted_cells

Probes = Mapping[str, Mapping[str, Probe]]
"""By part label and field name."""

Tell = Callable[[int, int], None]
"""Told how many cells have come to their end, and of how many: before each, and at the end."""

_WORST_FIRST = (
    Outcome.CRASHED,
    Outcome.OUT_OF_MEMORY,
    Outcome.GPU_OUT_OF_MEMORY,
    Outcome.TIMED_OUT,
    Outcome.NOT_DEFINED,
    Outcome.RAISED,
    Outcome.OK,
)
_WATCH = "watch"  # the kind of a cell that is the author's, between the student's


def probes_of(problem: Problem, number: str = "") -> Probes:
    """Return the probes of a problem by label on the paper (`number` opens it) and field name."""
    found = {
        f"{number}{part.label}": {item.name: item.probe for item in part.fields if item.probe}
        for part in problem.parts
    }
    return {label: by_field for label, by_field in found.items() if by_field}


def limits_of(notebook: Notebook) -> RunLimits:
    """Return what a problem's notebook may use."""
    return RunLimits(
        cell_seconds=notebook.cell_seconds,
        total_seconds=notebook.total_seconds,
        memory_mb=notebook.memory_mb,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be collected from a notebook.

    Attributes:
        probes: what to ask, by part label on the paper and field name.
        params: of the variant; `draw` gets them.
        files: content of `notebook.files`.
        key: the course's; with the notebook's content it seeds all that is drawn, so that the same
            notebook gives the same evidence.
    """

    notebook: Notebook = field(default_factory=Notebook)
    probes: Probes = field(default_factory=dict)
    params: Params = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    key: bytes = b""


def collect(
    sandbox: Sandbox, source: NotebookSource, order: Order, tell: Tell | None = None
) -> NotebookEvidence:
    """Run a notebook and put the questions of the order's probes to it.

    What is judged as submitted stands in the evidence as submitted, and beside it as it ran.

    Raises:
        SolverError: an author's `draw` crashed.
        TransientError: the sandbox is gone.
    """
    start = time.monotonic()
    seeds = Seeds(order.key, source.digest())
    supplies = Supplies(dict(order.files), dict(order.notebook.urls))
    skip = [re.compile(pattern) for pattern in order.notebook.skip]
    cells = tuple(c for c in source.code if not any(p.search(c.source) for p in skip))
    watched = tuple(_with_watches(cells, order.notebook.watch))
    limits = limits_of(order.notebook)
    with Session(sandbox, supplies, limits, seeds.number("notebook")) as session:
        session.run(watched, tell and _of_students(watched, tell))
        asked = _ask_all(session, source, order, seeds)
    ran = NotebookEvidence(
        outcome=session.ended,
        seconds=round(time.monotonic() - start, 4),
        peak_mb=session.peak_mb,
        sandbox=str(sandbox.level),
        cells=tuple(
            record
            for record, cell in zip(session.records, watched, strict=True)
            if cell.kind != _WATCH
        ),
        probes=asked,
    )
    return _beside_submitted(ran, source, order) if _any_submitted(order.probes) else ran


def _any_submitted(probes: Probes) -> bool:
    asked = (probe for by_field in probes.values() for probe in by_field.values())
    return any(isinstance(probe, (Output, Picture)) and probe.submitted for probe in asked)


def _beside_submitted(
    ran: NotebookEvidence, source: NotebookSource, order: Order
) -> NotebookEvidence:
    """Return evidence in which what is judged as submitted stands so, and what ran beside it.

    A probe of the very cells that the author skips has nothing beside it. Any other cell that was
    skipped counts as one that showed nothing: a student may have written what makes it skipped.
    """
    cells = submitted_cells(source)
    answers = {label: dict(by_field) for label, by_field in ran.probes.items()}
    reruns: dict[str, dict[str, ProbeRecord]] = {}
    for label, by_field in order.probes.items():
        for name, probe in by_field.items():
            if not isinstance(probe, (Output, Picture)) or not probe.submitted:
                continue
            answers[label][name] = shown(probe, cells)
            if probe.cell not in order.notebook.skip:
                reruns.setdefault(label, {})[name] = ran.probes[label][name]
    return replace(ran, probes=answers, reruns=reruns)


def _with_watches(cells: Sequence[Cell], watch: Mapping[str, str]) -> Iterator[Cell]:
    """Yield the cells, and after each what the author has run after cells like it."""
    for cell in cells:
        yield cell
        for pattern, source in watch.items():
            if re.search(pattern, cell.source):
                yield replace(cell, kind=_WATCH, source=source, outputs=())


def _of_students(cells: Sequence[Cell], tell: Tell) -> Callable[[int], None]:
    """Return what tells of the students' cells, from the number of all that have ended."""
    theirs = [0, *accumulate(int(cell.kind != _WATCH) for cell in cells)]
    return lambda ended: tell(theirs[ended], theirs[-1])


class Seeds:
    """Numbers that depend on the course's key, the notebook's content and a purpose, only."""

    def __init__(self, key: bytes, content: bytes) -> None:
        self._key = hmac.digest(key, content, hashlib.sha256)

    def number(self, purpose: str) -> int:
        """Return 64 bits for `purpose`."""
        return int.from_bytes(hmac.digest(self._key, purpose.encode(), hashlib.sha256)[:8], "big")

    def below(self, purpose: str) -> "Seeds":
        """Return the seeds of something inside `purpose`."""
        return Seeds(self._key, purpose.encode())


def _ask_all(
    session: Session, source: NotebookSource, order: Order, seeds: Seeds
) -> dict[str, dict[str, ProbeRecord]]:
    records: dict[str, dict[str, ProbeRecord]] = {}
    for label, by_field in order.probes.items():
        for name, probe in by_field.items():
            seeds_here = seeds.below(f"{label}.{name}")
            record = _collect_one(session, source, probe, order.params, seeds_here)
            records.setdefault(label, {})[name] = record
    return records


def _collect_one(
    session: Session, source: NotebookSource, probe: Probe, params: Params, seeds: Seeds
) -> ProbeRecord:
    if isinstance(probe, Value):
        return _ask(session, probe.expression, probe, [None], seeds)
    if isinstance(probe, (Call, Raises)):
        inputs = list(_draw(probe, params, seeds))
        return _ask(session, probe.function, probe, inputs, seeds)
    if isinstance(probe, (Output, Picture)):
        return shown(probe, session.records)
    if isinstance(probe, File):
        return _file(session.read(probe.path), probe.path)
    return written(source, probe)


def _draw(probe: Call | Raises, params: Params, seeds: Seeds) -> Iterator[Inputs]:
    rng = np.random.default_rng(seeds.number("inputs"))
    repeats = probe.repeats if isinstance(probe, Call) else 1
    for _ in range(probe.count):
        try:
            drawn = probe.draw(rng, params)
            inputs = drawn if isinstance(drawn, Inputs) else Inputs(tuple(drawn))
            stored = Inputs(_storable(inputs.args), _storable(dict(inputs.named)))
            dump([stored.args, stored.named], ONE_VALUE)
        except Exception as error:  # an author's draw may raise anything
            raise SolverError(f"draw for {probe.function} crashed: {error!r}") from error
        for _ in range(repeats):
            yield stored


def _storable(value: Any) -> Any:
    """Return inputs as plain values: torch tensors as carried ones, NumPy numbers as numbers."""
    if isinstance(value, (list, tuple)):
        return type(value)(_storable(item) for item in value)
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        return value.item()
    if type(value).__module__.partition(".")[0] == "torch":
        return Tensor(value.detach().cpu().numpy())
    return value


def _ask(
    session: Session,
    expression: str,
    probe: Value | Call | Raises,
    inputs: Sequence[Inputs | None],
    seeds: Seeds,
) -> ProbeRecord:
    """Put one question a call; what was not answered gets the outcome that stopped it."""
    calls = [
        {
            "value": call is None,
            "args": call.args if call else (),
            "named": dict(call.named) if call else {},
            "seed": seeds.number(f"call {number}"),
        }
        for number, call in enumerate(inputs)
    ]
    question = {
        "expression": expression,
        "needs": list(names_needed(expression, probe.before)),
        "before": probe.before,
        "seconds": probe.seconds,
    }
    isolated = isinstance(probe, Call) and probe.isolated
    records: list[CallRecord] = []
    for group in [[call] for call in calls] if isolated else [calls]:
        answers, stopped = session.ask({**question, "calls": group}, forget=isolated)
        records += _records(group, answers, stopped)
    return _probe_record(records)


def _records(
    calls: list[dict[str, Any]], answers: list[dict[str, Any]], stopped: Outcome
) -> list[CallRecord]:
    if stopped is Outcome.OK and len(answers) < len(calls):
        stopped = Outcome.TIMED_OUT  # it stops at the first call that is out of time
    records = []
    for number, call in enumerate(calls):
        args, named = call["args"], call["named"]
        if number >= len(answers):
            records.append(CallRecord(args, named, None, stopped))
            continue
        try:
            answer = answers[number]
            outcome, error = Outcome(answer["outcome"]), read_error(answer["error"])
            seconds = float(answer["seconds"])
        except (KeyError, TypeError, ValueError):  # a forged answer is no answer
            records.append(CallRecord(args, named, None, Outcome.CRASHED))
            continue
        output = answer.get("output") if outcome is Outcome.OK else None
        records.append(CallRecord(args, named, output, outcome, error, seconds))
    return records


def _probe_record(calls: list[CallRecord]) -> ProbeRecord:
    worst = min(calls, key=lambda call: _WORST_FIRST.index(call.outcome))
    return ProbeRecord(worst.outcome, tuple(calls), worst.error)


def _file(answer: Mapping[str, Any], path: str) -> ProbeRecord:
    try:
        outcome = Outcome(answer["outcome"])
        data, error = answer["output"], read_error(answer["error"])
    except (KeyError, TypeError, ValueError):
        return one(None, Outcome.CRASHED)
    if outcome is Outcome.OK and not isinstance(data, bytes):
        return one(None, Outcome.CRASHED, CellError("TypeError", f"{path} is no file"))
    text = None if data is None else storable(data.decode("utf-8", "replace"))
    return one(text, outcome, error)
