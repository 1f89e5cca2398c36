"""What a notebook's probes brought back, against the author's reference: pure, run by a worker.

Nothing of the student's is called: evidence is plain values. The reference is called here, on the
inputs that were stored beside the outputs.
"""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.checks.probe_outcomes import explain, gone_wrong
from grader.checks.probe_values import Difference, compare, describe, plain
from grader.checks.samples import judge_sample
from grader.errors import SolverError
from grader.evidence import CallRecord, CellError, ProbeRecord
from grader.evidence.values import Tensor
from grader.report import CheckResult, Outcome, Remark, Topic, Verdict
from grader.spec import (
    Answered,
    Between,
    Call,
    Close,
    Comparison,
    Distributed,
    Judged,
    Output,
    Params,
    Picture,
    Probe,
    Raises,
    Same,
    Text,
    WrongWay,
)

Rule = Close | Same | Between


@dataclass(frozen=True, slots=True)
class JudgedProbe:
    """A result, how the code ended that it is about, and the well-known mistake found in it."""

    result: CheckResult
    outcome: Outcome | None = None
    misconception: str | None = None


def judge_probe(probe: Probe, record: ProbeRecord | None, params: Params) -> JudgedProbe:
    """Judge what one probe brought back.

    Args:
        record: None where no notebook was handed in, which is a missing answer.

    Raises:
        SolverError: the reference, or an author's own judge, crashed: our fault.
    """
    if record is None or not record.calls:
        return JudgedProbe(CheckResult(Verdict.MISSING, 0.0))
    if isinstance(probe, Text):
        return _for_a_grader(_written(record, probe), record)
    if isinstance(probe, Picture):
        return _for_a_grader(record.calls[0].output, record)
    if isinstance(probe, Raises):
        return JudgedProbe(_judge_raises(probe, record), record.outcome)
    if isinstance(probe, Output):
        record = _found(probe, record)
    if record.outcome is Outcome.NOT_DEFINED or not _came_back(record):
        return JudgedProbe(gone_wrong(record), record.outcome)
    return _judge_answers(probe, record, params)


def _found(probe: Output, record: ProbeRecord) -> ProbeRecord:
    """Return the record with what the probe looks for in the text; a number where it reads as one.

    What a cell printed before it failed counts.
    """
    text = record.calls[0].output
    if not isinstance(text, str):
        return record
    value: Any = text.strip()
    if probe.find is not None:
        matches = list(re.finditer(probe.find, text))
        if not matches:
            return record if record.outcome is not Outcome.OK else _not_printed()
        value = matches[-1].group(1 if matches[-1].re.groups else 0)
    with contextlib.suppress(ValueError):
        value = float(value)
    return ProbeRecord(Outcome.OK, (CallRecord(output=value),))


def _not_printed() -> ProbeRecord:
    error = CellError("LookupError", "The cell did not print what was asked for")
    call = CallRecord(outcome=Outcome.NOT_DEFINED, error=error)
    return ProbeRecord(Outcome.NOT_DEFINED, (call,), error)


def _for_a_grader(content: Any, record: ProbeRecord) -> JudgedProbe:
    verdict = Verdict.WAITING if content else Verdict.MISSING
    credit = None if content else 0.0
    return JudgedProbe(CheckResult(verdict, credit), record.outcome)


def _written(record: ProbeRecord, probe: Text) -> str:
    """Return what the student wrote, without the words of the starter."""
    text = str(record.calls[0].output or "")
    for words in probe.template:
        text = text.replace(words, "")
    return text.strip()


def _came_back(record: ProbeRecord) -> bool:
    return any(call.outcome is Outcome.OK for call in record.calls)


def _judge_raises(probe: Raises, record: ProbeRecord) -> CheckResult:
    for call in record.calls:
        if call.outcome is Outcome.OK:
            names = " or ".join(probe.errors)
            text = f"It must refuse this by raising {names}; it gave {describe(call.output)}."
            return _incorrect(Remark(Topic.RUN, text))
        if call.outcome is not Outcome.RAISED:
            return gone_wrong(record)
        if call.error is None or call.error.name not in probe.errors:
            name = call.error.name if call.error else "another error"
            text = f"It raised {name} where {' or '.join(probe.errors)} was asked."
            return _incorrect(Remark(Topic.RUN, text))
    return CheckResult(Verdict.CORRECT, 1.0)


def _judge_answers(probe: Any, record: ProbeRecord, params: Params) -> JudgedProbe:
    rule: Comparison = probe.compare
    if isinstance(rule, Judged):
        result = _by_author(rule, record, params)
        return JudgedProbe(_with_outcome(result, record), record.outcome)
    if isinstance(rule, Distributed):
        answers = [call for call in record.calls if call.outcome is Outcome.OK]
        result = judge_sample(answers, _run(probe.reference, answers[0], params, probe), rule)
        return JudgedProbe(_with_outcome(result, record), record.outcome)
    return _judge_by_rule(probe, rule, record, params)


def _by_author(rule: Judged, record: ProbeRecord, params: Params) -> CheckResult:
    answered = [
        Answered(plain(call.args), plain(dict(call.named)), plain(call.output))
        for call in record.calls
        if call.outcome is Outcome.OK
    ]
    try:
        return rule.judge(params, answered)
    except Exception as error:  # an author's judge may raise anything
        raise SolverError(f"the author's judge crashed: {error!r}") from error


def _judge_by_rule(probe: Any, rule: Rule, record: ProbeRecord, params: Params) -> JudgedProbe:
    """Judge call by call, then look for a well-known mistake in what is wrong."""
    ways = (probe.reference, *getattr(probe, "accept", ()))
    best = min(
        (_differences(probe, rule, way, record, params) for way in ways),
        key=lambda found: sum(difference.wrong for difference in found),
    )
    result = _with_outcome(_result(probe, best, record), record)
    if result.verdict in (Verdict.INCORRECT, Verdict.PARTIAL):
        for way in getattr(probe, "wrong", ()):
            if _answers_like(probe, rule, way, record, params):
                return _named(way, result, record)
    return JudgedProbe(result, record.outcome)


def _differences(
    probe: Any, rule: Rule, way: Any, record: ProbeRecord, params: Params
) -> list[Difference]:
    """Return how each call differs from one way to the answer."""
    found = []
    for call in record.calls:
        if call.outcome is not Outcome.OK:
            found.append(Difference(True, explain(call)))
            continue
        reference = None if isinstance(rule, Between) else _run(way, call, params, probe)
        found.append(compare(plain(call.output), reference, rule))
    return found


def _run(way: Any, call: CallRecord, params: Params, probe: Any) -> Any:
    """Return the reference for one call, as plain values."""
    try:
        if isinstance(probe, Call):
            value = way(*_given(call.args), **_given(dict(call.named)))
        else:
            value = way(params) if callable(way) else way
    except Exception as error:  # an author's reference may raise anything
        raise SolverError(f"the reference crashed: {error!r}") from error
    return value if callable(value) else plain(value)


def _given(value: Any) -> Any:
    """Return stored inputs as the student's function got them: tensors, and arrays to write to."""
    if isinstance(value, Tensor):
        import torch

        return torch.from_numpy(value.array.copy())
    if isinstance(value, (list, tuple)):
        return type(value)(_given(item) for item in value)
    if isinstance(value, dict):
        return {key: _given(item) for key, item in value.items()}
    return value.copy() if hasattr(value, "flags") else value


def _result(probe: Any, found: Sequence[Difference], record: ProbeRecord) -> CheckResult:
    wrong = [difference for difference in found if difference.wrong]
    notes = tuple(dict.fromkeys(r for d in found for r in d.remarks if r.topic is Topic.NOTE))
    canonical = describe(plain(record.calls[0].output))[:80]
    disagreement = _disagreement(probe, record)
    if disagreement is not None:
        return CheckResult(Verdict.INCORRECT, 0.0, (disagreement,), canonical)
    if not wrong:
        return CheckResult(Verdict.CORRECT, 1.0, notes, canonical)
    credit = 1 - len(wrong) / len(found) if getattr(probe, "shared", False) else 0.0
    remarks = wrong[0].remarks
    if len(found) > 1:
        counted = f"{len(found) - len(wrong)} of {len(found)} calls gave what is right."
        remarks = (*remarks, Remark(Topic.RUN, counted))
    verdict = Verdict.PARTIAL if credit > 0 else Verdict.INCORRECT
    return CheckResult(verdict, credit, remarks, canonical)


def _disagreement(probe: Any, record: ProbeRecord) -> Remark | None:
    """Return a remark where repeated calls with the same input gave different answers."""
    repeats = getattr(probe, "repeats", 1)
    rule = getattr(probe, "compare", None)
    if repeats == 1 or not isinstance(rule, (Close, Same)):
        return None
    for start in range(0, len(record.calls), repeats):
        outputs = [plain(call.output) for call in record.calls[start : start + repeats]]
        if any(compare(other, outputs[0], replace(rule)).wrong for other in outputs[1:]):
            text = "Called again with the same input it gave another answer; it must not be random."
            return Remark(Topic.RUN, text)
    return None


def _answers_like(
    probe: Any, rule: Rule, way: WrongWay, record: ProbeRecord, params: Params
) -> bool:
    if not all(call.outcome is Outcome.OK for call in record.calls):
        return False
    found = _differences(probe, rule, way.reference, record, params)
    return not any(difference.wrong for difference in found)


def _named(way: WrongWay, result: CheckResult, record: ProbeRecord) -> JudgedProbe:
    credit = max(way.credit, result.credit or 0.0)
    verdict = Verdict.PARTIAL if credit > 0 else Verdict.INCORRECT
    remark = Remark(Topic.MISCONCEPTION, way.feedback or f"{way.name.capitalize()}.")
    kept = tuple(r for r in result.remarks if r.topic is not Topic.NEAR_MISS)
    named = CheckResult(verdict, credit, (remark, *kept), result.canonical)
    return JudgedProbe(named, record.outcome, way.name)


def _with_outcome(result: CheckResult, record: ProbeRecord) -> CheckResult:
    """Add what became of the first call that did not come back; with one, not all is right."""
    lost = next((call for call in record.calls if call.outcome is not Outcome.OK), None)
    if lost is None:
        return result
    told = explain(lost)
    remarks = (*told, *(remark for remark in result.remarks if remark not in told))
    if result.verdict is Verdict.CORRECT:
        return CheckResult(Verdict.INCORRECT, 0.0, remarks, result.canonical)
    return replace(result, remarks=remarks)


def _incorrect(remark: Remark) -> CheckResult:
    return CheckResult(Verdict.INCORRECT, 0.0, (remark,))
