"""Pages of a homework of which only a sample of the notebooks is run."""

import hashlib
import io

import notebook_course
import pytest
from notebook_course import notebook, png
from portal import receipt_in
from world import write_bank

from grader.evidence import CallRecord, CellOutput, CellRecord, NotebookEvidence, ProbeRecord
from grader.report import Outcome

HW = "/courses/c/hw"
SAMPLED = """
    from grader.spec import Between, Field, Kind, Notebook, Output, Part, Picture, Problem

    ACCURACY = Output("print", compare=Between(0.9, 1), submitted=True)

    PROBLEM = Problem(
        title="Training",
        parts=(Part(label="a", fields=(
            Field(name="accuracy", kind=Kind.PROBE, probe=ACCURACY),
            Field(name="plot", kind=Kind.PROBE, probe=Picture("plot", submitted=True)),
        )),),
        notebook=Notebook(sample=0.2),
    )
"""
SUBMITTED, DRAWN_HERE = png(4, 4), png(5, 5)
CELLS = ("print(accuracy)", "plot(losses)")


@pytest.fixture
def course(world):
    bank = {"assignments/hw.py": notebook_course.ASSIGNMENT, "doubling.py": SAMPLED}
    write_bank(world.folder, **bank, **{"doubling.md": "Train.\n## a\nA network."})
    world.publish(late_days=2, attempts_allowed=3)
    return world


def hand_in(browser):
    sent = browser.page(HW).form("/drafts").filled({})
    sent["notebook.3"] = (io.BytesIO(notebook(*CELLS)), "work.ipynb")
    address = f"{HW}/problems/3/submissions"
    return receipt_in(browser.client.post(address, data=sent, content_type="multipart/form-data"))


def probes(printed, *pictures):
    return {
        "3a": {
            "accuracy": ProbeRecord(Outcome.OK, (CallRecord(output=printed),)),
            "plot": ProbeRecord(Outcome.OK, (CallRecord(output=list(pictures)),)),
        }
    }


def cells(printed, picture):
    return (
        CellRecord(0, CELLS[0], Outcome.OK, stdout=printed),
        CellRecord(1, CELLS[1], Outcome.OK, outputs=(CellOutput("image/png", data=picture),)),
    )


def not_run():
    return NotebookEvidence(
        Outcome.OK, cells=cells("0.95", SUBMITTED), probes=probes("0.95", SUBMITTED), ran=False
    )


def drawn(printed):
    return NotebookEvidence(
        Outcome.OK,
        cells=cells(printed, DRAWN_HERE),
        probes=probes("0.95", SUBMITTED),
        reruns=probes(printed, DRAWN_HERE),
    )


def picture(data):
    return f"/pictures/{hashlib.sha256(data).hexdigest()}"


def test_the_homework_says_that_outputs_are_judged_before_anything_is_handed_in(alice, course):
    page = alice.page(HW).text

    assert "Run it to its end before you hand it in: the outputs in the file are judged" in page


def test_a_notebook_that_was_not_run_says_so_and_shows_what_was_submitted(alice, course):
    number = hand_in(alice)
    notebook_course.grade(course, not_run())

    result = alice.page(f"/submissions/{number}")
    page = alice.page(f"/submissions/{number}/notebook")

    for seen in (result, page):
        assert "not run; as submitted" in seen.text
        assert "as it ran" not in seen.text
        assert "0.95" in seen.text
        assert picture(SUBMITTED) in seen.html
    assert "When it was run here" not in result.text
    assert alice.get(f"/submissions/{number}{picture(SUBMITTED)}").data == SUBMITTED


def test_another_result_of_the_run_waits_and_both_are_shown(alice, bob, course):
    number = hand_in(alice)
    notebook_course.grade(course, drawn("0.4"))

    result = alice.page(f"/submissions/{number}")
    staff = bob.page(f"/staff/submissions/{number}")

    words = "Running your notebook gave another result; a grader will look."
    for seen in (result, staff):
        assert words in seen.text
        assert "That is as submitted. When it was run here: 0.4" in " ".join(seen.text.split())
        assert picture(SUBMITTED) in seen.html
        assert picture(DRAWN_HERE) in seen.html
    assert "when run here: incorrect" in staff.text
    assert "when run here: incorrect" not in result.text
    for data in (SUBMITTED, DRAWN_HERE):
        assert alice.get(f"/submissions/{number}{picture(data)}").data == data


def test_a_run_that_agrees_has_nothing_more_to_say_of_a_number(alice, course):
    number = hand_in(alice)
    notebook_course.grade(course, drawn("0.95"))

    page = alice.page(f"/submissions/{number}").text

    assert "Running your notebook" not in page
    assert page.count("When it was run here") == 1  # of the picture, which was drawn anew
    assert "Correct" in page
