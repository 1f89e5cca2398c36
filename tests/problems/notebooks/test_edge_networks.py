"""The notebook on edges: what its networks reach on images that are drawn afterwards."""

import re

import pytest

from grader.report import Outcome, Verdict
from problems.training.edge_starter_given import DATA, NETWORKS, SETUP, TRAINING
from tests.problems.notebooks.edge_cells import (
    GIVEN,
    LOADERS,
    SEEING,
    SHIFT,
    SMALL,
    SMALL_LOADER,
    SWEEP,
    changed,
)

SANDBOX = pytest.mark.sandbox


@pytest.fixture(scope="module")
def problem(homework):
    return homework("6")


@SANDBOX
def test_a_network_that_learned_nothing_is_told_what_it_reaches(problem, grade):
    judged = grade(problem, "6", changed(SEEING, "blind=False", "blind=True"))

    for field in ("6c.code epochs", "6d.code tuning"):
        found = judged[field].result
        assert found.verdict is Verdict.INCORRECT
        assert "On 600 images drawn afterwards it reaches 33.3 %" in found.feedback


@SANDBOX
def test_networks_of_the_two_kinds_of_data_are_kept_apart(problem, grade):
    blind = SWEEP.replace("kernel_size=7)", "kernel_size=7, blind=True)", 1)
    cells = (*GIVEN, SMALL, SMALL_LOADER, LOADERS, TRAINING)

    judged = grade(problem, "6", (*cells, SWEEP, SHIFT, blind))

    assert judged["6c.code epochs"].result.verdict is Verdict.CORRECT
    assert judged["6d.code tuning"].result.verdict is Verdict.INCORRECT


@SANDBOX
def test_of_several_trainings_on_as_many_images_the_last_counts(problem, grade):
    blind_first = SWEEP.replace("kernel_size=7)", "kernel_size=7, blind=True)", 1)
    cells = (*GIVEN, SMALL, SMALL_LOADER, LOADERS, TRAINING)

    better = grade(problem, "6", (*cells, blind_first, SWEEP))["6c.code epochs"].result
    worse = grade(problem, "6", (*cells, SWEEP, blind_first))["6c.code epochs"].result

    assert (better.verdict, worse.verdict) == (Verdict.CORRECT, Verdict.INCORRECT)


@SANDBOX
def test_who_trained_nothing_is_told_so(problem, grade):
    found = grade(problem, "6", (*GIVEN, SMALL, LOADERS, TRAINING))["6c.code epochs"]

    assert found.outcome is Outcome.RAISED
    assert "no such network was trained on 30 images per class" in found.result.feedback


@SANDBOX
def test_a_network_really_trained_reaches_the_threshold(problem, grade):
    """The networks of the notebook, a hundred epochs on thirty images of each class."""
    sweep = SWEEP.replace("num_epochs, lr = 1, 1e-9", "num_epochs, lr = 100, 1e-2")
    sweep = sweep.replace("lr=lr)", "lr=lr, momentum=0.9)")
    loaders = LOADERS.replace("[10, 30, 50, 100]", "[30]")
    mlp = re.compile(r"    mlp_(results|model|optimizer).*\n").sub("", sweep)
    cells = (SETUP, DATA, NETWORKS, SMALL, loaders, TRAINING, "set_seed(seed)", mlp)

    trained = grade(problem, "6", cells)["6c.code epochs"].result
    hardly = grade(problem, "6", (*cells[:-1], mlp.replace("100, 1e-2", "3, 1e-2")))

    assert trained.verdict is Verdict.CORRECT, trained.feedback
    assert hardly["6c.code epochs"].result.verdict is Verdict.INCORRECT
