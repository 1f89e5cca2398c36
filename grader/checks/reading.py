"""Reading the two texts of a job."""

from grader.answers.names import Names
from grader.answers.parser import parse
from grader.answers.tree import CALL, INDEX, Node, free_names, walk
from grader.checks.settle import Job
from grader.errors import InvalidAnswer, SpecError


def read_reference(job: Job, *, commas: bool = False) -> Node:
    """Return the tree of the reference, and make its names known to the answer.

    Raises:
        SpecError: the reference cannot be read; only its author can mend that.
    """
    job.names.look_at(job.reference)
    tree = parse_reference(job.reference, job.names, commas=commas)
    job.names.learn(job.reference, used_names(tree))
    return tree


def parse_reference(text: str, names: Names, *, commas: bool = False) -> Node:
    """Return the tree of a reference text.

    Raises:
        SpecError: it cannot be read.
    """
    try:
        return parse(text, names, commas=commas)
    except InvalidAnswer as error:
        raise SpecError(f"the reference {text[:80]!r} cannot be read: {error}") from error


def read_answer(job: Job, *, commas: bool = False) -> Node:
    """Return the tree of the answer.

    Raises:
        InvalidAnswer: it cannot be read.
    """
    return parse(job.answer, job.names, commas=commas)


def used_names(tree: Node) -> set[str]:
    """Return every name that a tree uses: variables, bases of indices, unknown functions."""
    found = set(free_names(tree))
    for part in walk(tree):
        if part.tag == INDEX or (part.tag == CALL and len(part.name) == 1):
            found.add(part.name)
    return {name for name in found if name.isalpha()}
