"""Signs of rational expressions, as polynomials in names and other parts.

A guard is an expression whose sign decides which formula holds (the inside of |x|, of a root, of a
logarithm). Systems of guards are refuted by Fourier-Motzkin elimination, with every monomial an
unknown of its own: what is infeasible so is infeasible in truth.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from math import lcm

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx, fmpz_poly

from grader.answers.ball_corners import middle
from grader.answers.canonical import canonical
from grader.answers.exact import exact, magnitude
from grader.answers.pair import Pair
from grader.answers.real_roots import real_roots
from grader.answers.tree import ADD, CALL, CONST, DIV, MUL, NEG, NUM, POW, SYM, Node, walk
from grader.answers.work import TooMuch
from grader.spec import Domain

_BETWEEN = frozenset({"sin", "cos", "tanh", "erf"})
_MAX_DEGREE = 16
_MAX_TERMS = 120
_MAX_ROWS = 160
_MAX_ATOMS = 24
Row = tuple[dict[tuple[int, ...], Fraction], Fraction]
"""A row (coefficients by monomial, constant): their sum is above 0, or not below it."""
Signed = tuple[fmpq_mpoly, int]
"""A polynomial and the sign that it is to have."""
Span = tuple[Fraction, Fraction]
"""Two rational numbers between which a root lies; they are equal where it is one of them."""


class Polynomials:
    """Turns trees into polynomials over the atoms of one comparison."""

    def __init__(self, pair: Pair, trees: tuple[Node, ...]) -> None:
        self.pair = pair
        atoms: dict[str, Node] = {}
        for tree in trees:
            _collect_atoms(tree, atoms)
        if len(atoms) > _MAX_ATOMS:
            raise TooMuch
        self.atoms = atoms
        self.context = fmpq_mpoly_ctx.get(
            tuple(f"a{k}" for k in range(max(1, len(atoms)))), Ordering.lex
        )
        self.place = {key: k for k, key in enumerate(atoms)}
        self.positive = [self._is_positive(node) for node in atoms.values()]
        self.real = [self._is_real(node) for node in atoms.values()]

    def _is_positive(self, node: Node) -> bool:
        if node.tag == SYM:
            return self.pair.domain(node.name) is Domain.POSITIVE
        if node.tag == CONST:
            return node.name in ("e", "pi")
        if node.tag == POW:
            base = node.args[0]
            return self._is_positive(base) or (base.tag == NUM and base.value > 0)
        return False

    def _is_real(self, node: Node) -> bool:
        return (
            not any(
                (part.tag == CONST and part.name == "i")
                or (part.tag == SYM and self.pair.domain(part.name) is Domain.COMPLEX)
                for part in walk(node)
            )
            and node.tag != POW
        )

    def fraction(self, node: Node) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """Return numerator and denominator.

        Raises:
            TooMuch: the polynomials grow too large.
        """
        self.pair.work.spend(4)
        one = self.context.constant(1)
        value = exact(node)
        if value is not None:
            return self.context.constant(value.numerator), self.context.constant(value.denominator)
        if node.tag == NEG:
            top, bottom = self.fraction(node.args[0])
            return -top, bottom
        if node.tag in (ADD, MUL):
            return self._combined(node)
        if node.tag == DIV:
            (a, b), (c, d) = (self.fraction(part) for part in node.args)
            return self._bounded(a * d), self._bounded(b * c)
        exponent = exact(node.args[1]) if node.tag == POW else None
        if (
            exponent is not None
            and exponent.denominator == 1
            and magnitude(exponent) <= _MAX_DEGREE
        ):
            top, bottom = self.fraction(node.args[0])
            if exponent < 0:
                top, bottom = bottom, top
            power = abs(int(exponent))
            if max(top.total_degree(), bottom.total_degree()) * power > _MAX_DEGREE:
                raise TooMuch
            return self._bounded(top**power), self._bounded(bottom**power)
        return self.context.gens()[self.place[canonical(node)]], one

    def _combined(self, node: Node) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        top, bottom = self.fraction(node.args[0])
        for part in node.args[1:]:
            a, b = self.fraction(part)
            if node.tag == ADD:
                top, bottom = (
                    (top + a, bottom) if b == bottom else (top * b + a * bottom, bottom * b)
                )
            else:
                top, bottom = top * a, bottom * b
            self._bounded(top)
            self._bounded(bottom)
        return top, bottom

    def _bounded(self, poly: fmpq_mpoly) -> fmpq_mpoly:
        size = len(poly.monoms())
        self.pair.work.spend(size)
        if size > _MAX_TERMS or poly.total_degree() > 2 * _MAX_DEGREE:
            raise TooMuch
        return poly

    def product(self, guard: Node) -> fmpq_mpoly:
        """Return a polynomial with the sign of a guard."""
        top, bottom = self.fraction(guard)
        return top * bottom

    def factors(self, poly: fmpq_mpoly) -> tuple[int, list[tuple[fmpq_mpoly, int]]]:
        """Return the sign of the constant, and irreducible factors with their powers."""
        self.pair.work.spend(40 + 10 * len(poly.monoms()))
        constant, parts = poly.factor()
        sign = 1 if constant > 0 else -1
        found = []
        for part, power in parts:
            if part.leading_coefficient() < 0:
                sign *= (-1) ** power
                found.append((-part, power))
            else:
                found.append((part, power))
        return sign, found

    def switches(self, guard: Node) -> dict[str, fmpq_mpoly]:
        """Return the polynomials at whose zeros a function of the guard may change its formula.

        The product of the factors of odd power is one of them: over the field of rational
        functions, a root of it has all its branches conjugate. A factor of even power is one by
        itself: sqrt(u^2) is |u|.
        """
        top, bottom = self.fraction(guard)
        odd = self.context.constant(1)
        found: dict[str, fmpq_mpoly] = {}
        if not top.is_zero():
            powers: dict[str, int] = {}
            polys: dict[str, fmpq_mpoly] = {}
            for part, power in self.factors(top)[1] + self.factors(bottom)[1]:
                polys[str(part)] = part
                powers[str(part)] = powers.get(str(part), 0) + power
            for key, part in polys.items():
                if powers[key] % 2:
                    odd = odd * part
                else:
                    found[key] = part
        if not odd.is_constant():
            found[str(odd)] = odd
        return found

    def row(self, poly: fmpq_mpoly, sign: int) -> Row:
        """Return the row that says that sign * poly is above 0."""
        coefficients: dict[tuple[int, ...], Fraction] = {}
        constant = Fraction(0)
        for monomial, coefficient in poly.to_dict().items():
            value = sign * Fraction(int(coefficient.p), int(coefficient.q))
            if any(monomial):
                coefficients[tuple(monomial)] = value
            else:
                constant = value
        return coefficients, constant

    def known_rows(self, rows: list[Row]) -> list[Row]:
        """Return rows for what cannot be negative: squares, products of positive names."""
        monomials = {monomial for coefficients, _ in rows for monomial in coefficients}
        found: list[Row] = []
        for monomial in monomials:
            certain = all(
                power == 0 or self.positive[k] or (power % 2 == 0 and self.real[k])
                for k, power in enumerate(monomial[: len(self.positive)])
            )
            if certain:
                found.append(({monomial: Fraction(1)}, Fraction(0)))
        return found

    def bounds(self, rows: list[Row]) -> list[Row]:
        """Return rows for atoms between -1 and 1: sines, cosines, tanh and erf of reals."""
        used = {monomial for coefficients, _ in rows for monomial in coefficients}
        found: list[Row] = []
        for k, node in enumerate(self.atoms.values()):
            if node.tag != CALL or node.name not in _BETWEEN or not self.real[k]:
                continue
            for monomial in used:
                if monomial[k] and not any(monomial[:k] + monomial[k + 1 :]):
                    found.append(({monomial: Fraction(-1)}, Fraction(1)))
                    if monomial[k] % 2:
                        found.append(({monomial: Fraction(1)}, Fraction(1)))
        return found

    def feasible(self, signs: list[Signed]) -> bool:
        """Whether it cannot be ruled out that all polynomials have their signs at once."""
        rows = [self.row(poly, sign) for poly, sign in signs]
        rows += self.bounds(rows)
        if _refuted(self.pair, rows + self.known_rows(rows)):
            return False
        return len(signs) < 2 or not self.contradicts_parity(signs)

    def contradicts_parity(self, signs: list[Signed]) -> bool:
        """Whether the signs of products contradict those of their factors: xy < 0 with x, y > 0."""
        basis: dict[str, tuple[frozenset[str], int]] = {}
        for poly, sign in signs:
            if poly.is_zero():
                return True
            constant, parts = self.factors(poly)
            parity = sign * constant
            keys: frozenset[str] = frozenset()
            for part, power in parts:
                if power % 2 and not self.is_never_negative(part):
                    keys ^= {str(part)}
            while keys:
                pivot = min(keys)
                if pivot not in basis:
                    basis[pivot] = keys, parity
                    break
                others, other = basis[pivot]
                keys, parity = keys ^ others, parity * other
            if not keys and parity < 0:
                return True
        return False

    def is_never_negative(self, poly: fmpq_mpoly) -> bool:
        """Whether a polynomial is a sum of terms that cannot be negative."""
        rows = [self.row(poly, -1)]
        return _refuted(self.pair, rows + self.known_rows(rows))

    def real_roots(self, polys: Iterable[fmpq_mpoly]) -> list[Span]:
        """Return where 0 and the real roots of polynomials in the first atom lie, in order.

        Raises:
            TooMuch: the polynomials are too large, or two roots too near.
        """
        found = [
            root
            for poly in ({str(each): each for each in map(self._whole, polys)}).values()
            for root in real_roots(poly, self.pair.work)
        ]
        spans = {(Fraction(0), Fraction(0))}
        for root in found:
            low, high = middle(root.ball.lower()), middle(root.ball.upper())
            if root.value is not None:
                low = high = root.value
            if low is None or high is None:
                raise TooMuch
            spans.add((low, high))
        ordered = sorted(spans)
        if any(one[1] >= other[0] for one, other in pairwise(ordered)):
            raise TooMuch
        return ordered

    def _whole(self, poly: fmpq_mpoly) -> fmpz_poly:
        """Return a multiple with whole coefficients of a polynomial in the first atom."""
        coefficients = [Fraction(0)] * (poly.total_degree() + 1)
        for monomial, coefficient in poly.to_dict().items():
            coefficients[monomial[0]] = Fraction(int(coefficient.p), int(coefficient.q))
        scale = lcm(*(each.denominator for each in coefficients))
        return fmpz_poly([int(each * scale) for each in coefficients])


def _collect_atoms(node: Node, atoms: dict[str, Node]) -> None:
    """Gather what is not rational: names, constants, functions, odd powers."""
    if node.tag == NUM or exact(node) is not None:
        return
    whole = exact(node.args[1]) if node.tag == POW else None
    if node.tag in (ADD, MUL, NEG, DIV) or (
        whole is not None and whole.denominator == 1 and magnitude(whole) <= _MAX_DEGREE
    ):
        for part in node.args[:1] if node.tag == POW else node.args:
            _collect_atoms(part, atoms)
        return
    atoms.setdefault(canonical(node), node)


def _refuted(pair: Pair, rows: list[Row]) -> bool:
    """Whether rows that are all to be above 0 contradict each other (Fourier-Motzkin)."""
    while True:
        if any(not coefficients and constant <= 0 for coefficients, constant in rows):
            return True
        rows = [row for row in rows if row[0]]
        monomials = {monomial for coefficients, _ in rows for monomial in coefficients}
        if not monomials:
            return False
        chosen = min(monomials, key=lambda each: (_cost(rows, each), each))
        above = [row for row in rows if row[0].get(chosen, 0) > 0]
        below = [row for row in rows if row[0].get(chosen, 0) < 0]
        rows = [row for row in rows if chosen not in row[0]]
        if len(rows) + len(above) * len(below) > _MAX_ROWS:
            return False
        pair.work.spend(20 * (1 + len(above) * len(below)))
        rows += [_eliminated(one, other, chosen) for one in above for other in below]


def _cost(rows: list[Row], monomial: tuple[int, ...]) -> int:
    above = sum(row[0].get(monomial, 0) > 0 for row in rows)
    return above * sum(row[0].get(monomial, 0) < 0 for row in rows)


def _eliminated(above: Row, below: Row, monomial: tuple[int, ...]) -> Row:
    a, b = above[0][monomial], -below[0][monomial]
    coefficients: dict[tuple[int, ...], Fraction] = {}
    for (row, _), factor in ((above, b), (below, a)):
        for each, value in row.items():
            coefficients[each] = coefficients.get(each, Fraction(0)) + value * factor
    coefficients = {
        each: value for each, value in coefficients.items() if value and each != monomial
    }
    return coefficients, above[1] * b + below[1] * a
