"""Functions that are known though something stands before them or they are in capitals.

Basin(1) is B asin(1) and SQRT(2) is sqrt(2): nobody means a product of letters before a bracket.
"""

from grader.answers.vocabulary import ARITY, FUNCTIONS

_SHORTEST = 3
_ALONE = frozenset({"LN", "Ln", "LG"})


def known_in_capitals(run: str) -> str | None:
    """Return the function that SIN, Sin or Sqrt is, None where it is none.

    >>> known_in_capitals("SQRT"), known_in_capitals("Sin"), known_in_capitals("sIN")
    ('sqrt', 'sin', None)
    """
    if len(run) < _SHORTEST and run not in _ALONE:
        return None
    found = FUNCTIONS.get(run.lower(), "@") if run.isupper() or run.istitle() else "@"
    return None if found[0] == "@" else found


def with_a_letter_before(run: str, inside: str) -> tuple[str, str] | None:
    """Return the letter and the function of Basin( or Bmax(, None where it is neither.

    Args:
        inside: what stands behind the bracket: Vmax(x) is no max of one number.

    >>> with_a_letter_before("Basin", "1)"), with_a_letter_before("Vmax", "x)")
    (('B', 'asin'), None)
    >>> with_a_letter_before("Vmax", "x, 1)"), with_a_letter_before("loss", "x)")
    (('V', 'max'), None)
    """
    letter, name = run[0], run[1:]
    found = FUNCTIONS.get(name) or known_in_capitals(name) or "@"
    if len(name) < _SHORTEST or found[0] == "@":
        return None
    many = ARITY.get(found, (1, 1))[1] > 1 and found != "log"
    return None if many and "," not in inside.partition(")")[0] else (letter, found)
