"""What all checkers share: texts read, verdicts and remarks made."""

from dataclasses import dataclass, field
from functools import cached_property

from grader.answers.canonical import canonical
from grader.answers.names import Names
from grader.answers.pair import Pair, Same
from grader.answers.tree import Node
from grader.errors import InvalidAnswer
from grader.report import CheckResult, Remark, Topic, Verdict
from grader.spec import Kind, Options

_CARET_WIDTH = 60


@dataclass
class Job:
    """One answer to check against one reference.

    Attributes:
        reference, answer: the texts as typed.
        pair: the setting of the comparison.
        sympy: whether a text was typed for sympy, with E and I as constants.
        remarks: feedback found on the way.
    """

    kind: Kind
    reference: str
    answer: str
    options: Options
    pair: Pair
    sympy: bool = False
    remarks: list[Remark] = field(default_factory=list)

    @cached_property
    def names(self) -> Names:
        """What names mean; once the reference is read, also what it uses."""
        return Names(self.options, sympy=self.sympy)

    def remark(self, topic: Topic, text: str) -> None:
        """Add a remark, once."""
        found = Remark(topic, text)
        if found not in self.remarks:
            self.remarks.append(found)

    def result(self, outcome: Same, tree: Node | None) -> CheckResult:
        """Return the result of an all-or-nothing comparison."""
        form = None if tree is None else canonical(tree)
        if outcome is Same.EQUAL:
            return CheckResult(Verdict.CORRECT, 1.0, tuple(self.remarks), form)
        if outcome is Same.DIFFERENT:
            return CheckResult(Verdict.INCORRECT, 0.0, tuple(self.remarks), form)
        reason = self.pair.reason or "it could not be decided by itself"
        self.remark(Topic.NOTE, f"A person will decide: {reason}.")
        return CheckResult(Verdict.WAITING, None, tuple(self.remarks), form)


def unreadable(text: str, error: InvalidAnswer) -> CheckResult:
    """Return the result for an answer that cannot be read, with a caret under the place."""
    message = str(error)
    if error.position is not None:
        message += "\n" + caret(text, error.position)
    return CheckResult(Verdict.UNREADABLE, 0.0, (Remark(Topic.READING, message),))


def caret(text: str, position: int) -> str:
    """Return two lines: the text around a position, and a caret under it.

    >>> print(caret("2x + @", 5))
    2x + @
         ^
    """
    position = min(position, len(text))
    start = max(0, position - _CARET_WIDTH // 2)
    line = "".join(
        char if char.isprintable() else " " for char in text[start : start + _CARET_WIDTH]
    )
    return f"{line}\n{' ' * (position - start)}^"
