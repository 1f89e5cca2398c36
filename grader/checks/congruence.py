"""Congruences, x ≡ 2 (mod 5), as the whole numbers that solve them.

A polynomial with whole coefficients takes the same residue at n and at n + m. So two conditions
made of congruences with one name are equal if they hold for the same numbers below a common
multiple of their moduli: a proof either way.
"""

from math import lcm, prod

from grader.answers.decide import same
from grader.answers.exact import exact
from grader.answers.pair import Pair, Same
from grader.answers.tree import (
    ADD,
    AND,
    CALL,
    MUL,
    NEG,
    NUM,
    OR,
    POW,
    REL,
    SYM,
    Node,
    form,
    free_names,
    walk,
)

_MOST_RESIDUES = 5000
_RING = frozenset({NUM, SYM, ADD, MUL, NEG, POW})


def is_congruence(tree: Node) -> bool:
    """Whether a congruence stands here, alone or among others."""
    if tree.tag in (AND, OR):
        return any(is_congruence(part) for part in tree.args)
    left = tree.args[0] if tree.tag == REL else tree
    return tree.tag == REL and bool(tree.value) and left.tag == CALL and left.name == "mod"


def same_congruences(pair: Pair, reference: Node, answer: Node) -> Same:
    """Return whether two conditions made of congruences hold for the same whole numbers."""
    names = free_names(reference, answer)
    parts = [*_parts(reference), *_parts(answer)]
    moduli = [_modulus(part) for part in parts]
    if len(names) != 1 or 0 in moduli or lcm(*moduli) > _MOST_RESIDUES:
        if form(reference) == form(answer) or _in_form(pair, reference, answer):
            return Same.EQUAL
        return pair.unknown("these congruences could not be compared")
    name = next(iter(names))
    steps = sum(_steps(part) for part in parts)
    for residue in range(lcm(*moduli)):
        pair.work.spend(steps)
        if _holds(reference, name, residue) != _holds(answer, name, residue):
            return Same.DIFFERENT
    return Same.EQUAL


def _in_form(pair: Pair, reference: Node, answer: Node) -> bool:
    """Whether the moduli are the same, and the differences but for the sign."""
    if not reference.tag == answer.tag == REL:
        return False
    (one, modulus), (other, another) = reference.args[0].args, answer.args[0].args
    if same(pair, modulus, another) is not Same.EQUAL:
        return False
    return Same.EQUAL in (same(pair, one, other), same(pair, one, Node(NEG, "", (other,))))


def _parts(tree: Node) -> list[Node]:
    """Return the conditions that `and` and `or` join."""
    if tree.tag not in (AND, OR):
        return [tree]
    return [each for part in tree.args for each in _parts(part)]


def _modulus(part: Node) -> int:
    """Return the modulus of a congruence of polynomials, 0 where it is none."""
    if not is_congruence(part):
        return 0
    polynomial, modulus = part.args[0].args
    plain = all(
        node.tag in _RING
        and (node.tag != NUM or node.value.denominator == 1)
        and (node.tag != POW or (node.args[1].tag == NUM and node.args[1].value >= 0))
        for node in walk(polynomial)
    )
    return _whole(modulus) if plain else 0


def _whole(modulus: Node) -> int:
    """Return a modulus that is a whole number from 1 on, else 0."""
    value = exact(modulus)
    return int(value) if value is not None and value.denominator == 1 <= value else 0


def _holds(tree: Node, name: str, at: int) -> bool:
    if tree.tag in (AND, OR):
        found = (_holds(part, name, at) for part in tree.args)
        return all(found) if tree.tag == AND else any(found)
    polynomial, modulus = tree.args[0].args
    return _residue(polynomial, at, _whole(modulus)) == 0


def _residue(node: Node, at: int, modulus: int) -> int:
    """Return the residue of a polynomial in one name, whose value is `at`."""
    if node.tag == NUM:
        return int(node.value) % modulus
    if node.tag == SYM:
        return at % modulus
    if node.tag == POW:
        return pow(_residue(node.args[0], at, modulus), int(node.args[1].value), modulus)
    parts = [_residue(part, at, modulus) for part in node.args]
    if node.tag == NEG:
        return -parts[0] % modulus
    return (sum(parts) if node.tag == ADD else prod(parts)) % modulus


def _steps(part: Node) -> int:
    """Return the work of one residue: a power takes some for every bit of its exponent."""
    nodes = walk(part)
    exponents = [int(node.args[1].value) for node in nodes if node.tag == POW]
    return 1 + len(nodes) // 4 + sum(each.bit_length() for each in exponents) // 16
