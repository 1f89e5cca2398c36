"""Filters, judged by their responses and not by a list of well-known ones.

- "vertical-edge": vertical edges answer, horizontal edges and flat areas do not; any sign or scale.
- "edge": flat areas do not answer, edges of every direction do; one that misses some is partial.
- "blur": no entry is negative, more than one pixel takes part, and the average keeps the
  brightness; one that changes the brightness is partial.

A filter of another size than the reference is partial at best. Rounding of entries with two
decimals or more is forgiven, up to 5 % of the filter's scale.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from grader.answers.canonical import shortened
from grader.checks import responses
from grader.checks.kernels import Kernel, Rounded, entries, read_kernel, transposed
from grader.checks.settle import Job
from grader.errors import InvalidAnswer, SpecError
from grader.report import CheckResult, Remark, Topic, Verdict

PARTIAL_CREDIT = 0.5
_REFERENCES = 256  # references kept as judged
_ROUNDING = Fraction(
    1, 20
)  # how much rounding may move a response, as a share of the filter's scale
_WEAK = Fraction(1, 20)  # a response below this share of the scale detects nothing
_UNEVEN = 0.2  # weakest direction beside the strongest, below which a direction is missed
_SHORT = 6  # characters of a sum that is written as a fraction
_ALONE = Fraction(9, 10)  # share of one pixel above which nothing is spread


@dataclass(frozen=True, slots=True)
class Judgement:
    """How good a filter is: correct, partial or incorrect, and what to say of it."""

    verdict: Verdict
    remarks: tuple[Remark, ...] = ()


def _fine(text: str = "") -> Judgement:
    return Judgement(Verdict.CORRECT, (Remark(Topic.NOTE, text),) if text else ())


def _almost(text: str) -> Judgement:
    return Judgement(Verdict.PARTIAL, (Remark(Topic.NEAR_MISS, text),))


def _wrong(text: str) -> Judgement:
    return Judgement(Verdict.INCORRECT, (Remark(Topic.NEAR_MISS, text),))


def check_filter(job: Job) -> CheckResult:
    """Judge a filter by what it answers.

    Raises:
        SpecError: the response asked for is unknown, or the reference does not have it.
    """
    response = job.options.response or ""
    judge = _JUDGES.get(response)
    if judge is None:
        known = ", ".join(_JUDGES)
        raise SpecError(
            f"a filter needs a response out of {known}; it has {job.options.response!r}"
        )
    reference = _reference(job.reference, response)
    kernel = read_kernel(job.answer)
    found = _sized(_judged(kernel, judge), kernel, reference)
    credit = {Verdict.CORRECT: 1.0, Verdict.PARTIAL: PARTIAL_CREDIT}.get(found.verdict, 0.0)
    return CheckResult(found.verdict, credit, found.remarks, _canonical(kernel))


@lru_cache(_REFERENCES)
def _reference(text: str, response: str) -> Kernel:
    try:
        kernel = read_kernel(text)
    except InvalidAnswer as error:
        raise SpecError(f"the reference filter {text[:80]!r} cannot be read: {error}") from error
    found = _judged(kernel, _JUDGES[response])
    if found.verdict is not Verdict.CORRECT:
        why = " ".join(remark.text for remark in found.remarks)
        raise SpecError(f"the reference filter is no {response} filter itself: {why}")
    return kernel


def _judged(kernel: Kernel, judge: Callable[[Kernel], Judgement]) -> Judgement:
    if not responses.size(kernel):
        return _wrong("This filter is zero everywhere; it answers nothing.")
    return judge(kernel)


def _sized(found: Judgement, kernel: Kernel, reference: Kernel) -> Judgement:
    """Return the judgement with what is lost for a filter of another size."""
    given, asked = (f"{len(each)} × {len(each[0])}" for each in (kernel, reference))
    if given == asked or found.verdict is Verdict.INCORRECT:
        return found
    remark = Remark(Topic.SHAPE, f"The filter is {given}; asked for is {asked}.")
    return Judgement(Verdict.PARTIAL, (remark, *found.remarks))


def _vanishes(response: Rounded, scale: Fraction) -> bool:
    """Whether a response is zero, but for the rounding of the entries."""
    return abs(response.value) <= min(response.slack, _ROUNDING * scale)


def _judge_vertical(kernel: Kernel) -> Judgement:
    scale = responses.size(kernel)
    answers = max(abs(step.value) for step in responses.vertical_steps(kernel)) >= _WEAK * scale
    others = [step for step in responses.horizontal_steps(kernel) if not _vanishes(step, scale)]
    if not _vanishes(responses.flat(kernel), scale):
        return _wrong(
            f"On a flat area this filter does not answer 0: its entries sum to {_sum(kernel)}."
        )
    if others and answers:
        return _wrong("This filter answers horizontal edges as well as vertical ones.")
    if others:
        turned = _judge_vertical(transposed(kernel)).verdict is Verdict.CORRECT
        return _wrong(
            "This filter detects horizontal edges; it is the transpose of one for vertical edges."
            if turned
            else "This filter answers horizontal edges, and vertical ones hardly."
        )
    return _fine() if answers else _wrong("This filter does not answer a vertical edge.")


def _judge_edge(kernel: Kernel) -> Judgement:
    if not _vanishes(responses.flat(kernel), responses.size(kernel)):
        return _wrong(
            f"On a flat area this filter does not answer 0: its entries sum to {_sum(kernel)}."
        )
    strengths = responses.soft_steps(kernel)
    strongest = max(strengths)
    if strongest < float(_WEAK):
        return _wrong("This filter hardly answers any edge.")
    if min(strengths) < _UNEVEN * strongest:
        weakest = strengths.index(min(strengths))
        return _almost(
            f"This filter misses edges of some directions: {_edges(weakest)} hardly answer."
        )
    return _fine()


def _edges(direction: int) -> str:
    """Return how edges look whose normal points in this direction."""
    quarter = responses.DIRECTIONS // 4
    names = ("vertical edges", "diagonal edges", "horizontal edges", "diagonal edges")
    return names[round(direction / quarter) % 4]


def _judge_blur(kernel: Kernel) -> Judgement:
    if any(entry.value < 0 for entry in entries(kernel)):
        return _wrong("An average has no negative weights.")
    if sum(1 for entry in entries(kernel) if entry.value) == 1:
        return _wrong("A single entry is not zero: this filter copies the image and blurs nothing.")
    if responses.impulse(kernel) > _ALONE:
        return _almost("Nearly all of the weight is on one pixel: this filter hardly blurs.")
    total = responses.flat(kernel)
    if total.value == 1:
        return _fine()
    if abs(total.value - 1) <= min(total.slack, _ROUNDING):
        return _fine(
            f"With these rounded entries the image keeps {_sum(kernel)} of its brightness."
        )
    return _almost(
        f"The weights sum to {_sum(kernel)}, not to 1: the image becomes so many times as bright."
    )


def _sum(kernel: Kernel) -> str:
    value = responses.flat(kernel).value
    return str(value) if len(str(value)) <= _SHORT else f"{float(value):.4g}"


def _canonical(kernel: Kernel) -> str:
    rows = "], [".join(", ".join(_entry(entry.value) for entry in row) for row in kernel)
    return shortened(f"[[{rows}]]")


def _entry(value: Fraction) -> str:
    return str(value) if value.denominator < 10**6 else f"{float(value):.6g}"


_JUDGES: dict[str, Callable[[Kernel], Judgement]] = {
    "vertical-edge": _judge_vertical,
    "edge": _judge_edge,
    "blur": _judge_blur,
}
