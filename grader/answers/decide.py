"""Whether two scalar trees are equal: exact values in a prime field first, then balls.

The order never changes a verdict, only its cost.

Error probability. Two rational expressions that differ, of total degree d, agree at a random point
of the field with probability at most d/p (Schwartz and Zippel), p > 2^60, d <= 2^24: at two points
at most 2^-72, and for the degrees that people type (d < 50) below 2^-108. The functions taken as
random add collisions of a 128-bit hash. A difference of balls is a proof. An agreement of balls is
accepted where every region between corners and branches was proved or sampled, at points drawn
from 2^60, at a precision beyond what the characters typed can spell; an analytic difference that
is not zero is then seen with certainty up to points of measure zero. What none of this decides is
UNKNOWN.
"""

from collections.abc import Iterator
from fractions import Fraction

from flint import acb, arb

from grader.answers.alike import alike, has_value_somewhere
from grader.answers.balls import Point, evaluate
from grader.answers.canonical import canonical
from grader.answers.definitions import written_out
from grader.answers.exact import exact
from grader.answers.extended import extended
from grader.answers.hiding import hiding_place
from grader.answers.indices import without_indices
from grader.answers.induction import example_values, sums_agree
from grader.answers.limits import MAX_BALL_BITS
from grader.answers.pair import Pair, Same
from grader.answers.points import GENERIC, generic_point, special_points
from grader.answers.real_values import leaves_the_reals, only_real
from grader.answers.regions import Regions
from grader.answers.survey import Survey, survey_of
from grader.answers.tree import NUM, Node, walk
from grader.answers.work import TooMuch, Unclear, Undefined
from grader.spec import Domain

_FIELD_POINTS = 2
_CONFIRMED = 2  # points at which an agreement is confirmed at full precision
_ENOUGH = 3  # points that must agree
_LOST = 6  # points without a clear comparison after which no more are tried


def same(pair: Pair, reference: Node, answer: Node) -> Same:
    """Return whether two scalar trees are equal over the domains of the pair.

    Raises:
        NotScalar: one of them is no number.
    """
    if reference.tag == answer.tag == NUM:
        return Same.EQUAL if reference.value == answer.value else Same.DIFFERENT
    if alike(reference, answer) and has_value_somewhere(reference):
        return Same.EQUAL
    survey = survey_of(reference, answer)
    if survey.infinite:
        return _infinite(pair, reference, answer)
    if survey.indexed and not survey.sums:
        reference, answer = without_indices(pair, reference, answer)
        survey = survey_of(reference, answer)
    if survey.written:
        reference, answer = written_out(reference), written_out(answer)
        survey = survey_of(reference, answer)
    if survey.is_constant:
        x, y = exact(reference), exact(answer)
        if x is not None and y is not None:
            return Same.EQUAL if x == y else Same.DIFFERENT
    return _Decision(pair, reference, answer, survey).run()


def _infinite(pair: Pair, reference: Node, answer: Node) -> Same:
    """Compare trees with infinity: by value or else in form; undefined equals nothing."""
    left, right = extended(reference), extended(answer)
    if left is not None and right is not None:
        return Same.EQUAL if left == right and left != "nan" else Same.DIFFERENT
    forms = canonical(reference), canonical(answer)
    if "nan" in (left, right) or any(part.name == "nan" for part in walk(reference, answer)):
        return Same.DIFFERENT
    if forms[0] == forms[1]:
        return Same.EQUAL
    for value, tree in ((left, reference), (right, answer)):
        if value is None and survey_of(tree).infinite:
            return pair.unknown("infinity stands in it where no value of it is known")
    return Same.DIFFERENT


class _Decision:
    """One comparison that needs evaluation."""

    def __init__(self, pair: Pair, reference: Node, answer: Node, survey: Survey) -> None:
        self.pair = pair
        self.reference = reference
        self.answer = answer
        self.survey = survey
        self.names = list(survey.names)
        declared = {name for name in self.names if pair.domain(name) is Domain.INTEGER}
        self.integers = declared | survey.bounds
        self.lost = 0
        self.confirmed = 0
        self.misses = 0
        self.only_real: bool | None = None  # not known before it matters
        self.unreal = 0  # points at which two values differ that are both not real
        self.real = 0  # points at which they agree and may be real

    def run(self) -> Same:
        try:
            found = self.in_field()
            if found is not None:
                return found
            if self.survey.sums:
                return sums_agree(
                    self.pair, self.reference, self.answer, self.survey, self.integers
                )
            return self.by_balls()
        except TooMuch:
            return self.pair.unknown("deciding this takes more work than is allowed")

    def in_field(self) -> Same | None:
        """Return EQUAL or DIFFERENT where the field proves it."""
        agreed = 0
        opaque = False
        for point in range(_FIELD_POINTS + 4):
            field = self.pair.field(point)
            field.integers = self.integers
            try:
                x, y = field.value(self.reference), field.value(self.answer)
            except Undefined:
                continue
            if x != y:
                return None if field.opaque else Same.DIFFERENT
            agreed += 1
            opaque = opaque or field.opaque
            if agreed == _FIELD_POINTS:
                return self.has_value() if opaque else Same.EQUAL
        return None

    def has_value(self) -> Same:
        """Return EQUAL unless the answer has no value where the reference has one: x + 0 ln(0)."""
        if has_value_somewhere(self.answer):
            return Same.EQUAL
        for k in range(4):
            point = self.point(k)
            status, _ = self.value_at(self.answer, point)
            if status == "value":
                return Same.EQUAL
        for k in range(4):
            status, _ = self.value_at(self.reference, self.point(k))
            if status == "value":
                return Same.DIFFERENT
        # neither can be evaluated (a tower of powers): equal in form is enough if it is defined
        status, _ = self.value_at(self.answer, self.point(0))
        if status == "undefined":
            return self.pair.unknown("neither it nor the reference has a value as they are read")
        return Same.EQUAL

    def point(self, k: int) -> Point:
        point = generic_point(self.pair, self.names, self.integers, k)
        if self.survey.sums:
            small = example_values(self.pair, self.survey, self.integers, k)
            point.update({name: Fraction(value) for name, value in small.items()})
        return point

    def value_at(self, tree: Node, point: Point, precision: int = 128) -> tuple[str, acb | None]:
        try:
            values, _ = evaluate((tree,), self.pair.seed, point, precision, self.pair.work)
        except Undefined:
            return "undefined", None
        except (Unclear, OverflowError, ZeroDivisionError):
            return "unclear", None
        return "value", values[0]

    def by_balls(self) -> Same:
        """Return what comparing at points shows."""
        if self.survey.is_constant:
            return self.constants()
        agreed: list[Point] = []
        only_positive = False
        for point in self.points():
            if only_positive and self.is_odd(point):
                continue
            found = self.compare(point)
            if found is Same.EQUAL:
                agreed.append(point)
            elif found is Same.DIFFERENT and self.is_odd(point):
                only_positive = True
            elif found is Same.DIFFERENT:
                return found
            if self.lost >= _LOST:
                break
        if only_positive:
            return self.pair.unknown("it agrees with the reference for positive whole numbers only")
        return self.judged(agreed)

    def points(self) -> Iterator[Point]:
        """Yield the points at which the trees are compared."""
        survey = self.survey
        many = survey.branches or survey.corners or survey.jumps or self.integers
        for k in range(GENERIC if many else 5):
            yield self.point(k)
        if survey.jumps or survey.breaks or self.integers:
            yield from special_points(self.pair, survey, self.integers)

    def judged(self, agreed: list[Point]) -> Same:
        """Return the verdict over points that showed no difference."""
        if self.misses * 4 > len(agreed) + 1:
            if self.misses > 1:
                return Same.DIFFERENT
            return self.pair.unknown("it has no value at some points")
        if len(agreed) < _ENOUGH:
            return self.pair.unknown("it could not be compared at enough points")
        found = self.confirmed_by(agreed)
        return Same.DIFFERENT if self.unreal and not self.real else found

    def is_odd(self, point: Point) -> bool:
        """Whether sizes in a formula with jumps are not positive here: allowed, hardly meant."""
        if not self.survey.jumps:
            return False
        values = [point[name] for name in self.integers]
        return any(isinstance(value, Fraction) and value <= 0 for value in values)

    def confirmed_by(self, agreed: list[Point]) -> Same:
        """Return EQUAL only if nothing can hide between the points that agreed."""
        hidden = hiding_place(self.reference, self.answer, self.survey, self.integers, self.alike)
        if hidden:
            return self.pair.unknown(hidden)
        if self.survey.corners or self.survey.branches:
            trees = (self.reference, self.answer)
            return Regions(self.pair, trees, self.integers, agreed, self.compare, same).covered()
        return Same.EQUAL

    def alike(self, one: Node, other: Node) -> bool:
        """Whether two parts are the same function."""
        return same(self.pair, one, other) is Same.EQUAL

    def constants(self) -> Same:
        found = self.compare({})
        if found is Same.UNKNOWN:
            if self.misses:
                return Same.DIFFERENT
            return self.pair.unknown("the two values are too near, or too large, to tell apart")
        return found

    def compare(self, point: Point, least: int = 0) -> Same:
        """Compare at one point, as precisely as it takes; UNKNOWN where it shows nothing.

        Args:
            least: bits that an agreement takes at a point that no other may stand for.
        """
        bits = 128
        full = max(self.pair.full_bits, least)
        limit = MAX_BALL_BITS if self.lost < 2 or least else 512
        while True:
            try:
                (x, y), balls = evaluate(
                    (self.reference, self.answer), self.pair.seed, point, bits, self.pair.work
                )
            except Undefined:
                return self.undefined_at(point)
            except (Unclear, OverflowError, ZeroDivisionError):
                agree = False
            else:
                if not (x - y).contains(0):
                    return self.difference(point, x, y)
                agree = not balls.lossy and _agree(x, y, bits)
            if agree and (bits >= full or (self.confirmed >= _CONFIRMED and not least)):
                self.confirmed += bits >= full
                self.real += x.imag.contains(0)
                return Same.EQUAL
            if bits >= limit or (agree and full > limit):
                self.lost += 1
                return Same.UNKNOWN
            bits = full if agree else min(4 * bits, limit)

    def difference(self, point: Point, x: acb, y: acb) -> Same:
        """Return DIFFERENT, but EQUAL where both have no real value and only those count."""
        out = self.is_unreal(self.reference, x, point) and self.is_unreal(self.answer, y, point)
        self.unreal += out
        return Same.EQUAL if out else Same.DIFFERENT

    def is_unreal(self, tree: Node, value: acb, point: Point) -> bool:
        """Whether a tree has a value only by way of the imaginary, where that means nothing."""
        if not point or not self.survey.branches:
            return False
        if self.only_real is None:
            self.only_real = only_real(self.pair, (self.reference, self.answer), self.survey)
        return self.only_real and leaves_the_reals(self.pair, tree, value, point)

    def undefined_at(self, point: Point) -> Same:
        """Count a point where the reference has a value and the answer has none.

        Where one has no value and the other no real one, as |sqrt(x)| below 0, neither counts.
        """
        (status, x), (other, y) = (
            self.value_at(tree, point) for tree in (self.reference, self.answer)
        )
        if {status, other} == {"value", "undefined"}:
            tree, value = (self.answer, y) if x is None else (self.reference, x)
            if value is not None and self.is_unreal(tree, value, point):
                self.unreal += 1
                return Same.EQUAL
            self.misses += status == "value"
        return Same.UNKNOWN


def _agree(x: acb, y: acb, bits: int) -> bool:
    return bool((x - y).abs_upper() < arb(2) ** (-bits // 2) * (1 + x.abs_lower()))
