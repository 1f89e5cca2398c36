"""A well-known wrong way is told in whichever form its answer is typed."""

import pytest

from grader.bank.catalog import Catalog
from grader.bank.variants import as_stored, solve
from grader.evidence import Evidence
from grader.grading import judge

CATALOG = Catalog.of(["problems"])


def row_of(slug, number, label, field, answer):
    problem = CATALOG.assignment(slug).problem(number).spec
    params = as_stored(problem.as_set)
    evidence = Evidence(answers={label: {field: answer}})
    report = judge(problem, number, params, solve(problem, params), evidence)
    return next(row for row in report.fields if (row.part, row.field) == (label, field))


@pytest.mark.parametrize(
    ("place", "answers", "name"),
    [
        (("eecs182-hw04", "4", "4d.ii", ""), ["5x5", "5", "(5, 5)"], "dilation ignored"),
        (("cnn-quiz", "3", "3", ""), ["11x11", "11"], "+1 forgotten"),
        (("cnn-quiz", "4", "4", "percent_saved"), ["28", "28%", "0.28"], "share that is left"),
        (("cmu10601-rec07", "1.3", "1.3.5", "conv_share"), ["97.4", "0.974"], "the other share"),
    ],
)
def test_a_mistake_has_its_name_in_every_form(place, answers, name):
    for answer in answers:
        row = row_of(*place, answer)

        assert row.misconception.startswith(name), answer
        assert row.credit == 0


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        (("eecs182-hw04", "4", "4d.i", ""), "45"),
        (("eecs182-hw04", "4", "4d.ii", ""), "9"),
        (("cnn-quiz", "3", "3", ""), "13"),
    ],
)
def test_a_wrong_answer_in_a_form_that_is_accepted_hears_nothing_of_another_form(place, answer):
    row = row_of(*place, answer)

    assert (row.verdict, row.feedback) == ("incorrect", "")
