"""What an author writes: problems, parts, fields, options, and what may be asked of a notebook."""

from grader.spec.kinds import Domain, Kind, Options
from grader.spec.problem import (
    Assignment,
    Criterion,
    Field,
    JointCheck,
    Misconception,
    Params,
    Part,
    Problem,
    Reference,
    Solver,
    TrainingStep,
    as_typed,
)

__all__ = [
    "Assignment",
    "Criterion",
    "Domain",
    "Field",
    "JointCheck",
    "Kind",
    "Misconception",
    "Options",
    "Params",
    "Part",
    "Problem",
    "Reference",
    "Solver",
    "TrainingStep",
    "as_typed",
]
