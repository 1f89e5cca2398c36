"""A tree back to MathML, as understood. Every text in it is escaped."""

from collections.abc import Callable
from html import escape

from grader.answers.latex import binding, decimal, with_label
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
from grader.answers.vocabulary import GREEK_LETTERS

_GREEK = {word: letter for letter, word in reversed(GREEK_LETTERS.items())}
_SIGNS = {"!=": "≠", "<=": "≤", ">=": "≥"}
_CONSTANTS = {"oo": "∞", "pi": "π", "nan": "undefined"}
_ACCENTS = {
    "hat": "^",
    "bar": "¯",
    "vec": "→",
    "tilde": "~",
    "dot": "˙",
    "ddot": "¨",
    "underline": "_",
}
_FENCES = {"abs": "||", "floor": "⌊⌋", "ceil": "⌈⌉", "norm": "‖‖"}


def to_mathml(node: Node) -> str:
    """Return a MathML element that shows the tree.

    >>> from grader.answers.parser import parse
    >>> to_mathml(parse("x^2"))
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{_show(node)}</math>'


def _show(node: Node) -> str:
    return _WRITERS[node.tag](node)


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _sign(text: str) -> str:
    return f"<mo>{escape(text)}</mo>"


def _fenced(inside: str, left: str, right: str) -> str:
    return _row(
        f'<mo fence="true">{escape(left)}</mo>', inside, f'<mo fence="true">{escape(right)}</mo>'
    )


def _inside(node: Node, least: int) -> str:
    shown = _show(node)
    return shown if binding(node) >= least else _fenced(shown, "(", ")")


def _number(node: Node) -> str:
    top, bottom = decimal(node.value)
    return f"<mfrac><mn>{top}</mn><mn>{bottom}</mn></mfrac>" if bottom else f"<mn>{top}</mn>"


def _name(text: str) -> str:
    accent, _, base = text.rpartition(" ")
    core = base.rstrip("'")
    stem, label = with_label(core)
    shown = f"<mi>{escape(_GREEK.get(stem, stem))}{'′' * (len(base) - len(core))}</mi>"
    shown = f"<mover>{shown}<mo>{_ACCENTS.get(accent, accent)}</mo></mover>" if accent else shown
    return f"<msub>{shown}{_label(label)}</msub>" if label else shown


def _label(text: str) -> str:
    if text.isdigit():
        return f"<mn>{text}</mn>"
    letter = _GREEK.get(text, text)
    return f"<mi>{escape(letter)}</mi>" if len(letter) == 1 else f"<mtext>{escape(text)}</mtext>"


def _listed(parts: tuple[Node, ...]) -> str:
    return _sign(",").join(_show(part) for part in parts)


def _sum(node: Node) -> str:
    shown = [_inside(node.args[0], 1)]
    for part in node.args[1:]:
        negative = part.tag == NEG
        shown += [
            _sign("−" if negative else "+"),
            _inside(part.args[0] if negative else part, 2 if negative else 1),
        ]
    return _row(*shown)


def _product(node: Node) -> str:
    shown: list[str] = []
    for k, part in enumerate(node.args):
        if k:
            shown.append(_between(part))
        shown.append(_inside(part, 3 if k and part.tag == NEG else 2))
    return _row(*shown)


def _between(part: Node) -> str:
    """Return what stands before a further factor: units stand off a little."""
    if part.tag == TEXT:
        return '<mspace width="0.2em"/>'
    return _sign("·" if part.tag in (NUM, DIV) else "\u2062")


def _quotient(node: Node) -> str:
    if node.name == "%":
        return _row(_inside(node.args[0], 5), _sign("%"))
    return f"<mfrac>{_row(_show(node.args[0]))}{_row(_show(node.args[1]))}</mfrac>"


def _power(node: Node) -> str:
    base, exponent = node.args
    if node.name == "sqrt":
        return f"<msqrt>{_show(base)}</msqrt>"
    if (
        exponent.tag == DIV
        and exponent.args[0].tag == NUM
        and exponent.args[0].value == 1
        and not exponent.end
    ):
        return f"<mroot>{_row(_show(base))}{_row(_show(exponent.args[1]))}</mroot>"
    above = _row(_show(exponent)) if exponent.args else _show(exponent)
    return f"<msup>{_inside(base, 5)}{above}</msup>"


def _call(node: Node) -> str:
    if node.name in _FENCES:
        return _fenced(_show(node.args[0]), *_FENCES[node.name])
    if node.name == "factorial":
        return _row(_inside(node.args[0], 5), _sign("!"))
    if node.name == "binomial":
        top, bottom = (_row(_show(part)) for part in node.args)
        return _fenced(f'<mfrac linethickness="0">{top}{bottom}</mfrac>', "(", ")")
    return _row(_name(node.name), _sign("\u2061"), _fenced(_listed(node.args), "(", ")"))


def _big_sum(node: Node) -> str:
    index, low, high, body = node.args
    sign = _sign("∑" if node.name == "sum" else "∏")
    ends = _row(_show(index), _sign("="), _show(low)) + _row(_show(high))
    return _row(f"<munderover>{sign}{ends}</munderover>", _inside(body, 2))


def _chain(node: Node) -> str:
    shown = [_inside(node.args[0], 1)]
    for operator, part in zip(node.name.split(), node.args[1:], strict=True):
        shown += [_sign(_SIGNS.get(operator, operator)), _inside(part, 1)]
    return _row(*shown)


def _is_matrix(node: Node) -> bool:
    rows = node.args
    return (

        node.name == "[]" and bool(rows)
        and all(row.tag == SEQ and row.name == "[]" for row in rows)
and len({len(row.args) for row in rows}) == 1
and not any(entry.tag == SEQ for row in rows for entry in row.args)
    )  # fmt: skip


def _table(rows: list[list[str]]) -> str:
    return (
        "<mtable>"
        + "".join(
            "<mtr>" + "".join(f"<mtd>{cell}</mtd>" for cell in row) + "</mtr>" for row in rows
        )
        + "</mtable>"
    )


def _sequence(node: Node) -> str:
    if _is_matrix(node):
        return _fenced(
            _table([[_show(entry) for entry in row.args] for row in node.args]), "[", "]"
        )
    if not node.args:
        return "<mi>∅</mi>" if node.name == "{}" else _sign("[]")
    if not node.name:
        return _row(_listed(node.args))
    return _fenced(_listed(node.args), node.name[0], node.name[1])


def _joined(word: str) -> Callable[[Node], str]:
    between = f"<mtext>\u00a0{word}\u00a0</mtext>"
    return lambda node: _row(between.join(_inside(part, 0) for part in node.args))


def _cases(node: Node) -> str:
    parts = node.args
    rows = [[_show(parts[k]), _show(parts[k + 1])] for k in range(0, len(parts) - 1, 2)]
    if len(parts) % 2:
        rows.append([_show(parts[-1]), "<mtext>otherwise</mtext>"])
    return _row('<mo fence="true">{</mo>', _table(rows))


def _plus_minus(node: Node) -> str:
    if len(node.args) == 1:
        return _row(_sign(node.name), _inside(node.args[0], 2))
    return _row(_inside(node.args[0], 1), _sign(node.name), _inside(node.args[1], 2))


def _index(node: Node) -> str:
    return f"<msub>{_name(node.name)}{_row(_listed(node.args))}</msub>"


_WRITERS: dict[str, Callable[[Node], str]] = {
    NUM: _number,
    SYM: lambda node: _name(node.name),
    CONST: lambda node: f"<mi>{escape(_CONSTANTS.get(node.name, node.name))}</mi>",
    TEXT: lambda node: f"<mtext>{escape(node.name)}</mtext>",
    INDEX: _index,
    ADD: _sum,
    MUL: _product,
    NEG: lambda node: _row(_sign("−"), _inside(node.args[0], 2)),
    DIV: _quotient,
    POW: _power,
    PM: _plus_minus,
    CALL: _call,
    SUM: _big_sum,
    REL: _chain,
    CHAIN: _chain,
    SEQ: _sequence,
    AND: _joined("and"),
    OR: _joined("or"),
    SETOP: lambda node: _row(_sign(node.name).join(_inside(part, 1) for part in node.args)),
    BUILD: lambda node: _fenced(_show(node.args[0]) + _sign("|") + _show(node.args[1]), "{", "}"),
    RATIO: lambda node: _row(_sign(node.name or ":").join(_show(part) for part in node.args)),
    CASES: _cases,
    UNIT: lambda node: _row(_show(node.args[0]), f"<mtext>\u00a0{escape(node.name)}</mtext>"),
}
