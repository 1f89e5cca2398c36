"""Notebook files: whether a file is one that can be run, and the cells in it.

Read as JSON and nothing else, by the portal before it queues and by the worker before it runs.
Stored outputs are kept only where an author judges what the student handed in.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.errors import SubmissionRefused
from grader.evidence.texts import storable

MAX_FILE_BYTES = 64 << 20
MAX_CELLS = 2000
MAX_SOURCE = 4 << 20
MAX_PIECES = 3_000_000
"""Brackets and commas in the file: a list takes 28 times the memory of its two characters."""
_NAME = re.compile(r"[^\W\d]\w*")
_BINDING_WORD = re.compile(r"\b(?:def|class|import|for|as)\s([\w\s,]+)")
_ASSIGNMENT = re.compile(r"(?<![=!<>])[-+*/%@&|^:]?=(?!=)")
_PYTHON = frozenset({"python", "python3", "ipython", "ipython3", ""})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; `index` is its place in the file, `kind` "code", "markdown" or "raw"."""

    index: int
    kind: str
    source: str
    outputs: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class NotebookSource:
    """A notebook that can be run.

    Attributes:
        problem: the problem that our starter names in its metadata, or None.
    """

    cells: tuple[Cell, ...]
    problem: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> tuple[Cell, ...]:
        """The cells that run, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "code" and cell.source.strip())

    def names_bound(self) -> set[str]:
        """Return the names that the cells seem to bind, by the look of their lines.

        Nothing is parsed, let alone run: this reads hostile text in the portal, in linear time.
        What an import hides (a star) or a string holds is not looked into.
        """
        lines = (line for cell in self.code for line in cell.source.splitlines())
        return {name for line in lines for name in _names_bound(line.partition("#")[0])}

    def adds_to(self, other: "NotebookSource") -> bool:
        """Whether a line of code or text stands in it that another notebook has in no such cell.

        Comments in code, blank lines and outputs are nothing new, nor are cells left out or moved.
        """
        known = {_substance(cell) for cell in other.cells}
        return any(substance not in known for substance in map(_substance, self.cells) if substance)

    def digest(self) -> bytes:
        """Hash of what its author wrote: the same for two files that differ in outputs only."""
        hasher = hashlib.sha256()
        for cell in self.cells:
            source = cell.source.encode("utf-8", "surrogatepass")
            hasher.update(f"{cell.kind}:{len(source)}:".encode() + source)
        return hasher.digest()


def _substance(cell: Cell) -> tuple[str, ...]:
    """Return the lines of a cell that say something, after its kind; () where none does."""
    lines = (line.rstrip() for line in cell.source.splitlines())
    is_code = cell.kind == "code"
    kept = [line for line in lines if line and not (is_code and line.lstrip().startswith("#"))]
    return (cell.kind, *kept) if kept else ()


def _names_bound(line: str) -> Iterator[str]:
    """Yield the names that one line binds: by def, class, import, for, as, or an assignment."""
    for match in _BINDING_WORD.finditer(line):
        yield from _NAME.findall(match.group(1))
    *targets, _value = _ASSIGNMENT.split(line)
    for target in targets:
        if "(" in target.lstrip()[1:]:  # from here on it is a call's keyword
            return
        yield from _NAME.findall(target)


def read_notebook(data: bytes) -> NotebookSource:
    """Return the notebook in `data`.

    Raises:
        SubmissionRefused: no notebook, an old format, another language, nothing to run, or over
            the limits; the message says which and what to do.
    """
    if len(data) > MAX_FILE_BYTES:
        raise SubmissionRefused(
            f"This file has {len(data) >> 20} MB; at most {MAX_FILE_BYTES >> 20} MB can be read. "
            "Clear its outputs and hand it in again."
        )
    tree = _json(data)
    version = tree.get("nbformat")
    if not isinstance(version, int) or isinstance(version, bool):
        raise SubmissionRefused("This file is not a notebook: it names no notebook format.")
    if version != 4:  # noqa: PLR2004  # the only format written since 2015
        raise SubmissionRefused(
            f"This notebook has format {version}; format 4 is needed. "
            "Open it in Jupyter and save it again."
        )
    metadata = tree.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    _check_language(metadata)
    cells = _cells(tree.get("cells"))
    source = NotebookSource(cells, _problem(metadata), metadata)
    if not source.code:
        raise SubmissionRefused("This notebook has no code cell with anything in it.")
    return source


def _json(data: bytes) -> dict[str, Any]:
    if sum(map(data.count, (b"[", b"{", b","))) > MAX_PIECES:
        raise SubmissionRefused(
            "The outputs of this notebook are made of too many pieces to be read. Clear its "
            "outputs and hand it in again."
        )
    try:
        tree = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SubmissionRefused(
            "This file is not a notebook: it cannot be read as JSON. Hand in the .ipynb file "
            "itself, not a printout or an archive of it."
        ) from error
    if not isinstance(tree, dict):
        raise SubmissionRefused("This file is JSON, but not a notebook.")
    return tree


def _check_language(metadata: Mapping[str, Any]) -> None:
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        block = metadata.get(key)
        language = block.get(name, "") if isinstance(block, dict) else ""
        if isinstance(language, str) and language.lower() not in _PYTHON:
            raise SubmissionRefused(
                f"This notebook is written for {language[:40]}; only Python notebooks can be run."
            )


def _problem(metadata: Mapping[str, Any]) -> str | None:
    block = metadata.get("grader")
    name = block.get("problem") if isinstance(block, dict) else None
    return name if isinstance(name, str) else None


def _cells(listed: Any) -> tuple[Cell, ...]:
    if not isinstance(listed, list):
        raise SubmissionRefused("This file is not a notebook: it has no list of cells.")
    if len(listed) > MAX_CELLS:
        raise SubmissionRefused(
            f"This notebook has {len(listed)} cells; at most {MAX_CELLS} can be run."
        )
    cells = tuple(_cell(index, entry) for index, entry in enumerate(listed))
    if sum(len(cell.source) for cell in cells) > MAX_SOURCE:
        raise SubmissionRefused(f"The cells hold more than {MAX_SOURCE >> 20} MB of text.")
    return cells


def _cell(index: int, entry: Any) -> Cell:
    if not isinstance(entry, dict):
        raise SubmissionRefused(f"Cell {index + 1} of this notebook is not a cell.")
    kind, source = entry.get("cell_type"), entry.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(kind, str) or not isinstance(source, str):
        raise SubmissionRefused(f"Cell {index + 1} of this notebook has no kind or no text.")
    outputs = entry.get("outputs")
    kept = tuple(o for o in outputs if isinstance(o, dict)) if isinstance(outputs, list) else ()
    return Cell(index, storable(kind), storable(source), kept)
