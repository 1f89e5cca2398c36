"""The notebook on edges: what its code cells make is judged, data and loaders field by field."""

import pytest

from grader.report import Outcome, Verdict
from tests.problems.notebooks.edge_cells import CELLS, LOADERS, SHIFT, SMALL, SMALL_LOADER, changed

SANDBOX = pytest.mark.sandbox


@pytest.fixture(scope="module")
def problem(homework):
    return homework("6")


def code_of(judged):
    return {label: found for label, found in judged.items() if ".code" in label}


@SANDBOX
def test_a_finished_notebook_earns_every_code_field_that_it_has(problem, grade):
    judged = code_of(grade(problem, "6", CELLS))

    verdicts = {label: str(found.result.verdict) for label, found in judged.items()}
    assert verdicts == {
        "6a.code dataset": "correct",
        "6a.code loader": "correct",
        "6b.code train_loaders": "correct",
        "6b.code valid_loader": "correct",
        "6c.code epochs": "correct",
        "6d.code tuning": "correct",
        "6g.code deeper": "incorrect",  # it knows three kinds of image out of five
        "6g.code wider": "incorrect",  # it was not trained
    }, {label: found.result.feedback for label, found in judged.items()}
    assert "100.0 %" in judged["6c.code epochs"].result.feedback


@SANDBOX
def test_cells_that_are_the_authors_leave_no_trace(problem, run):
    evidence = run(problem, "6", CELLS)

    assert [cell.source for cell in evidence.cells] == list(CELLS)
    assert {cell.outcome for cell in evidence.cells} == {Outcome.OK}


@SANDBOX
def test_an_older_notebook_without_the_larger_networks_misses_only_those(problem, grade):
    cells = tuple(cell.replace("WiderCNN", "Wide").replace("DeeperCNN", "Deep") for cell in CELLS)

    judged = grade(problem, "6", cells)

    assert judged["6g.code deeper"].result.verdict is Verdict.MISSING
    assert judged["6g.code wider"].result.verdict is Verdict.MISSING
    assert judged["6d.code tuning"].result.verdict is Verdict.CORRECT


@SANDBOX
@pytest.mark.parametrize(
    ("cell", "change", "field", "expected"),
    [
        (SMALL, ("data_per_class=10", "data_per_class=5"), "6a.code dataset", ("incorrect", "15")),
        (
            SMALL,
            ("transforms = None", "transforms = np.squeeze"),
            "6a.code dataset",
            ("incorrect", "shape (28, 28)"),
        ),
        (
            SMALL,
            ('"vertical", "none"', '"horizontal", "none"'),
            "6a.code dataset",
            ("incorrect", "which show"),
        ),
        (
            SMALL,
            ('"horizontal", "vertical"', '"vertical", "horizontal"'),
            "6a.code dataset",
            ("correct", ""),
        ),
        (SMALL, ("small_dataset =", "data ="), "6a.code dataset", ("missing", "small_dataset")),
        (SMALL_LOADER, ("32", "16"), "6a.code loader", ("incorrect", "batch_size")),
        (
            SMALL_LOADER,
            ("shuffle=True", "shuffle=False"),
            "6a.code loader",
            ("incorrect", "same order"),
        ),
        (
            LOADERS,
            ("[10, 30, 50, 100]", "[10, 30, 50]"),
            "6b.code train_loaders",
            ("incorrect", "100 is missing"),
        ),
        (
            LOADERS,
            ("[10, 30, 50, 100]", "[5, 10, 30, 50, 100]"),
            "6b.code train_loaders",
            ("correct", ""),
        ),
        (
            LOADERS,
            ("shuffle=True", "shuffle=False"),
            "6b.code train_loaders",
            ("incorrect", "same order"),
        ),
        (
            LOADERS,
            ("dict(data_per_class=n)", "dict(data_per_class=n // 2)"),
            "6b.code train_loaders",
            ("incorrect", "images of each class"),
        ),
        (
            LOADERS,
            ("batch_size=valid_batch_size", "batch_size=10"),
            "6b.code valid_loader",
            ("incorrect", "batch_size"),
        ),
        (
            LOADERS,
            ("dict(data_per_class=50)", "dict(data_per_class=150)"),
            "6b.code valid_loader",
            ("incorrect", "images of each class"),
        ),
        (
            LOADERS,
            ("batch_size=valid_batch_size", "batch_size=256, shuffle=True"),
            "6b.code valid_loader",
            ("correct", ""),
        ),
    ],
)
def test_near_misses_of_data_and_loaders(problem, grade, cell, change, field, expected):
    cells = changed(cell, *change)[: CELLS.index(SHIFT) + 1]  # the last one overwrites loaders

    found = grade(problem, "6", cells)[field].result

    verdict, said = expected
    assert (str(found.verdict), said in found.feedback) == (verdict, True), found.feedback
