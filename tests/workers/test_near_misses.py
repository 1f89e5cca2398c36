"""The right notebooks grade full, and each near miss gets the verdict and the words it deserves."""

import pytest

from grader.report import Topic, Verdict
from tests.workers.homework import (
    FILTER_CELLS,
    FILTERS,
    SHAPES,
    SHAPES_CELLS,
    judged,
    notebook,
    verdicts,
)
from workers.notebooks import collect

pytestmark = pytest.mark.sandbox

AVERAGE = "kernel = np.ones((filter_size, filter_size)) / filter_size ** 2"
EDGES = "np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])"


def with_change(cells, old, new):
    assert any(old in cell for cell in cells)
    return notebook(*(cell.replace(old, new) for cell in cells))


@pytest.mark.parametrize(("cells", "order"), [(SHAPES_CELLS, SHAPES), (FILTER_CELLS, FILTERS)])
def test_the_right_notebook_grades_full(sandbox, cells, order):
    evidence = collect(sandbox, notebook(*cells), order)

    assert set(verdicts(evidence, order).values()) == {"correct"}


@pytest.mark.parametrize(
    ("kernel", "verdict", "said"),
    [
        ("kernel = np.ones((filter_size, filter_size)) / filter_size", "incorrect", "add up"),
        ("kernel = np.ones((filter_size, filter_size))", "incorrect", "add up"),
        ("kernel = np.ones((3, 3)) / 9", "incorrect", "entries differ"),
        ("kernel = None", "incorrect", "It raised"),
        ("pass", "incorrect", "NameError"),
        ("kernel = [[1 / filter_size ** 2] * filter_size] * filter_size", "correct", ""),
        ("kernel = np.ones((filter_size, filter_size)) / filter_size / filter_size", "correct", ""),
        ("kernel = torch.ones(filter_size, filter_size).numpy() / filter_size ** 2", "correct", ""),
    ],
)
def test_averaging_kernels(sandbox, kernel, verdict, said):
    evidence = collect(sandbox, with_change(FILTER_CELLS, AVERAGE, kernel), FILTERS)

    found = judged(evidence, FILTERS)["1a"].result
    assert (str(found.verdict), said in found.feedback) == (verdict, True), found.feedback


@pytest.mark.parametrize(
    ("kernel", "verdict"),
    [
        ("np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]])", "correct"),
        ("np.array([[1, 1, 1], [1, -8, 1], [1, 1, 1]])", "correct"),
        ("[[0, 1, 0], [1, -4, 1], [0, 1, 0]]", "correct"),
        ("np.array([[0, 1, 0], [1, 4, 1], [0, 1, 0]])", "incorrect"),
        ("np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])", "partial"),
        ("np.zeros((3, 3))", "incorrect"),
        ("np.ones((3, 3)) / 9", "incorrect"),
    ],
)
def test_edge_kernels_are_judged_by_response(sandbox, kernel, verdict):
    evidence = collect(sandbox, with_change(FILTER_CELLS, EDGES, kernel), FILTERS)

    assert verdicts(evidence, FILTERS)["1b"] == verdict


@pytest.mark.parametrize(
    ("old", "new", "part", "verdict", "said"),
    [
        ("x[i, j] * kernel", "x[i, j] * kernel.flip(0, 1)", "1b", "incorrect", "flipped?"),
        ("return out", "return out.T", "1b", "incorrect", "axes"),
        ("return out", "return out.numpy().astype(int)", "1b", "incorrect", "fractions are lost"),
        ("return out", "return -out", "1b", "incorrect", "up to its sign"),
        ("return out", "return 2 * out", "1b", "incorrect", "factor of 2"),
        ("return out", "return out.tolist()", "1b", "correct", "list was accepted"),
        ("return out", "return out.double().numpy()", "1b", "correct", ""),
        ("return out", "return out[None, None]", "1b", "incorrect", "axes of length one"),
        ("return out", "return str(out)", "1b", "incorrect", "a string"),
        ("return out", "return", "1b", "incorrect", "None where an array was asked"),
        ("return out", "return out / 0", "1b", "incorrect", "not finite"),
        ("// stride + 1)", "// stride)", "1a", "incorrect", "calls gave what is right"),
        ("        raise ValueError", "        raise TypeError", "1d", "incorrect", "TypeError"),
        ("        raise ValueError", "        return ValueError", "1d", "incorrect", "must refuse"),
        ("num_parameters = ", "parameters = ", "1c", "missing", "not defined"),
        ("(3, 8, 5)", "(3, 8, 5, bias=False)", "1c", "incorrect", "the number 600"),
    ],
)
def test_near_misses_of_shapes_and_transpose_convolution(sandbox, old, new, part, verdict, said):
    evidence = collect(sandbox, with_change(SHAPES_CELLS, old, new), SHAPES)

    found = judged(evidence, SHAPES)[part].result
    assert (str(found.verdict), said in found.feedback) == (verdict, True), found.feedback


def test_a_known_mistake_is_named_for_staff(sandbox):
    source = with_change(SHAPES_CELLS, "x[i, j] * kernel", "x[i, j] * kernel.flip(0, 1)")

    found = judged(collect(sandbox, source, SHAPES), SHAPES)["1b"]

    assert found.misconception == "kernel flipped"
    assert found.result.remarks[0].topic is Topic.MISCONCEPTION


def test_evidence_is_stored_and_judged_again_without_running(sandbox):
    from grader.evidence import NotebookEvidence

    evidence = collect(sandbox, notebook(*SHAPES_CELLS), SHAPES)

    again = NotebookEvidence.from_payload(evidence.to_payload())

    assert judged(again, SHAPES) == judged(evidence, SHAPES)
    assert [c.stdout for c in again.cells] == [c.stdout for c in evidence.cells]


def test_the_same_notebook_gives_the_same_evidence(sandbox):
    first, second = (
        collect(sandbox, notebook(*SHAPES_CELLS), SHAPES).probes["1b"][""].calls for _ in range(2)
    )

    for one, other in zip(first, second, strict=True):
        assert (one.args[0].array == other.args[0].array).all()
        assert (one.output.array == other.output.array).all()


def test_no_notebook_is_missing_everywhere(sandbox):
    from grader.checks.probes import judge_probe

    for by_field in SHAPES.probes.values():
        for probe in by_field.values():
            assert judge_probe(probe, None, {}).result.verdict is Verdict.MISSING
