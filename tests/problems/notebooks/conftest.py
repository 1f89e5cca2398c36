"""What the tests of notebooks share: the sandbox, and a notebook judged as its problem has it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from grader.bank.catalog import Catalog
from grader.checks.probes import JudgedProbe, judge_probe
from grader.evidence import NotebookEvidence, read_notebook
from grader.spec import Problem
from workers.notebooks import Order, collect, probes_of
from workers.sandbox.supervisor import Sandbox


@pytest.fixture(scope="session")
def homework() -> Callable[[str], Problem]:
    """A problem of homework 4 by its number, loaded as a bank is."""
    entry = Catalog.of(["problems"]).assignment("eecs182-hw04")
    return lambda number: entry.problem(number).spec


@pytest.fixture
def run(sandbox: Sandbox) -> Callable[..., NotebookEvidence]:
    """Run cells, or a notebook's bytes, with the probes of a problem."""

    def run_it(problem: Problem, number: str, cells: Any) -> NotebookEvidence:
        data = cells if isinstance(cells, bytes) else as_file(cells)
        order = Order(
            notebook=problem.notebook,
            probes=probes_of(problem, number),
            params=problem.as_set,
            key=b"course",
        )
        return collect(sandbox, read_notebook(data), order)

    return run_it


@pytest.fixture
def grade(run: Callable[..., NotebookEvidence]) -> Callable[..., dict[str, JudgedProbe]]:
    """Run and judge; keyed by label, and "label field" where a part has several fields."""

    def grade_it(problem: Problem, number: str, cells: Any) -> dict[str, JudgedProbe]:
        evidence = run(problem, number, cells)
        return {
            f"{label} {name}".strip(): judge_probe(
                probe, evidence.probes[label].get(name), problem.as_set
            )
            for label, by_field in probes_of(problem, number).items()
            for name, probe in by_field.items()
        }

    return grade_it


def as_file(cells: Any) -> bytes:
    """A notebook file of code cells; ("markdown", text) for a text cell."""
    pairs = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    entries = [{"cell_type": kind, "metadata": {}, "source": text} for kind, text in pairs]
    for entry in entries:
        if entry["cell_type"] == "code":
            entry |= {"outputs": [], "execution_count": None}
    tree = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": entries}
    return json.dumps(tree).encode()


@pytest.fixture
def finished() -> Callable[..., bytes]:
    """A starter with texts in its cells replaced, each of which must be there."""

    def finish(data: bytes, *changes: tuple[str, str]) -> bytes:
        tree = json.loads(data)
        for old, new in changes:
            holding = [cell for cell in tree["cells"] if old in "".join(cell["source"])]
            assert holding, f"no cell of the starter holds {old!r}"
            holding[0]["source"] = "".join(holding[0]["source"]).replace(old, new, 1)
        return json.dumps(tree).encode()

    return finish
