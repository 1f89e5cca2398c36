"""What was submitted against what running it gave: a lesser result goes to a person."""

from grader.checks.probes import JudgedProbe
from grader.report import CheckResult, Remark, Topic, Verdict

ANOTHER_RESULT = "Running your notebook gave another result; a grader will look."


def worth(result: CheckResult) -> float:
    """Return how well a result serves the student; undecided is more than any part of credit.

    >>> worth(CheckResult(Verdict.CORRECT, 1.0)) > worth(CheckResult(Verdict.WAITING, None)) > 1
    True
    """
    if result.verdict is Verdict.CORRECT:
        return 2.0
    return 1.5 if result.credit is None else result.credit


def confirm(submitted: JudgedProbe, ran: JudgedProbe) -> JudgedProbe:
    """Return `submitted` where running it is worth as much; else a result that waits.

    Nothing is lowered here: another machine, another seed or a limit of ours may be the reason.
    Staff read how the run was judged where the name of a mistake stands.
    """
    if worth(ran.result) >= worth(submitted.result):
        return submitted
    waiting = CheckResult(Verdict.WAITING, None, (Remark(Topic.RUN, ANOTHER_RESULT),))
    return JudgedProbe(waiting, ran.outcome, f"when run here: {ran.result.verdict.value}")
