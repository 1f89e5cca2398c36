r"""Growth classes, without constants and bases of logarithms: O(n), linear, \Theta(n log n).

O, Θ and no sign at all are one: the growth itself is asked. Ω, ω and o say something else and equal
only themselves. Two classes differ where some way to infinity shows that they do.
"""

from itertools import combinations, islice, product

from grader.answers.canonical import canonical, shortened
from grader.answers.decide import same
from grader.answers.pair import Same
from grader.answers.tree import Node, free_names
from grader.answers.work import NotScalar
from grader.checks.asymptotics import sign
from grader.checks.claims import VAGUE, Claim, claim_of, read_claim
from grader.checks.growth_tree import growth_of
from grader.checks.growth_work import counted
from grader.checks.reading import used_names
from grader.checks.scales import CONSTANT, Monomial, Undecided, order
from grader.checks.settle import Job
from grader.errors import InvalidAnswer, SpecError
from grader.report import CheckResult, Topic

_SAME = frozenset({"", "O", "Θ"})
_WAYS = (1, 2, 3, 5)  # powers of one variable that the others follow
_MAX_WAYS = 256


def check_growth(job: Job) -> CheckResult:
    """Compare a growth class with the reference.

    Raises:
        SpecError: the reference cannot be read.
    """
    asked, given = claim_of(job.reference), claim_of(job.answer)
    try:
        reference = read_claim(asked, job.names, "n")
    except InvalidAnswer as error:
        raise SpecError(f"the reference {job.reference[:80]!r} cannot be read: {error}") from error
    job.names.learn(job.reference, used_names(reference))
    if given.text in VAGUE:
        return _vague(job, asked, given)
    variables = list(free_names(reference))
    answer = read_claim(given, job.names, variables[0] if len(variables) == 1 else "n")
    if asked.sign != given.sign and not {asked.sign, given.sign} <= _SAME:
        job.remark(Topic.NOTE, f"{given.sign or 'The growth'} is not what is asked for here.")
        with counted(job.pair.work):
            scales = leading_scales(answer)
        return _result(job, Same.DIFFERENT, given, answer, scales)
    with counted(job.pair.work):
        scales = leading_scales(answer)
        expected = leading_scales(reference)
    if scales is None or expected is None:
        outcome = _as_functions(job, reference, answer)
    else:
        outcome = compared(job, expected, scales)
    return _result(job, outcome, given, answer, scales)


def _vague(job: Job, asked: Claim, given: Claim) -> CheckResult:
    if asked.text == given.text:
        return job.result(Same.EQUAL, None)
    return job.result(job.pair.unknown(f"{given.text!r} names many classes"), None)


def _result(
    job: Job, outcome: Same, given: Claim, answer: Node, scales: list[Monomial] | None
) -> CheckResult:
    text = " + ".join(sorted(map(_scale_text, scales))) if scales else canonical(answer)
    done = job.result(outcome, None)
    form = shortened(f"{'O' if given.sign in _SAME else given.sign}({text})")
    return CheckResult(done.verdict, done.credit, done.remarks, form)


def leading_scales(node: Node) -> list[Monomial] | None:
    """Return the leading scales; none where the function is 0 or negative, None if undecided."""
    try:
        growth = growth_of(node)
        if not growth.terms and not growth.error:
            return []
        top = growth.leading()
        if all(sign(coefficient) < 0 for _, coefficient in top):
            return []
    except Undecided:
        return None
    return [monomial for monomial, _ in top]


def compared(job: Job, asked: list[Monomial], given: list[Monomial]) -> Same:
    """Return whether two sums of scales grow alike, up to a constant factor."""
    if not asked or not given:
        return Same.EQUAL if asked == given else Same.DIFFERENT
    if all(_covered(m, asked) for m in given) and all(_covered(m, given) for m in asked):
        return Same.EQUAL
    variables = sorted(set().union(*(monomial.variables for monomial in asked + given)))
    for powers in islice(product(_WAYS, repeat=len(variables)), _MAX_WAYS):
        faster = _along(dict(zip(variables, powers, strict=True)), asked, given)
        if faster:
            if len(variables) == 1:
                word = "faster" if faster > 0 else "slower"
                job.remark(Topic.NEAR_MISS, f"This grows {word} than what is asked for.")
            return Same.DIFFERENT
    return job.pair.unknown("the two classes could not be compared")


def _as_functions(job: Job, reference: Node, answer: Node) -> Same:
    try:
        found = same(job.pair, reference, answer)
    except NotScalar as error:
        raise InvalidAnswer("A growth class is a function such as n log n.") from error
    if found is Same.EQUAL:
        return found
    return job.pair.unknown("how fast this grows could not be proved")


def _covered(monomial: Monomial, by: list[Monomial]) -> bool:
    """Whether a scale grows no faster than a sum of others: n m no faster than n^2 + m^2."""
    if any(order(monomial, other) in (-1, 0) for other in by):
        return True
    squared = monomial.times(monomial)
    return any(order(squared, one.times(other)) in (-1, 0) for one, other in combinations(by, 2))


def _along(way: dict[str, int], asked: list[Monomial], given: list[Monomial]) -> int:
    """Return 1 if `given` grows faster where every variable is a power of one, -1 if slower."""
    tops = []
    for monomials in (asked, given):
        best = CONSTANT
        for place, monomial in enumerate(monomials):
            found = monomial.along(way)
            if not place or order(found, best) == 1:
                best = found
        tops.append(best)
    return order(tops[1], tops[0]) or 0


def _scale_text(monomial: Monomial) -> str:
    """Return a scale as text, for grouping equal answers."""
    parts = []
    for (name, level), power in monomial.powers:
        text = name if level == 1 else "log(" * (level - 1) + name + ")" * (level - 1)
        parts.append(text if power == 1 else f"{text}^{power}")
    if monomial.exponent:
        for each, logs in monomial.exponent:
            base = "*".join(f"{'e' if b == 1 else b}^{c}" for b, c in logs)
            parts.insert(0, f"({base})^({_scale_text(each)})")
    return "*".join(parts) or "1"
