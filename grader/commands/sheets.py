"""Answer sheets: what a student answers, as a YAML or JSON file.

    assignment: eecs182-hw04
    answers:
      "2a": {weights: "F*C*K^2", biases: F}
      3b: [2, -1, 3]

Labels, fields and scalars are text exactly as written: `2.1`, `10`, `no`, `0.10` keep their
spelling. A sequence is an array, equal to its JSON text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from grader.errors import UsageError

LARGEST_SHEET = 2_000_000
"""Bytes."""

DEEPEST = 8
"""Levels of sequences in one answer; a tensor of a course has four."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A parsed answer sheet: assignment, and answers by part label and field name.

    A part with one field has its answer under the field "".
    """

    assignment: str
    answers: Mapping[str, Mapping[str, str]]


def read_sheet(path: Path) -> Sheet:
    """Read an answer sheet.

    Raises:
        UsageError: it cannot be read; names the file, and the line where there is one.
    """
    try:
        if path.stat().st_size > LARGEST_SHEET:
            raise UsageError(f"{path}: larger than {LARGEST_SHEET} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    try:
        return parse_sheet(text)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def parse_sheet(text: str) -> Sheet:
    r"""Read the text of an answer sheet.

    >>> parse_sheet("assignment: hw\nanswers: {3b: [2, -1, 3], 2.1: 0777}").answers
    {'3b': {'': '[2, -1, 3]'}, '2.1': {'': '0777'}}

    Raises:
        UsageError: it is no sheet; says why.
    """
    try:
        _refuse_tricks(text)
        sheet = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  scalars only, no objects
    except (yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"not YAML: {error}") from error
    if not isinstance(sheet, dict) or not isinstance(sheet.get("assignment"), str):
        raise UsageError("an answer sheet has `assignment:` and `answers:`")
    answers = sheet.get("answers") or {}
    if not isinstance(answers, dict):
        raise UsageError("`answers:` maps part labels to answers")
    return Sheet(sheet["assignment"], {label: _fields(label, a) for label, a in answers.items()})


def _refuse_tricks(text: str) -> None:
    """Refuse aliases, by which a small file stands for an enormous one, and keys given twice."""
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent):
            raise UsageError("an answer sheet has no anchors or aliases")
    nodes = [yaml.compose(text, Loader=yaml.BaseLoader)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            _refuse_repeated([key for key, _ in node.value])
            nodes += [value for _, value in node.value]


def _refuse_repeated(keys: Sequence[yaml.Node]) -> None:
    seen: set[str] = set()
    for key in keys:
        if isinstance(key.value, str) and key.value in seen:
            line = key.start_mark.line + 1
            raise UsageError(f"line {line}: {key.value!r} is answered twice; keep one of the two")
        seen.add(str(key.value))


def _fields(label: str, answer: Any) -> dict[str, str]:
    if isinstance(answer, dict):
        return {str(name): _text(f"{label} {name}", value) for name, value in answer.items()}
    return {"": _text(label, answer)}


def _text(place: str, value: Any, depth: int = 0) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence) and depth < DEEPEST:
        return "[" + ", ".join(_text(place, item, depth + 1) for item in value) + "]"
    raise UsageError(f"the answer to {place} is neither a text nor an array")
