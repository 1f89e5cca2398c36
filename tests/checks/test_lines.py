"""`grader check`: one JSON object a line in, one out, in order; a broken line stops nothing."""

import json

import pytest
from click.testing import CliRunner

from grader.checks.lines import check_line
from grader.commands.check import check

GOOD = {"id": "a", "kind": "number", "reference": "4", "answer": "2+2"}
SYMBOLS = {"W": "integer", "K": "integer", "P": "integer", "S": "integer"}


@pytest.fixture
def run(tmp_path):
    def run(*lines, options=()):
        file = tmp_path / "answers.jsonl"
        text = (line if isinstance(line, str) else json.dumps(line) for line in lines)
        file.write_text("\n".join(text) + "\n", encoding="utf-8")
        done = CliRunner().invoke(check, [str(file), *options])
        return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]

    return run


def test_every_line_has_its_verdict_in_order(run):
    wrong = GOOD | {"id": "b", "answer": "5"}

    code, records = run(GOOD, wrong)

    assert code == 0
    assert [(r["id"], r["verdict"], r["credit"]) for r in records] == [
        ("a", "correct", 1.0),
        ("b", "incorrect", 0.0),
    ]
    assert set(records[0]) == {"id", "verdict", "credit", "feedback", "canonical", "ms"}


@pytest.mark.parametrize(
    "broken",
    [
        "nonsense", "[1]", "{}", '{"kind": "riddle", "reference": "1", "answer": "1"}',
        '{"kind": "number", "reference": "1 +", "answer": "1"}', '{"reference": "1"}', "[" * 5000,
        '{"kind": "number", "reference": "1", "answer": "1", "options": {"symbols": {"x": "odd"}}}',
        '{"kind": "number", "reference": "1", "answer": null}',
    ],
)  # fmt: skip
def test_a_broken_line_is_reported_and_stops_nothing(run, broken):
    code, records = run(GOOD, broken, GOOD | {"id": "c"})

    assert code == 1
    assert [r.get("id") for r in records] == ["a", None, "c"]
    assert (records[1]["line"], set(records[1])) == (2, {"line", "error"})


def test_several_processes_give_the_same_in_the_same_order(run):
    lines = [GOOD | {"id": str(k), "answer": str(k)} for k in range(600)]

    _, one = run(*lines)
    _, two = run(*lines, options=("--jobs", "2"))

    assert [(r["id"], r["verdict"]) for r in one] == [(r["id"], r["verdict"]) for r in two]


def test_options_are_read_from_the_line():
    line = GOOD | {
        "kind": "expression", "reference": "(W-K+2*P)/S+1", "answer": "\\frac{W-K+2P}{s}+1",
        "options": {"symbols": SYMBOLS},
    }  # fmt: skip

    record = check_line(1, json.dumps(line)).record

    assert record["verdict"] == "unreadable"
    assert "Did you mean S?" in record["feedback"]


def test_an_array_may_be_given_as_json():
    line = {"kind": "vector", "reference": [2, -1, 3], "answer": "[2, -1, 4]"}

    assert check_line(1, json.dumps(line)).record["credit"] == 0.6667


def test_a_file_that_is_not_there_is_wrong_use():
    assert CliRunner().invoke(check, ["no-such-file.jsonl"]).exit_code == 2
