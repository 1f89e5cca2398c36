"""Fields for prose, and for what only a student's own run can tell: a grader judges both."""

from grader.spec import Criterion, Field, Kind


def written(*criteria: str, name: str = "", prompt: str = "Your answer") -> Field:
    """Return a field for a few sentences; its criteria share the credit evenly."""
    return Field(name=name, kind=Kind.TEXT, prompt=prompt, rubric=evenly(*criteria))


def own_run(name: str, prompt: str, kind: Kind = Kind.NUMBER) -> Field:
    """Return a field for a result of the student's own run, compared by a grader."""
    agrees = "Agrees with the output of the student's run, and is plausible."
    return Field(name=name, kind=kind, prompt=prompt, rubric=evenly(agrees))


def evenly(*criteria: str) -> tuple[Criterion, ...]:
    """Return a rubric whose criteria have equal shares of the credit."""
    return tuple(Criterion(text, 1 / len(criteria)) for text in criteria)
