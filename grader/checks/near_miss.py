"""What a wrong formula or number is near to: a sign, a constant factor, off by one.

Found in the prime field, where an identity between values is one between formulas, whatever
functions are in them. The remark says how the answer is off, never the reference itself.
"""

from grader.answers.definitions import written_out
from grader.answers.tree import Node
from grader.answers.work import NotScalar, TooMuch, Undefined
from grader.checks.settle import Job
from grader.report import Topic

_LARGEST = 100
_POWERS_OF_TEN = tuple(10**k for k in range(2, 13))


def remark_near_miss(job: Job, reference: Node, answer: Node) -> None:
    """Add a remark if the answer is right but for something small."""
    pair = job.pair.renewed()
    reference, answer = written_out(reference), written_out(answer)
    found: set[str] | None = None
    try:
        for point in (0, 1):
            field = pair.field(point)
            x, y = field.value(reference), field.value(answer)
            here = set(_relations(x, y, pair.prime))
            found = here if found is None else found & here
            if not found:
                return
    except (Undefined, TooMuch, NotScalar):
        return
    for text in sorted(found or (), key=len):
        job.remark(Topic.NEAR_MISS, text)
        return


def _relations(x: int, y: int, p: int) -> list[str]:
    """Return what relates two field values, in words."""
    if x == y:
        return []  # equal, but not everywhere
    if (x + y) % p == 0:
        return ["This is right up to the sign."]
    found = []
    if (x - y) % p in (1, p - 1):
        found.append("This is off by one.")
    if x * y % p == 1:
        found.append("This is upside down: the reciprocal is right.")
    factor = _small_factor(x, y, p) if x and y else ""
    if factor:
        found.append(f"This is right up to a constant factor ({factor} times what is asked).")
    return found


def _small_factor(x: int, y: int, p: int) -> str:
    """Return y/x as a small fraction or a power of ten, or an empty text."""
    quotient = y * pow(x, -1, p) % p
    for power in _POWERS_OF_TEN:
        if quotient == power % p or quotient * power % p == 1:
            return f"{power}" if quotient == power % p else f"1/{power}"
    for below in range(1, 13):
        above = quotient * below % p
        above = above - p if above > p // 2 else above
        if 0 < abs(above) <= _LARGEST:
            return str(above) if below == 1 else f"{above}/{below}"
    return ""
