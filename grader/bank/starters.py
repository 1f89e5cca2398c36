"""Starter notebooks as files: what a student downloads, from the cells beside the spec."""

import json
from typing import Any

from grader.errors import SpecError
from grader.spec import Problem, StarterCell


def starter(problem: Problem, number: str) -> bytes:
    """Return the starter notebook of a problem: the same bytes for the same cells.

    Args:
        number: the problem's number on the paper, which the notebook's metadata names, so that a
            finished copy is known for what it is.

    Raises:
        SpecError: the problem has no starter.
    """
    if problem.notebook is None or not problem.notebook.starter:
        raise SpecError(f"problem {number} ({problem.title}) has no starter notebook")
    tree = {
        "cells": [_cell(place, cell) for place, cell in enumerate(problem.notebook.starter)],
        "metadata": {
            "grader": {"problem": number},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(tree, indent=1, ensure_ascii=False) + "\n").encode()


def has_starter(problem: Problem) -> bool:
    """Whether there is a starter notebook to download for a problem."""
    return problem.notebook is not None and bool(problem.notebook.starter)


def _cell(place: int, cell: StarterCell) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": f"cell-{place:03d}",
        "metadata": {},
        "source": cell.source.splitlines(keepends=True),
    }
    if cell.kind == "code":
        entry |= {"execution_count": None, "outputs": []}
    return entry
