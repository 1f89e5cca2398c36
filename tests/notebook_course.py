"""A homework with a notebook, and what running it might have left, for tests without a sandbox."""

import json
import struct
import zlib
from collections.abc import Sequence

from world import NOW, World, write_bank

from grader.db import writing
from grader.evidence import (
    CallRecord,
    CellError,
    CellOutput,
    CellRecord,
    Evidence,
    NotebookEvidence,
    ProbeRecord,
)
from grader.report import Outcome
from grader.services import jobs, judging

ASSIGNMENT = """
    from grader.spec import Assignment

    ASSIGNMENT = Assignment(
        slug="hw", title="Homework", problems={"1": "sums", "2": "essay", "3": "doubling"}
    )
"""
DOUBLING = """
    import numpy as np
    from grader.spec import (
        Calls, Drawing, Field, Kind, Notebook, Part, Picture, Problem, Text, Value, code, prose,
    )

    LINE = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" aria-label="A line">'
        '<line x2="9" y2="9" stroke="currentColor"/></svg>'
    )

    PROBLEM = Problem(
        title="Doubling",
        parts=(
            Part(label="a", fields=(
                Field(kind=Kind.PROBE, probe=Calls(
                    "double", draw=lambda rng, p: (rng.normal(size=3),),
                    reference=lambda x: 2 * np.asarray(x), count=2)),
            ), drawing=lambda p, answers: Drawing(LINE, "A line that rises by two.")),
            Part(label="b", fields=(
                Field(name="count", kind=Kind.NUMBER, solve=lambda p: 4,
                      probe=Value("count", reference=4)),
                Field(name="why", kind=Kind.TEXT, probe=Text("Why double")),
                Field(name="plot", kind=Kind.PROBE, probe=Picture("plot")),
            )),
        ),
        notebook=Notebook(
            requires=("double", "count"),
            starter=(prose("# Doubling"), code("def double(x):\\n    return x\\n\\ncount = 0")),
        ),
    )
"""
CELLS = (
    "def double(x):\n    return 2 * x",
    "count = 4",
    "print(double(21))",
    ("markdown", "Why double?\n\nBecause **two** <script>alert('md')</script> [x](javascript:a)"),
    "plot(double)",
)


def publish(world: World, **terms: object) -> None:
    """Publish the homework with problem 3, whose answers come from a notebook."""
    bank = {"assignments/hw.py": ASSIGNMENT, "doubling.py": DOUBLING}
    write_bank(world.folder, **bank, **{"doubling.md": "Double.\n## a\nA function.\n## b\nMore."})
    world.publish(**terms)


def notebook(*cells: str | tuple[str, str], **metadata: object) -> bytes:
    """A notebook file; ("markdown", text) for a cell that is not code."""
    entries = []
    for cell in cells or CELLS:
        kind, source = ("code", cell) if isinstance(cell, str) else cell
        entry: dict[str, object] = {"cell_type": kind, "metadata": {}, "source": source}
        entries.append(entry | ({"outputs": []} if kind == "code" else {}))
    tree = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": entries}
    return json.dumps(tree).encode()


def png(width: int = 3, height: int = 2) -> bytes:
    """A grey picture; only the header tells of its size where that is large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = (b"\0" + b"\x80" * width) * min(height, 9) if width < 99 else b""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def doubled(values: Sequence[float], factor: float = 2.0) -> CallRecord:
    """One call of `double` as its evidence stands."""
    return CallRecord((list(values),), {}, [factor * value for value in values])


def evidence(*outputs: CellOutput, **changed: object) -> NotebookEvidence:
    """What the notebook of CELLS left; `outputs` are those of its last cell."""
    drawn = [output.data for output in outputs if output.data]
    records = [
        CellRecord(index, str(source), Outcome.OK, stdout="42\n" if index == 2 else "")
        for index, source in enumerate(CELLS[:3])
    ]
    fields: dict[str, object] = {
        "outcome": Outcome.OK,
        "seconds": 0.4,
        "cells": (*records, CellRecord(4, "plot(double)", Outcome.OK, outputs=outputs)),
        "probes": {
            "3a": {"": ProbeRecord(Outcome.OK, (doubled([1.0]), doubled([2.0])))},
            "3b": {
                "count": ProbeRecord(Outcome.OK, (CallRecord(output=4),)),
                "why": ProbeRecord(Outcome.OK, (CallRecord(output="Because two."),)),
                "plot": ProbeRecord(Outcome.OK, (CallRecord(output=drawn or None),)),
            },
        },
    }
    return NotebookEvidence(**(fields | changed))  # type: ignore[arg-type]


def raised() -> dict[str, object]:
    """Changes for `evidence`: the function raised, and so did the cell that used it."""
    error = CellError("ZeroDivisionError", "division by <zero>", 2, "return x / 0")
    cells = (CellRecord(0, str(CELLS[0]), Outcome.RAISED, error=error),)
    call = CallRecord(([1.0],), {}, None, Outcome.RAISED, error)
    return {"cells": cells, "probes": {"3a": {"": ProbeRecord(Outcome.RAISED, (call,), error)}}}


def grade(world: World, left: NotebookEvidence, job_id: int = 1) -> None:
    """Do what a notebook worker does with a job, where running it left `left`."""
    with writing(world.engine) as session:
        lease = jobs.claim(session, job_id, now=NOW, seconds=60)
    assert lease is not None
    work = world.work(lease)
    collected = Evidence(judging.typed_evidence(work).answers, notebook=left)
    with writing(world.engine) as session:
        judged = judging.judge_work(work, collected)
        assert judging.record(session, work, collected, judged, now=NOW)
