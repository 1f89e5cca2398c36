"""Arrays as typed: nested brackets, alone, scaled, transposed, with a sign or added up."""

from dataclasses import dataclass

from grader.answers.limits import MAX_ITEMS
from grader.answers.tree import ADD, DIV, MUL, NEG, POW, SEQ, Node, is_scalar
from grader.errors import InvalidAnswer

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """An array as typed: its shape and its entries, row by row."""

    shape: Shape
    entries: list[Node]


def array_of(tree: Node) -> Array:
    """Return the array that a tree spells: brackets, k * array, array / k, -array, array^T, sums.

    Raises:
        InvalidAnswer: the rows differ in length, or it is no array of numbers.
    """
    if tree.tag == NEG:
        inside = array_of(tree.args[0])
        return Array(inside.shape, [Node(NEG, "", (entry,)) for entry in inside.entries])
    if tree.tag == POW and not is_scalar(tree):
        return _transposed(tree)
    if tree.tag == MUL and not is_scalar(tree):
        return _scaled(tree)
    if tree.tag == DIV and not is_scalar(tree) and is_scalar(tree.args[1]):
        inside, divisor = array_of(tree.args[0]), tree.args[1]
        return Array(inside.shape, [Node(DIV, "", (entry, divisor)) for entry in inside.entries])
    if tree.tag == ADD and not is_scalar(tree):
        return _total(tree)
    return _brackets(tree)


HALF_OPEN = frozenset({"[)", "(]", "]["})  # around the ends of an interval, of nothing else


def _brackets(tree: Node) -> Array:
    """Return what nested brackets spell."""
    shape: list[int] = []
    level = [tree]
    while level and all(node.tag == SEQ for node in level):
        if any(node.name in HALF_OPEN for node in level):
            raise InvalidAnswer("These brackets do not belong together.", level[0].start)
        lengths = {len(node.args) for node in level}
        if len(lengths) != 1:
            raise InvalidAnswer("The rows differ in length.", level[0].start)
        shape.append(lengths.pop())
        level = [item for node in level for item in node.args]
        if len(level) > MAX_ITEMS:
            raise InvalidAnswer(f"An array may hold {MAX_ITEMS} entries.", tree.start)
    for node in level:
        if not is_scalar(node):
            message = (
                "The rows differ in length."
                if node.tag == SEQ
                else "An entry here is no number or formula."
            )
            raise InvalidAnswer(message, node.start)
    return Array(tuple(shape), level)


def _transposed(tree: Node) -> Array:
    """Return an array with a T above it; one row of entries becomes a column."""
    base, mark = tree.args
    if base.tag != SEQ or mark.name != "T":
        raise InvalidAnswer("A power of an array is no array asked for here.", tree.start)
    inside = array_of(base)
    if len(inside.shape) > 2:
        raise InvalidAnswer("Only a vector or a matrix has a transpose.", tree.start)
    rows, columns = inside.shape if len(inside.shape) == 2 else (1, inside.shape[0])
    entries = [inside.entries[i * columns + j] for j in range(columns) for i in range(rows)]
    return Array((columns, rows), entries)


def _scaled(tree: Node) -> Array:
    """Return an array times scalars. Of two arrays several products are known: none is read."""
    arrays = [part for part in tree.args if not is_scalar(part)]
    if len(arrays) != 1:
        raise InvalidAnswer("A product of arrays is not read; type its entries.", tree.start)
    inside = array_of(arrays[0])
    factors = tuple(part for part in tree.args if part is not arrays[0])
    return Array(inside.shape, [Node(MUL, "", (*factors, entry)) for entry in inside.entries])


def _total(tree: Node) -> Array:
    """Return a sum of arrays of one shape."""
    parts = [array_of(part) for part in tree.args]
    if any(part.shape != parts[0].shape or not part.shape for part in parts):
        raise InvalidAnswer("These arrays differ in shape and cannot be added.", tree.start)
    columns = zip(*(part.entries for part in parts), strict=True)
    return Array(parts[0].shape, [Node(ADD, "", entries) for entries in columns])
