"""Other right answers and well-known wrong ways, as recorded for the problems as set."""

from pathlib import Path

import pytest
import yaml

from grader.bank.catalog import Catalog
from grader.bank.variants import as_stored, solve

RECORDED = yaml.safe_load((Path(__file__).parent / "wrong-ways.yaml").read_text())


def found(entry):
    """What the bank has now, in the form of the record."""
    rows = {}
    for number in entry.assignment.problems:
        problem = entry.problem(number).spec
        references = solve(problem, as_stored(problem.as_set))
        for part in problem.parts:
            for field in part.fields:
                solved = references[part.label][field.name]
                names = [wrong.name for wrong in field.misconceptions]
                row = {
                    "accept": solved["accept"],
                    "wrong": dict(zip(names, solved["misconceptions"], strict=True)),
                }
                row = {name: value for name, value in row.items() if value}
                if row:
                    rows[f"{number}{part.label} {field.name}".strip()] = row
    return rows


@pytest.mark.parametrize("slug", RECORDED)
def test_the_bank_leads_where_it_was_recorded_to_lead(slug):
    assert found(Catalog.of(["problems"]).assignment(slug)) == RECORDED[slug]


def test_every_assignment_is_recorded():
    entries, broken = Catalog.of(["problems"]).loaded

    assert set(entries) == set(RECORDED)
    assert broken == {}
