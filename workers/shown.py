"""What cells show, as they ran or as they were submitted: the answers that take no question."""

import re
from collections.abc import Sequence
from typing import Any

from grader.evidence import CallRecord, CellError, CellRecord, NotebookSource, ProbeRecord
from grader.report import Outcome
from grader.spec import Output, Picture, Text


def shown(probe: Output | Picture, cells: Sequence[CellRecord]) -> ProbeRecord:
    """Return what the last cell that the probe names printed or drew."""
    record = next((c for c in reversed(cells) if re.search(probe.cell, c.source)), None)
    if record is None:
        return one(None, Outcome.NOT_DEFINED)
    if isinstance(probe, Picture):
        drawn = [o.data for o in record.outputs if o.mime.startswith("image/") and o.data]
        return one(drawn or None, record.outcome, record.error)
    texts = [output.text or "" for output in record.outputs if output.mime == "text/plain"]
    return one(record.stdout + "\n".join(texts), record.outcome, record.error)


def written(source: NotebookSource, probe: Text) -> ProbeRecord:
    """Return the text below the question: the rest of its cell and the text cells that follow."""
    for place, cell in enumerate(source.cells):
        match = re.search(probe.question, cell.source) if cell.kind == "markdown" else None
        if match is None:
            continue
        parts = [cell.source[match.end() :]]
        for following in source.cells[place + 1 : place + 1 + probe.cells]:
            if following.kind != "markdown":
                break
            parts.append(following.source)
        if probe.until is not None:
            parts = [re.split(probe.until, part, maxsplit=1)[0] for part in parts]
        return one("\n\n".join(part.strip() for part in parts).strip(), Outcome.OK)
    return one(None, Outcome.NOT_DEFINED)


def one(output: Any, outcome: Outcome, error: CellError | None = None) -> ProbeRecord:
    """Return the record of a probe that is answered at once."""
    return ProbeRecord(outcome, (CallRecord(output=output, outcome=outcome, error=error),), error)
