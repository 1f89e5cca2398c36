"""A homework graded from files: every field has its row, whatever breaks, and is mended later."""

import csv
import json

import notebook_course
import pytest
from click.testing import CliRunner
from world import ESSAY, SUMS, write_bank

from grader.bank.catalog import Catalog
from grader.errors import TransientError, UsageError
from tests.workers.homework import notebook_bytes
from workers.grade_all_command import grade_all
from workers.grade_command import grade
from workers.handed_in import HandedIn, read_handed_in
from workers.whole import grade_whole

CELLS = ("def double(x):\n    return 2 * x", "count = 4")
BROKEN_SOLVER = SUMS.replace('solve=lambda p: 2 * p["a"]', "solve=lambda p: 1 / 0")
DRAW = "draw=lambda rng, p: (rng.normal(size=3),)"
# Two problems that take notebooks, which share the name `double`.
TWO = """
    from grader.spec import Assignment
    ASSIGNMENT = Assignment(
        slug="hw", title="Homework", problems={"1": "sums", "3": "doubling", "4": "again"}
    )
"""
AGAIN = notebook_course.DOUBLING.replace('requires=("double", "count")', 'requires=("double",)')


@pytest.fixture
def bank(tmp_path):
    bank = {
        "assignments/hw.py": notebook_course.ASSIGNMENT,
        "doubling.py": notebook_course.DOUBLING,
    }
    return write_bank(tmp_path / "bank", **bank, **{"doubling.md": "Double.\n## a\nA.\n## b\nB."})


@pytest.fixture
def two(bank):
    files = {"assignments/hw.py": TWO, "again.py": AGAIN, "again.md": "Double.\n## a\nA.\n## b\nB."}
    return write_bank(bank, **files, **{"doubling.py": notebook_course.DOUBLING})


def entry_of(bank):
    return Catalog.of([str(bank)]).assignment("hw")


def no_sandbox():
    raise TransientError("no sandbox now")


def rows_of(whole):
    return {f"{row.part} {row.field}".strip(): (str(row.verdict), row.credit) for row in whole.rows}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"sums_py": BROKEN_SOLVER}, {"1a", "1b twice", "1b row"}),
        ({"essay_py": "raise RuntimeError('half edited')"}, {"2"}),
    ],
)
def test_what_is_held_keeps_its_rows_and_the_rest_is_judged(bank, changed, expected):
    write_bank(bank, **{"assignments/hw.py": notebook_course.ASSIGNMENT}, **changed)
    answers = {"1a": {"": "5"}, "2": {"": "because"}}

    whole = grade_whole(entry_of(bank), HandedIn(answers), no_sandbox)

    rows = rows_of(whole)
    assert set(rows) >= {"1a", "1b twice", "1b row", "2", "3a", "3b count", "3b why", "3b plot"}
    assert {name for name, row in rows.items() if row == ("held", None)} == expected
    assert len(whole.faults) == 1
    held = next(row for row in whole.rows if row.verdict == "held")
    assert "no fault of yours" in held.feedback


def test_a_sandbox_that_is_gone_holds_the_notebook_and_its_points_wait(bank, tmp_path):
    (tmp_path / "work.ipynb").write_bytes(notebook_bytes(*CELLS))
    entry = entry_of(bank)

    whole = grade_whole(entry, read_handed_in(entry, tmp_path / "work.ipynb"), no_sandbox)

    verdicts = {name: verdict for name, (verdict, _) in rows_of(whole).items() if name[0] == "3"}
    assert verdicts == dict.fromkeys(("3a", "3b count", "3b why", "3b plot"), "held")
    assert whole.as_json()["pending"] == 4


def test_held_is_exit_3(bank, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_PROBLEMS", str(bank))
    write_bank(bank, **{"assignments/hw.py": notebook_course.ASSIGNMENT, "sums.py": BROKEN_SOLVER})
    (tmp_path / "a.yaml").write_text("assignment: hw\nanswers: {1a: 5}")

    done = CliRunner().invoke(grade, ["hw", str(tmp_path / "a.yaml"), "--json"])

    assert done.exit_code == 3
    assert "problem 1" in done.stderr
    assert len(json.loads(done.stdout)["parts"]) == 8


def graded(bank, tmp_path, monkeypatch):
    """Call `grade-all` on the sheets of tmp_path/in; return its exit code and the rows of 1a."""
    monkeypatch.setenv("GRADER_PROBLEMS", str(bank))
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(grade_all, ["hw", str(tmp_path / "in"), "--csv", str(out)])
    with out.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] == "1a"]
    return done.exit_code, [row["verdict"] for row in rows], done.stderr


def test_what_was_held_is_graded_again_once_the_fault_has_gone(bank, tmp_path, monkeypatch):
    """A fault that lies outside the problem, as where a solver reads a clock or a full disk."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.yaml").write_text("assignment: hw\nanswers: {1a: 5}")
    fails = "(__import__('pathlib').Path({0!r}).stat(), p['a'] + p['b'])[1]"
    flag = tmp_path / "flag"
    solver = SUMS.replace('p["a"] + p["b"]', fails.format(str(flag)))
    write_bank(bank, **{"assignments/hw.py": notebook_course.ASSIGNMENT, "sums.py": solver})

    first = graded(bank, tmp_path, monkeypatch)
    flag.touch()
    second = graded(bank, tmp_path, monkeypatch)

    assert first[:2] == (3, ["held"])
    assert "anna: held: problem 1" in first[2]
    assert second[:2] == (0, ["correct"])


def test_a_changed_file_of_a_notebook_is_graded_again(bank, tmp_path, monkeypatch):
    with_file = notebook_course.DOUBLING.replace(
        "notebook=Notebook(", "notebook=Notebook(files=('d.csv',),"
    )
    files = {"assignments/hw.py": notebook_course.ASSIGNMENT, "doubling.py": with_file}
    write_bank(bank, **files, **{"d.csv": "1"})
    monkeypatch.setenv("GRADER_PROBLEMS", str(bank))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.yaml").write_text("assignment: hw\nanswers: {1a: 5}")
    graded(bank, tmp_path, monkeypatch)
    state = tmp_path / ".out.csv.done.json"
    digests = []

    for content in ("1", "2"):
        (bank / "d.csv").write_text(content)
        graded(bank, tmp_path, monkeypatch)
        digests.append(json.loads(state.read_text())["anna"][0])

    assert digests[0] != digests[1]


@pytest.mark.parametrize(
    ("named", "cells", "told", "expected"),
    [
        ("3", CELLS, "4", "3"),
        ("4", CELLS, None, "4"),
        (None, CELLS[:1], "3", "4"),
        (None, CELLS[:1], None, "4"),
        (None, CELLS, "4", "4"),
        (None, CELLS, "3", "3"),
        (None, CELLS[1:], None, "3"),
        (None, CELLS[1:], "4", "4"),
        (None, ("x = 1",), "3", "3"),
        ("9", CELLS[:1], "3", "4"),
    ],
)
def test_metadata_go_before_names_and_names_before_the_option(
    two, tmp_path, named, cells, told, expected
):
    metadata = {"grader": {"problem": named}} if named else {}
    path = tmp_path / "work.ipynb"
    path.write_bytes(notebook_bytes(*cells, **metadata))

    found = read_handed_in(entry_of(two), path, told).notebooks

    assert list(found) == [expected]


@pytest.mark.parametrize("cells", [CELLS, ("x = 1",)])
def test_a_notebook_that_fits_none_or_several_lists_the_choices(two, tmp_path, cells):
    path = tmp_path / "work.ipynb"
    path.write_bytes(notebook_bytes(*cells))

    with pytest.raises(UsageError, match="--problem LABEL: 3, 4"):
        read_handed_in(entry_of(two), path)


def test_a_notebook_of_a_problem_that_does_not_load_is_held_with_it(bank, tmp_path):
    files = {"assignments/hw.py": notebook_course.ASSIGNMENT, "doubling.py": "1 / 0"}
    write_bank(bank, essay_py=ESSAY, **files)
    path = tmp_path / "work.ipynb"
    path.write_bytes(notebook_bytes(*CELLS, grader={"problem": "3"}))
    entry = entry_of(bank)

    whole = grade_whole(entry, read_handed_in(entry, path), no_sandbox)

    assert rows_of(whole)["3"] == ("held", None)
    assert rows_of(whole)["1a"] == ("missing", 0.0)
