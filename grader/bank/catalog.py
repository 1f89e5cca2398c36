"""The catalog: every assignment and problem of the banks that a process was told of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.bank.loading import load_assignment, load_problem, try_loading
from grader.bank.sources import Files, read_bank
from grader.errors import SpecError, UsageError
from grader.spec import Assignment, Problem

ASSIGNMENTS = "assignments"
"""The folder of a bank whose modules each define one ASSIGNMENT."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A problem with its statement; `file` is where its author finds it, `files` its bank."""

    spec: Problem
    statement: str
    file: str
    files: Files


@dataclass(frozen=True, slots=True)
class Entry:
    """An assignment and the bank that it stands in."""

    assignment: Assignment
    files: Files

    def problem(self, number: str) -> Loaded:
        """Load the problem of that number.

        Raises:
            SpecError: it cannot be loaded, or has no statement.
            UsageError: the assignment has no such number.
        """
        path = self.assignment.problems.get(number)
        if path is None:
            numbers = ", ".join(self.assignment.problems)
            raise UsageError(f"{self.assignment.slug} has no problem {number!r}; it has {numbers}")
        spec = load_problem(self.files, path)
        file = self.files.module_file(path) or ""
        statement = self.files.contents.get(file.removesuffix(".py") + ".md")
        if statement is None:
            raise SpecError(
                f"{self.files.origin}/{file}: has no statement {file[:-3]}.md beside it"
            )
        return Loaded(spec, statement.decode("utf-8"), f"{self.files.origin}/{file}", self.files)


class Catalog:
    """The banks of a process; an assignment that does not load costs itself alone."""

    def __init__(self, banks: Sequence[Files]) -> None:
        self.banks = tuple(banks)

    @classmethod
    def of(cls, sources: Sequence[str]) -> "Catalog":
        """Read the banks that `sources` name: packages or folders.

        Raises:
            UsageError: one of them is neither.
        """
        return cls([read_bank(source) for source in sources])

    @cached_property
    def loaded(self) -> tuple[dict[str, Entry], dict[str, SpecError]]:
        """Assignments by slug, and what is wrong with those that do not load, by file."""
        entries: dict[str, Entry] = {}
        broken: dict[str, SpecError] = {}
        for bank, module in self._modules():
            try:
                try_loading(bank, module)
                assignment = load_assignment(bank, module)
            except SpecError as error:
                broken[f"{bank.origin}/{bank.module_file(module)}"] = error
                continue
            entries.setdefault(assignment.slug, Entry(assignment, bank))
        return entries, broken

    def _modules(self) -> Iterator[tuple[Files, str]]:
        for bank in self.banks:
            for name in sorted(bank.contents):
                folder, _, file = name.rpartition("/")
                if folder == ASSIGNMENTS and file.endswith(".py") and file != "__init__.py":
                    yield bank, f"{ASSIGNMENTS}.{file.removesuffix('.py')}"

    def assignment(self, slug: str) -> Entry:
        """Return the assignment of that name.

        Raises:
            UsageError: no bank has it; says which there are, and which do not load.
        """
        entries, broken = self.loaded
        if slug in entries:
            return entries[slug]
        known = ", ".join(sorted(entries)) or "none"
        faults = "".join(f"\n  {error}" for error in broken.values())
        raise UsageError(
            f"There is no assignment {slug!r}. There are: {known}."
            + (f" These do not load:{faults}" if faults else "")
        )
