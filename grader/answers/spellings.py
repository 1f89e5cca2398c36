"""Characters that stand for other signs because of what is beside them: 3 x 4, [0,1)U(2,3), <1,2>.

Every text stays as long as it was, so that every place in it stays the one typed.
"""

import re
from itertools import islice

_CROSS = re.compile(r"(?<=\d)\s?[xX]\s?(?=\d)")
_LONE_CROSS = {
    letter: re.compile(rf"(?<=[\w)\]}}])\s+{letter}\s+(?=[\w(\[{{\\])") for letter in "xX"
}
_MODULE = re.compile(r"(?<![\w.])(?:np|numpy|math|cmath|torch|tf|jnp|sp|sympy)\.(?=[A-Za-z])")
_UNION = re.compile(r"(?<=[)\]}])\s+U\s+(?=[(\[{\\])")
_GLUED_UNION = re.compile(r"(?<=[)\]}])\s*U\s*(?=\\?[(\[{])")
_ANGLED = re.compile(r"(\s*)<([^<>=,]*,[^<>=]*)>(\s*)")
_INTERVAL = re.compile(r"(?<![A-Za-z])Interval\.(open|Lopen|Ropen)(?=\()")
_MANY = re.compile(
    r"(?:gcd|lcm|max|min|mod|nom|hypot|atan2|nCr)\}?\s*(?:\\left\s*)?\(", re.IGNORECASE
)
_AND = re.compile(r"(?<=\)) ?&(?= ?\()")
_OR = re.compile(r"(?<=\)) ?\|(?= ?\()|(?<=[\w)] )\|\|(?= [\w(-])")
_UNIONS = 40  # of one text that are looked at
_REACH = 80  # characters of an interval that are looked at for its comma
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def with_crosses(text: str) -> str:
    """Return a text with the x between digits as a sign of multiplication.

    >>> with_crosses("3x10^8 + 2x")
    '3×10^8 + 2x'
    """
    if "x" not in text and "X" not in text:
        return text
    return _CROSS.sub(lambda m: m.group().replace("x", "×").replace("X", "×"), text)


def with_lone_crosses(text: str, letter: str) -> str:
    """Return a text with an x or X between operands as a sign, where it is nobody's name.

    >>> with_lone_crosses("F x (C x K + 1)", "x"), with_lone_crosses("2x + x y", "x")
    ('F × (C × K + 1)', '2x + x y')
    """
    return _LONE_CROSS[letter].sub(lambda m: m.group().replace(letter, "×"), text)


def without_modules(text: str) -> str:
    """Return a text with blanks for the modules that Python's functions are taken from.

    >>> without_modules("np.exp(-x) + math.pi")
    '   exp(-x) +      pi'
    """
    return _MODULE.sub(lambda m: " " * len(m.group()), text)


def with_unions(text: str) -> str:
    """Return a text with the U between intervals or sets as a union.

    >>> with_unions("[0,1)U(2,oo)"), with_unions("{1} U {2}"), with_unions("(a+b)U(c+d)")
    ('[0,1)∪(2,oo)', '{1} ∪ {2}', '(a+b)U(c+d)')
    """
    text = _UNION.sub(lambda m: m.group().replace("U", "∪"), text)
    for found in islice(_GLUED_UNION.finditer(text), _UNIONS):
        behind = found.end() + (text[found.end()] == "\\")
        before, after = _has_comma(text, found.start() - 1, -1), _has_comma(text, behind, 1)
        are_sets = text[found.start() - 1] == "}" and text[behind] == "{"
        if (before and after) or (are_sets and (before or after)):
            text = text[: found.start()] + found.group().replace("U", "∪") + text[found.end() :]
    return text


def with_intervals(text: str) -> str:
    """Return a text with the intervals of sympy as words.

    >>> with_intervals("Interval.Ropen(0, 1)")
    'IntervalRopen (0, 1)'
    """
    return _INTERVAL.sub(lambda m: f"Interval{m[1].capitalize()} ", text)


def with_logic(text: str) -> str:
    """Return conditions with & and | between brackets, and ||, as the signs of logic.

    >>> with_logic("(x > 1) & (x < 2)"), with_logic("x < 1 || x > 2"), with_logic("|x| < (y)")
    ('(x > 1) ∧ (x < 2)', 'x < 1 ∨  x > 2', '|x| < (y)')
    """
    if ("|" not in text and "&" not in text) or "\\" in text:
        return text
    joined = _AND.sub(lambda m: "∧".rjust(len(m.group())), text)
    if joined.count("|") == len(_OR.findall(joined)) + joined.count("||"):  # no |x| among them
        joined = _OR.sub(lambda m: "∨".ljust(len(m.group())), joined)
    return joined


def separates_arguments(text: str) -> bool:
    """Whether commas separate the arguments of a function here, and no thousands.

    >>> separates_arguments("max(9,876,543)"), separates_arguments("sqrt(9,876,543)")
    (True, False)
    """
    return _MANY.search(text) is not None


def with_angles(text: str) -> str:
    """Return <1, 2> with brackets of a vector, where that is the whole text.

    >>> with_angles("<1, 2>"), with_angles("1 < x, x > 2")
    ('⟨1, 2⟩', '1 < x, x > 2')
    """
    found = _ANGLED.fullmatch(text)
    return f"{found[1]}⟨{found[2]}⟩{found[3]}" if found else text


def _has_comma(text: str, at: int, step: int) -> bool:
    """Whether the bracket at a place, read on in one direction, holds a comma of its own."""
    depth, found = 0, False
    for char in text[at : at + _REACH] if step > 0 else text[max(0, at - _REACH) : at + 1][::-1]:
        if char in _OPENING:
            depth += step
        elif char in _CLOSING:
            depth -= step
        elif char == "," and depth == 1:
            found = True
        if not depth:
            return found
    return False
