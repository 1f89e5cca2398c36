"""`grader run`: run one notebook in the sandbox and show what became of each cell."""

import base64
import json
from pathlib import Path
from typing import Any

import click

from grader.errors import SubmissionRefused, UsageError
from grader.evidence import CellOutput, CellRecord, NotebookEvidence, read_notebook
from grader.report import Outcome
from grader.spec import Notebook
from workers.notebooks import Order, collect
from workers.sandbox.supervisor import Sandbox


@click.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.option("--cell-seconds", default=30.0, show_default=True, help="Time limit of one cell.")
@click.option("--total-seconds", default=120.0, show_default=True, help="Time limit of all.")
@click.option("--memory-mb", default=2048, show_default=True, help="Memory limit.")
def run(
    notebook: Path, as_json: bool, cell_seconds: float, total_seconds: float, memory_mb: int
) -> None:
    """Run NOTEBOOK in the sandbox. Exit 0 once it ran, whatever its cells did."""
    try:
        source = read_notebook(notebook.read_bytes())
    except OSError as error:
        raise UsageError(f"{notebook}: {error.strerror}") from error
    except SubmissionRefused as error:
        raise UsageError(f"{notebook}: {error}") from error
    asked = Notebook(cell_seconds=cell_seconds, total_seconds=total_seconds, memory_mb=memory_mb)
    with Sandbox.start() as sandbox:
        evidence = collect(sandbox, source, Order(notebook=asked))
    if as_json:
        click.echo(json.dumps(as_document(str(notebook), evidence), ensure_ascii=False))
    else:
        _show(evidence)


def as_document(name: str, evidence: NotebookEvidence) -> dict[str, Any]:
    """Return what `grader run --json` prints; pictures are in base64."""
    return {
        "notebook": name,
        "outcome": str(evidence.outcome),
        "seconds": evidence.seconds,
        "peak_mb": evidence.peak_mb,
        "sandbox": evidence.sandbox,
        "cells": [_cell(cell) for cell in evidence.cells],
    }


def _cell(cell: CellRecord) -> dict[str, Any]:
    error = None
    if cell.error is not None:
        error = {
            "name": cell.error.name,
            "message": cell.error.message,
            "line": cell.error.line,
            "source": cell.error.source,
        }
    return {
        "index": cell.index,
        "outcome": str(cell.outcome),
        "seconds": cell.seconds,
        "memory_mb": cell.memory_mb,
        "stdout": cell.stdout,
        "stderr": cell.stderr,
        "error": error,
        "outputs": [_output(output) for output in cell.outputs],
        "truncated": cell.truncated,
        "notes": list(cell.notes),
    }


def _output(output: CellOutput) -> dict[str, str]:
    if output.data is not None:
        return {"mime": output.mime, "bytes": base64.b64encode(output.data).decode("ascii")}
    return {"mime": output.mime, "text": output.text or ""}


def _show(evidence: NotebookEvidence) -> None:
    for cell in evidence.cells:
        click.echo(f"[{cell.index}] {cell.outcome}, {cell.seconds:.2f} s")
        for text in (cell.stdout, cell.stderr, *cell.notes):
            if text:
                click.echo(_indented(text))
        if cell.error is not None:
            where = f" (line {cell.error.line}: {cell.error.source})" if cell.error.line else ""
            click.echo(_indented(f"{cell.error.name}: {cell.error.message}{where}"))
    raised = sum(cell.outcome is not Outcome.OK for cell in evidence.cells)
    click.echo(
        f"{len(evidence.cells)} cells, {raised} not ok; {evidence.outcome}; "
        f"{evidence.seconds:.2f} s, {evidence.peak_mb:.0f} MB, {evidence.sandbox} sandbox"
    )


def _indented(text: str) -> str:
    """Return text below its cell, without what a terminal would obey."""
    lines = text.rstrip().splitlines()[:200]
    return "\n".join("    " + "".join(c for c in line if c.isprintable()) for line in lines)
