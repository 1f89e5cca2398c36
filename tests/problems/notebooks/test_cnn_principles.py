"""The notebook on principles: it runs anywhere, and its text cells are the answers."""

import pytest

from grader.bank.catalog import Catalog
from grader.bank.starters import starter
from grader.checks.probes import judge_probe
from grader.evidence import read_notebook
from grader.report import Outcome
from problems.training.cnn_principles_starter import (
    CNN_PARAMETERS,
    MLP_PARAMETERS,
    TRAINABLE_WHEN_DETACHED,
)
from workers.notebooks import probes_of


@pytest.fixture(scope="module")
def problem():
    return Catalog.of(["problems"]).assignment("eecs182-dis04").problem("2").spec


def judged(problem, evidence):
    return {
        f"{label} {name}".strip(): str(
            judge_probe(probe, evidence.probes[label].get(name), {}).result.verdict
        )
        for label, by_field in probes_of(problem, "2").items()
        for name, probe in by_field.items()
    }


@pytest.mark.sandbox
def test_the_starter_runs_without_network_and_is_judged_by_its_text(problem, run, finished):
    source = finished(
        starter(problem, "2"),
        ("total_epochs = 1e-2, 5", "total_epochs = 1e-2, 1"),
        ("1024 if train else 512", "64"),
        ("*Your answer here.*", "The maps move with the digit."),
    )

    evidence = run(problem, "2", source)

    assert {cell.outcome for cell in evidence.cells} == {Outcome.OK}
    printed = "".join(cell.stdout for cell in evidence.cells)
    assert f"{MLP_PARAMETERS} parameters in the MLP, {CNN_PARAMETERS} in the CNN" in printed
    assert f"{TRAINABLE_WHEN_DETACHED} parameters are trained" in printed
    assert "made-up pictures" in printed
    assert judged(problem, evidence) == {
        "2a mlp_accuracy": "missing",
        "2a cnn_accuracy": "missing",
        "2a explanation": "missing",
        "2b": "waiting",
        "2c": "missing",
        "2d": "missing",
    }


@pytest.mark.sandbox
def test_answers_below_the_questions_of_another_version_are_found(problem, run):
    cells = (
        "1",
        ("markdown", "#### Q. What do you observe about the CNN outputs? And so on?\n\nA. It moves."
                     "\n\n#### Q. It holds even though the CNN is not trained. Why?\n\nA.\n"),
        ("markdown", "#### Q. What is the final accuracy of MLP and CNN models?\n\nA. 52 and 66 %."
                     "\n\n#### Q. What would happen if we froze the CNN backbone?\n\nA. Less."),
    )  # fmt: skip

    evidence = run(problem, "2", cells)

    assert judged(problem, evidence) == {
        "2a mlp_accuracy": "waiting",
        "2a cnn_accuracy": "waiting",
        "2a explanation": "waiting",
        "2b": "waiting",
        "2c": "missing",
        "2d": "waiting",
    }
    assert evidence.probes["2b"][""].calls[0].output == "A. It moves."


def test_the_starter_names_its_problem_and_asks_every_question(problem):
    source = read_notebook(starter(problem, "2"))

    assert source.problem == "2"
    for part in problem.parts:
        assert any(f"**Question ({part.label}).**" in cell.source for cell in source.cells)
