"""The starter on edges: it runs once it is finished, gives nothing away, and its prose is found."""

import re

import pytest

from grader.bank.starters import starter
from grader.checks.probes import judge_probe
from grader.evidence import read_notebook
from grader.report import Outcome, Verdict
from tests.problems.notebooks.edge_cells import LOADERS, SMALL, SMALL_LOADER

SANDBOX = pytest.mark.sandbox


@pytest.fixture(scope="module")
def problem(homework):
    return homework("6")


ONE_EPOCH = re.compile(r"(num_epochs(?:, lr, kernel_size)? = |lr, num_epochs = 1e-2, )\d+")


@SANDBOX
def test_the_finished_starter_runs_to_its_end_and_is_graded(problem, run, finished):
    data = starter(problem, "6")
    source = finished(
        ONE_EPOCH.sub(r"\g<1>1", data.decode()).encode(),
        ("small_dataset = None", SMALL.strip()),
        ("small_dataset_loader = None", SMALL_LOADER),
        ("valid_loader = None\n", f"{LOADERS.strip()}\n"),
    )

    evidence = run(problem, "6", source)

    errors = {cell.index: cell.error for cell in evidence.cells if cell.error}
    assert not errors
    printed = "".join(cell.stdout for cell in evidence.cells)
    for said in ("right size and shape", "right shape", "right sizes", "606 39793"):
        assert said in printed
    probe = {part.label: part.fields for part in problem.parts}["b.code"][0].probe
    record = evidence.probes["6b.code"]["train_loaders"]
    assert judge_probe(probe, record, {}).result.verdict is Verdict.CORRECT
    for label in ("6c.code", "6d.code"):
        (record,) = evidence.probes[label].values()
        assert record.outcome is Outcome.OK, record.error


def test_the_starter_says_nothing_that_is_asked(problem):
    source = read_notebook(starter(problem, "6"))

    assert source.problem == "6"
    assert "_trainings" not in "".join(cell.source for cell in source.cells)
    blanks = [cell for cell in source.code if "Your code here" in cell.source]
    assert len(blanks) == 7
    for part in problem.parts:
        if not part.label.endswith(".code"):
            assert any(f"({part.label})" in cell.source for cell in source.cells), part.label


def prose_judged(problem, run, label, *cells):
    evidence = run(problem, "6", ("1", *(("markdown", cell) for cell in cells)))
    (field,) = next(part for part in problem.parts if part.label == label).fields
    record = evidence.probes[f"6{label}"][""]
    return judge_probe(field.probe, record, {}).result.verdict, record.calls[0].output


@SANDBOX
@pytest.mark.parametrize(
    ("cells", "verdict", "text"),
    [
        (["**Question (e.i).** Why?", "*Your answer here.*"], "missing", None),
        (["**Question (e.i).** Why?", "Shuffled."], "waiting", "Shuffled."),
        (["**Question (e.i).** Why?\n\nShuffled."], "waiting", "Shuffled."),
        (["**Question (e.i).** Why?", "**Question (e.ii).** And?"], "missing", ""),
        (["#### Q\n**Why is it that CNN is worse than MLP?** In writing.\n(Hint: Look.)"],
         "missing", ""),
        (["**The reason that CNN is worse than MLP?** Write.\n\nNoise.\n\n#### Q\n**Next?**"],
         "waiting", "Noise."),
        (["**The reason that CNN is worse than MLP?** Write.", "## Q6. The next section"],
         "missing", ""),
    ],
)  # fmt: skip
def test_prose_is_taken_from_below_its_question(problem, run, cells, verdict, text):
    found, written = prose_judged(problem, run, "e.i", *cells)

    assert str(found) == verdict
    if text is not None:
        assert written == text
