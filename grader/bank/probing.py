"""The laws of what is asked of a notebook: held on inputs drawn here, without any notebook.

The reference's own answers earn full marks, and every well-known mistake is judged wrong and gets
its name. A probe that only a run can answer (what a cell printed, a trained model) has no law here.
"""

from dataclasses import replace

import numpy as np

from grader.bank.variants import call
from grader.checks.probe_values import plain
from grader.checks.probes import judge_probe
from grader.errors import SpecError
from grader.evidence import CallRecord, ProbeRecord
from grader.report import Outcome, Verdict
from grader.spec import Call, Distributed, Field, Inputs, Params, Value


def hold_probe(field: Field, params: Params) -> str | None:
    """Return what is wrong with the probe of a field, or None.

    Raises:
        SolverError: the author's draw or reference crashed.
    """
    probe = field.probe
    if not isinstance(probe, (Call, Value)) or isinstance(probe.compare, Distributed):
        return None
    if probe.reference is None:
        return None
    ways = ((probe.reference, None), *((way.reference, way.name) for way in probe.wrong))
    for way, mistake in ways:
        judged = judge_probe(probe, _answered(probe, way, params), params)
        found = judged.misconception or judged.result.verdict.value
        if mistake is None and judged.result.verdict is not Verdict.CORRECT:
            return f"the probe's reference is judged {found}: {judged.result.feedback}"
        if mistake is not None and found != mistake:
            return f"the well-known mistake {mistake!r} is judged {found}"
    return None


def _answered(probe: Call | Value, way: object, params: Params) -> ProbeRecord:
    """Return the record of a notebook that answers as `way` does."""
    if isinstance(probe, Value):
        output = call("the probe's reference", way, params) if callable(way) else way
        return ProbeRecord(Outcome.OK, (CallRecord(output=plain(output)),))
    rng = np.random.default_rng(182)
    records = []
    for _ in range(probe.count):
        drawn = call(f"draw for {probe.function}", probe.draw, rng, params)
        inputs = drawn if isinstance(drawn, Inputs) else Inputs(tuple(drawn))
        record = CallRecord(inputs.args, inputs.named)
        output = call("the probe's reference", _apply, way, inputs)
        records += [replace(record, output=output)] * probe.repeats
    return ProbeRecord(Outcome.OK, tuple(records))


def _apply(way: object, inputs: Inputs) -> object:
    if not callable(way):
        raise SpecError("the reference of a call is a function")
    return plain(way(*inputs.args, **inputs.named))
