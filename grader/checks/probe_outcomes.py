"""Plain words for what happened when the student's code ran."""

from grader.evidence import CallRecord, ProbeRecord
from grader.report import CheckResult, Outcome, Remark, Topic, Verdict

_WORDS = {
    Outcome.TIMED_OUT: "It was stopped: it took longer than allowed.",
    Outcome.OUT_OF_MEMORY: "It was stopped: it needed more memory than allowed.",
    Outcome.GPU_OUT_OF_MEMORY: "It needed more memory than the GPU has.",
    Outcome.CRASHED: "The process died while it ran: it left by an exit, or C code failed.",
}


def explain(call: CallRecord) -> tuple[Remark, ...]:
    """Return what a student reads about a call that did not come back."""
    error = call.error
    if call.outcome is Outcome.RAISED and error is not None:
        where = f" at line {error.line} of its cell: {error.source}" if error.line else ""
        said = f": {error.message}" if error.message else ""
        return (Remark(Topic.RUN, f"It raised {error.name}{said}{where}."),)
    if call.outcome is Outcome.NOT_DEFINED:
        missing = error.message if error is not None else "What was asked for is not there"
        text = f"{missing}. Did the cell that makes it run without an error?"
        return (Remark(Topic.RUN, text),)
    text = _WORDS.get(call.outcome, "It did not come back with an answer.")
    return (Remark(Topic.RUN, text),)


def gone_wrong(record: ProbeRecord) -> CheckResult:
    """Return the result where no call came back: missing where the name is not there."""
    call = next(call for call in record.calls if call.outcome is record.outcome)
    verdict = Verdict.MISSING if record.outcome is Outcome.NOT_DEFINED else Verdict.INCORRECT
    return CheckResult(verdict, 0.0, explain(call), str(record.outcome))
