"""Values in a prime field: exact for rational expressions, opaque for everything else.

Sums, products, quotients and integer powers are exact modulo a prime of 61 bits that is drawn from
the pair of texts, so that no answer can be built around it. Every other function is a random
function of its exactly evaluated arguments, with the identities below built in. Two trees that
agree are then equal by rational identities alone, whatever the functions in them: agreement is
equality (up to the error probability given in `decide`). Disagreement is inequality only where
nothing opaque took part.

Identities of opaque functions used, all true of principal values:
b^(s+k) = b^s b^k and b^(ks) = (b^s)^k for whole k; e^(s+t) = e^s e^t; e^(ln u) = u;
b^(p/q) = (b^(1/q))^p; sin, tan, sinh, asin, atan, erf odd, cos, cosh even; (u+k)! = u!
(u+1)...(u+k); floor(u+k) = floor(u)+k for whole k.
"""

from collections.abc import Callable
from hashlib import blake2b
from math import gcd
from typing import Any, ClassVar

from flint import fmpz

from grader.answers.exact import Rational, exact
from grader.answers.limits import MAX_DEGREE, MAX_EXPONENT
from grader.answers.opaque import OpaqueFunctions
from grader.answers.sums import Scope, Unknown, field_sum
from grader.answers.tree import (
    ADD,
    CALL,
    CASES,
    CONST,
    DIV,
    INDEX,
    MUL,
    NEG,
    NUM,
    POW,
    SUM,
    SYM,
    TEXT,
    Node,
    walk,
)  # fmt: skip
from grader.answers.work import NotScalar, TooMuch, Undefined, Work

_STEP = 60  # one more than a multiple of it: no factor 2, 3 or 5, and -1 is a square
_SMALL_PRIMES = 7 * 11 * 13 * 17 * 19 * 23 * 29 * 31 * 37 * 41 * 43 * 47 * 53
_SHARED_POINTS = 4  # points whose values of a name are cut from one digest
_DRAW = 16  # bytes of a value before it is reduced modulo the prime


def probable_prime(seed: bytes) -> int:
    """Return a 61-bit probable prime that depends on the seed; -1 is a square modulo it.

    A composite would do no harm to soundness: reduction modulo it is a ring homomorphism too.
    """
    candidate = (int.from_bytes(seed[:8], "big") >> 4) | (1 << 60)
    candidate += (1 - candidate) % _STEP
    while gcd(candidate, _SMALL_PRIMES) != 1 or not fmpz(candidate).is_probable_prime():
        candidate += _STEP
    return candidate


class Field(OpaqueFunctions):
    """Evaluates trees at one random point of Z/p.

    Attributes:
        known: names that have an integer value at this point.
        free: whether no name has a value of its own here, bound or known.
        flat: whether a nest of sums is taken as one sum over several indices.
        integers: names that stand for integers at every point.
        opaque: whether a function without exact values took part.
    """

    def __init__(
        self,
        prime: int,
        seed: bytes,
        point: int,
        known: dict[str, Rational],
        work: Work,
        digests: dict[str, bytes],
    ) -> None:
        self.p = prime
        self.seed = seed
        self.point = point
        self.known = known
        self.free = not known
        self.work = work
        self.digests = digests
        self.opaque = False
        self.integers: set[str] = set()
        self.flat = True
        self.bound: dict[str, int] = {}
        self.unknowns: list[Unknown] = []
        self.degree = 1
        self.values: dict[str, int] = {}
        self.powers: dict[int, list[tuple[int, int]]] = {}
        self.logs: dict[int, int] = {}
        self.shifted: dict[str, list[tuple[int, int]]] = {}
        self.euler: int | None = None

    def value(self, node: Node) -> int:
        """Return the value of a tree.

        Raises:
            Undefined: it has none, at this or at any point.
            NotScalar: it is no number.
            TooMuch: the work is used up.
        """
        work = self.work
        work.used += 1
        if work.used > work.limit:
            raise TooMuch
        tag = node[0]
        if tag == SYM and self.free:
            found = self.values.get(node[1])
            return self._named(node[1]) if found is None else found
        rule = self.rules.get(tag)
        if rule is None:
            raise NotScalar(node.tag)
        return rule(self, node)

    @property
    def scope(self) -> Scope:
        """The indices that are bound here, and the names that have whole values."""
        return self.bound, self.known

    @scope.setter
    def scope(self, scope: Scope) -> None:
        self.bound, self.known = scope
        self.free = not (self.bound or self.known)

    def random(self, *key: object) -> int:
        """Return a field element that is a random function of the key."""
        self.work.spend(8)
        digest = blake2b(repr(key).encode(errors="replace"), digest_size=16, key=self.seed).digest()
        return int.from_bytes(digest, "big") % self.p

    def _number(self, node: Node) -> int:
        value = node.value
        if isinstance(value, int):
            return value % self.p
        return value.numerator * self.inverse(value.denominator) % self.p

    def inverse(self, value: int) -> int:
        """Return 1/value; Undefined for 0."""
        self.work.used += 2
        try:
            return pow(value, -1, self.p)
        except ValueError:
            raise Undefined from None

    def _symbol(self, node: Node) -> int:
        name = node.name
        if name in self.bound:
            return self.bound[name]
        if name in self.known:
            value = self.known[name]
            return value.numerator * self.inverse(value.denominator) % self.p
        found = self.values.get(name)
        return self._named(name) if found is None else found

    def _named(self, name: str) -> int:
        """Return the random value of a name at this point, and keep it."""
        found = self.values[name] = self._drawn(name)
        return found

    def _drawn(self, name: str) -> int:
        """Return the random value of a name at this point; one digest holds those of a few."""
        if self.point >= _SHARED_POINTS:
            return self.random(self.point, name)
        self.work.used += 8
        digest = self.digests.get(name)
        if digest is None:
            text = name.encode(errors="replace")
            size = _DRAW * _SHARED_POINTS
            digest = self.digests[name] = blake2b(text, digest_size=size, key=self.seed).digest()
        start = _DRAW * self.point
        return int.from_bytes(digest[start : start + _DRAW], "big") % self.p

    def constant(self, node: Node) -> int:
        """Return the value of a constant."""
        if node.name == "i":
            return self.imaginary()
        if node.name not in ("e", "pi"):
            raise NotScalar(node.name)
        self.opaque = True
        return self.random("constant", node.name)

    def imaginary(self) -> int:
        """Return a square root of -1."""
        found = self.values.get("\\i")
        if found is None:
            base = 2
            while pow(base, (self.p - 1) // 2, self.p) == 1:
                base += 1
            found = self.values["\\i"] = pow(base, (self.p - 1) // 4, self.p)
        return found

    def _index(self, node: Node) -> int:
        return self.random(
            "index", node.name, self.point, *(self._index_key(part) for part in node.args)
        )

    def _index_key(self, node: Node) -> object:
        return node.name if node.tag == TEXT else self.value(node)

    def _add(self, node: Node) -> int:
        value = self.value
        return sum([value(part) for part in node[2]]) % self.p

    def _mul(self, node: Node) -> int:
        p, value = self.p, self.value
        first, *rest = node[2]
        product = value(first)
        for part in rest:
            product = product * value(part) % p
        return product

    def _neg(self, node: Node) -> int:
        return -self.value(node.args[0]) % self.p

    def _div(self, node: Node) -> int:
        return self.value(node.args[0]) * self.inverse(self.value(node.args[1])) % self.p

    def _pow(self, node: Node) -> int:
        base_node, exponent_node = node.args
        if exponent_node[0] == NUM:
            exponent: Rational | None = exponent_node.value
        else:
            self.work.spend(len(walk(exponent_node)))
            exponent = exact(exponent_node, self.known)
        if exponent is None:
            return self.power(self.value(base_node), self.value(exponent_node), base_node)
        if base_node.tag == POW and exponent.denominator == 1:
            inner = exact(base_node.args[1], self.known)
            if inner is not None and inner.denominator == exponent and inner.numerator == 1:
                return self.value(base_node.args[0])  # sqrt(x)^2
        if exponent.denominator == 1:
            return self._whole_power(base_node, int(exponent))
        root = exact(node, self.known)
        if root is not None:
            return root.numerator * self.inverse(root.denominator) % self.p
        return self._root_power(self.value(base_node), exponent)

    def _whole_power(self, base_node: Node, exponent: int) -> int:
        outer = self.degree
        self.degree = outer * max(1, abs(exponent))
        small = abs(exponent) <= MAX_EXPONENT and self.degree <= MAX_DEGREE
        if not small:
            self.degree = outer
        base = self.value(base_node)
        self.degree = outer
        if exponent <= 0 and not base:
            raise Undefined
        if small:
            return pow(base, exponent, self.p)
        self.opaque = True
        return self.random("pow", base, exponent)

    def _root_power(self, base: int, exponent: Rational) -> int:
        self.opaque = True
        if not base:
            if exponent <= 0:
                raise Undefined
            return 0
        root = self.random("root", exponent.denominator, base)
        if abs(exponent.numerator) > MAX_EXPONENT:
            return self.random("pow", root, exponent.numerator)
        return pow(root, exponent.numerator, self.p)

    def summed(self, node: Node) -> int:
        """Return the value of a sum; see `sums`."""
        return field_sum(self, node)

    def _cases(self, node: Node) -> int:
        self.opaque = True
        keys: list[object] = []
        for part in node.args:
            keys.append(self._condition(part))
        return self.random("cases", *keys)

    def _condition(self, node: Node) -> object:
        if node.tag in self.rules:
            return self.value(node)
        if node.tag == CONST:
            return node.name
        return (node.tag, node.name, *(self._condition(part) for part in node.args))

    rules: ClassVar[dict[str, Callable[[Any, Node], int]]] = {
        NUM: _number, SYM: _symbol, CONST: constant, INDEX: _index, ADD: _add, MUL: _mul,
        NEG: _neg, DIV: _div, POW: _pow, CALL: OpaqueFunctions.call, SUM: summed, CASES: _cases,
    }  # fmt: skip
