"""An author who has only a sample of notebooks run is told of every field that needs a run."""

import pytest
from notebook_course import ASSIGNMENT, DOUBLING
from world import write_bank

from grader.bank.catalog import Catalog
from grader.bank.variants import page_of
from grader.errors import SpecError
from grader.services.asking import collect_hash
from grader.spec import (
    Calls,
    Field,
    File,
    Kind,
    Notebook,
    Output,
    Part,
    Picture,
    Problem,
    Raises,
    Text,
    Value,
)


def draw(rng, params):
    return (1,)


def problem(probe, **asked):
    kind = Kind.TEXT if isinstance(probe, Text) else Kind.PROBE
    part = Part(label="b", fields=(Field(name="rate", kind=kind, probe=probe),))
    return Problem(title="Training", parts=(part,), notebook=Notebook(**asked))


@pytest.mark.parametrize("sample", [-0.1, 1.01, float("nan"), float("inf")])
def test_a_sample_that_is_no_share_is_refused(sample):
    with pytest.raises(SpecError, match="share of the notebooks"):
        Notebook(sample=sample)


@pytest.mark.parametrize("sample", [0, 0.999])
@pytest.mark.parametrize(
    "probe",
    [
        Value("rate"), Calls("double", draw=draw), Raises("double", draw=draw), File("a.csv"),
        Output("rate"), Picture("rate"),
    ],
    ids=lambda probe: type(probe).__name__,
)  # fmt: skip
def test_a_probe_that_needs_a_run_is_refused_by_its_place(probe, sample):
    with pytest.raises(SpecError, match=f"part b rate: {type(probe).__name__} is known by running"):
        problem(probe, sample=sample)


@pytest.mark.parametrize(
    ("probe", "sample"),
    [
        (Output("rate", submitted=True), 0), (Picture("rate", submitted=True), 0.5),
        (Text("Why"), 0.5), (Value("rate"), 1), (Picture("rate"), 1.0),
    ],
)  # fmt: skip
def test_what_can_be_judged_is_accepted(probe, sample):
    assert problem(probe, sample=sample).notebook.sample == sample


def test_a_bank_with_such_a_field_does_not_load_and_says_where(tmp_path):
    sampled = DOUBLING.replace("notebook=Notebook(", "notebook=Notebook(sample=0.2, ")
    bank = write_bank(tmp_path, **{"assignments/hw.py": ASSIGNMENT, "doubling.py": sampled})

    with pytest.raises(SpecError, match=r"doubling\.py.*part a: Calls is known by running"):
        Catalog.of([str(bank)]).assignment("hw").problem("3")


def test_another_sample_or_another_way_to_a_picture_asks_something_else():
    picture = problem(Picture("rate", submitted=True), sample=1)

    others = [
        problem(Picture("rate", submitted=True), sample=0.5),
        problem(Picture("rate", submitted=True), sample=0),
        problem(Picture("rate"), sample=1),
    ]

    assert len({collect_hash(spec) for spec in (picture, *others)}) == 4


def test_another_content_of_a_data_file_asks_something_else():
    spec = problem(Value("rate"), sample=1, files=("data.csv",))

    hashes = {collect_hash(spec, {"data.csv": data}) for data in (b"1", b"2", b"1")}

    assert len(hashes) == 2


@pytest.mark.parametrize(("sample", "sampled"), [(1, False), (0.3, True)])
def test_the_page_tells_that_outputs_are_judged(sample, sampled):
    spec = problem(Text("Why"), sample=sample)

    page = page_of(spec, "Train.\n\n## b\n\nWhich rate?", "6", {})

    assert page["notebook"]["sampled"] is sampled
