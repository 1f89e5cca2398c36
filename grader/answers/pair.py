"""The setting of one comparison: everything random in it is a function of the two texts."""

from collections.abc import Mapping
from copy import copy
from enum import Enum
from hashlib import blake2b

from grader.answers.exact import Rational
from grader.answers.field import Field, probable_prime
from grader.answers.limits import MAX_BALL_BITS
from grader.answers.work import Work
from grader.spec import Domain


class Same(Enum):
    """Whether two trees are equal."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # not decided within the counted work: a person decides


class Pair:
    """A reference and an answer, with the domains of their names and the work left.

    Attributes:
        full_bits: the precision at which an agreement of balls counts: a text of n characters
            cannot spell a near-tie finer than some 8n bits, unless a function makes something tiny,
            which the balls flag.
        digests: random bytes of names, shared by the first points.
        reason: why the last comparison ended UNKNOWN, for the grader who decides then.
    """

    def __init__(
        self, reference: str, answer: str, domains: Mapping[str, Domain] | None = None
    ) -> None:
        self._texts = reference, answer
        self._seed = b""
        self.domains = dict(domains or {})
        self.work = Work()
        self.full_bits = min(128 + 8 * (len(reference) + len(answer)), MAX_BALL_BITS)
        self.reason = ""
        self.digests: dict[str, bytes] = {}
        self._prime = 0

    @property
    def seed(self) -> bytes:
        """32 bytes that are a function of the two texts."""
        if not self._seed:
            reference, answer = self._texts
            text = f"{len(reference)}:{reference}\0{answer}"
            self._seed = blake2b(text.encode(errors="replace"), digest_size=32).digest()
        return self._seed

    @property
    def prime(self) -> int:
        """The prime of this pair; it is never the same for two pairs."""
        if not self._prime:
            self._prime = probable_prime(self.seed)
        return self._prime

    def field(self, point: int, known: dict[str, Rational] | None = None) -> Field:
        """Return a field evaluator at a random point."""
        known = {} if known is None else known
        return Field(self.prime, self.seed, point, known, self.work, self.digests)

    def renewed(self) -> "Pair":
        """Return the same setting with work for feedback: half of what a decision has."""
        other = copy(self)
        other.work = Work(self.work.limit // 2)
        return other

    def hash(self, *parts: object) -> int:
        """Return 64 random bits that are a function of the parts and of the two texts."""
        digest = blake2b(
            repr(parts).encode(errors="replace"), digest_size=8, key=self.seed
        ).digest()
        return int.from_bytes(digest, "big")

    def domain(self, name: str) -> Domain:
        """Return what values a name takes."""
        return self.domains.get(name, Domain.REAL)

    def adopt(self, name: str, base: str) -> None:
        """Give a name the domain of another."""
        if base in self.domains:
            self.domains[name] = self.domains[base]

    def unknown(self, reason: str) -> Same:
        """Return UNKNOWN and keep the reason."""
        self.reason = reason
        return Same.UNKNOWN
