"""What the tests of the bank share: fields by label, variants, and references as numbers."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.parsing.sympy_parser import parse_expr

from grader.spec import Field, Params, Problem, as_typed


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(182)


@pytest.fixture
def reference() -> Callable[..., str]:
    """The reference of a part's field in a variant, as typed."""

    def solve(problem: Problem, label: str, name: str, params: Params) -> str:
        solver = field_of(problem, label, name).solve
        assert solver is not None
        return as_typed(solver(params))

    return solve


@pytest.fixture
def misconception() -> Callable[..., str]:
    """What a named wrong way leads to, as typed."""

    def solve(problem: Problem, label: str, name: str, wrong: str, params: Params) -> str:
        ways = {way.name: way for way in field_of(problem, label, name).misconceptions}
        return as_typed(ways[wrong].solve(params))

    return solve


@pytest.fixture
def number() -> Callable[..., Any]:
    """The value of an expression of ours for given symbols, by sympy."""

    def evaluate(text: str, **values: int) -> Any:
        names = {name: sympy.Symbol(name) for name in ("S", "N", "E", "I", "O", "Q", "C")}
        tree = parse_expr(text.replace("^", "**"), local_dict={**names, "floor": sympy.floor})
        return tree.subs({sympy.Symbol(name): value for name, value in values.items()})

    return evaluate


@pytest.fixture
def array() -> Callable[[str], np.ndarray[Any, Any]]:
    """A reference array as numbers."""
    return lambda text: np.array(json.loads(text), dtype=float)


def field_of(problem: Problem, label: str, name: str) -> Field:
    return next(
        field
        for part in problem.parts
        if part.label == label
        for field in part.fields
        if field.name == name
    )


def variants(problem: Problem, count: int = 20) -> list[Params]:
    """Variant 0 and some that are drawn, as they come back from the database."""
    assert problem.draw is not None
    drawn = [problem.draw(np.random.default_rng(seed)) for seed in range(count)]
    return [json.loads(json.dumps(params)) for params in (problem.as_set, *drawn)]


@pytest.fixture(name="variants")
def variants_fixture() -> Callable[..., list[Params]]:
    return variants
