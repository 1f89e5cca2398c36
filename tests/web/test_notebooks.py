"""Notebooks in the portal: what is let in, what is shown of a run, and to whom."""

import hashlib
import io
import json

import notebook_course
import pytest
from notebook_course import CELLS, evidence, notebook, png
from portal import Page, Parts, receipt_in
from sqlalchemy import func, select

from grader.db import reading
from grader.evidence import CallRecord, CellOutput, CellRecord, ProbeRecord, read_notebook
from grader.models import Blob, Job, Submission
from grader.report import Outcome

HW = "/courses/c/hw"
HAND_IN = f"{HW}/problems/3/submissions"


@pytest.fixture
def course(world):
    notebook_course.publish(world, late_days=2, attempts_allowed=3)
    return world


def send(browser, data=None, values=None, name="work.ipynb", address=HAND_IN, **more):
    """Choose a file, fill in the rest, and press a button."""
    sent = browser.page(HW).form("/drafts").filled(values or {}) | more
    if data is not None:
        sent["notebook.3"] = (io.BytesIO(data), name)
    return browser.client.post(address, data=sent, content_type="multipart/form-data")


@pytest.fixture
def graded(alice, course):
    """Hands the notebook in and grades it by what its run left; returns the receipt number."""

    def grade(*outputs, **changed):
        number = receipt_in(send(alice, notebook()))
        notebook_course.grade(course, evidence(*outputs, **changed))
        return number

    return grade


def submissions(world):
    with reading(world.engine) as session:
        return list(session.scalars(select(Submission).order_by(Submission.id)))


def test_a_notebook_is_stored_as_it_came_signed_by_its_hash_and_queued(alice, course):
    data = notebook()

    number = receipt_in(send(alice, data))

    signed = json.loads(submissions(course)[0].content)["notebook"]
    assert signed == hashlib.sha256(data).hexdigest()
    assert alice.get(f"/submissions/{number}/handed-in.ipynb").data == data
    with reading(course.engine) as session:
        assert session.scalars(select(Job.queue)).all() == ["notebooks"]
    assert "Your notebook waits for its turn" in alice.page(f"/submissions/{number}").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.4", "cannot be read as JSON"),
        (b'{"nbformat": 3, "worksheets": []}', "format 3"),
        (b'{"a": 1}', "not a notebook"),
        (notebook("x = 1", kernelspec={"language": "R"}), "written for R"),
        (notebook(("markdown", "no code")), "no code cell"),
        (notebook("x = 1"), "does not look like the notebook of problem 3"),
        (notebook("x = 1", grader={"problem": "1"}), "the notebook of problem 1, not of problem 3"),
        (notebook("count = 4"), "does not define double"),
        (notebook("count = 4", "# double = 1\nprint(double(k=1))"), "does not define double"),
        (notebook("pass", grader={"problem": "3"}), "does not define double, count"),
        (notebook(*["x = 1"] * 2001), "2001 cells"),
    ],
)
def test_a_wrong_file_is_refused_by_its_reason_and_uses_no_attempt(alice, course, data, words):
    response = send(alice, data, {"answer:3b:count": "5"})

    page = Page(response.text).text
    assert response.status_code == 409
    assert words in page
    assert "no attempt was used" in page
    assert submissions(course) == []
    assert ("answer:3b:count", "5") in alice.page(HW).form("/drafts").fields


def test_what_was_renamed_or_moved_about_is_still_the_right_notebook(alice, course):
    data = notebook("from numpy import sum as count", "double = lambda x: 2 * x", ("raw", "?"))

    assert receipt_in(send(alice, data, name="Untitled (3).IPYNB"))


def test_an_unfinished_notebook_is_handed_in_on_request(alice, course):
    response = send(alice, notebook("count = 4"), **{"incomplete.3": "1"})

    assert receipt_in(response)


def as_starter(data, *more):
    """The starter as an editor saves it: indented otherwise, with outputs and comments."""
    tree = json.loads(data)
    for cell in tree["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = ["# TODO later\n", *cell["source"], "\n", "\n"]
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    tree["cells"] += [{"cell_type": "code", "metadata": {}, "source": one} for one in more]
    return json.dumps(tree).encode()


@pytest.mark.parametrize("saved", [lambda data: data, as_starter])
def test_the_starter_with_nothing_filled_in_uses_no_attempt(alice, course, saved):
    starter = alice.get(f"{HW}/problems/3/starter.ipynb").data

    response = send(alice, saved(starter))

    assert response.status_code == 409
    assert "This is the starter: nothing is filled in." in response.text
    assert submissions(course) == []


def test_the_starter_is_handed_in_on_request_and_where_a_line_was_added(alice, course):
    starter = alice.get(f"{HW}/problems/3/starter.ipynb").data

    asked_for = send(alice, starter, **{"incomplete.3": "1"})
    filled_in = send(alice, as_starter(starter, "count = 4"))

    assert receipt_in(asked_for)
    assert receipt_in(filled_in)


def test_without_a_file_the_last_notebook_stays_and_the_page_says_so(alice, course):
    data = notebook()
    send(alice, data)

    page = alice.page(HW).text
    number = receipt_in(send(alice, None, {"answer:3b:count": "5"}))

    assert "The notebook of attempt 1 is kept and run again, unless you choose another" in page
    assert alice.get(f"/submissions/{number}/handed-in.ipynb").data == data
    with reading(course.engine) as session:
        same = Blob.sha256 == hashlib.sha256(data).hexdigest()
        assert session.scalar(select(func.count(Blob.sha256)).where(same)) == 1


def test_the_same_notebook_again_uses_no_attempt_and_another_does(alice, course):
    send(alice, notebook())

    again = send(alice, notebook())
    other = send(alice, notebook(*CELLS, "more = 1"))

    assert again.status_code == 409
    assert "Nothing has changed since attempt 1" in again.text
    assert receipt_in(other)
    assert [one.attempt for one in submissions(course)] == [1, 2]


def test_the_same_page_sent_with_another_file_is_an_attempt_of_its_own(alice, course):
    form = alice.page(HW).form("/drafts").filled({})
    for data in (notebook(), notebook(), notebook(*CELLS, "z = 1")):
        alice.client.post(HAND_IN, data=form | {"notebook.3": (io.BytesIO(data), "w.ipynb")})

    assert [one.attempt for one in submissions(course)] == [1, 2]


def test_nothing_chosen_and_nothing_typed_hands_in_nothing(alice, course):
    response = send(alice)

    assert "No notebook is chosen and nothing is typed in problem 3" in Page(response.text).text
    assert submissions(course) == []


def test_all_that_changed_takes_a_new_notebook_along(alice, course):
    send(alice, notebook(), address=f"{HW}/submissions")
    send(alice, notebook(), address=f"{HW}/submissions")
    send(alice, notebook(*CELLS, "y = 1"), address=f"{HW}/submissions")

    assert [one.attempt for one in submissions(course)] == [1, 2]


def test_a_chosen_file_that_was_not_sent_is_told(alice, course):
    send(alice, notebook(), {"answer:1a:": "5"}, address=f"{HW}/problems/1/submissions")

    assert "The notebook chosen for problem 3 was not handed in" in alice.page("/").text
    assert len(submissions(course)) == 1


def test_the_starter_is_a_notebook_that_names_its_problem(alice, charlie, course):
    response = alice.get(f"{HW}/problems/3/starter.ipynb")

    assert read_notebook(response.data).problem == "3"
    assert "attachment" in response.headers["Content-Disposition"]
    assert alice.get(f"{HW}/problems/1/starter.ipynb").status_code == 404
    assert charlie.get(f"{HW}/problems/3/starter.ipynb").status_code == 404


def test_the_result_shows_each_part_with_the_students_own_output(alice, graded):
    drawn = png()
    number = graded(CellOutput("image/png", data=drawn))

    page = alice.page(f"/submissions/{number}")

    assert page.text.count("Correct") == 2
    assert page.text.count("Waiting for a grader") == 2
    for words in ("42", "Because two.", "4 cells in 0.4 s", "from your notebook"):
        assert words in page.text
    address = f"/submissions/{number}/pictures/{hashlib.sha256(drawn).hexdigest()}"
    assert page.html.count(f'src="{address}"') == 2  # of part a, whose name it uses, and the plot


def test_an_error_is_told_in_plain_words_with_the_students_own_line(alice, graded):
    number = graded(**notebook_course.raised())

    result = alice.page(f"/submissions/{number}").text
    ran = alice.page(f"/submissions/{number}/notebook").text

    assert all("Raised an error" in page and "return x / 0" in page for page in (result, ran))
    assert "did not come to its end: cell 1" in result
    assert "ZeroDivisionError: division by <zero>" in ran
    assert "Line 2 of this cell" in ran


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.TIMED_OUT, "it took longer than allowed"),
        (Outcome.OUT_OF_MEMORY, "it needed more memory than allowed"),
        (Outcome.CRASHED, "The process died"),
    ],
)
def test_a_notebook_that_was_stopped_says_why(alice, graded, outcome, words):
    number = graded(outcome=outcome)

    assert words in alice.page(f"/submissions/{number}").text


def test_graders_read_the_words_of_the_notebook_where_they_mark(bob, graded):
    number = graded(CellOutput("image/png", data=png()))

    page = bob.page(f"/staff/submissions/{number}")

    assert "Because two." in page.text
    assert "/pictures/" in page.html
    assert bob.get(f"/submissions/{number}/notebook").status_code == 200


@pytest.mark.parametrize("path", ["notebook", "notebook.ipynb", "handed-in.ipynb", "pictures/{}"])
def test_a_run_is_its_students_and_the_staffs_alone(alice, dora, bob, charlie, graded, path):
    drawn = png()
    number = graded(CellOutput("image/png", data=drawn))
    address = f"/submissions/{number}/{path.format(hashlib.sha256(drawn).hexdigest())}"

    seen = [who.get(address).status_code for who in (alice, bob, dora, charlie)]

    assert seen == [200, 200, 404, 404]


@pytest.mark.parametrize("path", ["notebook", "notebook.ipynb", "pictures/abc"])
def test_before_it_ran_there_is_nothing_to_show(alice, course, path):
    number = receipt_in(send(alice, notebook()))

    assert alice.get(f"/submissions/{number}/{path}").status_code == 404


def test_a_picture_is_served_as_the_picture_that_it_is(alice, graded):
    drawn = png()
    number = graded(CellOutput("image/jpeg", data=drawn))

    response = alice.get(f"/submissions/{number}/pictures/{hashlib.sha256(drawn).hexdigest()}")

    assert response.data == drawn
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        png(100_000, 100_000),
        b"\x89PNG\r\n\x1a\n" + b"x" * 30,
        b"\xff\xd8\xff\xe0\x00\x04ab",
        png() + b"x" * (5 << 20),
    ],
)
def test_what_is_no_picture_or_too_large_is_neither_shown_nor_served(alice, graded, data):
    number = graded(CellOutput("image/png", data=data))

    response = alice.get(f"/submissions/{number}/pictures/{hashlib.sha256(data).hexdigest()}")

    assert response.status_code == 404
    assert "<img" not in alice.page(f"/submissions/{number}/notebook").html
    assert "Left out: a picture too large" in alice.page(f"/submissions/{number}/notebook").text


HOSTILE = [
    "<script>alert('out')</script><img src=x onerror=alert('out')>",
    "<table onclick=alert('out')><tr><td style='position:fixed'>9</td></tr></table>",
    "<a href=javascript:alert('out')>here</a>",
    "<iframe srcdoc=\"<script>alert('out')</script>\"></iframe><form action=/logout><button>b",
    "<svg><script>alert('out')</script></svg><math><mtext><script>alert('out')</script>",
    "</div></main><base href=//evil.example><meta http-equiv=refresh content=0>",
    "<div>" * 15_000,
]


MIMES = ("text/html", "text/markdown", "text/plain", "image/svg+xml")
HARMFUL = {"script", "iframe", "base", "meta", "svg", "img", "form", "math", "object", "button"}


def test_no_output_of_a_student_runs_on_our_pages(alice, graded):
    cells = [
        CellRecord(place, f"# {text[:200]}", Outcome.OK, stdout=text, stderr=text,
                   outputs=tuple(CellOutput(mime, text) for mime in MIMES), notes=(text[:90],))
        for place, text in enumerate(HOSTILE)
    ]  # fmt: skip
    number = graded(cells=tuple(cells))

    for path in ("", "/notebook"):
        seen = Parts(alice.page(f"/submissions/{number}{path}").html.partition("<main")[2])

        assert not seen.tags & HARMFUL
        assert not {name for name in seen.attributes if name.startswith("on") or name == "style"}


def test_tables_stay_tables_and_repeated_forms_are_left_out(alice, graded):
    table = CellOutput("text/html", "<table><tr><th></th><td colspan='2'>7</td></tr></table>")
    number = graded(table, CellOutput("text/plain", "   0\n0  7"), CellOutput("text/plain", "12"))

    html = alice.page(f"/submissions/{number}/notebook").html

    assert '<td></td><td colspan="2">7</td>' in html
    assert "0\n0  7" not in html
    assert ">12</pre>" in html


def test_markdown_cells_are_read_as_markdown_without_html_or_links(alice, graded):
    html = alice.page(f"/submissions/{graded()}/notebook").html

    assert "<strong>two</strong>" in html
    assert "javascript:" not in html.replace("(javascript:a)", "")
    assert "<script>alert" not in html


def test_the_download_is_a_notebook_with_what_it_showed(alice, graded):
    number = graded(CellOutput("image/png", data=png()))

    response = alice.get(f"/submissions/{number}/notebook.ipynb")

    source = read_notebook(response.data)
    assert [cell.source for cell in source.code] == [c for c in CELLS if isinstance(c, str)]
    assert source.cells[2].outputs[0]["text"] == "42\n"
    assert "image/png" in source.cells[4].outputs[0]["data"]


def test_a_typed_answer_goes_before_the_notebooks(alice, course):
    number = receipt_in(send(alice, notebook(), {"answer:3b:count": "5"}))
    notebook_course.grade(course, evidence())

    result = alice.get(f"/api/v1/submissions/{number}").json["report"]["parts"]

    assert [(row["field"], row["verdict"]) for row in result][1] == ("count", "incorrect")


def test_a_file_that_outlasted_its_login_is_to_be_chosen_again(alice, course, app):
    form = alice.page(HW).form("/drafts")
    sent = form.filled({}) | {"notebook.3": (io.BytesIO(notebook()), "w.ipynb")}
    with alice.client.session_transaction() as cookie:
        cookie.pop("user")

    response = alice.client.post(HAND_IN, data=sent, content_type="multipart/form-data")

    assert response.status_code == 401
    assert "A notebook that you had chosen is to be chosen again" in Page(response.text).text
    assert submissions(course) == []


@pytest.mark.parametrize(("typed", "opens"), [("Because two.", True), (None, False)])
def test_staff_find_a_form_open_where_there_is_something_to_read(graded, bob, typed, opens):
    why = ProbeRecord(Outcome.OK, (CallRecord(output=typed),))
    number = graded(probes={"3b": {"why": why}})

    page = bob.get(f"/staff/submissions/{number}").text

    assert ('<details class="marking" open' in page) is opens
