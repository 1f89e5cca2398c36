"""What every problem of the shipped bank must satisfy, label by label."""

import json
import re
from functools import cache

import numpy as np
import pytest

from grader.bank.loading import load_assignment, load_problem
from grader.bank.sources import read_bank
from grader.bank.variants import draw, page_of, solve
from grader.checks import check
from grader.evidence import Evidence
from grader.grading import judge
from grader.report import Verdict
from grader.spec import Kind, as_typed

FILES = read_bank("problems")
SEEDS = range(4)

FILTER, TEXT = Kind.FILTER, Kind.TEXT
MODULES = sorted(
    name.removeprefix("assignments/").removesuffix(".py")
    for name in FILES.contents
    if name.startswith("assignments/") and not name.endswith("__init__.py")
)


@cache
def problem_at(module, number):
    return load_problem(FILES, load_assignment(FILES, f"assignments.{module}").problems[number])


ALL = [
    (module, number)
    for module in MODULES
    for number in load_assignment(FILES, f"assignments.{module}").problems
]
COMPLETION = ("eecs182_hw04", "8")
"""Whoever answers this one has full credit."""

EVERY_PROBLEM = pytest.mark.parametrize(("module", "number"), ALL)


def cases(module, number):
    """Variant 0 and a few drawn ones, each with its references."""
    problem = problem_at(module, number)
    drawn = [draw(problem, seed) for seed in SEEDS] if problem.draw else []
    return [
        (problem, params, solve(problem, params))
        for params in (json.loads(json.dumps(problem.as_set)), *drawn)
    ]


def judged(case, number, part, field, text):
    """The row of one field whose part is otherwise answered with its references."""
    problem, params, references = case
    answers = {name: str(solved["reference"]) for name, solved in references[part].items()}
    evidence = Evidence(answers={f"{number}{part}": {**answers, field: text}})
    report = judge(problem, number, params, references, evidence)
    return next(row for row in report.fields if (row.part, row.field) == (f"{number}{part}", field))


def solved_fields(problem):
    """The fields that a reference solver decides by itself."""
    for part in problem.parts:
        for field in part.fields:
            if field.solve is not None and part.judge is None:
                yield part, field


COMPUTED = [
    place
    for place in ALL
    if place != COMPLETION
    and any(field.kind is not FILTER for _, field in solved_fields(problem_at(*place)))
]
EVERY_COMPUTED_PROBLEM = pytest.mark.parametrize(("module", "number"), COMPUTED)


@EVERY_PROBLEM
def test_the_statement_renders_for_every_variant(module, number):
    path = load_assignment(FILES, f"assignments.{module}").problems[number]
    statement = FILES.contents[f"{path.replace('.', '/')}.md"].decode()
    for problem, params, _ in cases(module, number):
        page = page_of(problem, statement, number, params)

        prompts = page["intro"] + "".join(part["prompt"] for part in page["parts"])
        assert "<<" not in prompts
        assert "&lt;&lt;" not in prompts
        assert all(part["prompt"] or page["intro"] for part in page["parts"])


@EVERY_PROBLEM
def test_the_reference_and_every_other_right_answer_earn_full_marks(module, number):
    for case in cases(module, number):
        problem, _, references = case
        for part, field in solved_fields(problem):
            solved = references[part.label][field.name]
            for text in (solved["reference"], *solved["accept"]):
                row = judged(case, number, part.label, field.name, text)

                assert (row.verdict, row.fault) == (Verdict.CORRECT, None), (row, text)


@EVERY_PROBLEM
def test_an_empty_answer_earns_nothing(module, number):
    for problem, params, references in cases(module, number):
        report = judge(problem, number, params, references, Evidence())

        assert {row.verdict for row in report.fields} == {Verdict.MISSING}


@EVERY_PROBLEM
def test_every_misconception_has_its_own_name_and_credit(module, number):
    for case in cases(module, number):
        problem, _, references = case
        for part, field in solved_fields(problem):
            solved = references[part.label][field.name]
            for wrong, text in zip(field.misconceptions, solved["misconceptions"], strict=True):
                if text is None:
                    continue

                row = judged(case, number, part.label, field.name, text)

                if row.verdict is Verdict.CORRECT:  # it leads to a right answer in other words
                    assert is_right(field, solved, text), (row, wrong.name)
                    continue
                assert row.misconception in same_answer(field, solved, text), (row, text)
                named = next(w for w in field.misconceptions if w.name == row.misconception)
                assert row.credit >= named.credit
                assert named.feedback in row.feedback


def is_right(field, solved, text):
    return any(
        check(field.kind, right, text, field.options).verdict is Verdict.CORRECT
        for right in (solved["reference"], *solved["accept"])
    )


def same_answer(field, solved, text):
    """The names of the wrong ways that lead to the same answer."""
    return {
        wrong.name
        for wrong, other in zip(field.misconceptions, solved["misconceptions"], strict=True)
        if other is not None
        and check(field.kind, other, text, field.options).verdict is Verdict.CORRECT
    }


FLAT = "[[1, 1, 1], [1, 1, 1], [1, 1, 1]]"
ONE_PIXEL = "[[0, 0, 0], [0, 1, 0], [0, 0, 0]]"


def next_number(text):
    """The text with its first whole number raised by one."""
    return re.sub(r"\d+", lambda found: str(int(found.group()) + 1), text, count=1)


def near_miss(field, text):
    """An answer that nearly is the reference."""
    if field.kind is Kind.FILTER:
        return ONE_PIXEL if field.options.response == "blur" else FLAT
    if field.kind is Kind.CHOICE:
        return next(label for label in field.options.choices if label != text)
    if field.kind is Kind.GROWTH:
        return f"{text} * n"
    if field.kind is Kind.QUANTITY:
        return f"1.1 * {text}"
    if field.kind in (Kind.NUMBER, Kind.EXPRESSION, Kind.FORMULA):
        return f"{text} + 1"
    return next_number(text)


@EVERY_COMPUTED_PROBLEM
def test_near_misses_are_wrong(module, number):
    for case in cases(module, number):
        problem, _, references = case
        for part, field in solved_fields(problem):
            text = near_miss(field, references[part.label][field.name]["reference"])

            row = judged(case, number, part.label, field.name, text)

            assert row.verdict in (Verdict.INCORRECT, Verdict.PARTIAL), (row, text)


@EVERY_PROBLEM
def test_an_array_of_one_value_earns_nothing(module, number):
    for case in cases(module, number):
        problem, _, references = case
        for part, field in solved_fields(problem):
            reference = references[part.label][field.name]["reference"]
            if field.kind not in (Kind.VECTOR, Kind.MATRIX) or "_" in reference:
                continue
            values = np.array(json.loads(reference))
            if values.size == 1:
                continue
            for value in {0.0, *values.ravel().tolist()}:
                text = as_typed(np.full(values.shape, value))

                row = judged(case, number, part.label, field.name, text)

                assert row.credit == 0, (row, text)


@EVERY_COMPUTED_PROBLEM
def test_misconceptions_seldom_lead_to_the_right_answer(module, number):
    problem = problem_at(module, number)
    variants = [solve(problem, draw(problem, seed)) for seed in range(40)]
    for part, field in solved_fields(problem):
        for place, wrong in enumerate(field.misconceptions):
            right = sum(
                solved[part.label][field.name]["misconceptions"][place] is None
                for solved in variants
            )

            assert right < 20, (part.label, field.name, wrong.name)


@EVERY_PROBLEM
def test_grids_open_with_the_shape_of_the_answer_as_set(module, number):
    problem, _, references = cases(module, number)[0]
    for part in problem.parts:
        for field in part.fields:
            if field.grid is None:
                continue
            text = references[part.label][field.name]["reference"].rpartition("* ")[2]
            rows = text.count("[") - 1 or 1
            columns = (text.count(",") + 1) // rows

            assert (
                field.grid in ((rows, columns), (columns, rows)) if rows == 1 else (rows, columns)
            )


@EVERY_PROBLEM
def test_rubrics_share_out_the_whole_credit(module, number):
    for part in problem_at(module, number).parts:
        for field in part.fields:
            if field.rubric:
                assert sum(line.credit for line in field.rubric) == pytest.approx(1)
            decided = field.solve is not None or field.measured is not None
            by_hand = not decided and part.judge is None and field.kind is not Kind.PROBE
            assert bool(field.rubric) == by_hand


@EVERY_COMPUTED_PROBLEM
def test_every_computed_part_can_draw_fresh_variants(module, number):
    problem = problem_at(module, number)

    drawn = {json.dumps(draw(problem, seed), sort_keys=True) for seed in range(40)}

    assert len(drawn) >= 5


def test_only_quiz_and_practice_give_each_student_their_own_numbers():
    fresh = {m for m in MODULES if load_assignment(FILES, f"assignments.{m}").fresh_variants}

    assert fresh == {"cnn_quiz", "practice"}
