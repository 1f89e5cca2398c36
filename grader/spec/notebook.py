"""What an author asks of a notebook: probes, and how what they bring back is compared.

A field of kind PROBE has a probe. The sandbox runs the notebook, then puts the probe's questions to
it, with inputs drawn after the student's code has loaded. The reference is run by the worker, at
judging, on the inputs that were stored; it never enters the sandbox.

    Field(
        kind=Kind.PROBE,
        probe=Calls("conv_transpose2d", draw=draw, reference=solve, compare=Close(rtol=1e-4)),
    )
"""

import ast
import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from grader.errors import SpecError
from grader.report import CheckResult
from grader.spec.kinds import Params
from grader.spec.starter import StarterCell

FALSE_ALARM = 1e-6


@dataclass(frozen=True, slots=True)
class Inputs:
    """The arguments of one call, where some have names; a plain tuple serves where none has.

    Arrays, torch tensors, numbers, text, and lists, tuples and dicts of them.
    """

    args: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """One question and its answer, as an author's own judge sees them: arrays, never tensors."""

    args: tuple[Any, ...]
    named: Mapping[str, Any]
    output: Any


Draw: TypeAlias = Callable[[np.random.Generator, Params], Inputs | tuple[Any, ...]]
"""Draws the arguments of one call; called once for each."""

Judge: TypeAlias = Callable[[Params, Sequence[Answered]], CheckResult]
"""An author's own judgement of all calls of a probe that came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Shape first, then |answer - reference| <= atol + rtol |reference|, entry by entry.

    Attributes:
        dtype: the type that the entries must have ("float32"); None accepts what loses nothing.
        either_sign: the negative is as good.
        permuted_axis: entries along this axis may come in any order.
    """

    rtol: float = 1e-5
    atol: float = 1e-8
    dtype: str | None = None
    either_sign: bool = False
    permuted_axis: int | None = None


@dataclass(frozen=True, slots=True)
class Same:
    """Equal, entry by entry: counts, shapes, text, flags, and tuples, lists and dicts of them.

    A list for a tuple, or a whole float for an integer, is accepted with a note.
    """


@dataclass(frozen=True, slots=True)
class Between:
    """A number from `low` to `high`, both included; there is no reference."""

    low: float = -float("inf")
    high: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distributed:
    """A sample of the distribution whose cumulative distribution function is the reference.

    All entries of all calls are pooled; the reference, called as the student's function was,
    returns a function from points to probabilities. By the Dvoretzky-Kiefer-Wolfowitz inequality
    (Massart 1990) a right answer is refused with probability at most `false_alarm`.
    """

    false_alarm: float = FALSE_ALARM


@dataclass(frozen=True, slots=True)
class Judged:
    """Whatever the author's own function decides; it sees inputs and outputs of every call."""

    judge: Judge


Comparison: TypeAlias = Close | Same | Between | Distributed | Judged


@dataclass(frozen=True, slots=True)
class WrongWay:
    """A well-known mistake, recognized because the answers equal those of `reference`.

    Attributes:
        name: short words that staff see, such as "kernel not flipped".
        feedback: what the student reads; points to the mistake without giving the answer.
        credit: share of the points that the author gives it, 0 to 1.
    """

    name: str
    reference: Any
    feedback: str = ""
    credit: float = 0.0


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression over the notebook's names is worth: `Value("num_epochs", reference=20)`.

    Attributes:
        expression: Python, evaluated beside the student's code; it must hold no secret.
        reference: the value, or a function of the variant's parameters.
        before: Python run first, in a scope of its own: helpers of the author's.
    """

    expression: str
    reference: Any = field(default=None, kw_only=True)
    compare: Comparison = field(default_factory=Same, kw_only=True)
    accept: tuple[Any, ...] = field(default=(), kw_only=True)
    wrong: tuple[WrongWay, ...] = field(default=(), kw_only=True)
    before: str = field(default="", kw_only=True)
    seconds: float = field(default=5.0, kw_only=True)


@dataclass(frozen=True, slots=True)
class Call:
    """What a function of the notebook returns for inputs that are drawn.

    Attributes:
        function: its name, or an expression that gives it.
        draw: one call's inputs; the generator is seeded from the notebook's content.
        reference: the right function, called with the same arguments as the student's; None where
            the comparison needs none.
        accept: other right functions.
        repeats: each input is put so many times, with other random states; the answers must agree.
        isolated: each call has a copy of the notebook to itself, so that none can spoil the next.
        seconds: for all calls together.
    """

    function: str
    draw: Draw = field(kw_only=True)
    reference: Callable[..., Any] | None = field(default=None, kw_only=True)
    compare: Comparison = field(default_factory=Close, kw_only=True)
    accept: tuple[Callable[..., Any], ...] = field(default=(), kw_only=True)
    wrong: tuple[WrongWay, ...] = field(default=(), kw_only=True)
    repeats: int = field(default=1, kw_only=True)
    isolated: bool = field(default=False, kw_only=True)
    before: str = field(default="", kw_only=True)
    seconds: float = field(default=5.0, kw_only=True)
    count: int = field(default=1, kw_only=True)
    shared: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Calls(Call):
    """A `Call` on `count` inputs; all must be right, or, where `shared`, each earns its share."""

    count: int = field(default=10, kw_only=True)


@dataclass(frozen=True, slots=True)
class Raises:
    """A function must refuse inputs that are drawn, by raising one of the errors named."""

    function: str
    draw: Draw = field(kw_only=True)
    errors: tuple[str, ...] = field(default=("ValueError",), kw_only=True)
    count: int = field(default=1, kw_only=True)
    before: str = field(default="", kw_only=True)
    seconds: float = field(default=5.0, kw_only=True)


@dataclass(frozen=True, slots=True)
class Output:
    """What a cell printed.

    Attributes:
        cell: regular expression that the cell's source holds; the last such cell that ran counts.
        find: regular expression in what was printed; its last match counts, its first group where
            it has one, as a number where it reads as one. None takes all that was printed.
        submitted: take what was printed before the notebook was handed in. Where the notebook is
            run, what it prints here is compared, unless `skip` lists the same `cell`: a lesser
            result waits for a grader.
    """

    cell: str
    find: str | None = field(default=None, kw_only=True)
    reference: Any = field(default=None, kw_only=True)
    compare: Comparison = field(default_factory=Same, kw_only=True)
    submitted: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Text:
    """A written answer, for a grader: what stands below `question` in the notebook's text.

    Attributes:
        question: regular expression; what follows its match in the same cell is part of the answer.
        cells: how many text cells after it belong to the answer.
        template: words of the starter that are no answer, such as "Your answer here".
        until: regular expression; in each cell, nothing from its match on is part of the answer.
    """

    question: str
    cells: int = field(default=1, kw_only=True)
    template: tuple[str, ...] = field(default=(), kw_only=True)
    until: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """The pictures that a cell drew, for a grader; `cell` and `submitted` as in `Output`."""

    cell: str
    submitted: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class File:
    """A file that the notebook wrote, as text; `path` is relative to where it ran."""

    path: str
    reference: Any = field(default=None, kw_only=True)
    compare: Comparison = field(default_factory=Same, kw_only=True)


Probe: TypeAlias = Value | Call | Raises | Output | Text | Picture | File


def is_as_submitted(probe: Probe) -> bool:
    """Whether a probe is answered by the file that was handed in, whether it is run or not.

    >>> is_as_submitted(Output("acc", submitted=True)), is_as_submitted(Output("acc"))
    (True, False)
    """
    return isinstance(probe, Text) or (isinstance(probe, (Output, Picture)) and probe.submitted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """How a problem's notebook is recognized and run.

    Attributes:
        requires: names that it defines, by which a notebook is told from another problem's.
        files: files beside the problem's module that the notebook finds where it runs.
        urls: address to one of `files`, which is what requests and urllib get for it.
        skip: regular expressions; a cell whose source holds one is not run.
        long: goes to the slow lane, so that it cannot hold up the others.
        memory_mb: beyond what the libraries take.
        watch: regular expression to Python of the author's, run in the notebook after each cell
            whose source the expression is found in, whether it raised or not: it may keep, under
            names of its own, what a later cell overwrites. It leaves no trace in the evidence.
        starter: the cells of the notebook that students download; none where there is no starter.
        sample: share of the notebooks handed in that are run, 0 to 1; the others are judged by what
            they hold. Below 1 every probe must be a `Text`, or an `Output` or `Picture` with
            `submitted`.

    Raises:
        SpecError: the sample is no share.
    """

    requires: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    cell_seconds: float = 30.0
    total_seconds: float = 120.0
    memory_mb: int = 2048
    long: bool = False
    watch: Mapping[str, str] = field(default_factory=dict)
    starter: tuple[StarterCell, ...] = ()
    sample: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a share outside 0 to 1, NaN included."""
        if not 0 <= self.sample <= 1:
            raise SpecError(
                f"Notebook(sample={self.sample}): it is the share of the notebooks that are run, "
                "from 0 (none) to 1 (all)"
            )


def names_needed(expression: str, before: str = "") -> tuple[str, ...]:
    """Return the names that an expression takes from the notebook, in the order of reading.

    >>> names_needed("len(loader.dataset)"), names_needed("wrap(f)", before="def wrap(g): return g")
    (('loader',), ('f',))
    """
    own = {
        node.name
        for node in ast.walk(ast.parse(before))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    tree = ast.parse(expression, mode="eval")
    bound = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    used = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    free = (name for name in used if name not in own | bound and not hasattr(builtins, name))
    return tuple(dict.fromkeys(free))
