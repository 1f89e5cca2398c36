"""Reading a filter: a matrix of numbers, in any spelling, alone or scaled by a number.

Every entry carries how far rounding may have moved it, so that 0.11 can stand for 1/9.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.answers.balls import evaluate
from grader.answers.exact import exact
from grader.answers.layouts import arrays_as_lists
from grader.answers.parser import parse
from grader.answers.tree import ADD, DIV, MUL, NEG, NUM, SEQ, Node, free_names, is_scalar
from grader.answers.work import Unclear, Undefined, Work
from grader.errors import InvalidAnswer

MAX_SIDE = 15
_BITS = 128
_ROUNDED_DECIMALS = 2  # fewer decimals are meant exactly
_LARGEST = 200  # bits of an entry, above or below the fraction line
_SIZE = r"\(\s*[(\[]?\s*(\d{1,2})\s*(?:,\s*(\d{1,2})\s*)?[)\]]?\s*\)"
_FILLED = re.compile(rf"(?:\b(?:np|numpy|torch)\s*\.\s*)?\b(ones|zeros|eye){_SIZE}")


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number as typed and how far from the meant one rounding may have left it."""

    value: Fraction
    slack: Fraction = Fraction(0)

    def times(self, other: "Rounded") -> "Rounded":
        """Return the product, with what both factors may be off."""
        slack = abs(self.value) * other.slack + abs(other.value) * self.slack
        return Rounded(self.value * other.value, slack)

    def plus(self, other: "Rounded") -> "Rounded":
        """Return the sum, with what both terms may be off."""
        return Rounded(self.value + other.value, self.slack + other.slack)


Kernel = tuple[tuple[Rounded, ...], ...]
_MINUS_ONE = Rounded(Fraction(-1))


def read_kernel(text: str) -> Kernel:
    """Return the filter that a text spells.

    Raises:
        InvalidAnswer: it is no matrix of numbers, its rows differ in length, or it is too large.

    >>> kernel = read_kernel("[1 2; 3 4]/2")
    >>> [[str(entry.value) for entry in row] for row in kernel]
    [['1/2', '1'], ['3/2', '2']]
    """
    written = arrays_as_lists(_FILLED.sub(_filled, text))
    try:
        tree = parse(written)
    except InvalidAnswer as error:
        raise InvalidAnswer(str(error), error.position if written == text else None) from error
    kernel = _Reader(written).matrix(tree)
    if len({len(row) for row in kernel}) != 1:
        raise InvalidAnswer("The rows of this filter differ in length.")
    if max(len(kernel), len(kernel[0])) > MAX_SIDE:
        raise InvalidAnswer(f"A filter may have {MAX_SIDE} rows and {MAX_SIDE} columns.")
    for entry in entries(kernel):
        _bounded(entry.value, None)
    return kernel


def _bounded(value: Fraction, position: int | None) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _LARGEST:
        raise InvalidAnswer("An entry of this filter is too large or too small.", position)
    return value


def _filled(found: "re.Match[str]") -> str:
    """Return ones((3, 3)) and its like as nested lists."""
    what, rows = found[1], int(found[2])
    columns = int(found[3] or rows)
    if not 0 < max(rows, columns) <= MAX_SIDE:
        return found[0]
    inside = [
        [int(what == "ones" or (what == "eye" and i == j)) for j in range(columns)]
        for i in range(rows)
    ]
    return str(inside)


class _Reader:
    """Turns the tree of a filter into its entries; `text` tells how many decimals were written."""

    def __init__(self, text: str) -> None:
        self.text = text

    def matrix(self, node: Node) -> Kernel:
        """Return the entries of a matrix, of a sum of matrices, or of one scaled by numbers."""
        if node.tag == SEQ:
            return self.rows(node)
        if node.tag == NEG:
            return _each(self.matrix(node.args[0]), _MINUS_ONE.times)
        if node.tag == DIV and not is_scalar(node.args[0]):
            divisor = self.number(node.args[1])
            if not divisor.value:
                raise InvalidAnswer("This divides by zero.", node.start)
            inverse = Rounded(1 / divisor.value, divisor.slack / divisor.value**2)
            return _each(self.matrix(node.args[0]), inverse.times)
        if node.tag == MUL:
            return self.scaled(node)
        if node.tag == ADD:
            return self.total(node)
        raise InvalidAnswer(
            "A filter is a matrix of numbers, such as [[1, 2], [3, 4]].", node.start
        )

    def scaled(self, node: Node) -> Kernel:
        arrays = [part for part in node.args if not is_scalar(part)]
        if len(arrays) != 1:
            raise InvalidAnswer("A filter is one matrix of numbers.", node.start)
        kernel = self.matrix(arrays[0])
        for part in node.args:
            if part is not arrays[0]:
                kernel = _each(kernel, self.number(part).times)
        return kernel

    def total(self, node: Node) -> Kernel:
        kernels = [self.matrix(part) for part in node.args]
        shapes = {tuple(map(len, kernel)) for kernel in kernels}
        if len(shapes) != 1:
            raise InvalidAnswer("These matrices differ in shape.", node.start)
        total = kernels[0]
        for kernel in kernels[1:]:
            total = tuple(
                tuple(x.plus(y) for x, y in zip(one, other, strict=True))
                for one, other in zip(total, kernel, strict=True)
            )
        return total

    def rows(self, node: Node) -> Kernel:
        while len(node.args) == 1 and node.args[0].tag == SEQ and _holds_rows(node.args[0]):
            node = node.args[0]  # a batch or a channel of one
        if node.args and all(part.tag == SEQ for part in node.args):
            return tuple(tuple(map(self.number, part.args)) for part in node.args if part.args)
        return (tuple(map(self.number, node.args)),)

    def number(self, node: Node) -> Rounded:
        """Return the value of an entry.

        Raises:
            InvalidAnswer: it is no number, or has no value.
        """
        if not is_scalar(node) or free_names(node):
            raise InvalidAnswer("An entry of a filter is a number.", node.start)
        if node.tag == NEG:
            return self.number(node.args[0]).times(_MINUS_ONE)
        value = exact(node)
        if value is not None:
            return Rounded(_bounded(Fraction(value), node.start), self.slack(node))
        try:
            (ball,), _ = evaluate((node,), b"", {}, _BITS, Work())
        except (Undefined, Unclear, OverflowError, ZeroDivisionError) as error:
            raise InvalidAnswer("This entry has no value.", node.start) from error
        if not ball.imag == 0:
            raise InvalidAnswer("An entry of a filter is a real number.", node.start)
        mantissa, exponent = ball.real.mid().man_exp()
        shift = max(-2 * _LARGEST, min(int(exponent), 2 * _LARGEST))
        return Rounded(_bounded(Fraction(int(mantissa)) * Fraction(2) ** shift, node.start))

    def slack(self, node: Node) -> Fraction:
        """Return half a unit of the last decimal, for numbers with two decimals or more."""
        decimals = self.text[node.start : node.end].partition(".")[2]
        if node.tag != NUM or not decimals.isdigit() or len(decimals) < _ROUNDED_DECIMALS:
            return Fraction(0)
        return Fraction(1, 2 * 10 ** len(decimals))


def _holds_rows(node: Node) -> bool:
    return bool(node.args) and all(part.tag == SEQ for part in node.args)


def _each(kernel: Kernel, change: Callable[[Rounded], Rounded]) -> Kernel:
    return tuple(tuple(map(change, row)) for row in kernel)


def entries(kernel: Kernel) -> Iterator[Rounded]:
    """Yield the entries row by row."""
    for row in kernel:
        yield from row


def transposed(kernel: Kernel) -> Kernel:
    """Return the filter with rows and columns exchanged."""
    return tuple(zip(*kernel, strict=True))


def added(parts: "Iterator[Rounded] | tuple[Rounded, ...]") -> Rounded:
    """Return the sum of numbers, with what all of them together may be off."""
    total = Rounded(Fraction(0))
    for part in parts:
        total = total.plus(part)
    return total
