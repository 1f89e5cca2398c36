"""The laws that verification holds for what is asked of a notebook."""

from dataclasses import replace

import pytest

from grader.bank.catalog import Catalog
from grader.bank.probing import hold_probe
from grader.bank.verify import verify
from grader.errors import SolverError
from grader.spec import Calls, Close, Field, Kind, Same, Value, WrongWay


def draw(rng, _params):
    return (rng.uniform(1, 2, size=3),)


def field(probe):
    return Field(kind=Kind.PROBE, probe=probe)


RIGHT = Calls(
    "double",
    draw=draw,
    reference=lambda x: 2 * x,
    wrong=(WrongWay("not doubled", lambda x: x),),
    count=3,
)


@pytest.mark.parametrize(
    "probe",
    [
        RIGHT,
        Value("n", reference=7, wrong=(WrongWay("one more", 8),)),
        Value("n", reference=lambda params: params["n"], wrong=(WrongWay("none", 0),)),
        Value("n", compare=Same()),
    ],
)
def test_a_probe_whose_reference_is_right_and_whose_mistakes_are_wrong_holds(probe):
    assert hold_probe(field(probe), {"n": 3}) is None


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        (replace(RIGHT, wrong=(WrongWay("twice", lambda x: x + x),)), "'twice' is judged correct"),
        (
            replace(RIGHT, wrong=(*RIGHT.wrong, WrongWay("as it was", lambda x: 1 * x))),
            "'as it was' is judged not doubled",
        ),
        (replace(RIGHT, compare=Close(dtype="float32")), "reference is judged incorrect"),
        (Value("n", reference=7, wrong=(WrongWay("seven", 7),)), "'seven' is judged correct"),
    ],
)
def test_a_probe_that_contradicts_itself_is_told(probe, said):
    assert said in str(hold_probe(field(probe), {}))


def test_a_reference_that_crashes_is_named():
    with pytest.raises(SolverError, match="ZeroDivisionError"):
        hold_probe(field(replace(RIGHT, reference=lambda _: 1 // 0, wrong=())), {})


@pytest.fixture
def loaded():
    return Catalog.of(["problems"]).assignment("eecs182-hw04").problem("1")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": Kind.PROBE, "solve": None, "probe": None}, "asks nothing of a notebook"),
        ({"probe": replace(RIGHT, compare=Close(dtype="float32"))}, "is judged incorrect"),
    ],
)
def test_verification_refuses_a_broken_probe_by_file_and_part(loaded, change, said):
    spec = loaded.spec
    first = spec.parts[0]
    broken = replace(first, fields=(replace(first.fields[0], **change),), drawing=None)

    found = verify(replace(loaded, spec=replace(spec, parts=(broken, *spec.parts[1:]))), "1", 1)

    (fault,) = found.faults
    assert said in str(fault)
    assert "hand_designed.py: part a" in str(fault)


@pytest.mark.parametrize(("slug", "number"), [("eecs182-hw04", "1"), ("eecs182-hw04", "6")])
def test_the_shipped_notebooks_hold(slug, number):
    found = verify(Catalog.of(["problems"]).assignment(slug).problem(number), number, 1)

    assert found.faults == ()
