"""Problems, parts, fields and assignments: plain frozen data beside pure functions.

A problem is a module of a bank: `PROBLEM = Problem(...)` in `name.py`, and its statement, Markdown
with TeX, in `name.md` beside it. The statement opens with what all parts share; a heading `## a`
begins the prompt of part "a". `<<name>>` in it is replaced by a parameter of the variant (a list
of lists as a TeX matrix) or by what the problem's `show` returns for that name.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.errors import SolverError, SpecError
from grader.report import CheckResult, Topic
from grader.spec.kinds import Kind, Options, Params
from grader.spec.notebook import Notebook, Probe, is_as_submitted

Reference: TypeAlias = str | int | float | Fraction | NDArray[Any] | Sequence[Any]
"""What a solver returns: text as a student would type it, a number, or a (nested) array."""

Solver: TypeAlias = Callable[[Params], Reference]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A well-known wrong way to an answer.

    Attributes:
        name: short words that staff see, such as "bias forgotten".
        solve: the answer that this way leads to.
        feedback: what the student reads; points to the mistake without giving the answer.
        credit: share of the points that the author gives it, 0 to 1.
    """

    name: str
    solve: Solver
    feedback: str = ""
    credit: float = 0.0


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric: what earns `credit` (a share of the field's points, 0 to 1)."""

    text: str
    credit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One answer: what is asked, how it is read, and the way to the reference.

    Attributes:
        kind: what is asked for.
        name: "" where the part has one field.
        prompt: words before the input, Markdown with TeX.
        solve: the reference; None where a grader judges.
        measured: the reference from what a run measured, for fields that only a run can tell.
        accept: other right answers, such as the floor beside the exact quotient.
        points: what the field is worth.
        grid: rows and columns with which an array's grid opens; it can be grown.
        feedback: the topics of feedback that students see.
        probe: for the kind PROBE, what is asked of the notebook and what is right.
    """

    kind: Kind
    name: str = ""
    prompt: str = ""
    solve: Solver | None = None
    measured: Callable[[Params, Mapping[str, Any]], Reference] | None = None
    accept: tuple[Solver, ...] = ()
    options: Options = field(default_factory=Options)
    points: float = 1.0
    misconceptions: tuple[Misconception, ...] = ()
    rubric: tuple[Criterion, ...] = ()
    grid: tuple[int, int] | None = None
    feedback: frozenset[Topic] = frozenset(Topic)
    probe: Probe | None = None

    def __post_init__(self) -> None:
        """A number has no names: a word beside it is then told at once, and not multiplied with."""
        if self.kind is Kind.NUMBER and self.options.symbols is None:
            object.__setattr__(self, "options", replace(self.options, symbols={}))


JointCheck: TypeAlias = Callable[[Params, Mapping[str, str]], Mapping[str, CheckResult]]
"""Judges the fields of one part together, from field name to text as typed; may raise
InvalidAnswer for what cannot be read."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of a solution, for those who would rather look than read.

    Attributes:
        svg: one `svg` element. Its colours are `currentColor` and the portal's custom properties,
            so that it suits light and dark pages.
        alt: what it shows, in words.
    """

    svg: str
    alt: str


Draws: TypeAlias = Callable[[Params, Mapping[str, str]], Drawing]
"""Draws a variant together with the answers to a part, from field name to text as typed; answers
may be absent or unreadable. It shows the solution, and is shown where the solution is."""


DrawsAnswer: TypeAlias = Callable[[Params, Mapping[str, str]], Drawing | None]
"""Draws a student's answers to a part and nothing of the solution, since students see it before
the homework closes; None where there is nothing to draw, such as for an unreadable answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One labelled question of a problem.

    Attributes:
        label: what follows the problem's number on the paper: "a", "a.i", ".1", or "" where the
            problem is one question.
        optional: can add to the score, never take away.
        judge: for parts whose fields are right or wrong only together.
        drawing: the solution as a picture.
        answer_drawing: the student's answers as a picture; where there is one, `drawing` is drawn
            with the answers too, and shown in place of the solution alone.
    """

    label: str
    fields: tuple[Field, ...]
    optional: bool = False
    judge: JointCheck | None = None
    drawing: Draws | None = None
    answer_drawing: DrawsAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStep:
    """A run that measures the peak memory of one training step of a small network.

    Attributes:
        layers: the network as plain data: {"conv": [in, out, kernel]}, {"relu": []},
            {"pool": [kernel]}, {"flatten": []}, {"linear": [in, out]}.
        input_shape: (N, C, H, W) of one batch.
        optimizer: "sgd", "momentum" or "adam".
        limit_seconds: wall-clock limit of the run.
    """

    layers: tuple[Mapping[str, Sequence[int]], ...]
    input_shape: tuple[int, int, int, int]
    optimizer: str = "sgd"
    limit_seconds: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A question of a homework: what is drawn, what is asked, and how it is solved.

    Attributes:
        as_set: the parameters of variant 0, the homework as printed.
        draw: parameters of a fresh variant of like difficulty; None where nothing can vary.
        show: texts for the statement, derived from the parameters.
        run: what a GPU worker measures for this variant, if anything.
        notebook: how the problem's notebook is run, where its fields probe one.
        source: where the question comes from; a citation, not the text.
        note: how a question that was ill-posed as printed was mended.

    Raises:
        SpecError: only a sample of the notebooks is run, and a field cannot be judged without.
    """

    title: str
    parts: tuple[Part, ...]
    as_set: Params = field(default_factory=dict)
    draw: Callable[[np.random.Generator], Params] | None = None
    show: Callable[[Params], Mapping[str, str]] | None = None
    run: Callable[[Params], TrainingStep] | None = None
    notebook: Notebook | None = None
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a probe that only a run can answer where some notebooks are not run."""
        if self.notebook is None or self.notebook.sample >= 1:
            return
        for part in self.parts:
            for item in part.fields:
                if item.probe is not None and not is_as_submitted(item.probe):
                    place = f"part {part.label} {item.name}".rstrip()
                    raise SpecError(
                        f"{place}: {type(item.probe).__name__} is known by running the notebook, "
                        f"and Notebook(sample={self.notebook.sample}) runs only some: take a Text, "
                        "or an Output or Picture with submitted=True, or leave the sample out"
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A homework: its problems by their number on the paper.

    Attributes:
        slug: how commands and addresses name it, such as "eecs182-hw04".
        problems: number on the paper to the problem's module below the bank's root, in the
            order of the paper: {"2": "convolution.feature_dimensions"}.
        fresh_variants: each student draws numbers of their own; otherwise all get variant 0.
    """

    slug: str
    title: str
    problems: Mapping[str, str]
    fresh_variants: bool = False


def as_typed(reference: Reference) -> str:
    """Return a reference as a student would type it.

    >>> as_typed(Fraction(3, 4)), as_typed(np.array([[1.0, 2.5]])), as_typed("F*C*K^2")
    ('3/4', '[[1, 2.5]]', 'F*C*K^2')

    Raises:
        SolverError: a number in it is not finite, or it holds something else than numbers and text.
    """
    if isinstance(reference, str):
        return reference
    if isinstance(reference, Fraction):
        return str(reference)
    return json.dumps(_plain(reference), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Return numbers, text and nested sequences as JSON values; whole floats as integers."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else str(value)
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float):
        if not math.isfinite(value):
            raise SolverError(f"the reference holds {value}, which is not finite")
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, (int, str)) and not isinstance(value, bool):
        return value
    raise SolverError(f"a reference cannot hold a {type(value).__name__}")
