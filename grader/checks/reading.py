"""Reading the two texts of a job."""

from functools import lru_cache

from grader.answers.names import Names
from grader.answers.parser import parse
from grader.answers.tree import CALL, INDEX, SUM, SYM, Node, free_names, walk
from grader.checks.settle import Job
from grader.errors import InvalidAnswer, SpecError
from grader.spec import Domain, Options

_REFERENCES = 512  # references kept as read: a class answers the same few
_NOTHING_DECLARED = Options()
_NAMED = frozenset({SYM, INDEX})
_LONGEST = 1000  # characters of a reference that is kept, so that the kept ones stay small


def read_reference(job: Job, *, written: str | None = None, commas: bool = False) -> Node:
    """Return the tree of the reference, and make its names known to the answer.

    Args:
        written: the reference as the parser is to read it, where that is not as typed.

    Raises:
        SpecError: the reference cannot be read; only its author can mend that.
    """
    options = job.options
    imaginary = None if options.imaginary is None else tuple(options.imaginary)
    read = _read if len(job.reference) <= _LONGEST else _read.__wrapped__
    tree, job.names = read(
        job.reference,
        job.reference if written is None else written,
        None if options.symbols is None else tuple(options.symbols.items()),
        (tuple(options.functions), imaginary, tuple(options.arrays)),
        (commas, job.sympy),
    )
    return tree


@lru_cache(_REFERENCES)
def _read(
    typed: str,
    written: str,
    symbols: tuple[tuple[str, Domain], ...] | None,
    declared: tuple[tuple[str, ...], tuple[str, ...] | None, tuple[str, ...]],
    how: tuple[bool, bool],
) -> tuple[Node, Names]:
    """Return a reference as read, and the names that its answers may use; both are shared."""
    functions, imaginary, arrays = declared
    commas, sympy = how
    options = _NOTHING_DECLARED
    if symbols is not None or functions or imaginary is not None or arrays:
        options = Options(
            symbols=None if symbols is None else dict(symbols),
            functions=functions,
            imaginary=imaginary,
            arrays=dict.fromkeys(arrays, ()),
        )
    names = Names(options, sympy=sympy)
    names.look_at(typed)
    tree = parse_reference(written, names, commas=commas)
    names.learn(typed, used_names(tree))
    return tree, names


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
    found = set()
    parts = [tree]
    for tag, name, args, *_ in parts:  # the list grows while it is read: level by level
        if tag in _NAMED or (tag == CALL and len(name) == 1):
            found.add(name)
        elif tag == SUM:
            return _used_by_sums(tree)
        if args:
            parts += args
    return {name for name in found if name.replace(" ", "").isalpha()}


def _used_by_sums(tree: Node) -> set[str]:
    """Return the names that a tree with sums uses: the index of a sum is no name to others."""
    found = set(free_names(tree))
    for part in walk(tree):
        if part.tag == INDEX or (part.tag == CALL and len(part.name) == 1):
            found.add(part.name)
    return {name for name in found if name.replace(" ", "").isalpha()}
