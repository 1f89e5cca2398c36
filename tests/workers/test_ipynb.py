"""Files at the door: what is no runnable notebook is refused with its reason."""

import json

import pytest

from grader.errors import SubmissionRefused
from grader.evidence import read_notebook
from tests.workers.homework import notebook_bytes


def tree(**changes):
    return json.loads(notebook_bytes("x = 1")) | changes


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cannot be read as JSON"),
        (b"\x00\xff\xfe", "cannot be read as JSON"),
        (b"%PDF-1.7", "cannot be read as JSON"),
        (b"PK\x03\x04", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[]", "not a notebook"),
        (b'"text"', "not a notebook"),
        (b"{}", "names no notebook format"),
        (json.dumps(tree(nbformat=3, worksheets=[])).encode(), "format 3"),
        (json.dumps(tree(nbformat="4")).encode(), "names no notebook format"),
        (json.dumps(tree(cells=None)).encode(), "no list of cells"),
        (json.dumps(tree(cells=[])).encode(), "no code cell"),
        (json.dumps(tree(cells=[5])).encode(), "Cell 1"),
        (json.dumps(tree(cells=[{"cell_type": "code", "source": 5}])).encode(), "Cell 1"),
        (json.dumps(tree(metadata={"kernelspec": {"language": "R"}})).encode(), "written for R"),
        (json.dumps(tree(metadata={"language_info": {"name": "julia"}})).encode(), "for julia"),
        (notebook_bytes(("markdown", "only words")), "no code cell"),
        (notebook_bytes("  \n"), "no code cell"),
        (notebook_bytes(*["x"] * 10_000), "10000 cells"),
        (notebook_bytes("x" * (5 << 20)), "4 MB of text"),
        (b" " * (65 << 20), "at most 64 MB"),
        (b"[" + b"[]," * 1_500_000, "too many pieces"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_that_cannot_be_run_is_refused(data, reason):
    with pytest.raises(SubmissionRefused, match=reason):
        read_notebook(data)


def test_forty_megabytes_of_outputs_are_no_reason_to_refuse():
    heavy = tree()
    heavy["cells"][0]["outputs"] = [{"output_type": "stream", "text": "x" * (40 << 20)}]

    assert read_notebook(json.dumps(heavy).encode()).code[0].source == "x = 1"


@pytest.mark.parametrize("metadata", [None, [], {"kernelspec": 3}, {"grader": "x"}])
def test_odd_metadata_does_not_matter(metadata):
    assert read_notebook(json.dumps(tree(metadata=metadata)).encode()).problem is None


def test_lines_and_marks_of_other_editors_are_read():
    data = tree()
    data["cells"][0]["source"] = ["x = 1\n", "y = 2"]

    source = read_notebook("\ufeff".encode() + json.dumps(data).encode())

    assert source.code[0].source == "x = 1\ny = 2"


def test_the_problem_of_a_starter_is_known():
    data = notebook_bytes("x = 1", grader={"problem": "filters.hand_designed"})

    assert read_notebook(data).problem == "filters.hand_designed"


def test_saving_again_with_other_outputs_changes_no_digest():
    one, other = tree(), tree()
    other["cells"][0]["outputs"] = [{"output_type": "stream", "text": "1"}]

    digests = {read_notebook(json.dumps(data).encode()).digest() for data in (one, other)}

    assert len(digests) == 1


def test_moving_text_between_cells_changes_the_digest():
    assert read_notebook(notebook_bytes("ab", "c")).digest() != (
        read_notebook(notebook_bytes("a", "bc")).digest()
    )
