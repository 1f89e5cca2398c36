"""docs/add-a-problem.md, followed to the letter."""

import re
from pathlib import Path

import pytest

from grader.bank.catalog import Catalog
from grader.bank.variants import as_stored, solve
from grader.bank.verify import verify
from grader.commands.sheets import read_sheet
from grader.evidence import Evidence
from grader.grading import judge
from grader.report import Verdict

DOC = Path(__file__).parents[2] / "docs" / "add-a-problem.md"
FILE = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def entry(tmp_path):
    for name, content in FILE.findall(DOC.read_text()):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return Catalog.of([str(tmp_path / "mycourse")]).assignment("week1")


def test_the_documented_problem_verifies(entry):
    found = verify(entry.problem("1"), "1", variants=50)

    assert (found.faults, found.notes, found.variants) == ((), (), 51)


def test_the_documented_sheet_is_graded(entry, tmp_path):
    problem = entry.problem("1").spec
    params = as_stored(problem.as_set)
    sheet = read_sheet(tmp_path / "sheet.yaml")

    report = judge(problem, "1", params, solve(problem, params), Evidence(answers=sheet.answers))

    verdicts = [row.verdict for row in report.fields]
    assert verdicts == [Verdict.CORRECT, Verdict.CORRECT, Verdict.WAITING]


def test_every_kind_is_named(entry):
    from grader.spec import Kind

    listed = DOC.read_text().split("**Kinds**")[1].split("\n")[0]

    assert all(kind.value in listed for kind in Kind if kind is not Kind.PROBE)
