"""The magnitude and the unit of a quantity, once it is a tree in which units are names."""

from fractions import Fraction

from grader.answers.exact import exact
from grader.answers.tree import (
    ADD,
    CALL,
    CONST,
    DIV,
    MUL,
    NEG,
    NUM,
    POW,
    SYM,
    Node,
    number,
    walk,
)  # fmt: skip
from grader.answers.units import ONE, Unit, UnknownUnit
from grader.errors import InvalidAnswer


def split(tree: Node, units: dict[str, Unit]) -> tuple[Node, Unit]:
    """Return the number and the unit of a tree; of a sum of units, the first.

    Args:
        units: by the names that stand for them in the tree.

    Raises:
        InvalidAnswer: unlike units are added, or it is no quantity.
    """
    return _Walk(units).measure(tree)


def scaled(magnitude: Node, by: Unit) -> Node:
    """Return the magnitude times the factor of a unit."""
    factors = [magnitude]
    if by.factor != 1:
        factors.append(number(by.factor))
    if by.turns:
        factors.append(Node(POW, "", (Node(CONST, "pi"), number(by.turns))))
    return magnitude if len(factors) == 1 else Node(MUL, "", tuple(factors))


class _Walk:
    """Splits a tree into its magnitude and its unit."""

    def __init__(self, units: dict[str, Unit]) -> None:
        self.units = units

    def measure(self, node: Node) -> tuple[Node, Unit]:
        tag = node.tag
        if tag == SYM:
            if node.name not in self.units:  # a unit with a hat or a prime on it
                raise InvalidAnswer("A mark stands on a unit here.", node.start)
            return number(1), ONE.times(self.units[node.name])
        if tag in (NUM, CONST):
            return node, ONE
        if tag == NEG:
            magnitude, found = self.measure(node.args[0])
            return node._replace(args=(magnitude,)), found
        if tag in (MUL, DIV):
            return self.product(node)
        if tag == POW:
            return self.power(node)
        if tag == ADD:
            return self.total(node)
        if tag == CALL:
            return node._replace(args=tuple(map(self.plain, node.args))), ONE
        raise InvalidAnswer("This is no quantity: a number with a unit.", node.start)

    def product(self, node: Node) -> tuple[Node, Unit]:
        parts = [self.measure(part) for part in node.args]
        total = parts[0][1]
        for _, found in parts[1:]:
            total = total.times(found.power(Fraction(-1)) if node.tag == DIV else found)
        magnitudes = [magnitude for magnitude, _ in parts]
        if node.tag == MUL:
            magnitudes = [each for each in magnitudes if each.value != 1 or each.tag != NUM]
        if len(magnitudes) < 2:
            return magnitudes[0] if magnitudes else number(1), total
        return node._replace(args=tuple(magnitudes)), total

    def power(self, node: Node) -> tuple[Node, Unit]:
        base, found = self.measure(node.args[0])
        exponent_node = self.plain(node.args[1])
        if found == ONE:
            return node._replace(args=(base, exponent_node)), ONE
        exponent = exact(exponent_node)
        if exponent is None:
            raise InvalidAnswer("The exponent of a unit is a number.", node.start)
        try:
            total = found.power(Fraction(exponent))
        except UnknownUnit as error:
            raise InvalidAnswer("This power of a unit cannot be read.", node.start) from error
        return node._replace(args=(base, exponent_node)), total

    def total(self, node: Node) -> tuple[Node, Unit]:
        parts = [self.measure(part) for part in node.args]
        first = parts[0][1]
        if any(found.dimensions != first.dimensions for _, found in parts):
            raise InvalidAnswer("Unlike units are added here.", node.start)
        inverse = first.power(Fraction(-1))
        terms = tuple(scaled(magnitude, found.times(inverse)) for magnitude, found in parts)
        return node._replace(args=terms), first

    def plain(self, node: Node) -> Node:
        """Return the value of what may have no dimensions."""
        magnitude, found = self.measure(node)
        if found.dimensions:
            raise InvalidAnswer("A unit cannot stand in a function or an exponent.", node.start)
        return scaled(magnitude, found)


def temperature(tree: Node, units: dict[str, Unit]) -> Unit | None:
    """Return the scale of a temperature as read off a thermometer; in 5 J/°C a degree is a step."""
    symbols = [part for part in walk(tree) if part.tag == SYM]
    if len(symbols) != 1 or units[symbols[0].name].offset is None:
        return None
    while tree.tag in (NEG, MUL):
        tree = next(part for part in tree.args if symbols[0] in walk(part))
    return units[symbols[0].name] if tree.tag == SYM else None
