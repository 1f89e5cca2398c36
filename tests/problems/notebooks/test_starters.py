"""Starter notebooks: files that any notebook program opens, the same for the same cells."""

import nbformat
import pytest

from grader.bank.catalog import Catalog
from grader.bank.starters import has_starter, starter
from grader.errors import SpecError

NOTEBOOKS = [("eecs182-hw04", "1"), ("eecs182-hw04", "6"), ("eecs182-dis04", "2")]


def problem_of(slug, number):
    return Catalog.of(["problems"]).assignment(slug).problem(number).spec


@pytest.mark.parametrize(("slug", "number"), NOTEBOOKS)
def test_a_starter_is_a_valid_notebook(slug, number):
    problem = problem_of(slug, number)
    data = starter(problem, number)

    book = nbformat.reads(data.decode(), as_version=4)

    nbformat.validate(book)
    assert book.metadata["grader"]["problem"] == number
    assert book.metadata["kernelspec"]["language"] == "python"
    assert not any(cell.get("outputs") for cell in book.cells)
    assert has_starter(problem)


@pytest.mark.parametrize(("slug", "number"), NOTEBOOKS)
def test_a_starter_loaded_again_is_the_same_file(slug, number):
    assert starter(problem_of(slug, number), number) == starter(problem_of(slug, number), number)


@pytest.mark.parametrize(("slug", "number"), NOTEBOOKS)
def test_a_starter_imports_nothing_of_ours(slug, number):
    text = starter(problem_of(slug, number), number).decode()

    assert "import grader" not in text
    assert "from grader" not in text
    assert "problems." not in text


def test_a_problem_without_a_notebook_has_no_starter():
    problem = problem_of("eecs182-hw04", "2")

    assert not has_starter(problem)
    with pytest.raises(SpecError, match=r"problem 2 .* has no starter"):
        starter(problem, "2")
