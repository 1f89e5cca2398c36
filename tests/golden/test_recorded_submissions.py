"""Submissions recorded with the verdicts that were worked out by hand beside them."""

import json
from pathlib import Path

import pytest

from grader.bank.catalog import Catalog
from grader.bank.variants import as_stored, solve
from grader.commands.sheets import read_sheet
from grader.evidence import Evidence
from grader.grading import judge

FOLDER = Path(__file__).parent
SUBMISSIONS = pytest.mark.parametrize("name", ["hw04-student-a"])


def expected_rows(name):
    """Rows by part and field, without the reasons."""
    rows = json.loads((FOLDER / f"{name}.expected.json").read_text())
    return {
        (row["part"], row["field"]): (row["verdict"], row["credit"], row["points"]) for row in rows
    }


@SUBMISSIONS
def test_a_recorded_submission_is_judged_as_it_was_by_hand(name):
    sheet = read_sheet(FOLDER / f"{name}.yaml")
    entry = Catalog.of(["problems"]).assignment(sheet.assignment)
    numbers = {label[0] for label in sheet.answers}
    rows = {}
    for number in sorted(numbers):
        problem = entry.problem(number).spec
        params = as_stored(problem.as_set)
        evidence = Evidence(answers=sheet.answers)
        report = judge(problem, number, params, solve(problem, params), evidence)
        rows |= {
            (row.part, row.field): (row.verdict.value, row.credit, row.points)
            for row in report.fields
        }

    assert rows == expected_rows(name)


@SUBMISSIONS
def test_every_verdict_comes_with_its_reason(name):
    for row in json.loads((FOLDER / f"{name}.expected.json").read_text()):
        assert len(row["why"]) > 10
