"""One line of a file for `grader check`: JSON in, JSON out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from grader.checks.registry import check
from grader.errors import SpecError, UsageError
from grader.spec import Domain, Kind, Options

_DEFAULT = Options()
MAX_LINE = 4_000_000  # characters of one line of a file


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one line gives.

    Attributes:
        record: the JSON object of the line's place in the output.
        broken: whether the line could not be checked at all.
    """

    record: dict[str, Any]
    broken: bool = False


def check_line(number: int, text: str) -> Outcome:
    """Return the outcome of a line; a broken line is one too.

    >>> check_line(1, '{"kind": "number", "reference": "4", "answer": "2+2"}').record["verdict"]
    'correct'
    """
    try:
        record = _record(text)
        started = perf_counter()
        result = check(
            _kind(record),
            _text(record, "reference"),
            _text(record, "answer"),
            options_from(record.get("options") or {}),
            reference_syntax=str(record.get("reference_syntax", "auto")),
            syntax=str(record.get("syntax", "auto")),
        )
    except (SpecError, UsageError) as error:
        return Outcome({"line": number, "error": str(error)}, broken=True)
    return Outcome(
        {
            "id": record.get("id"),
            "verdict": result.verdict.value,
            "credit": result.credit,
            "feedback": result.feedback,
            "canonical": result.canonical,
            "ms": round((perf_counter() - started) * 1000, 3),
        }
    )


def _record(text: str) -> dict[str, Any]:
    if len(text) > MAX_LINE:
        raise UsageError(f"the line is longer than {MAX_LINE} characters")
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"this is no JSON: {error}") from error
    if not isinstance(record, dict):
        raise UsageError("a line holds one JSON object")
    return record


def _kind(record: Mapping[str, Any]) -> Kind:
    name = record.get("kind", Kind.EXPRESSION.value)
    try:
        return Kind(name)
    except ValueError as error:
        raise UsageError(f"there is no kind {name!r}") from error


def _text(record: Mapping[str, Any], key: str) -> str:
    if key not in record:
        raise UsageError(f"{key} is missing")
    value = record[key]
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        raise UsageError(f"{key} is no text")
    return json.dumps(value, ensure_ascii=False)


def options_from(record: Mapping[str, Any]) -> Options:
    """Return the options that a JSON object spells; keys that mean nothing here are left out.

    Raises:
        UsageError: a value is of the wrong type.
    """
    if not isinstance(record, Mapping):
        raise UsageError("options are a JSON object")
    if not record:
        return _DEFAULT
    try:
        return Options(
            symbols=_symbols(record.get("symbols")),
            functions=tuple(map(str, record.get("functions") or ())),
            imaginary=None
            if record.get("imaginary") is None
            else tuple(map(str, record["imaginary"])),
            atol=_number_text(record.get("atol")),
            rtol=_number_text(record.get("rtol")),
            digits=None if record.get("digits") is None else int(record["digits"]),
            order=None if record.get("order") is None else bool(record["order"]),
            choices={str(key): str(value) for key, value in (record.get("choices") or {}).items()},
            arrays={
                str(key): tuple(map(str, value))
                for key, value in (record.get("arrays") or {}).items()
            },
            response=record.get("response"),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"the options cannot be used: {error}") from error


def _symbols(value: Any) -> dict[str, Domain] | None:
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {str(name): Domain(domain) for name, domain in value.items()}
    return {str(name): Domain.REAL for name in value}


def _number_text(value: Any) -> str | None:
    return None if value is None else (value if isinstance(value, str) else repr(value))
