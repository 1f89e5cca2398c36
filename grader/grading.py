"""Judge one submission: a pure function of problem, references and evidence.

No clock, no randomness, no network, no database: the same arguments give the same report, which
is what makes a regrade a replay.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from grader.checks import check
from grader.checks.probes import judge_probe
from grader.checks.reruns import confirm, worth
from grader.errors import InvalidAnswer, SolverError
from grader.evidence import Evidence, ProbeRecord
from grader.evidence.values import dump
from grader.report import CheckResult, FieldReport, Outcome, Remark, Report, Topic, Verdict
from grader.spec import Field, Kind, Params, Part, Probe, Problem, Text, as_typed

References = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By part label and field name: reference, accept and misconceptions as texts."""

MISSING = CheckResult(Verdict.MISSING, 0.0)
WAITING = CheckResult(Verdict.WAITING, None)
OUR_FAULT = "This part could not be judged, through no fault of yours. Staff have been told."


def judge(
    problem: Problem, number: str, params: Params, references: References, evidence: Evidence
) -> Report:
    """Judge `evidence` against the stored references of its variant.

    Args:
        number: the problem's number on the paper, which opens every part's label.

    Returns:
        One row a field, in the order of the problem. A check that crashes holds its field alone.
    """
    rows: list[FieldReport] = []
    for part in problem.parts:
        label = f"{number}{part.label}"
        answers = evidence.answers.get(label, {})
        judged = _judge_part(part, label, params, references[part.label], evidence)
        rows += [
            _row(label, part, field, judged[field.name], answers.get(field.name, ""))
            for field in part.fields
        ]
    return Report(tuple(rows))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A result, the misconception that it equals, and for a held field what crashed."""

    result: CheckResult
    misconception: str | None = None
    outcome: Outcome | None = None
    text_sha256: str | None = None
    fault: str | None = None


def _judge_part(
    part: Part,
    label: str,
    params: Params,
    references: Mapping[str, Mapping[str, Any]],
    evidence: Evidence,
) -> dict[str, _Judged]:
    answers = evidence.answers.get(label, {})
    if part.judge is not None:
        return _judge_jointly(part, params, answers)
    probed = evidence.notebook.probes.get(label, {}) if evidence.notebook else {}
    rerun = evidence.notebook.reruns.get(label, {}) if evidence.notebook else {}
    return {
        field.name: _judge_probed(field, params, probed.get(field.name), rerun.get(field.name))
        if field.probe is not None and not answers.get(field.name, "").strip()
        else _judge_field(field, params, references[field.name], answers, evidence)
        for field in part.fields
    }


def _judge_probed(
    field: Field, params: Params, record: ProbeRecord | None, rerun: ProbeRecord | None
) -> _Judged:
    """Judge what a notebook gave for a field that nothing was typed for.

    Args:
        rerun: what running it gave, where `record` is what was submitted.
    """
    if field.probe is None:
        raise SolverError(f"{field.name} asks nothing of a notebook")
    digest = None if record is None else _digest(field.probe, record)
    try:
        judged = judge_probe(field.probe, record, params)
        if record is not None and rerun is not None:
            submitted = judged
            judged = confirm(submitted, judge_probe(field.probe, rerun, params))
            if judged is not submitted:  # a mark is then about both
                digest = _digest(field.probe, record, rerun)
    except Exception as error:  # noqa: BLE001  a reference that crashes is our fault
        return replace(_held(error), text_sha256=digest)
    return _Judged(judged.result, judged.misconception, judged.outcome, digest)


def _digest(probe: Probe, *records: ProbeRecord) -> str | None:
    """Return the hash by which a mark belongs to what a notebook gave; None where nothing came.

    Of words it is that of a text, so that the same words typed keep it; of all else, that of what
    was asked and what came back, however long it took.
    """
    asked = [call for record in records for call in record.calls]
    if not any(call.outcome is Outcome.OK for call in asked):
        return None
    output = asked[0].output
    if isinstance(probe, Text) and isinstance(output, str):
        return text_sha256(output)
    calls = [[str(call.outcome), list(call.args), dict(call.named), call.output] for call in asked]
    return hashlib.sha256(dump(calls)).hexdigest()


def text_sha256(text: str) -> str:
    """Return the hash by which a mark belongs to a text; white space at the ends is not text."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()


def _judge_jointly(part: Part, params: Params, answers: Mapping[str, str]) -> dict[str, _Judged]:
    given = {field.name: answers.get(field.name, "").strip() for field in part.fields}
    if not all(given.values()):
        return {name: _Judged(_incomplete() if text else MISSING) for name, text in given.items()}
    try:
        results = part.judge(params, given)  # type: ignore[misc]  # the caller saw that it is there
    except InvalidAnswer as error:
        remark = Remark(Topic.READING, str(error))
        return dict.fromkeys(given, _Judged(CheckResult(Verdict.UNREADABLE, 0.0, (remark,))))
    except Exception as error:  # noqa: BLE001  an author's check may raise anything
        return dict.fromkeys(given, _held(error))
    return {name: _Judged(results[name]) for name in given}


def _incomplete() -> CheckResult:
    note = Remark(Topic.NOTE, "The fields of this part are judged together, and one is empty.")
    return CheckResult(Verdict.INCORRECT, 0.0, (note,))


def _judge_field(
    field: Field,
    params: Params,
    solved: Mapping[str, Any],
    answers: Mapping[str, str],
    evidence: Evidence,
) -> _Judged:
    text = answers.get(field.name, "").strip()
    if not text:
        return _Judged(MISSING)
    if field.kind is Kind.TEXT:
        return _Judged(WAITING)
    try:
        reference = _reference(field, params, solved, evidence)
        if reference is None:
            return _Judged(WAITING)
        return _compare(field, reference, solved, text)
    except Exception as error:  # noqa: BLE001  a check that crashes is our fault, not the student's
        return _held(error)


def _held(error: Exception) -> _Judged:
    result = CheckResult(Verdict.HELD, None, (Remark(Topic.NOTE, OUR_FAULT),))
    return _Judged(result, fault=f"{type(error).__name__}: {error}")


def _reference(
    field: Field, params: Params, solved: Mapping[str, Any], evidence: Evidence
) -> str | None:
    """Return the reference as text; None where only a grader can tell, or nothing was measured."""
    if field.measured is None:
        stored: str | None = solved["reference"]
        return stored
    if evidence.measured is None:
        return None
    return as_typed(field.measured(params, evidence.measured))


def _compare(field: Field, reference: str, solved: Mapping[str, Any], text: str) -> _Judged:
    best = check(field.kind, reference, text, field.options)
    for other in solved["accept"]:
        if best.verdict in (Verdict.CORRECT, Verdict.UNREADABLE):
            break
        best = _better(best, check(field.kind, other, text, field.options))
    if best.verdict not in (Verdict.INCORRECT, Verdict.PARTIAL):
        return _Judged(best)
    return _as_misconception(field, best, solved["misconceptions"], text)


def _better(first: CheckResult, second: CheckResult) -> CheckResult:
    """Return the result that serves the student more."""
    return second if worth(second) > worth(first) else first


def _as_misconception(
    field: Field, judged: CheckResult, wrong_ways: list[str | None], text: str
) -> _Judged:
    """Name the well-known wrong way that leads to this answer, if one does."""
    for misconception, wrong in zip(field.misconceptions, wrong_ways, strict=True):
        if (
            wrong is None
            or check(field.kind, wrong, text, field.options).verdict != Verdict.CORRECT
        ):
            continue
        credit = max(misconception.credit, judged.credit or 0.0)
        verdict = Verdict.PARTIAL if credit > 0 else Verdict.INCORRECT
        remark = Remark(Topic.MISCONCEPTION, misconception.feedback or f"{misconception.name}.")
        remarks = (remark, *(r for r in judged.remarks if r.topic is not Topic.NEAR_MISS))
        named = CheckResult(verdict, credit, remarks, judged.canonical)
        return _Judged(named, misconception=misconception.name)
    return _Judged(judged)


def _row(label: str, part: Part, field: Field, judged: _Judged, text: str) -> FieldReport:
    always = (Topic.NOTE, Topic.RUN)
    result = judged.result
    shown = [r.text for r in result.remarks if r.topic in field.feedback or r.topic in always]
    return FieldReport(
        part=label,
        field=field.name,
        verdict=result.verdict,
        credit=result.credit,
        points=field.points,
        optional=part.optional,
        feedback=" ".join(shown),
        canonical=result.canonical,
        outcome=judged.outcome,
        misconception=judged.misconception,
        text_sha256=text_sha256(text) if text.strip() else judged.text_sha256,
        fault=judged.fault,
    )
