"""The growth of an expression tree, node by node."""

from collections.abc import Callable
from fractions import Fraction

from grader.answers.exact import exact
from grader.answers.tree import (
    ADD,
    CALL,
    CONST,
    DIV,
    INDEX,
    MUL,
    NEG,
    NUM,
    POW,
    SYM,
    Node,
    free_names,
    number,
)  # fmt: skip
from grader.checks.asymptotics import (
    Growth,
    constant,
    exponential,
    logarithm,
    multiplied,
    negated,
    raised,
    sign,
    total,
    variable,
)  # fmt: skip
from grader.checks.scales import CONSTANT, Monomial, Undecided, order

_MAX_CHOSEN = 12
_HALF = Fraction(1, 2)


def growth_of(node: Node) -> Growth:
    """Return how fast a tree grows as all its variables go to infinity.

    Raises:
        Undecided: it cannot be proved here.
    """
    if not free_names(node) and node.tag != INDEX:
        return constant(node) if exact(node) != 0 else Growth(())
    rule = _RULES.get(node.tag)
    if rule is None:
        raise Undecided
    return rule(node)


def _mul(node: Node) -> Growth:
    parts = [growth_of(part) for part in node.args]
    while len(parts) > 1:  # in pairs: one after another, the coefficients would grow at every step
        joined = [
            multiplied(one, other) for one, other in zip(parts[::2], parts[1::2], strict=False)
        ]
        parts = joined + parts[2 * len(joined) :]
    return parts[0]


def _pow(node: Node) -> Growth:
    base, exponent = node.args
    fixed = exact(exponent)
    if fixed is not None:
        return raised(growth_of(base), Fraction(fixed))
    above = growth_of(exponent)
    if base.tag == CONST and base.name == "e":
        return exponential(above)
    return exponential(multiplied(above, logarithm(growth_of(base))))


def _call(node: Node) -> Growth:
    rule = _CALLS.get(node.name)
    if rule is None:
        raise Undecided
    return rule(node)


def _log(base: int | None) -> Callable[[Node], Growth]:
    def rule(node: Node) -> Growth:
        found = logarithm(growth_of(node.args[0]))
        if base is None:
            return found
        scale = Node(DIV, "", (number(1), Node(CALL, "ln", (number(base),))))
        return multiplied(found, constant(scale))

    return rule


def _rounded(node: Node) -> Growth:
    found = growth_of(node.args[0])
    return Growth(found.terms, (*found.error, CONSTANT), found.loose)


def _limited(node: Node) -> Growth:
    del node
    return Growth((), (CONSTANT,))


def _abs(node: Node) -> Growth:
    found = growth_of(node.args[0])
    signs = {sign(coefficient) for _, coefficient in found.leading()}
    if len(signs) != 1:
        raise Undecided
    return found if signs == {1} else negated(found)


def _extreme(node: Node) -> Growth:
    """Return the growth of a maximum, up to a factor, or of a minimum where one is the smallest."""
    parts = [growth_of(part) for part in node.args]
    tops = [part.leading() for part in parts]
    if any(sign(coefficient) < 0 for top in tops for _, coefficient in top):
        raise Undecided
    if node.name == "max":
        return total(
            [Growth(tuple((m, number(1)) for m, _ in top), (), loose=True) for top in tops]
        )
    for part, top in zip(parts, tops, strict=True):
        if len(top) == 1 and all(_is_slower(top[0][0], [m for m, _ in other]) for other in tops):
            return Growth(part.terms, part.error, loose=True)
    raise Undecided


def _is_slower(monomial: Monomial, others: list[Monomial]) -> bool:
    return any(order(monomial, other) in (-1, 0) for other in others)


def _factorial(node: Node) -> Growth:
    """Return Stirling's formula: (x/e)^x sqrt(2 pi x) (1 + O(1/x))."""
    return _stirling(growth_of(node.args[0]))


def _stirling(x: Growth) -> Growth:
    power = exponential(total([multiplied(x, logarithm(x)), negated(x)]))
    root = raised(x, _HALF)
    scale = Node(POW, "", (Node(MUL, "", (number(2), Node(CONST, "pi"))), number(_HALF)))
    found = multiplied(multiplied(power, root), constant(scale))
    inverse = raised(x, Fraction(-1)).terms[0][0]
    error = tuple(monomial.times(inverse) for monomial, _ in found.terms)
    return Growth(found.terms, (*found.error, *error), found.loose)


def _binomial(node: Node) -> Growth:
    n, k = growth_of(node.args[0]), exact(node.args[1])
    if k is not None and k.denominator == 1 and 0 <= k <= _MAX_CHOSEN:
        result = constant(number(1))
        for i in range(int(k)):
            result = multiplied(result, total([n, constant(number(-i))] if i else [n]))
        return result
    chosen = growth_of(node.args[1])
    rest = _stirling(total([n, negated(chosen)]))
    below = multiplied(_stirling(chosen), rest)
    return multiplied(_stirling(n), raised(below, Fraction(-1)))


_RULES: dict[str, Callable[[Node], Growth]] = {
    NUM: constant,
    CONST: constant,
    SYM: lambda node: variable(node.name),
    ADD: lambda node: total([growth_of(part) for part in node.args]),
    NEG: lambda node: negated(growth_of(node.args[0])),
    MUL: _mul,
    DIV: lambda node: multiplied(
        growth_of(node.args[0]), raised(growth_of(node.args[1]), Fraction(-1))
    ),
    POW: _pow,
    CALL: _call,
}
_CALLS: dict[str, Callable[[Node], Growth]] = {
    "ln": _log(None),
    "log2": _log(2),
    "log10": _log(10),
    "floor": _rounded,
    "ceil": _rounded,
    "round": _rounded,
    "abs": _abs,
    "max": _extreme,
    "min": _extreme,
    **dict.fromkeys(("sin", "cos", "tanh", "erf", "atan", "sign"), _limited),
    "factorial": _factorial,
    "binomial": _binomial,
}
