"""The laws that every problem must hold before it is published.

The reference earns full marks and an empty answer none; a reference is finite and of the declared
shape; drawing is deterministic in the seed; every field can be answered in its input; labels are
unique and the statement renders; pictures of solutions can stand on a page. A misconception that
leads to the right answer in most variants is reported, and so is a reference that the page of a
student who types it would call unreadable.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from grader.bank.catalog import Loaded
from grader.bank.drawings import draw_answer, draw_solution
from grader.bank.loading import blame
from grader.bank.probing import hold_probe
from grader.bank.statements import BadStatement
from grader.bank.variants import as_stored, call, draw, page_of, solve
from grader.checks.shown import shown
from grader.errors import GraderError, SpecError
from grader.evidence import Evidence
from grader.grading import judge
from grader.report import Verdict
from grader.spec import Field, Kind, Params, Part, Problem

Solved = dict[str, dict[str, dict[str, object]]]
"""Part to field to what solving it gave."""

SEED_STRIDE = 1_000_003
"""Any odd step: the seeds of a verification only have to differ."""

DRAWN_VARIANTS = 10
"""Variants whose solutions are drawn too; a picture changes little from one to the next."""

PROBED_VARIANTS = 1
"""Drawn variants on which the laws of probes are held too; their inputs are drawn for each."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a problem, and where: an author's file, and the part if it is one's."""

    file: str
    part: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}: part {self.part}" if self.part else self.file
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying one problem found."""

    variants: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()


def verify(loaded: Loaded, number: str, variants: int) -> Verified:
    """Hold the laws for the homework as set and for `variants` drawn ones; stop at the first fault.

    Args:
        number: the problem's number on the paper.
    """
    coincident: dict[tuple[str, str], int] = {}
    unshown: list[str] = []
    seen = 0
    for seed in range(-1, variants if loaded.spec.draw is not None else 0):
        try:
            references = _hold_laws(loaded, number, seed, coincident)
        except GraderError as error:
            where = "as set" if seed < 0 else f"variant of seed {seed * SEED_STRIDE}"
            return Verified(seen, (_fault(loaded, error, where),))
        seen += 1
        if seed < 0:
            unshown = list(_unshown(loaded.spec, references))
    notes = tuple(
        f"part {part}: the misconception {name!r} leads to the right answer in {count} of {seen}"
        for (part, name), count in coincident.items()
        if 2 * count > seen
    )
    return Verified(seen, (), (*unshown, *notes))


def _fault(loaded: Loaded, error: GraderError, where: str) -> Fault:
    part = error.part if isinstance(error, (BrokenLaw, BadStatement)) else ""
    place = loaded.file
    if isinstance(error, BadStatement):
        place = f"{place.removesuffix('.py')}.md"
    elif error.__cause__ is not None:
        place = blame(error.__cause__, loaded.files, loaded.file)
    return Fault(place, part, f"{error} ({where})")


class BrokenLaw(SpecError):
    """A law of the bank does not hold; names the part."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part


def _hold_laws(
    loaded: Loaded, number: str, seed: int, coincident: dict[tuple[str, str], int]
) -> Solved:
    spec = loaded.spec
    params = as_stored(spec.as_set) if seed < 0 else _drawn_twice(spec, seed * SEED_STRIDE)
    references = solve(spec, params)
    _refuse_two_references(references, solve(spec, params))
    if seed < 0:
        page_of(spec, loaded.statement, number, params)
    for part in spec.parts:
        _hold_part(part, references[part.label], coincident)
        if seed < PROBED_VARIANTS:
            _hold_probes(part, params)
        if seed < DRAWN_VARIANTS:
            _hold_drawing(part, params, references[part.label])
    _reference_earns_all(spec, number, params, references)
    _empty_earns_nothing(spec, number, params, references)
    return references


def _unshown(spec: Problem, references: Solved) -> Iterator[str]:
    """Tell which references a student who types them is told cannot be read."""
    for part in spec.parts:
        for field in part.fields:
            text = references[part.label][field.name]["reference"]
            if isinstance(text, str) and field.kind is not Kind.PROBE:
                error = shown(text, field.kind, field.options).error
                if error is not None:
                    yield (
                        f"part {part.label} {field.name}".rstrip() + ": the reference, typed, is "
                        f"shown as unreadable: {error} Declare its names among the symbols"
                    )


def _refuse_two_references(
    references: Solved,
    again: Solved,
) -> None:
    for label, fields in references.items():
        for name, solved in fields.items():
            if solved != again[label][name]:
                what = f"the reference of {name}" if name else "its reference"
                raise BrokenLaw(
                    label,
                    f"solving the same parameters twice gave two answers: {what} was "
                    f"{solved['reference']}, then {again[label][name]['reference']}",
                )


def _drawn_twice(spec: Problem, seed: int) -> Params:
    first, second = draw(spec, seed), draw(spec, seed)
    if first != second:
        raise BrokenLaw("", f"drawing is not deterministic: seed {seed} gave two variants")
    return first


def _hold_part(
    part: Part,
    references: dict[str, dict[str, object]],
    coincident: dict[tuple[str, str], int],
) -> None:
    names = [field.name for field in part.fields]
    if len(set(names)) != len(names):
        raise BrokenLaw(part.label, f"two fields have the same name: {names}")
    if len(names) > 1 and "" in names:
        raise BrokenLaw(part.label, "a part with several fields names each of them")
    for field in part.fields:
        _hold_field(part, field)
        _hold_depth(part, field, references[field.name]["reference"])
        wrong_ways = references[field.name]["misconceptions"]
        for misconception, text in zip(field.misconceptions, wrong_ways, strict=True):  # type: ignore[call-overload]
            if text is None:
                key = (f"{part.label} {field.name}".rstrip(), misconception.name)
                coincident[key] = coincident.get(key, 0) + 1


def _hold_probes(part: Part, params: Params) -> None:
    for field in part.fields:
        fault = hold_probe(field, params)
        if fault is not None:
            raise BrokenLaw(part.label, f"{field.name or 'its field'}: {fault}")


def _hold_drawing(
    part: Part, params: Params, references: Mapping[str, Mapping[str, object]]
) -> None:
    """Draw the solution, and answers: the right ones, and some that say nothing."""
    right = {name: str(solved["reference"]) for name, solved in references.items()}
    try:
        first, second = draw_solution(part, params), draw_solution(part, params)
        drawn, again = draw_answer(part, params, right), draw_answer(part, params, right)
        draw_answer(part, params, dict.fromkeys(right, "?"))
        draw_answer(part, params, {})
    except GraderError as error:
        raise BrokenLaw(part.label, str(error)) from (error.__cause__ or error)
    if first != second:
        raise BrokenLaw(part.label, "drawing the same solution twice gave two pictures")
    if drawn != again:
        raise BrokenLaw(part.label, "drawing the same answer twice gave two pictures")


def _hold_field(part: Part, field: Field) -> None:
    by_hand = field.kind is Kind.TEXT
    decided = field.solve is not None or field.measured is not None or part.judge is not None
    if field.kind is Kind.PROBE and field.probe is None:
        raise BrokenLaw(part.label, f"{field.name or 'its field'} asks nothing of a notebook")
    decided = decided or field.kind is Kind.PROBE
    if by_hand and decided:
        raise BrokenLaw(part.label, f"{field.name or 'its field'} is text, and has a solver")
    if not by_hand and not decided and not field.rubric:
        raise BrokenLaw(part.label, f"{field.name or 'its field'} has no solver and no rubric")
    if field.points <= 0:
        raise BrokenLaw(part.label, f"{field.name or 'its field'} is worth {field.points} points")
    if field.kind is Kind.CHOICE and not field.options.choices:
        raise BrokenLaw(part.label, f"{field.name or 'its field'} is a choice without choices")


DEPTHS: dict[Kind, tuple[int, ...]] = {
    **dict.fromkeys((Kind.NUMBER, Kind.EXPRESSION, Kind.QUANTITY, Kind.GROWTH, Kind.FORMULA), (0,)),
    Kind.VECTOR: (0, 1, 2),
    Kind.MATRIX: (0, 2),
}
"""Levels of brackets with which a reference may open; an array may have a factor before it."""


def _hold_depth(part: Part, field: Field, reference: object) -> None:
    """Refuse an array where a number is asked, or the other way round."""
    text = str(reference or "")
    depth = len(text) - len(text.lstrip("["))
    if depth not in DEPTHS.get(field.kind, (depth,)):
        name = f"the reference of {field.name}" if field.name else "its reference"
        raise BrokenLaw(part.label, f"{name} is an array of {depth} dimensions, no {field.kind}")


def _reference_earns_all(
    spec: Problem, number: str, params: Params, references: dict[str, dict[str, dict[str, object]]]
) -> None:
    for asked, what, answers in _reference_answers(spec, number, references):
        report = call("judging the reference", judge, asked, number, params, references, answers)
        for row in report.fields:
            if row.verdict in (Verdict.MISSING, Verdict.WAITING):
                continue
            if row.verdict is not Verdict.CORRECT:
                reason = row.fault or row.feedback or "it differs from itself"
                name = f"the {what} of {row.field}" if row.field else f"its {what}"
                raise BrokenLaw(row.part, f"{name} is judged {row.verdict}: {reason}")


def _reference_answers(
    spec: Problem, number: str, references: dict[str, dict[str, dict[str, object]]]
) -> Iterator[tuple[Problem, str, Evidence]]:
    """Yield the problem, what is answered, and the answers: references, then what else is right.

    Another right answer stands in its field's place, and is judged with that field alone unless
    the part judges its fields together: verifying is most of the time spent on a bank.
    """
    texts = {
        f"{number}{part.label}": {
            field.name: str(references[part.label][field.name]["reference"])
            for field in part.fields
            if references[part.label][field.name]["reference"] is not None
        }
        for part in spec.parts
    }
    yield spec, "reference", Evidence(answers=texts)
    for part in spec.parts:
        label = f"{number}{part.label}"
        for field in part.fields:
            asked = part if part.judge else replace(part, fields=(field,))
            for other in references[part.label][field.name]["accept"]:  # type: ignore[attr-defined]
                answers = {label: {**texts[label], field.name: other}}
                alone = replace(spec, parts=(asked,))
                yield alone, "other right answer", Evidence(answers=answers)


def _empty_earns_nothing(
    spec: Problem, number: str, params: Params, references: dict[str, dict[str, dict[str, object]]]
) -> None:
    report = call("judging no answer", judge, spec, number, params, references, Evidence())
    for row in report.fields:
        if row.verdict is not Verdict.MISSING or row.credit != 0:
            raise BrokenLaw(row.part, f"an empty answer is judged {row.verdict}")
