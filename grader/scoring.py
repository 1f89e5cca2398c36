"""Score: reports, marks by hand and adjustments to one number. Pure; rounded once, here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DECIMALS = 4
"""Scores keep this many; nothing before them is rounded."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One field as it counts: its points, and the credit judged or given by hand."""

    points: float
    credit: float | None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """What a submission, a problem or a homework is worth.

    Attributes:
        score: sum of credit times points.
        out_of: points of all fields that are not optional.
        pending: points that wait for a grader or are held.
    """

    score: float
    out_of: float
    pending: float

    def __add__(self, other: "Score") -> "Score":
        return Score(
            round(self.score + other.score, DECIMALS),
            round(self.out_of + other.out_of, DECIMALS),
            round(self.pending + other.pending, DECIMALS),
        )


NOTHING = Score(0.0, 0.0, 0.0)


def score(fields: Iterable[Scored]) -> Score:
    """Add up fields.

    >>> score([Scored(2, 0.5), Scored(1, None), Scored(1, 1.0, optional=True)])
    Score(score=2.0, out_of=3, pending=1)
    """
    rows = list(fields)
    earned = sum(row.points * row.credit for row in rows if row.credit is not None)
    out_of = sum(row.points for row in rows if not row.optional)
    pending = sum(row.points for row in rows if row.credit is None)
    return Score(round(earned, DECIMALS), round(out_of, DECIMALS), round(pending, DECIMALS))


def adjusted(judged: Score, *, set_to: float | None, added: float) -> Score:
    """Apply what staff set or added; a score that was set leaves nothing pending.

    >>> adjusted(Score(3.0, 5.0, 1.0), set_to=None, added=0.5)
    Score(score=3.5, out_of=5.0, pending=1.0)
    """
    if set_to is not None:
        return Score(round(set_to + added, DECIMALS), judged.out_of, 0.0)
    return Score(round(judged.score + added, DECIMALS), judged.out_of, judged.pending)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission of a problem with its score; `number` is 1, 2, ….

    `judged` is false while no report of it stands: such an attempt never replaces one that has.
    """

    submission_id: int
    number: int
    judged: bool
    result: Score


def counting(attempts: Sequence[Attempt], *, best: bool) -> Attempt | None:
    """Return the attempt that counts: the last judged one, or the best, the later among equals."""
    judged = [attempt for attempt in attempts if attempt.judged]
    if not judged:
        return None
    if best:
        return max(judged, key=lambda a: (a.result.score + a.result.pending, a.number))
    return max(judged, key=lambda attempt: attempt.number)


def days_late(seconds_after_due: float, grace_minutes: int) -> int:
    """Return the late days that a hand-in uses: none within grace, then one each day begun.

    >>> days_late(299, grace_minutes=5), days_late(301, grace_minutes=5), days_late(90_000, 0)
    (0, 1, 2)
    """
    over = seconds_after_due - 60 * grace_minutes
    return 0 if over <= 0 else int(-(-over // 86_400))
