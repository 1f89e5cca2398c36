"""Polynomials in a name and in roots of it, as polynomials in the name alone.

A root r with r^q = base^p is eliminated by a resultant: wherever the polynomial vanishes on any
branch of r, the resultant does. So every place at which its sign may change is among the roots.
"""

from flint import fmpq_mpoly

from grader.answers.exact import exact
from grader.answers.polynomials import Polynomials
from grader.answers.tree import POW, Node
from grader.answers.work import TooMuch

_MAX_INDEX = 4  # of a root
_MAX_POWER = 4
_MAX_DEGREE = 24
_STEPS = 60  # counted for one elimination, for a degree


def are_radicals(polynomials: Polynomials) -> bool:
    """Whether all atoms but the first are roots, of small index."""
    return all(_exponent(node) is not None for node in [*polynomials.atoms.values()][1:])


def without_radicals(polynomials: Polynomials, poly: fmpq_mpoly) -> fmpq_mpoly | None:
    """Return a polynomial in the first atom that vanishes wherever this one does.

    Returns:
        None where there is none that is not zero everywhere.

    Raises:
        TooMuch: its degree grows too large.
    """
    atoms = [*polynomials.atoms.items()][1:]
    for key, node in sorted(atoms, key=lambda each: -len(each[0])):  # outer roots before inner
        place = polynomials.place[key]
        if not poly.degrees()[place]:
            continue
        relation = _relation(polynomials, node, polynomials.context.gens()[place])
        polynomials.pair.work.spend(_STEPS * (1 + poly.total_degree()))
        poly = poly.resultant(relation, f"a{place}")
        if poly.is_zero():
            return None
        if poly.total_degree() > _MAX_DEGREE:
            raise TooMuch
    return poly


def _exponent(node: Node) -> tuple[int, int] | None:
    value = exact(node.args[1]) if node.tag == POW else None
    if value is None or value.denominator > _MAX_INDEX or abs(value.numerator) > _MAX_POWER:
        return None
    return int(value.numerator), int(value.denominator)


def _relation(polynomials: Polynomials, node: Node, root: fmpq_mpoly) -> fmpq_mpoly:
    """Return the polynomial that a root solves."""
    power, index = _exponent(node) or (1, 1)
    top, bottom = polynomials.fraction(node.args[0])
    if power < 0:
        top, bottom, power = bottom, top, -power
    return root**index * bottom**power - top**power
