"""The kinds of answer and the options by which an author narrows one down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Params: TypeAlias = Mapping[str, Any]
"""The parameters of a variant: JSON values only, since they are stored."""


class Kind(StrEnum):
    """What a field asks for; each kind has its own checker in `grader.checks`."""

    NUMBER = "number"
    EXPRESSION = "expression"
    EQUATION = "equation"
    INEQUALITY = "inequality"
    INTERVAL = "interval"
    SET = "set"
    LIST = "list"
    TUPLE = "tuple"
    SHAPE = "shape"
    VECTOR = "vector"
    MATRIX = "matrix"
    TENSOR = "tensor"
    QUANTITY = "quantity"
    CHOICE = "choice"
    GROWTH = "growth"
    FORMULA = "formula"
    FILTER = "filter"
    TEXT = "text"
    PROBE = "probe"  # what a notebook's function or variable gave; never typed


class Domain(StrEnum):
    """What values a declared symbol may take."""

    REAL = "real"
    POSITIVE = "positive"
    INTEGER = "integer"
    COMPLEX = "complex"


@dataclass(frozen=True, slots=True)
class Options:
    """How a field of some kind is read and compared; what is absent takes the kind's default.

    Attributes:
        symbols: declared names and their domains; None declares nothing (single letters, Greek
            names and whatever the reference uses are variables then). A field for a number has
            none.
        functions: names applied as unknown functions.
        imaginary: names of the imaginary unit.
        atol: largest absolute difference, as typed; may carry a unit ("0.1 kft").
        rtol: largest difference relative to the reference; with atol, what both allow adds up.
        digits: significant figures that must agree.
        order: whether order counts; None is the kind's default (list yes, set no).
        choices: for choice, label to text.
        arrays: for formula, array name to the sizes of its index ranges, for instance
            {"x": ["n", "n"], "dy": ["m", "m"]}; sizes are drawn.
        response: for filter, what it must do: "vertical-edge", "edge" or "blur".
    """

    symbols: Mapping[str, Domain] | None = None
    functions: tuple[str, ...] = ()
    imaginary: tuple[str, ...] | None = None
    atol: str | None = None
    rtol: str | None = None
    digits: int | None = None
    order: bool | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    arrays: Mapping[str, Sequence[str]] = field(default_factory=dict)
    response: str | None = None
