"""Comparing index formulas at drawn sizes, wherever the reference stays inside its arrays."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from difflib import get_close_matches
from itertools import product

from grader.answers.decide import same
from grader.answers.exact import Rational, exact
from grader.answers.names import Names
from grader.answers.pair import Same
from grader.answers.parser import parse
from grader.answers.tree import INDEX, SUM, Node, free_names, walk
from grader.answers.work import TooMuch
from grader.checks.array_values import ArrayField, NoIndex, OutOfRange, Sizes, value_at, written_out
from grader.checks.formula_reach import reach
from grader.checks.settle import Job
from grader.errors import InvalidAnswer, SpecError
from grader.report import Topic
from grader.spec import Options

DRAWS = 5  # sizes at which formulas are compared
POINTS = 5  # values of the free indices at each
_TRIES = 60
_SMALLEST = 2
_LARGEST = {0: 5, 1: 5, 2: 5, 3: 3, 4: 3}  # by the depth of the sums
_FARTHEST = {0: 1000, 1: 150, 2: 16, 3: 6, 4: 4}  # by the depth of the sums
_FAR_DRAWS = 2  # sizes beyond the numbers of an answer at which formulas are compared
_SHALLOW = range(3)
_MAX_PLACES = 150
_MISSES = 25  # places outside of the arrays in a row after which a draw is given up
_DISTINCT = 30  # draws in which no two sizes are equal, so that none can stand for another
_ENOUGH = 0.6  # share of the work after which two draws will do


def size_of(text: str) -> Node:
    """Return an index range as typed by the author: n, 3, n - k + 1, or m = n - k + 1."""
    return parse(text.rsplit("=", maxsplit=1)[-1], Names(Options(imaginary=())))


def _size_name(text: str) -> str:
    name, equals, _ = text.partition("=")
    return name.strip() if equals else ""


def free_indices(tree: Node) -> dict[str, None]:
    """Return the free names that stand in an index or in the end of a sum."""
    free = free_names(tree)
    inside = [part for node in walk(tree) if node.tag == INDEX for part in node.args]
    ends = [part for node in walk(tree) if node.tag == SUM for part in node.args[1:3]]
    return {name: None for name in free_names(*inside, *ends) if name in free}


def _depth(tree: Node) -> int:
    """Return how many sums stand inside one another."""
    return max((_depth(part) for part in tree.args), default=0) + (tree.tag == SUM)


class Comparison:
    """Draws sizes and free indices, and compares formulas there.

    Attributes:
        free: the free indices of the reference.
        zeros: whether points count at which the reference is zero.
    """

    def __init__(self, job: Job, reference: Node) -> None:
        self.job = job
        self.pair = job.pair
        self.reference = reference
        self.zeros = False
        self.arrays = {
            name: [
                (text.partition("=")[0].strip() if "=" in text else "", size_of(text))
                for text in ranges
            ]
            for name, ranges in job.options.arrays.items()
        }
        ranges = [each for found in self.arrays.values() for each in found]
        self.derived = {name: size for name, size in ranges if name}
        self.drawn = [
            name for name in free_names(*(size for _, size in ranges)) if name not in self.derived
        ]
        self.free = [
            name
            for name in free_indices(reference)
            if name not in self.drawn and name not in self.derived
        ]
        self.depth = depth = _depth(reference)
        self.smallest = _SMALLEST
        self.largest = max(_LARGEST.get(depth, _SMALLEST), len(self.drawn) + 1)
        self.points = POINTS if depth in _SHALLOW else 1

    def of(self, job: Job) -> "Comparison":
        """Return the same comparison for the answer of a job."""
        other = copy(self)
        other.job, other.pair, other.zeros = job, job.pair, False
        return other

    def check_names(self, answer: Node) -> None:
        """Check that the answer counts over nothing unknown and uses no other arrays.

        Raises:
            InvalidAnswer: an index or an array is not known.
        """
        known = [*self.free, *self.drawn, *self.derived]
        for name in free_indices(answer):
            if name not in known:
                raise InvalidAnswer(
                    f"The index {name!r} is not known here; known are {', '.join(known)}."
                )
        arrays = {*self.arrays, *(node.name for node in walk(self.reference) if node.tag == INDEX)}
        for node in walk(answer):
            if node.tag == INDEX and node.name not in arrays:
                near = get_close_matches(node.name.lower(), sorted(arrays), n=1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise InvalidAnswer(f"The array {node.name!r} is not known here.{hint}")

    def run(self, answers: Sequence[Node]) -> Same:
        """Compare at drawn sizes; EQUAL needs points at which the reference has a value."""
        agreed = draws = 0
        try:
            for draw in range(_TRIES):
                count = 0
                for found in self.outcomes(draw, answers):
                    if found is not Same.EQUAL:
                        return found
                    count += 1
                agreed += count
                draws += count > 0
                if draws >= self.needed():
                    return self.beyond(answers)
        except TooMuch:
            return self.pair.unknown("this formula takes more work than is allowed")
        if not agreed and not self.zeros:
            self.zeros = True
            return self.run(answers)
        if not agreed:
            raise SpecError("the reference leaves its arrays for all sizes drawn")
        return self.beyond(answers) if draws > 1 else self.pair.unknown("it fits few sizes")

    def beyond(self, answers: Sequence[Node]) -> Same:
        """Compare at sizes beyond the numbers in the answers, where they have new ones."""
        needed = [reach(self.reference, answer) for answer in answers]
        least = max((each for each in needed if each), default=1)
        if not self.drawn or (least == 1 and None not in needed):
            return Same.EQUAL
        most = _FARTHEST.get(self.depth, _SMALLEST)
        if None in needed or least > most:
            return self.pair.unknown("it may differ for sizes larger than can be tried")
        far = copy(self)
        far.smallest, far.largest = least, min(most, 2 * least + len(self.drawn))
        draws = 0
        try:
            for draw in range(_TRIES, 2 * _TRIES):
                outcomes = list(far.outcomes(draw, answers))
                if any(found is not Same.EQUAL for found in outcomes):
                    return next(found for found in outcomes if found is not Same.EQUAL)
                draws += bool(outcomes)
                if draws == _FAR_DRAWS:
                    return Same.EQUAL
        except TooMuch:
            pass
        return self.pair.unknown("it may differ for sizes larger than can be tried")

    def needed(self) -> int:
        """Return at how many sizes formulas have to agree."""
        if not self.drawn:
            return 1
        return 2 if self.pair.work.used > _ENOUGH * self.pair.work.limit else DRAWS

    def sizes(self, draw: int) -> tuple[dict[str, Rational], Sizes]:
        """Return the drawn sizes, and with them the sizes of all arrays."""
        span = self.largest - self.smallest + 1
        known: dict[str, Rational] = {
            name: self.smallest + self.pair.hash("size", name, draw) % span for name in self.drawn
        }
        for name, size in self.derived.items():
            known[name] = exact(size, known) or 0
        return known, {
            array: tuple(_whole(exact(size, known)) for _, size in ranges)
            for array, ranges in self.arrays.items()
        }

    def outcomes(self, draw: int, answers: Sequence[Node]) -> Iterator[Same]:
        """Yield how formulas compare at points of this draw inside the reference's arrays."""
        known, sizes = self.sizes(draw)
        values = [known[name] for name in self.drawn]
        if draw < _DISTINCT and len(set(values)) < len(values):
            return
        if any(size < 1 for each in sizes.values() for size in each):
            return
        field = ArrayField(self.pair, draw, known, sizes)
        count = misses = 0
        for place in self.places(draw, sizes):
            if misses == _MISSES:
                return
            misses += 1
            point = {**known, **dict(zip(self.free, place, strict=True))}
            field.scope = {}, point
            try:
                expected = value_at(field, self.reference)
            except (OutOfRange, NoIndex):
                continue
            if expected is None or (not expected and not self.zeros):
                continue  # an empty sum shows nothing
            yield self.compare(field, expected, answers)
            misses = 0
            count += 1
            if count == self.points:
                return

    def places(self, draw: int, sizes: Sizes) -> list[tuple[int, ...]]:
        """Return values of the free indices, in an order that depends on the draw."""
        largest = max((size for each in sizes.values() for size in each), default=self.largest)
        count = largest ** len(self.free)
        if count <= _MAX_PLACES:
            places = list(product(range(1, largest + 1), repeat=len(self.free)))
            return sorted(places, key=lambda place: self.pair.hash("place", draw, place))
        return [
            tuple(1 + self.pair.hash("place", draw, name, k) % largest for name in self.free)
            for k in range(_MAX_PLACES)
        ]

    def compare(self, field: ArrayField, expected: int, answers: Sequence[Node]) -> Same:
        """Compare at the field's point."""
        known = dict(field.known)
        try:
            given = [value_at(field, answer) for answer in answers]
        except OutOfRange as error:
            where = ", ".join(f"{name} = {value}" for name, value in known.items())
            text = f"For {where} this uses {error.text}, outside of an array of {error.sizes}."
            self.job.remark(Topic.NOTE, text)
            return Same.DIFFERENT
        except NoIndex:
            self.job.remark(Topic.NOTE, "An index or the end of a sum is not a whole number.")
            return Same.DIFFERENT
        if all(each == expected for each in given):
            return Same.EQUAL
        if not field.opaque:
            return Same.DIFFERENT
        return self.by_engine(known, field.sizes, answers)

    def by_engine(
        self, known: Mapping[str, Rational], sizes: Sizes, answers: Sequence[Node]
    ) -> Same:
        """Compare formulas with roots, exponentials and the like, written out at one point."""
        reference = written_out(self.reference, known, sizes)
        found = {
            same(self.pair, reference, written_out(answer, known, sizes)) for answer in answers
        }
        return next(each for each in (Same.DIFFERENT, Same.UNKNOWN, Same.EQUAL) if each in found)


def _whole(size: Rational | None) -> int:
    return int(size) if size is not None and size.denominator == 1 else 0
