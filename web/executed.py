"""A notebook after its run, as pages show it: cells with what they showed, fields with theirs.

All of it is the student's: it reaches a page through `web.cleaned` alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from grader.errors import SubmissionRefused
from grader.evidence import (
    Cell,
    CellOutput,
    CellRecord,
    NotebookEvidence,
    ProbeRecord,
    read_notebook,
)
from grader.queue import Queue
from grader.report import Outcome
from grader.services import notebooks, progress
from grader.services.attempts import Attempt, State
from grader.services.homework import SubmissionView
from grader.services.progress import Progress
from grader.services.submissions import notebook_sha256
from web import cleaned
from web.cleaned import Picture
from web.context import board

OUTCOME_WORDS = {
    Outcome.OK: "",
    Outcome.NOT_DEFINED: "Not there when it was asked for",
    Outcome.RAISED: "Raised an error",
    Outcome.TIMED_OUT: "Stopped: it took longer than allowed",
    Outcome.OUT_OF_MEMORY: "Stopped: it needed more memory than allowed",
    Outcome.GPU_OUT_OF_MEMORY: "It needed more memory than the GPU has",
    Outcome.CRASHED: "The process died while it ran",
}
PAGE_ROOM = 3_000_000
"""Characters of output on one page; the rest is in the download."""

CELLS_BESIDE, PICTURES_BESIDE, PRINTED_BESIDE = 3, 4, 2_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One output of a cell: text, cleaned HTML, a picture, or words on why it is left out."""

    text: str = ""
    html: Markup | None = None
    picture: Picture | None = None
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell as it stands in the file, with its record where it ran; numbered from 1.

    Attributes:
        source: as it is in the file; pages show `text`.
    """

    number: int
    kind: str
    source: str
    prose: Markup | None = None
    record: CellRecord | None = None
    shown: Sequence[Shown] = ()

    @property
    def text(self) -> str:
        """The source, fit for a page."""
        return cleaned.text(self.source)

    @property
    def ended(self) -> str:
        """How it ended, in words; "" where all went well or it did not run."""
        return OUTCOME_WORDS[self.record.outcome] if self.record else ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a field took from the notebook, beside its verdict.

    Attributes:
        words: how it ended, "" where all went well.
        text: the student's own words, or a plain value.
        printed: what the cells printed that the field is about.
        cells: numbers of those cells.
        again: what running it gave, where this is what was submitted and the two differ.
    """

    words: str
    text: str = ""
    printed: str = ""
    pictures: Sequence[Picture] = ()
    cells: Sequence[int] = ()
    again: "Taken | None" = None


@dataclass(frozen=True, slots=True)
class Run:
    """The notebook of a submission: whether there is one, and what became of it.

    Attributes:
        before: how many are before it in its queue.
        evidence: None until it ran, or was left out of the sample.
    """

    is_long: bool
    before: int
    evidence: NotebookEvidence | None
    fields: Mapping[tuple[str, str], Taken] = field(default_factory=dict)

    @property
    def ended(self) -> str:
        """Why the whole was stopped, in words; "" where it came to its end."""
        return OUTCOME_WORDS[self.evidence.outcome] if self.evidence else ""

    @property
    def stopped(self) -> Sequence[CellRecord]:
        """The cells that did not come to their end."""
        if self.evidence is None:
            return ()
        return [cell for cell in self.evidence.cells if cell.outcome is not Outcome.OK]


def run_of(session: Session, view: SubmissionView) -> Run | None:
    """Return the notebook of a submission; None where none was handed in."""
    submission = view.attempt.submission
    asked = notebooks.Asked.of(view.variant.page)
    if notebook_sha256(submission.content) is None or asked is None:
        return None
    evidence = notebooks.evidence_of(session, submission)
    before = notebooks.waiting_before(session, submission) if evidence is None else 0
    fields = _fields(view, evidence) if evidence else {}
    return Run(asked.is_long, before, evidence, fields)


def progress_of(attempt: Attempt) -> Progress | None:
    """Return how far the notebook of an attempt has come while it runs; None where nobody knows."""
    if attempt.state is not State.RUNNING or attempt.queue not in (Queue.NOTEBOOKS, Queue.LONG):
        return None
    return progress.read(board(), attempt.job_id)


def _fields(view: SubmissionView, evidence: NotebookEvidence) -> dict[tuple[str, str], Taken]:
    return {
        (row.part, row.asked["name"]): _with_rerun(
            _taken(probe, record, evidence),
            None if rerun is None else _taken(probe, rerun, evidence),
        )
        for row in view.rows
        if (probe := row.asked.get("probe")) is not None
        and (record := evidence.probes.get(row.part, {}).get(row.asked["name"])) is not None
        for rerun in [evidence.reruns.get(row.part, {}).get(row.asked["name"])]
    }


def _with_rerun(submitted: Taken, ran: Taken | None) -> Taken:
    return submitted if ran in (None, submitted) else replace(submitted, again=ran)


def _taken(probe: Mapping[str, Any], record: ProbeRecord, evidence: NotebookEvidence) -> Taken:
    words = OUTCOME_WORDS[record.outcome]
    output = record.calls[0].output if record.calls else None
    if probe["kind"] == "picture":
        drawn = output if isinstance(output, (list, tuple)) else ()
        return Taken(words, pictures=_pictures(item for item in drawn if isinstance(item, bytes)))
    if probe["kind"] in ("text", "output", "file"):
        return Taken(words, text=cleaned.text("" if output is None else str(output)))
    told = ""
    if probe["kind"] == "value" and isinstance(output, (bool, int, float, str)):
        told = cleaned.text(str(output), limit=200)
    near = _cells_about(probe["names"], evidence.cells)[-CELLS_BESIDE:]
    return Taken(
        words,
        text=told,
        printed=cleaned.text("\n".join(c.stdout.strip() for c in near).strip(), PRINTED_BESIDE),
        pictures=_pictures(o.data for cell in near for o in cell.outputs if o.data),
        cells=[cell.index + 1 for cell in near],
    )


def _cells_about(names: Sequence[str], cells: Sequence[CellRecord]) -> list[CellRecord]:
    """Return the cells that use one of the names and showed something or failed."""
    if not names:
        return []
    used = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
    return [
        cell
        for cell in cells
        if (cell.stdout or cell.outputs or cell.error) and used.search(cell.source)
    ]


def _pictures(drawn: Iterator[bytes]) -> list[Picture]:
    found = (cleaned.picture(data) for data in drawn)
    return [picture for picture in found if picture is not None][:PICTURES_BESIDE]


def picture_of(evidence: NotebookEvidence, sha256: str) -> Picture | None:
    """Return the picture of that hash that the run drew, or that was judged as submitted."""
    for data in _drawn(evidence):
        found = cleaned.picture(data)
        if found is not None and found.sha256 == sha256:
            return found
    return None


def _drawn(evidence: NotebookEvidence) -> Iterator[bytes]:
    """Yield the pictures of cells, and what fields took: that may be of no cell that ran."""
    yield from (o.data for cell in evidence.cells for o in cell.outputs if o.data)
    for by_field in evidence.probes.values():
        for record in by_field.values():
            output = record.calls[0].output if record.calls else None
            if isinstance(output, (list, tuple)):
                yield from (item for item in output if isinstance(item, bytes))


def cells_of(handed_in: bytes, evidence: NotebookEvidence) -> list[CellView]:
    """Return every cell of the file in its order, with what it showed when it ran."""
    try:
        cells: Sequence[Cell] = read_notebook(handed_in).cells
    except SubmissionRefused:  # it was let in under other limits: what ran is still there
        cells = [Cell(record.index, "code", record.source) for record in evidence.cells]
    ran = {record.index: record for record in evidence.cells}
    room = PAGE_ROOM
    views = []
    for cell in cells:
        view = _cell_view(cell, ran.get(cell.index), room)
        room -= sum(len(shown.text) + len(shown.html or "") for shown in view.shown)
        views.append(view)
    return views


def _cell_view(cell: Cell, record: CellRecord | None, room: int) -> CellView:
    if cell.kind == "markdown":
        prose = cleaned.markdown(cell.source)
        return CellView(cell.index + 1, cell.kind, cell.source, prose=prose)
    shown: Sequence[Shown] = ()
    if record is not None:
        shown = list(shown_of(record)) if room > 0 else [Shown(left_out="for the page is full")]
    return CellView(cell.index + 1, cell.kind, cell.source, record=record, shown=shown)


def shown_of(record: CellRecord) -> Iterator[Shown]:
    """Yield what a cell showed, in its order; one form of each output, the richest that is safe."""
    if record.stdout:
        yield Shown(text=cleaned.text(record.stdout))
    if record.stderr:
        yield Shown(text=cleaned.text(record.stderr))
    before = ""
    for output in record.outputs:
        if not _repeats(output, before):
            yield _shown(output)
        before = output.mime


def _repeats(output: CellOutput, before: str) -> bool:
    """Whether a text says in words what the form before it has shown: `<Figure size …>`."""
    if output.mime != "text/plain" or before in ("", "text/plain"):
        return False
    return not before.startswith("image/") or (output.text or "").startswith("<")


def _shown(output: CellOutput) -> Shown:
    if output.data is not None:
        picture = cleaned.picture(output.data)
        return Shown(picture=picture) if picture else Shown(left_out="a picture too large to show")
    raw = output.text or ""
    if output.mime == "text/html":
        safe = cleaned.html(raw)
        return Shown(html=safe) if safe is not None else Shown(left_out="HTML too large to clean")
    if output.mime == "text/markdown":
        return Shown(html=cleaned.markdown(raw))
    if output.mime in ("text/plain", "text/latex"):
        return Shown(text=cleaned.text(raw))
    return Shown(left_out=f"{output.mime}, which may hold a program")
