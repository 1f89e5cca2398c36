"""Broken problems are refused by `verify`, each with its file, part and reason."""

import pytest

from grader.bank.catalog import Catalog
from grader.bank.inspection import inspect

ASSIGNMENT = """
from grader.spec import Assignment
ASSIGNMENT = Assignment(slug="broken", title="Broken", problems={"1": "topic"})
"""
TOPIC = """
import itertools
import time
import numpy as np
from grader.spec import Drawing, Field, Kind, Misconception, Options, Part, Problem
COUNT = itertools.count()
def draw(rng):
    return {"n": int(rng.integers(2, 9))}
PROBLEM = Problem(
    title="Topic", as_set={"n": 3}, draw=draw,
    parts=(Part(label="a", fields=(FIELD,)), PART),
)
"""
SOUND = 'Part(label="b", fields=(Field(kind=Kind.NUMBER, solve=lambda p: p["n"]),))'
FIELD = "Field(kind=Kind.NUMBER, solve={})"
SOUND_FIELD = FIELD.format('lambda p: p["n"]')
STATEMENT = "Shared.\n\n## a\n\nHow many are $n = <<n>>$?\n\n## b\n\nAnd now?\n"


@pytest.fixture
def found(tmp_path):
    """What verifying a problem finds that is sound but for one field, part, or its statement."""

    def verify(field=SOUND_FIELD, part=SOUND, statement=STATEMENT):
        (tmp_path / "assignments").mkdir()
        (tmp_path / "assignments" / "broken.py").write_text(ASSIGNMENT)
        source = TOPIC.replace("FIELD,", f"{field},").replace("PART)", f"{part})")
        (tmp_path / "topic.py").write_text(source)
        (tmp_path / "topic.md").write_text(statement)
        entry = Catalog.of([str(tmp_path)]).assignment("broken")
        (inspected,) = inspect([(entry, "1")], variants=5, jobs=1, limit_seconds=3)
        return inspected.found

    return verify


def test_a_sound_problem_is_not_refused(found):
    verified = found()

    assert (verified.faults, verified.variants) == ((), 6)


@pytest.mark.parametrize(
    ("field", "part", "reason"),
    [
        pytest.param(FIELD.format("lambda p: 1 / 0"), "a", "ZeroDivisionError", id="raises"),
        pytest.param(FIELD.format('lambda p: float("nan")'), "a", "not finite", id="nan"),
        pytest.param(FIELD.format("lambda p: [1, 2]"), "a", "dimensions", id="wrong shape"),
        pytest.param(FIELD.format("lambda p: object()"), "a", "cannot hold", id="no value"),
        pytest.param(FIELD.format('lambda p: "1 +"'), "a", "cannot be read", id="unreadable"),
        pytest.param(FIELD.format("lambda p: next(COUNT)"), "a", "twice", id="differs"),
        pytest.param(FIELD.format("lambda p: time.sleep(60)"), "a", "for ever", id="for ever"),
        pytest.param("Field(kind=Kind.NUMBER)", "a", "no solver", id="no solver"),
        pytest.param(
            'Field(kind=Kind.NUMBER, solve=lambda p: p["n"], accept=(lambda p: "1 +",))',
            "a",
            "its other right answer is judged unreadable",
            id="another right answer unreadable",
        ),
        pytest.param(
            "Field(kind=Kind.CHOICE, solve=lambda p: 'x')", "a", "without choices", id="no choices"
        ),
    ],
)
def test_a_broken_field_is_refused_by_part_and_reason(found, field, part, reason):
    verified = found(field=field)

    (fault,) = verified.faults
    assert fault.file.split(":")[0].endswith("topic.py")
    assert reason in fault.reason
    assert part in fault.part or f"part {part}" in fault.reason


SVG = '<svg xmlns="http://www.w3.org/2000/svg" aria-label="x">%s</svg>'


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        pytest.param(f"Drawing('{SVG}' % '', 'x')", None, id="sound"),
        pytest.param(f"Drawing('{SVG}' % '<g>', 'x')", "well-formed", id="malformed"),
        pytest.param(f"Drawing('{SVG}' % '<script/>', 'x')", "<script>", id="script"),
        pytest.param(f"Drawing('{SVG}' % '', '')", "text alternative", id="no words"),
        pytest.param(f"Drawing('{SVG}' % '', str(next(COUNT)))", "twice", id="differs"),
        pytest.param("1 / 0", "ZeroDivisionError", id="raises"),
    ],
)
def test_a_broken_drawing_is_refused_by_part_and_reason(found, drawing, reason):
    verified = found(part=f"{SOUND[:-1]}, drawing=lambda p, answers: {drawing})")

    faults = [(fault.part, fault.file.split(":")[0][-8:]) for fault in verified.faults]
    assert faults == ([] if reason is None else [("b", "topic.py")])
    assert all(reason in fault.reason for fault in verified.faults)


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        pytest.param("None", None, id="nothing to draw"),
        pytest.param(f"Drawing('{SVG}' % '<script/>', 'x')", "<script>", id="script"),
        pytest.param(f"Drawing('{SVG}' % '', str(next(COUNT)))", "same answer", id="differs"),
        pytest.param(
            f"Drawing('{SVG}' % '', str(float(answers.get('', '0'))))",
            "could not convert",
            id="nonsense",
        ),
        pytest.param(f"answers[''] and Drawing('{SVG}' % '', 'x')", "KeyError", id="absence"),
    ],
)
def test_a_broken_drawing_of_an_answer_is_refused_by_part_and_reason(found, drawing, reason):
    verified = found(part=f"{SOUND[:-1]}, answer_drawing=lambda p, answers: {drawing})")

    faults = [(fault.part, fault.file.split(":")[0][-8:]) for fault in verified.faults]
    assert faults == ([] if reason is None else [("b", "topic.py")])
    assert all(reason in fault.reason for fault in verified.faults)


def test_a_duplicate_label_is_refused(found):
    verified = found(part=SOUND.replace('"b"', '"a"'))

    (fault,) = verified.faults
    assert "label 'a'" in fault.reason


@pytest.mark.parametrize(
    ("statement", "part", "reason"),
    [
        pytest.param(STATEMENT.replace("<<n>>", r"\frac{1}{"), "a", "TeX", id="tex"),
        pytest.param(STATEMENT.replace("<<n>>", r"\nosuchthing"), "a", "nosuchthing", id="command"),
        pytest.param(STATEMENT.replace("<<n>>", "<<m>>"), "a", "<<m>>", id="placeholder"),
        pytest.param(STATEMENT.replace("Shared", r"$\frac{1}{$"), "", "TeX", id="what is shared"),
        pytest.param(STATEMENT.replace("## b", "## c"), "", "'c'", id="foreign heading"),
        pytest.param(STATEMENT.replace("## b", ""), "b", "'## b'", id="no heading"),
    ],
)
def test_a_broken_statement_is_refused_by_its_own_file_part_and_reason(
    found, statement, part, reason
):
    verified = found(statement=statement)

    (fault,) = verified.faults
    assert fault.file.endswith("topic.md")
    assert (fault.part, reason in fault.reason) == (part, True), fault


def test_a_solver_that_listens_to_nothing_is_stopped_from_outside(found):
    deaf = "(lambda s: [s.signal(s.SIGALRM, s.SIG_IGN), time.sleep(60)])(__import__('signal'))"

    verified = found(field=FIELD.format(f"lambda p: {deaf}"))

    (fault,) = verified.faults
    assert "takes for ever" in fault.reason


def test_a_misconception_that_is_right_is_reported(found):
    wrong = 'Misconception("no mistake", lambda p: p["n"])'
    field = f'Field(kind=Kind.NUMBER, solve=lambda p: p["n"], misconceptions=({wrong},))'

    verified = found(field=field)

    (note,) = verified.notes
    assert "'no mistake'" in note
    assert verified.faults == ()


@pytest.mark.parametrize(("name", "said"), [("n", []), ("m", ["The name 'm' is not known here."])])
def test_a_reference_that_a_student_would_see_as_unreadable_is_reported(found, name, said):
    letters = "options=Options(symbols={'n': 'real'})"

    verified = found(field=f"Field(kind=Kind.EXPRESSION, solve=lambda p: '{name} + 1', {letters})")

    assert verified.faults == ()
    assert len(verified.notes) == len(said)
    assert all(words in note for words, note in zip(said, verified.notes, strict=True))
