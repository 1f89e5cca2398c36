"""The command line as scripts use it: output, files and exit codes."""

import csv
import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from world import ESSAY, SUMS, write_bank

from grader.settings import Settings

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def bank(tmp_path):
    return write_bank(tmp_path / "bank")


@pytest.fixture
def settings(tmp_path, bank):
    return Settings(var=tmp_path / "var", problems=(str(bank),))


@pytest.fixture
def grader(settings):
    """Runs a command as a process, with a service of its own."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "grader", *map(str, arguments)],
            env=os.environ | settings.to_env(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def quick(settings, in_this_process):
    """Runs a command without the start of a process."""
    return functools.partial(in_this_process, settings)


def sheet(folder, name, answers, assignment="hw"):
    path = folder / name
    path.write_text(json.dumps({"assignment": assignment, "answers": answers}))
    return path


def test_grade_prints_a_row_for_every_field(grader, tmp_path):
    path = sheet(tmp_path, "a.yaml", {"1a": "5", "1b": {"row": "[2, 9]"}, "2": "because"})

    done = grader("grade", "hw", path, "--json")

    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    rows = {(r["part"], r["field"]): (r["verdict"], r["credit"]) for r in report.pop("parts")}
    assert rows == {
        ("1a", ""): ("correct", 1.0),
        ("1b", "twice"): ("missing", 0.0),
        ("1b", "row"): ("partial", 0.5),
        ("2", ""): ("waiting", None),
    }
    assert report == {"assignment": "hw", "score": 2.0, "out_of": 8.0, "pending": 4.0}


def test_wrong_answers_are_exit_0(grader, tmp_path):
    assert grader("grade", "hw", sheet(tmp_path, "a.yaml", {"1a": "7"})).returncode == 0


@pytest.mark.parametrize(
    ("assignment", "answers", "said"),
    [
        ("hw9", {}, "There are: hw"),
        ("hw", {"1z": "5"}, "hw has no 1z"),
        ("hw", {"1b": {"thrice": "5"}}, "hw has no 1b thrice"),
        ("hw", {"1a": {"x": "5"}}, "hw has no 1a x"),
    ],
)
def test_wrong_use_is_exit_2_and_says_what_there_is(quick, tmp_path, assignment, answers, said):
    done = quick("grade", assignment, sheet(tmp_path, "a.yaml", answers))

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_sheet_of_another_assignment_is_exit_2(grader, tmp_path):
    done = grader("grade", "hw", sheet(tmp_path, "a.yaml", {}, assignment="quiz"))

    assert (done.returncode, "'quiz'" in done.stderr) == (2, True)


def test_a_broken_problem_is_exit_3_and_costs_the_others_nothing(grader, bank, tmp_path):
    (bank / "essay.py").write_text("raise RuntimeError('half edited')")

    done = grader("grade", "hw", sheet(tmp_path, "a.yaml", {"1a": "5"}), "--json")

    assert done.returncode == 3
    assert "essay.py:1" in done.stderr
    rows = {row["part"]: row for row in json.loads(done.stdout)["parts"]}
    assert set(rows) == {"1a", "1b", "2"}
    assert (rows["1a"]["credit"], rows["2"]["verdict"], rows["2"]["credit"]) == (1.0, "held", None)


def test_grade_all_survives_a_bad_file_and_resumes(grader, tmp_path):
    folder = tmp_path / "in"
    (folder / "cleo").mkdir(parents=True)
    sheet(folder, "anna.yaml", {"1a": "5"})
    sheet(folder / "cleo", "answers.json", {"1a": "=HYPERLINK()"})
    (folder / "ben.yaml").write_text("[")
    out = tmp_path / "out.csv"

    first = grader("grade-all", "hw", folder, "--csv", out)
    written = out.stat().st_mtime_ns, out.read_text()
    sheet(folder, "anna.yaml", {"1a": "6"})
    second = grader("grade-all", "hw", folder, "--csv", out)

    assert (first.returncode, second.returncode) == (1, 1)
    assert "ben" in first.stderr
    rows = list(csv.DictReader(out.read_text().splitlines(keepends=True)))
    assert list(rows[0]) == [
        "student", "problem", "part", "field", "verdict", "outcome", "credit", "points",
        "feedback", "error",
    ]  # fmt: skip
    assert [row["verdict"] for row in rows if (row["student"], row["part"]) == ("anna", "1a")] == [
        "incorrect"
    ]
    assert [row["error"] != "" for row in rows if row["student"] == "ben"] == [True]
    assert {row["student"] for row in rows} == {"anna", "ben", "cleo"}
    assert "anna,1,1a,,correct" in written[1]


def test_show_gives_references_that_are_judged_correct(grader, tmp_path):
    shown = json.loads(grader("problems", "show", "hw", "--json").stdout)
    answers: dict[str, dict[str, str]] = {}
    for row in shown["parts"]:
        answers.setdefault(row["part"], {})[row["field"]] = row["reference"] or "words"

    done = grader("grade", "hw", sheet(tmp_path, "a.yaml", answers), "--json")

    assert set(shown["parts"][0]) == {
        "problem", "part", "field", "kind", "points", "optional", "prompt", "reference",
    }  # fmt: skip
    verdicts = {row["verdict"] for row in json.loads(done.stdout)["parts"]}
    assert verdicts == {"correct", "waiting"}


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("sums_py", SUMS.replace('p["a"] + p["b"]', "1 / 0"), "division by zero"),
        ("sums_py", SUMS.replace('p["a"] + p["b"]', 'float("nan")'), "not finite"),
        ("sums_py", SUMS.replace("rng.integers(2, 9)", "np.random.randint(2, 9)").replace(
            "from grader", "import numpy as np\n    from grader"), "not deterministic"),
        ("essay_py", ESSAY.replace("points=4", "points=0"), "worth 0"),
        ("sums_py", SUMS.replace('label="b"', 'label="a"'), "more than one part"),
    ],
)  # fmt: skip
def test_a_broken_problem_is_refused_by_verify_and_publish(quick, bank, file, change, said):
    write_bank(bank, **{file: change})
    quick("course", "create", "c", "Course", "--time-zone", "Europe/Berlin")

    verified = quick("problems", "verify", "--variants", 30)
    published = quick("problems", "publish", "hw", "--course", "c", "--due", "2026-12-01T22:59")

    assert verified.returncode == 1
    assert said in verified.stderr
    assert file.replace("_", ".") in verified.stderr
    assert published.returncode == 3
    assert said in published.stderr


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (SUMS.replace('p["a"] + p["b"]', "sum(iter(int, 1))"), "takes for ever"),
        ("while True:\n    pass\n", "sums.py:1: TimeoutError: takes for ever"),
        ("kept = []\nwhile True:\n    kept.append(bytes(10**6))\n", "more than 200 MB of memory"),
    ],
    ids=["a solver", "a module", "memory"],
)
def test_what_takes_for_ever_or_all_memory_is_refused_in_time(bank, module, said):
    from grader.bank.catalog import Catalog
    from grader.bank.inspection import inspect

    write_bank(bank, sums_py=module)
    entry = Catalog.of([str(bank)]).assignment("hw")

    both = inspect([(entry, "1"), (entry, "2")], variants=1, limit_seconds=2.0, limit_mb=200)
    found = {one.number: one.found for one in both}

    assert said in str(found["1"].faults[0])
    assert found["2"].faults == ()


def test_a_course_is_made_its_roster_imported_and_its_homework_published(
    grader, settings, tmp_path
):
    from grader.settings import Secrets

    roster = tmp_path / "roster.csv"
    roster.write_text("login,name,role,section\nalice,Alice A.,,A\nbob,Bob B.,grader,\n")
    Secrets.create(settings)

    made = grader("course", "create", "c", "Course", "--time-zone", "Europe/Berlin")
    enrolled = grader("roster", "import", "c", roster)
    again = grader("roster", "import", "c", roster)
    published = grader("problems", "publish", "hw", "--course", "c", "--due", "2026-12-01T22:59")
    unchanged = grader("problems", "publish", "hw", "--course", "c")

    assert [done.returncode for done in (made, enrolled, again, published, unchanged)] == [0] * 5
    assert [line.split(",")[0] for line in enrolled.stdout.splitlines()] == [
        "login",
        "alice",
        "bob",
    ]
    assert again.stdout == "login,password\n"
    assert "Sums: version 1, published" in published.stdout
    assert "Sums: version 1, unchanged" in unchanged.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nAlice\n", "no column login"),
        ("login,name\nalice,\n", "line 2"),
        ("login,name,role\nalice,Alice,king\n", "a role is one of"),
    ],
)
def test_a_broken_roster_enrolls_nobody(quick, tmp_path, text, said):
    quick("course", "create", "c", "Course", "--time-zone", "UTC")
    roster = tmp_path / "roster.csv"
    roster.write_text(text)

    done = quick("roster", "import", "c", roster)

    assert (done.returncode, said in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("due", "said"),
    [("2026-03-29T02:30", "clocks skip it"), ("tomorrow", "is no time")],
)
def test_a_due_time_that_does_not_exist_is_refused(quick, settings, due, said):
    from grader.settings import Secrets

    Secrets.create(settings)
    quick("course", "create", "c", "Course", "--time-zone", "Europe/Berlin")

    done = quick("problems", "publish", "hw", "--course", "c", "--due", due)

    assert (done.returncode, said in done.stderr) == (2, True)


@pytest.fixture
def receipt(settings, tmp_path):
    from grader.services.receipts import sha256_of, sign, signing_key
    from grader.settings import Secrets

    key = signing_key(Secrets.create(settings).signing_key)
    fields = {
        "number": "2345-6789-ABCD", "student": "alice", "course": "c", "assignment": "hw",
        "problem": "1", "attempt": 1, "received_at": "2026-09-20T12:00:00+00:00",
        "sha256": sha256_of("{}"),
    }  # fmt: skip
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(sign(fields, key)))
    (tmp_path / "content.json").write_text("{}")
    return path


def test_a_receipt_is_verified_and_a_forged_one_is_not(grader, receipt):
    content = receipt.with_name("content.json")
    public = grader("receipt", "key").stdout.strip()

    genuine = grader("receipt", "verify", receipt, "--content", content, "--public-key", public)
    receipt.write_text(receipt.read_text().replace('"attempt": 1', '"attempt": 2'))
    forged = grader("receipt", "verify", receipt)
    receipt.write_text("{}")
    no_receipt = grader("receipt", "verify", receipt)

    assert (genuine.returncode, "genuine: alice, hw problem 1" in genuine.stdout) == (0, True)
    assert (forged.returncode, no_receipt.returncode) == (1, 2)
    assert "receipt.json: NOT genuine" in forged.stderr


@pytest.mark.parametrize(
    ("attempt", "text", "said"),
    [
        (1, "{ }", ["content.json: NOT what the receipt is for: the receipt is as it was signed"]),
        (1, "{}\n", ["content.json: NOT what the receipt is for: the text is the same"]),
        (2, "{}", ["receipt.json: NOT genuine"]),
        (2, "{ }", ["receipt.json: NOT genuine", "cannot be known which of the two"]),
    ],
)
def test_what_does_not_fit_a_receipt_is_named(quick, receipt, attempt, text, said):
    receipt.write_text(receipt.read_text().replace('"attempt": 1', f'"attempt": {attempt}'))
    content = receipt.with_name("content.json")
    content.write_text(text)

    done = quick("receipt", "verify", receipt, "--content", content)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == len(said)
    for words in said:
        assert words in done.stderr
    assert ("genuine: alice" in done.stdout) is (attempt == 1)


@pytest.mark.parametrize("group", [[], ["course"], ["problems"], ["receipt"], ["regrade"]])
def test_no_line_of_a_help_is_cut(grader, group):
    listing = grader(*group, "--help").stdout

    assert "Commands:" in listing
    assert "..." not in listing.partition("Commands:")[2]
