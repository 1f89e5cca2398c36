"""A tree back to LaTeX, as understood: the brackets show what binds to what."""

import re
from collections.abc import Callable
from fractions import Fraction

from grader.answers.tree import (
    ADD,
    AND,
    BUILD,
    CALL,
    CASES,
    CHAIN,
    CONST,
    DIV,
    INDEX,
    MUL,
    NEG,
    NUM,
    OR,
    PM,
    POW,
    RATIO,
    REL,
    SEQ,
    SETOP,
    SUM,
    SYM,
    TEXT,
    UNIT,
    Node,
)  # fmt: skip
from grader.answers.vocabulary import GREEK

OPERATORS = {
    "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "≈": r"\approx", "∈": r"\in", "∉": r"\notin",
    "±": r"\pm", "∓": r"\mp", "∪": r"\cup", "∩": r"\cap", "∖": r"\setminus", "△": r"\triangle",
}  # fmt: skip
_LABELLED = re.compile(r"([^\W\d_]+)(?:_\{([^{}]+)\}|_([^{}]+)|(\d+))")
_CONSTANTS = {"oo": r"\infty", "pi": r"\pi", "nan": r"\text{undefined}"}
_COMMANDS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "ln",
        "max",
        "min",
        "gcd",
        "arg",
    ]
)
_FENCES = {
    "abs": ("|", "|"),
    "norm": (r"\|", r"\|"),
    "floor": (r"\lfloor ", r"\rfloor"),
    "ceil": (r"\lceil ", r"\rceil"),
}
_BRACKETS = {"{": r"\{", "}": r"\}"}
_LOOSE = {
    ADD: 1,
    PM: 1,
    NEG: 1,
    MUL: 2,
    DIV: 2,
    SUM: 2,
    REL: 0,
    CHAIN: 0,
    AND: 0,
    OR: 0,
    SETOP: 0,
    UNIT: 2,
    POW: 4,
}


def binding(node: Node) -> int:
    """Return how tightly a tree binds: 0 relation, 1 sum, 2 product, 4 power, 5 operand."""
    if node.tag == DIV and node.name == "frac":
        return 2
    if node.tag == NUM and isinstance(node.value, Fraction):
        return 3
    return _LOOSE.get(node.tag, 5)


def to_latex(node: Node) -> str:
    r"""Return the LaTeX of a tree.

    >>> from grader.answers.parser import parse
    >>> to_latex(parse("2x/(y+1)"))
    '\\frac{2 x}{y + 1}'
    """
    return _WRITERS[node.tag](node)


def _inside(node: Node, least: int) -> str:
    text = to_latex(node)
    return text if binding(node) >= least else rf"\left({text}\right)"


def decimal(value: int | Fraction) -> tuple[str, str]:
    """Return a number as a terminating decimal, or its numerator and denominator."""
    if value.denominator == 1:
        return str(value), ""
    denominator = value.denominator
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    places = max(twos, fives)
    if denominator == 1 and places <= 12:
        digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
        sign = "-" if value < 0 else ""
        return f"{sign}{digits[:-places]}.{digits[-places:]}", ""
    return str(value.numerator), str(value.denominator)


def _number(node: Node) -> str:
    top, bottom = decimal(node.value)
    return rf"\frac{{{top}}}{{{bottom}}}" if bottom else top


def name(text: str) -> str:
    """Return a name in LaTeX, with its accent and primes."""
    accent, _, base = text.rpartition(" ")
    core = base.rstrip("'")
    stem, label = with_label(core)
    shown = _letters(stem)
    shown = rf"\{accent}{{{shown}}}" if accent else shown
    if label:
        shown += f"_{{{label if label.isdigit() else _letters(label)}}}"
    return shown + base[len(core) :]


def _letters(text: str) -> str:
    if text in GREEK:
        return f"\\{text}"
    return text if len(text) == 1 else rf"\mathrm{{{_escaped(text)}}}"


def with_label(text: str) -> tuple[str, str]:
    """Return a name and the label below it; "" where it has none.

    >>> with_label("sigma_x"), with_label("W_{out}"), with_label("alpha1"), with_label("Theta")
    (('sigma', 'x'), ('W', 'out'), ('alpha', '1'), ('Theta', ''))
    """
    found = _LABELLED.fullmatch(text)
    if found is None or (found[4] and len(found[1]) > 1 and found[1] not in GREEK):
        return text, ""  # atan2 is one word
    return found[1], found[2] or found[3] or found[4]


def _escaped(text: str) -> str:
    return "".join("\\" + char if char in "_&%$#{}" else char for char in text if char != "\\")


def _sum(node: Node) -> str:
    text = _inside(node.args[0], 1)
    for part in node.args[1:]:
        if part.tag == NEG:
            text += f" - {_inside(part.args[0], 2)}"
        else:
            text += f" + {_inside(part, 2 if part.tag == NEG else 1)}"
    return text


def _product(node: Node) -> str:
    text = ""
    for k, part in enumerate(node.args):
        shown = _inside(part, 2 if part.tag != NEG or not k else 3)
        if k and (shown[:1].isdigit() or shown.startswith(r"\frac") or part.tag == NUM):
            text += r" \cdot "
        elif k:
            text += " "
        text += shown
    return text


def _power(node: Node) -> str:
    base, exponent = node.args
    if node.name == "sqrt":
        return rf"\sqrt{{{to_latex(base)}}}"
    if (
        exponent.tag == DIV
        and exponent.args[0].tag == NUM
        and exponent.args[0].value == 1
        and not exponent.end
    ):
        return rf"\sqrt[{to_latex(exponent.args[1])}]{{{to_latex(base)}}}"
    return f"{_inside(base, 5)}^{{{to_latex(exponent)}}}"


def _call(node: Node) -> str:
    if node.name in _FENCES:
        left, right = _FENCES[node.name]
        return rf"\left{left}{to_latex(node.args[0])}\right{right}"
    if node.name == "factorial":
        return f"{_inside(node.args[0], 5)}!"
    if node.name == "binomial":
        return rf"\binom{{{to_latex(node.args[0])}}}{{{to_latex(node.args[1])}}}"
    inside = ", ".join(to_latex(part) for part in node.args)
    return rf"{function_name(node.name)}\left({inside}\right)"


def function_name(text: str) -> str:
    """Return the name of a function in LaTeX."""
    if text in _COMMANDS:
        return "\\" + text
    if text[0] == "a" and text[1:] in _COMMANDS:
        return rf"\operatorname{{{('ar' if text.endswith('h') else 'arc') + text[1:]}}}"
    base, _, label = text.partition("_")
    is_letter = len(base.rstrip("'")) == 1 or base in GREEK
    shown = name(base) if is_letter else rf"\operatorname{{{_escaped(base)}}}"
    return f"{shown}_{{{_escaped(label)}}}" if label else shown


def _big_sum(node: Node) -> str:
    index, low, high, body = node.args
    sign = r"\sum" if node.name == "sum" else r"\prod"
    return (
        rf"{sign}_{{{to_latex(index)} = {to_latex(low)}}}^{{{to_latex(high)}}} {_inside(body, 2)}"
    )


def _chain(node: Node) -> str:
    text = _inside(node.args[0], 1)
    for operator, part in zip(node.name.split(), node.args[1:], strict=True):
        text += f" {OPERATORS.get(operator, operator)} {_inside(part, 1)}"
    return text


def _sequence(node: Node) -> str:
    if (
        (
            node.name == "[]"
            and node.args
            and all(part.tag == SEQ and part.name == "[]" for part in node.args)
        )
        and len({len(part.args) for part in node.args}) == 1
        and not any(x.tag == SEQ for part in node.args for x in part.args)
    ):
        rows = r" \\ ".join(" & ".join(to_latex(x) for x in part.args) for part in node.args)
        return rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}"
    inside = ", ".join(to_latex(part) for part in node.args)
    if not node.args and node.name == "{}":
        return r"\emptyset"
    if not node.name:
        return inside
    left, right = (_BRACKETS.get(char, char) for char in node.name)
    return rf"\left{left}{inside}\right{right}"


def _joined(word: str) -> Callable[[Node], str]:
    return lambda node: rf" \text{{ {word} }} ".join(_inside(part, 0) for part in node.args)


def _cases(node: Node) -> str:
    parts = node.args
    rows = [
        rf"{to_latex(parts[k])} & {to_latex(parts[k + 1])}" for k in range(0, len(parts) - 1, 2)
    ]
    if len(parts) % 2:
        rows.append(rf"{to_latex(parts[-1])} & \text{{otherwise}}")
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _plus_minus(node: Node) -> str:
    sign = OPERATORS[node.name]
    if len(node.args) == 1:
        return f"{sign} {_inside(node.args[0], 2)}"
    return f"{_inside(node.args[0], 1)} {sign} {_inside(node.args[1], 2)}"


_WRITERS: dict[str, Callable[[Node], str]] = {
    NUM: _number,
    SYM: lambda node: name(node.name),
    CONST: lambda node: _CONSTANTS.get(node.name, node.name),
    TEXT: lambda node: rf"\text{{{_escaped(node.name)}}}",
    INDEX: lambda node: f"{name(node.name)}_{{{', '.join(to_latex(part) for part in node.args)}}}",
    ADD: _sum,
    MUL: _product,
    NEG: lambda node: f"-{_inside(node.args[0], 2)}",
    DIV: lambda node: (
        rf"{_inside(node.args[0], 5)}\%" if node.name == "%"
        else rf"\frac{{{to_latex(node.args[0])}}}{{{to_latex(node.args[1])}}}"
    ),
    POW: _power,
    PM: _plus_minus,
    CALL: _call,
    SUM: _big_sum,
    REL: _chain,
    CHAIN: _chain,
    SEQ: _sequence,
    AND: _joined("and"),
    OR: _joined("or"),
    SETOP: lambda node: f" {OPERATORS[node.name]} ".join(_inside(part, 1) for part in node.args),
    BUILD: lambda node: rf"\left\{{{to_latex(node.args[0])} \mid {to_latex(node.args[1])}\right\}}",
    RATIO: lambda node: (node.name or ":").join(to_latex(part) for part in node.args),
    CASES: _cases,
    UNIT: lambda node: rf"{to_latex(node.args[0])}\ \text{{{_escaped(node.name)}}}",
}  # fmt: skip
