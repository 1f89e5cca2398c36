"""Quantities: a number and its unit, compared in base units whatever the units are called."""

from dataclasses import replace
from fractions import Fraction

from grader.answers.canonical import canonical, shortened
from grader.answers.exact import exact
from grader.answers.pair import Same
from grader.answers.units import Unit
from grader.checks.measures import Measure, Nouns, read_measure
from grader.checks.settle import Job
from grader.checks.tolerance import same_or_close
from grader.errors import InvalidAnswer, SpecError
from grader.report import CheckResult, Topic
from grader.spec import Options

_SYMBOLS = {
    "length": "m", "mass": "kg", "time": "s", "current": "A", "temperature": "K",
    "substance": "mol", "luminosity": "cd", "information": "bit",
}  # fmt: skip
_MIXED = (
    "Binary and decimal prefixes are mixed up: 1 kB, MB, GB are 10^3, 10^6, 10^9 bytes; "
    "1 KiB, MiB, GiB are 2^10, 2^20, 2^30."
)
_CASE = "Upper and lower case differ: M is mega, m is milli; B is byte, b is bit."
_BITS = "Bits and bytes are mixed up: a byte (B) has 8 bits (b)."
_POWERS = range(1, 6)
_FACTORS: dict[Fraction, str] = (
    {Fraction(1024, 1000) ** k: _MIXED for k in _POWERS}
    | {Fraction(8): _BITS}
    | {Fraction(10) ** k: f"Off by a factor of 10^{k}: look at the prefix." for k in range(1, 16)}
    | {Fraction(k): f"Off by a factor of {k}." for k in (60, 3600)}
)
_NEAR = Fraction(1, 1000)


def check_quantity(job: Job) -> CheckResult:
    """Compare a quantity with the reference.

    Raises:
        SpecError: the reference or the tolerance cannot be read as a quantity.
    """
    nouns = Nouns()
    try:
        reference = read_measure(job.reference, nouns)
    except InvalidAnswer as error:
        raise SpecError(f"the reference {job.reference[:80]!r} cannot be read: {error}") from error
    job = replace(job, options=_in_unit(job.options, reference, nouns))
    nouns.open = False
    answer = read_measure(job.answer, nouns)
    outcome = _compare(job, reference, answer)
    bare = _is_bare(job.answer, answer) and not _is_bare(job.reference, reference)
    if outcome is Same.EQUAL and bare:
        outcome = Same.DIFFERENT
        job.remark(Topic.UNIT, "The number is missing.")
    elif outcome is Same.DIFFERENT:
        _explain(job, reference, answer)
    done = job.result(outcome, None)
    return CheckResult(done.verdict, done.credit, done.remarks, _canonical(answer))


def _in_unit(options: Options, reference: Measure, nouns: Nouns) -> Options:
    """Return the options with the absolute tolerance as a number in the reference's unit."""
    if options.atol is None:
        return options
    try:
        measure = read_measure(options.atol, nouns)
    except InvalidAnswer as error:
        raise SpecError(f"the tolerance {options.atol!r} cannot be read: {error}") from error
    step = replace(measure, unit=replace(measure.unit, offset=None))
    if not measure.has_unit:
        value = exact(measure.magnitude)
    elif measure.unit.dimensions == reference.unit.dimensions:
        value = exact(step.into(replace(reference.unit, offset=None)))
    else:
        raise SpecError(f"the tolerance {options.atol!r} has another unit than the reference")
    if value is None or value < 0:
        raise SpecError(f"the tolerance {options.atol!r} is no number of units")
    return replace(options, atol=str(value))


def _is_bare(text: str, measure: Measure) -> bool:
    """Whether this is a unit without a number: J alone is no answer to "how much?"."""
    return exact(measure.magnitude) == 1 and text.strip()[:1].isalpha()


def _compare(job: Job, reference: Measure, answer: Measure) -> Same:
    if reference.unit.dimensions != answer.unit.dimensions:
        return Same.DIFFERENT
    given = answer.into(reference.unit)
    return same_or_close(job, reference.magnitude, given)


def _explain(job: Job, reference: Measure, answer: Measure) -> None:
    """Say what the unit has to do with the difference."""
    asked, given = _dimensions(reference.unit), _dimensions(answer.unit)
    if asked == given:
        same_but_case = job.reference.casefold() == job.answer.casefold()
        text = _mixed_up(reference, answer) or (_CASE if same_but_case else None)
        if text:
            job.remark(Topic.UNIT, text)
    elif not answer.has_unit:
        right = same_or_close(job, reference.magnitude, answer.magnitude) is Same.EQUAL
        job.remark(Topic.UNIT, "The unit is missing." + (" The number is right." if right else ""))
    elif not asked:
        job.remark(Topic.UNIT, "No unit is asked for here.")
    else:
        found = given or "none"
        job.remark(Topic.UNIT, f"The unit does not fit: in base units it is {found}, not {asked}.")


def _mixed_up(reference: Measure, answer: Measure) -> str | None:
    """Return what well-known factor the answer is off by, if any."""
    one, other = exact(reference.magnitude), exact(answer.into(reference.unit))
    if not one or not other:
        return None
    ratio = abs(Fraction(other) / one)
    for factor, text in _FACTORS.items():
        if any(abs(each - factor) <= _NEAR * factor for each in (ratio, 1 / ratio)):
            return text
    return None


def _dimensions(unit: Unit) -> str:
    """Return base units with their exponents, the positive ones first."""
    named = [(each < 0, _SYMBOLS.get(name, name), each) for name, each in unit.dimensions]
    return "*".join(
        symbol if exponent == 1 else f"{symbol}^{exponent}" for _, symbol, exponent in sorted(named)
    )


def _canonical(answer: Measure) -> str:
    return shortened(f"{canonical(answer.si)} {_dimensions(answer.unit)}".rstrip())
