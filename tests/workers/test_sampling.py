"""A sample of notebooks is run; all are judged by what they hold, and none is lowered by a run."""

import base64
import json

import numpy as np
import pytest
from notebook_course import png

from grader.evidence import BadPayload, NotebookEvidence, read_notebook
from grader.evidence import Evidence as Collected
from grader.evidence.values import dump, load
from grader.grading import judge
from grader.report import Outcome, Verdict
from grader.spec import Between, Field, Kind, Notebook, Output, Part, Picture, Problem, Text
from tests.workers.homework import notebook_bytes
from workers.notebooks import Order, probes_of
from workers.sampling import gather
from workers.submitted import MAX_ALL, MAX_TEXT, submitted_cells

EVALUATE = "print('accuracy 0.95')  # evaluate"
DRAW = (
    "import matplotlib.pyplot as plt  # draw\n"
    "plt.plot([0, 1])\n"
    "plt.show()"
)  # fmt: skip
WHY = ("markdown", "Why? Because it converged.")
REFERENCES = {"a": {name: {"reference": None} for name in ("accuracy", "plot", "why")}}
RIGHT = {"accuracy": Verdict.CORRECT, "plot": Verdict.WAITING, "why": Verdict.WAITING}


def problem(**asked):
    accuracy = Output(
        "# evaluate", find=r"accuracy ([\d.]+)", compare=Between(0.9, 1), submitted=True
    )
    fields = (
        Field(name="accuracy", kind=Kind.PROBE, probe=accuracy),
        Field(name="plot", kind=Kind.PROBE, probe=Picture("# draw", submitted=True)),
        Field(name="why", kind=Kind.TEXT, probe=Text("Why")),
    )
    return Problem(
        title="Training", parts=(Part(label="a", fields=fields),), notebook=Notebook(**asked)
    )


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": [text]}


def drawn(data=None):
    content = base64.encodebytes(data or png()).decode()
    data = {"text/plain": "<Figure>", "image/png": content}
    return {"output_type": "display_data", "metadata": {}, "data": data}


PRINTED, PLOTTED = (stream("accuracy 0.95\n"),), (drawn(),)


def handed_in(*cells, evaluate=EVALUATE, printed=PRINTED, plotted=PLOTTED):
    """The notebook of the problem with its stored outputs; `cells` come before its own."""
    tree = json.loads(notebook_bytes(*cells, evaluate, DRAW, WHY))
    tree["cells"][-3]["outputs"] = list(printed)
    tree["cells"][-2]["outputs"] = list(plotted)
    return read_notebook(json.dumps(tree).encode())


def order(spec, key=b"k"):
    return Order(notebook=spec.notebook, probes=probes_of(spec), key=key)


def never():
    raise AssertionError("nothing may be run")


def rows(spec, evidence):
    report = judge(spec, "", {}, REFERENCES, Collected(notebook=evidence))
    return {row.field: row for row in report.fields}


def verdicts(spec, evidence):
    return {name: row.verdict for name, row in rows(spec, evidence).items()}


def test_a_notebook_that_is_not_drawn_is_judged_by_what_it_holds_and_nothing_is_run():
    spec = problem(sample=0)

    evidence = gather(never, handed_in(), order(spec))

    assert not evidence.ran
    assert evidence.reruns == {}
    assert verdicts(spec, evidence) == RIGHT
    assert evidence.probes["a"]["plot"].calls[0].output == [png()]
    assert [cell.stdout for cell in evidence.cells] == ["accuracy 0.95\n", ""]
    assert [output.mime for output in evidence.cells[1].outputs] == ["image/png", "text/plain"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"printed": [stream("accuracy 0.5")]}, {"accuracy": Verdict.INCORRECT}),
        ({"printed": []}, {"accuracy": Verdict.MISSING}),
        ({"printed": [stream("accuracy 0.95", name="stderr")]}, {"accuracy": Verdict.MISSING}),
        ({"plotted": []}, {"plot": Verdict.MISSING}),
    ],
)
def test_what_a_notebook_that_is_not_run_lacks_is_missing(changed, expected):
    spec = problem(sample=0)

    evidence = gather(never, handed_in(**changed), order(spec))

    assert verdicts(spec, evidence) == RIGHT | expected


@pytest.mark.sandbox
@pytest.mark.parametrize("sample", [0.999999, 1])
def test_a_notebook_that_is_drawn_and_gives_the_same_is_judged_at_once(sandbox, sample):
    spec = problem(sample=sample)

    evidence = gather(lambda: sandbox, handed_in(), order(spec))

    assert evidence.ran
    assert set(evidence.reruns["a"]) == {"accuracy", "plot"}
    assert evidence.probes["a"]["plot"].calls[0].output == [png()]
    assert evidence.reruns["a"]["plot"].calls[0].output != [png()]
    assert verdicts(spec, evidence) == RIGHT
    assert rows(spec, evidence)["accuracy"].feedback == ""


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("evaluate", "outcome"),
    [
        ("print('accuracy 0.5')  # evaluate", Outcome.OK),
        ("raise RuntimeError  # evaluate", Outcome.RAISED),
        ("while True: pass  # evaluate", Outcome.TIMED_OUT),
        ("import os; os._exit(0)  # evaluate", Outcome.CRASHED),
    ],
)
def test_a_right_answer_that_running_does_not_give_waits_for_a_person(sandbox, evaluate, outcome):
    spec = problem(sample=1, cell_seconds=1.0)

    evidence = gather(lambda: sandbox, handed_in(evaluate=evaluate), order(spec))

    row = rows(spec, evidence)["accuracy"]
    assert (row.verdict, row.credit) == (Verdict.WAITING, None)
    assert "Running your notebook gave another result; a grader will look." in row.feedback
    assert row.misconception.startswith("when run here: ")
    assert evidence.reruns["a"]["accuracy"].outcome is outcome


@pytest.mark.sandbox
def test_a_wrong_answer_stays_what_was_submitted_whatever_running_gives(sandbox):
    spec = problem(sample=1)

    evidence = gather(lambda: sandbox, handed_in(printed=[stream("accuracy 0.4")]), order(spec))

    assert verdicts(spec, evidence)["accuracy"] is Verdict.INCORRECT


@pytest.mark.sandbox
def test_a_student_cannot_have_a_cell_skipped_to_keep_it_from_being_compared(sandbox):
    spec = problem(sample=1, skip=("drive.mount",))
    source = handed_in(evaluate="print('accuracy 0.5')  # evaluate drive.mount")

    evidence = gather(lambda: sandbox, source, order(spec))

    assert verdicts(spec, evidence)["accuracy"] is Verdict.WAITING


@pytest.mark.sandbox
def test_a_cell_that_the_author_skips_is_judged_by_what_was_submitted_alone(sandbox):
    spec = problem(sample=1, skip=("# evaluate",))

    evidence = gather(lambda: sandbox, handed_in(), order(spec))

    assert set(evidence.reruns["a"]) == {"plot"}
    assert verdicts(spec, evidence) == RIGHT


@pytest.mark.sandbox
@pytest.mark.parametrize("sample", [0, 1])
def test_stored_evidence_is_judged_again_alike(sandbox, sample):
    spec = problem(sample=sample)
    source = handed_in(evaluate="print('accuracy 0.5')  # evaluate")

    evidence = gather(lambda: sandbox, source, order(spec))
    again = NotebookEvidence.from_payload(evidence.to_payload())

    assert again == evidence
    assert rows(spec, again) == rows(spec, evidence)
    assert rows(spec, again)["accuracy"].verdict is (Verdict.WAITING if sample else Verdict.CORRECT)


@pytest.mark.sandbox
def test_a_mark_by_hand_is_about_the_run_too_where_the_two_differ(sandbox):
    spec = problem(sample=1)
    of_the_submitted = rows(spec, gather(never, handed_in(), order(problem(sample=0))))
    same = gather(lambda: sandbox, handed_in(), order(spec))
    source = handed_in(evaluate="print('accuracy 0.5')  # evaluate")
    differs = gather(lambda: sandbox, source, order(spec))

    mark_of = of_the_submitted["accuracy"].text_sha256

    assert rows(spec, same)["accuracy"].text_sha256 == mark_of
    assert rows(spec, differs)["accuracy"].text_sha256 not in (None, mark_of)


def is_run(source, asked):
    """Whether the notebook is drawn, told by whether the sandbox is asked for."""

    class WouldRunError(Exception):
        pass

    def asks():
        raise WouldRunError

    try:
        gather(asks, source, asked)
    except WouldRunError:
        return True
    return False


@pytest.mark.parametrize("share", [0.05, 0.2, 0.7])
def test_the_share_that_is_run_is_near_the_one_asked(share):
    asked = order(problem(sample=share))

    drawn = sum(is_run(handed_in(f"seed = {number}"), asked) for number in range(1000))

    assert abs(drawn - 1000 * share) < 4 * (1000 * share * (1 - share)) ** 0.5


def test_the_same_notebook_is_always_drawn_or_never_and_the_key_decides():
    sources = [handed_in(f"seed = {number}") for number in range(60)]
    spec = problem(sample=0.5)

    first, again = ([is_run(one, order(spec)) for one in sources] for _ in range(2))
    other = [is_run(one, order(spec, key=b"another")) for one in sources]

    assert first == again
    assert 5 < np.count_nonzero(np.array(first) != np.array(other)) < 55


def test_other_outputs_in_the_same_cells_are_drawn_anew():
    spec = problem(sample=0.5)

    drawn = {
        is_run(handed_in(printed=[stream(f"accuracy 0.9{number}")]), order(spec))
        for number in range(40)
    }

    assert drawn == {True, False}


@pytest.mark.parametrize(
    "outputs",
    [
        [{}],
        [{"output_type": "stream", "text": 7}, {"output_type": "stream", "text": [7, None, {}]}],
        [{"output_type": "error", "ename": ["x"], "evalue": {"a": 1}}],
        [{"output_type": "display_data", "data": {"image/png": 7, "text/html": [[]]}}],
        [{"output_type": "display_data", "data": {"image/png": "abcde", "text/plain": "\0"}}],
        [{"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}],
        [{"data": "text"}, {"text": "a\ud800"}],
        [drawn(b"x" * (5 << 20))],
    ],
)
def test_outputs_that_are_none_are_passed_over(outputs):
    spec = problem(sample=0)

    evidence = gather(never, handed_in(printed=outputs, plotted=outputs), order(spec))

    assert verdicts(spec, evidence)["plot"] is Verdict.MISSING
    assert NotebookEvidence.from_payload(evidence.to_payload()) == evidence


def test_outputs_without_end_are_cut_and_said_to_be():
    long = handed_in(printed=[stream("x" * 3_000_000 + "accuracy 0.95")])
    cells = [f"v = {number}" for number in range(40)]
    tree = json.loads(notebook_bytes(*cells))
    for cell in tree["cells"]:
        cell["outputs"] = [drawn(png() + b"x" * (1 << 20))]

    first = submitted_cells(long)[0]
    many = submitted_cells(read_notebook(json.dumps(tree).encode()))

    assert len(first.stdout) < MAX_TEXT + 100
    assert "characters left out" in first.stdout
    assert first.stdout.endswith("accuracy 0.95")
    assert sum(len(o.data) for cell in many for o in cell.outputs if o.data) <= MAX_ALL
    assert {cell.truncated for cell in many} == {True, False}


def test_what_a_cell_raised_before_it_was_handed_in_is_kept():
    error = {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": []}

    [cell, _] = submitted_cells(handed_in(printed=[error]))

    assert (cell.outcome, cell.error.name, cell.error.message) == (
        Outcome.RAISED, "ValueError", "bad",
    )  # fmt: skip


def test_evidence_that_says_nothing_of_a_sample_is_of_a_notebook_that_ran():
    plain = load(NotebookEvidence(Outcome.OK).to_payload())
    older = {key: value for key, value in plain.items() if key not in ("ran", "reruns")}

    evidence = NotebookEvidence.from_payload(dump(older))

    assert evidence.ran
    assert evidence.reruns == {}
    with pytest.raises(BadPayload):
        NotebookEvidence.from_payload(dump(plain | {"ran": "no"}))
