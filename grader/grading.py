"""Judge one submission: a pure function of problem, references and evidence.

No clock, no randomness, no network, no database: the same arguments give the same report, which
is what makes a regrade a replay.
"""

from collections.abc import Mapping
from typing import Any

from grader.checks import check
from grader.errors import GraderError, InvalidAnswer, SolverError
from grader.evidence import Evidence
from grader.report import CheckResult, FieldReport, Remark, Report, Topic, Verdict
from grader.spec import Field, Kind, Params, Part, Problem, as_typed

References = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By part label and field name: reference, accept and misconceptions as texts."""

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
        results = _judge_part(part, params, references[part.label], answers, evidence)
        rows += [_row(label, part, field, *results[field.name]) for field in part.fields]
    return Report(tuple(rows))


_Judged = tuple[CheckResult, str | None]
"""A result, and the name of the misconception that it equals."""


def _judge_part(
    part: Part,
    params: Params,
    references: Mapping[str, Mapping[str, Any]],
    answers: Mapping[str, str],
    evidence: Evidence,
) -> dict[str, _Judged]:
    if part.judge is not None:
        return _judge_jointly(part, params, answers)
    return {
        field.name: _judge_field(field, params, references[field.name], answers, evidence)
        for field in part.fields
    }


def _judge_jointly(part: Part, params: Params, answers: Mapping[str, str]) -> dict[str, _Judged]:
    given = {field.name: answers.get(field.name, "").strip() for field in part.fields}
    missing: _Judged = (CheckResult(Verdict.MISSING, 0.0), None)
    if not all(given.values()):
        return {
            name: missing if not text else (_incomplete(), None) for name, text in given.items()
        }
    try:
        results = part.judge(params, given)  # type: ignore[misc]  # the caller saw that it is there
    except InvalidAnswer as error:
        remark = Remark(Topic.READING, str(error))
        return {name: (CheckResult(Verdict.UNREADABLE, 0.0, (remark,)), None) for name in given}
    except Exception as error:  # noqa: BLE001  an author's check may raise anything
        return {name: (_held(error), None) for name in given}
    return {name: (results[name], None) for name in given}


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
        return CheckResult(Verdict.MISSING, 0.0), None
    if field.kind is Kind.TEXT:
        return CheckResult(Verdict.WAITING, None), None
    try:
        reference = _reference(field, params, solved, evidence)
        if reference is None:
            return CheckResult(Verdict.WAITING, None), None
        return _compare(field, reference, solved, text)
    except Exception as error:  # noqa: BLE001  a check that crashes is our fault, not the student's
        return _held(error), None


def _held(error: Exception) -> CheckResult:
    """Hold a field; the reason is kept for staff in the canonical text's place, never shown."""
    reason = error if isinstance(error, GraderError) else SolverError(repr(error))
    return CheckResult(
        Verdict.HELD, None, (Remark(Topic.NOTE, OUR_FAULT),), f"held: {reason}"[:300]
    )


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
        return best, None
    return _as_misconception(field, best, solved["misconceptions"], text)


def _better(first: CheckResult, second: CheckResult) -> CheckResult:
    """Return the result that serves the student more; undecided is more than any part of credit."""

    def worth(result: CheckResult) -> float:
        if result.verdict is Verdict.CORRECT:
            return 2.0
        return 1.5 if result.credit is None else result.credit

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
        return CheckResult(verdict, credit, remarks, judged.canonical), misconception.name
    return judged, None


def _row(
    label: str, part: Part, field: Field, result: CheckResult, misconception: str | None
) -> FieldReport:
    always = (Topic.NOTE, Topic.RUN)
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
        misconception=misconception,
    )
