"""Undoing a function that rises or falls everywhere: e^u = c is u = ln c."""

from dataclasses import dataclass

from grader.answers.balls import evaluate
from grader.answers.exact import exact
from grader.answers.tree import CALL, CONST, DIV, MUL, POW, Node, free_names, number
from grader.answers.work import NotScalar, TooMuch, Unclear, Undefined, Work
from grader.checks.cells import Atom

_BITS = 192


@dataclass(frozen=True, slots=True)
class Inverse:
    """What f(u) compared with c becomes.

    Attributes:
        inside: u; None where f(u) is above c wherever it has a value.
        value: what u is compared with.
        rising: whether the direction of the comparison stays.
        domain: where f(u) has a value; None for everywhere.
    """

    inside: Node | None
    value: Node
    rising: bool = True
    domain: Atom | None = None


def inverse(function: Node, value: Node) -> Inverse | None:
    """Return what is left when the outermost function is undone, or None where none is known."""
    sign = _sign(value)
    if sign is None:
        return None
    if function.tag == MUL:
        return _unscaled(function, value)
    if function.tag == POW and free_names(function.args[1]) and not free_names(function.args[0]):
        return _exponential(function, value, sign)
    if function.tag == CALL and function.name == "ln":
        power = Node(POW, "exp", (Node(CONST, "e"), value))
        return Inverse(function.args[0], power, domain=Atom(function.args[0], ">"))
    if function.tag == DIV and not free_names(function.args[1]):
        scale = _sign(function.args[1])
        if scale:
            return (
                Inverse(
                    function.args[0], Node(MUL, "", (value, function.args[1])), rising=scale > 0
                )
                if not _is_rational(function)
                else None
            )
    return _root(function, value, sign)


def _is_rational(node: Node) -> bool:
    """Whether no function stands in the tree, so that nothing has to be undone."""
    if node.tag == CALL:
        return False
    if node.tag == POW:
        exponent = exact(node.args[1])
        if exponent is None or exponent.denominator != 1:
            return False
    return all(_is_rational(part) for part in node.args)


def _unscaled(function: Node, value: Node) -> Inverse | None:
    """Return u compared with c / a for a u compared with c."""
    inside = [part for part in function.args if free_names(part)]
    outside = tuple(part for part in function.args if not free_names(part))
    if len(inside) != 1 or not outside or _is_rational(function):
        return None
    factor = Node(MUL, "", (*outside, number(1)))
    scale = _sign(factor)
    return Inverse(inside[0], Node(DIV, "", (value, factor)), scale > 0) if scale else None


def _exponential(function: Node, value: Node, sign: int) -> Inverse | None:
    base, exponent = function.args
    logarithm = Node(CALL, "ln", (base,))
    positive = _sign(base)
    direction = _sign(logarithm) if positive == 1 else None
    if not direction:
        return None
    if sign <= 0:
        return Inverse(None, value)
    quotient = Node(DIV, "", (Node(CALL, "ln", (value,)), logarithm))
    return Inverse(exponent, quotient, rising=direction > 0)


def _root(function: Node, value: Node, sign: int) -> Inverse | None:
    """Undo a square root."""
    if function.tag != POW or function.name != "sqrt" or exact(function.args[1]) is None:
        return None
    if (exact(function.args[1]) or 0) * 2 != 1:
        return None
    inside = function.args[0]
    domain = Atom(inside, ">=")
    if sign < 0:
        return Inverse(None, value, domain=domain)
    return Inverse(inside, Node(POW, "", (value, number(2))), domain=domain)


def _sign(node: Node) -> int | None:
    """Return the sign of a constant, or None where it is not shown."""
    known = exact(node)
    if known is not None:
        return (known > 0) - (known < 0)
    try:
        (ball,), _ = evaluate((node,), b"", {}, _BITS, Work())
    except (Undefined, Unclear, NotScalar, TooMuch, OverflowError, ZeroDivisionError):
        return None
    if ball.imag != 0 or ball.real.contains(0):
        return None
    return 1 if ball.real > 0 else -1
