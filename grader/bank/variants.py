"""Variants: parameters drawn, references solved, pages rendered; all stored at publish."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from grader.bank.statements import BadStatement, prompt_of, render, split_statement
from grader.errors import GraderError, SolverError, SpecError
from grader.spec import (
    Call,
    Field,
    Kind,
    Misconception,
    Notebook,
    Params,
    Part,
    Probe,
    Problem,
    Raises,
    Reference,
    Value,
    as_typed,
)
from grader.spec.notebook import names_needed


def seed_of(course_key: bytes, path: str, number: int) -> int:
    """Return the seed of a variant: a keyed hash, so that nobody outside can draw it again."""
    message = f"variant\0{path}\0{number}".encode()
    return int.from_bytes(hmac.digest(course_key, message, hashlib.sha256)[:16])


def draw(problem: Problem, seed: int) -> Params:
    """Return the parameters of a fresh variant; those of the homework as set where none is drawn.

    Raises:
        SolverError: the author's code crashed, or its parameters are not JSON values.
    """
    if problem.draw is None:
        return as_stored(problem.as_set)
    params = call("draw", problem.draw, np.random.default_rng(seed))
    return as_stored(params)


def as_stored(params: Params) -> Params:
    """Return parameters as they come back from the database.

    Raises:
        SolverError: they hold something else than JSON values.
    """
    try:
        stored: dict[str, Any] = json.loads(json.dumps(params, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise SolverError(f"parameters are stored as JSON, and these cannot be: {error}") from error
    return stored


def solve(problem: Problem, params: Params) -> dict[str, dict[str, Any]]:
    """Return the references of a variant by part label and field name, as texts.

    Each field has `reference` (None where a grader or a run decides), `accept` (other right
    answers) and `misconceptions` (one text for each of the field's, None where the wrong way
    happens to lead to the right answer).

    Raises:
        SolverError: a solver crashed, or gave something that cannot be typed.
    """
    return {
        part.label: {field.name: _solve_field(field, params, part.label) for field in part.fields}
        for part in problem.parts
    }


def _solve_field(field: Field, params: Params, label: str) -> dict[str, Any]:
    place = f"part {label} {field.name}".rstrip()

    def typed(solver: Callable[[Params], Reference]) -> str:
        value = call(place, solver, params)
        try:
            return as_typed(value)
        except SolverError as error:
            raise SolverError(f"{place}: {error}") from error

    reference = None if field.solve is None else typed(field.solve)
    accept = [typed(solver) for solver in field.accept]
    right = {reference, *accept}
    wrong = [_wrong_way(misconception, typed) for misconception in field.misconceptions]
    return {
        "reference": reference,
        "accept": [text for text in accept if text != reference],
        "misconceptions": [None if text in right else text for text in wrong],
    }


def _wrong_way(misconception: Misconception, typed: Callable[..., str]) -> str:
    return typed(misconception.solve)


def call(place: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call an author's function; whatever it raises becomes a SolverError that names the place."""
    try:
        return function(*arguments)
    except GraderError:
        raise
    except Exception as error:
        raise SolverError(f"{place}: {type(error).__name__}: {error}") from error


def page_of(
    problem: Problem, statement: str, number: str, params: Params, *, starter: str | None = None
) -> dict[str, Any]:
    """Return what the portal shows of a variant: prompts as HTML, and how each field is answered.

    Args:
        number: the problem's number on the paper, which opens every part's label.
        starter: SHA-256 of the stored starter notebook, where there is one.

    Raises:
        SpecError: the statement and the parts do not match, or TeX does not parse.
    """
    shared, prompts = split_statement(statement)
    labels = [part.label for part in problem.parts]
    _refuse_mismatch(prompts, labels)
    return {
        "number": number,
        "title": problem.title,
        "intro": prompt_of(shared, problem, params),
        "parts": [
            _page_part(
                part, prompt_of(prompts.get(part.label, ""), problem, params, part.label), number
            )
            for part in problem.parts
        ],
        "notebook": None if problem.notebook is None else _page_notebook(problem.notebook, starter),
    }


def _page_notebook(notebook: Notebook, starter: str | None) -> dict[str, Any]:
    return {
        "requires": list(notebook.requires),
        "long": notebook.long,
        "starter": starter,
        "sampled": notebook.sample < 1,
    }


def _refuse_mismatch(prompts: Mapping[str, str], labels: list[str]) -> None:
    repeated = sorted({label for label in labels if labels.count(label) > 1})
    if repeated:
        raise SpecError(f"the label {repeated[0]!r} stands on more than one part")
    for label in prompts:
        if label not in labels:
            raise BadStatement(f"it has a heading for part {label!r}, which the problem has not")
    for label in labels:
        if label and label not in prompts:
            raise BadStatement(f"it has no heading '## {label}' for part {label!r}", label)


def _page_part(part: Part, prompt: str, number: str) -> dict[str, Any]:
    return {
        "label": f"{number}{part.label}",
        "optional": part.optional,
        "prompt": prompt,
        "fields": [_page_field(field) for field in part.fields],
    }


def _page_field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind.value,
        "points": field.points,
        "prompt": render(field.prompt).strip() if field.prompt else "",
        "grid": list(field.grid) if field.grid else None,
        "options": asdict(field.options),
        "rubric": [asdict(criterion) for criterion in field.rubric],
        "by_hand": field.kind is Kind.TEXT,
        "probe": None if field.probe is None else _page_probe(field.probe),
    }


def _page_probe(probe: Probe) -> dict[str, Any]:
    """Return what is taken from a notebook, and the names that it is asked by."""
    names: tuple[str, ...] = ()
    if isinstance(probe, Value):
        names = names_needed(probe.expression, probe.before)
    elif isinstance(probe, (Call, Raises)):
        names = names_needed(probe.function, probe.before)
    return {"kind": type(probe).__name__.lower(), "names": list(names)}
