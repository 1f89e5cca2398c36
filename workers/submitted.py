"""The outputs that a notebook's file holds, as records of cells: hostile JSON, read and capped.

Nothing is run. What is kept of a cell is what the sandbox would keep of it.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from grader.evidence import Cell, CellError, CellOutput, CellRecord, NotebookSource
from grader.evidence.texts import storable
from grader.report import Outcome

MAX_TEXT = 200_000
MAX_OUTPUTS = 60
MAX_PICTURE = 4 << 20
MAX_CELL = 8 << 20
MAX_ALL = 32 << 20
"""Characters and bytes that are kept of one cell, and of all together."""

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_TEXTS = ("text/html", "text/markdown", "text/latex", "text/plain")
_LEFT_OUT = "\n[... {} characters left out ...]\n"


def submitted_cells(source: NotebookSource) -> tuple[CellRecord, ...]:
    """Return the code cells with what the file says that they showed."""
    room = MAX_ALL
    records = []
    for cell in source.code:
        record = _record(cell, min(room, MAX_CELL))
        room -= _size(record)
        records.append(record)
    return tuple(records)


def _record(cell: Cell, room: int) -> CellRecord:
    printed: dict[str, list[str]] = {"stdout": [], "stderr": []}
    rich: list[CellOutput] = []
    error: CellError | None = None
    for output in cell.outputs:
        kind, data = output.get("output_type"), output.get("data")
        if kind == "error":
            error = CellError(_text(output.get("ename"))[:200], _text(output.get("evalue"))[:2000])
        elif isinstance(data, dict):
            rich += _rich(data)
        else:
            stream = "stderr" if output.get("name") == "stderr" else "stdout"
            printed[stream].append(_text(output.get("text")))
    stdout, stderr = (_cut("".join(texts)) for texts in printed.values())
    outcome = Outcome.OK if error is None else Outcome.RAISED
    kept = tuple(rich[:MAX_OUTPUTS])
    record = CellRecord(
        cell.index, cell.source, outcome, stdout=stdout, stderr=stderr, error=error, outputs=kept
    )
    if _size(record) > room:
        return CellRecord(cell.index, cell.source, outcome, error=error, truncated=True)
    return record


def _rich(data: Mapping[str, Any]) -> Iterator[CellOutput]:
    """Yield the forms of one output that are kept, the richest first."""
    for mime in _PICTURES:
        picture = _picture(_text(data.get(mime)))
        if picture is not None:
            yield CellOutput(mime, data=picture)
    for mime in _TEXTS:
        if text := _text(data.get(mime)):
            yield CellOutput(mime, _cut(text))


def _picture(encoded: str) -> bytes | None:
    if not encoded or len(encoded) > 2 * MAX_PICTURE:
        return None
    try:
        decoded = base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        return None
    return decoded if 0 < len(decoded) <= MAX_PICTURE else None


def _text(value: Any) -> str:
    """Return text that a notebook may hold as one string or as a list of lines."""
    lines = value if isinstance(value, list) else [value]
    return storable("".join(line for line in lines if isinstance(line, str)))


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    half = MAX_TEXT // 2
    return text[:half] + _LEFT_OUT.format(len(text) - 2 * half) + text[-half:]


def _size(record: CellRecord) -> int:
    rich = sum(len(o.data or "") + len(o.text or "") for o in record.outputs)
    return len(record.stdout) + len(record.stderr) + rich
