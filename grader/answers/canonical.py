"""A short stable text of a tree, equal up to the order of terms, products and numbers.

It groups equal wrong answers; it never decides a verdict. Sums are collected and products sorted,
so that 2x + x, x*3 and 3*x are one; nothing is multiplied out.
"""

from collections.abc import Callable
from fractions import Fraction

from grader.answers.exact import Rational, bits, exact, whole
from grader.answers.limits import MAX_BITS
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

MAX_LENGTH = 400
_SHORT_BITS = 256  # of a number that is written out
_DECIMAL_BITS = 2048  # of a number that is written in tens: longer ones take too long
_LARGEST_POWER = 1000
_SYMMETRIC = frozenset({"max", "min", "gcd", "lcm"})


def canonical(node: Node) -> str:
    """Return the canonical text of a tree, cut at 400 characters.

    >>> from grader.answers.parser import parse
    >>> canonical(parse("x*3 - y")), canonical(parse("-y + 2x + x"))
    ('3*x - y', '3*x - y')
    """
    return shortened(_form(node))


def shortened(text: str) -> str:
    """Return a canonical text cut at its largest length."""
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"


def _form(node: Node) -> str:
    return _FORMS[node.tag](node)


def _sum(node: Node) -> str:
    """Collect equal terms and sort them."""
    terms: dict[str, Rational] = {}
    _collect_terms(node, 1, terms)
    parts: list[str] = []
    constant = terms.pop("", 0)
    for body, factor in sorted(terms.items()):
        if factor:
            parts.append(_scaled(factor, body))
    if constant:
        parts.append(_digits(constant))
    if not parts:
        return "0"
    text = parts[0]
    for part in parts[1:]:
        text += f" - {part[1:]}" if part[0] == "-" else f" + {part}"
    return text


def _collect_terms(node: Node, sign: Rational, terms: dict[str, Rational]) -> None:
    tag = node[0]
    if tag == ADD:
        for part in node[2]:
            _collect_terms(part, sign, terms)
        return
    if tag == NEG:
        _collect_terms(node[2][0], -sign, terms)
        return
    factor: Rational = 1
    body = ""
    if tag == SYM:
        body = node[1]
    elif tag == NUM:
        factor = node.value
    else:
        factor, body = _product_parts(node)
    total = whole(terms.get(body, 0) + sign * factor)
    if bits(total) > _DECIMAL_BITS:  # a term by itself: nothing larger is added up or written out
        total, body = sign, _scaled(factor, body)
    terms[body] = total


def _scaled(factor: Rational, body: str) -> str:
    if not body:
        return _digits(factor)
    if factor == 1:
        return body
    if factor == -1:
        return "-" + body
    if bits(factor) > _DECIMAL_BITS:
        return f"{_digits(factor)}*{body}"
    if factor.denominator == 1 or body.startswith("1/"):
        return f"{factor}*{body}"
    top = (
        body
        if factor.numerator == 1
        else ("-" + body if factor.numerator == -1 else f"{factor.numerator}*{body}")
    )
    return f"{top}/{factor.denominator}"


def _digits(value: Rational) -> str:
    """Return a number as text."""
    if bits(value) <= _DECIMAL_BITS:
        return str(value)
    return f"{value.numerator:#x}" + f"/{value.denominator:#x}" * (value.denominator != 1)


def _product_parts(node: Node) -> tuple[Rational, str]:
    """Return the number and the sorted rest of a product or quotient."""
    top = bottom = 1  # of the number
    powers: dict[str, int] = {}
    stack: list[tuple[Node, int]] = [(node, 1)]
    while stack:
        part, power = stack.pop()
        tag = part[0]
        if tag == SYM:
            powers[part[1]] = powers.get(part[1], 0) + power
        elif tag == MUL:
            stack += [(each, power) for each in part[2]]
        elif tag == DIV:
            stack += [(part[2][0], power), (part[2][1], -power)]
        elif tag == NEG:
            top = -top if power % 2 else top
            stack.append((part[2][0], power))
        else:
            value = part[3] if tag == NUM else exact(part)
            if value is None or (not value and power < 1):
                _note_power(part, power, powers, stack)
            elif top.bit_length() + bottom.bit_length() + bits(value) * abs(power) > MAX_BITS:
                key = f"({_digits(value)})"
                powers[key] = powers.get(key, 0) + power
            elif power > 0:
                top, bottom = top * value.numerator**power, bottom * value.denominator**power
            else:
                top, bottom = top * value.denominator**-power, bottom * value.numerator**-power
    factor = top if bottom == 1 else whole(Fraction(top, bottom))
    return factor, _joined(powers) if factor else ""


def _note_power(
    part: Node, power: int, powers: dict[str, int], stack: list[tuple[Node, int]]
) -> None:
    if part[0] == POW:
        base, exponent = part[2]
        inner = exponent[3] if exponent[0] == NUM else exact(exponent)
        if (
            inner is not None
            and inner.denominator == 1
            and -_LARGEST_POWER < inner < _LARGEST_POWER
            and -_LARGEST_POWER < power < _LARGEST_POWER
        ):
            stack.append((base, power * inner.numerator))
            return
    key = _form_alone(part)
    powers[key] = powers.get(key, 0) + power


def _joined(powers: dict[str, int]) -> str:
    if len(powers) == 1:
        ((key, power),) = powers.items()
        if power > 0:
            return _raised(key, power)
    ordered = sorted(powers.items())
    above = [_raised(key, power) for key, power in ordered if power > 0]
    below = [_raised(key, -power) for key, power in ordered if power < 0]
    if not above and not below:
        return ""
    text = "*".join(above) or "1"
    return text + "".join(f"/{each}" for each in below)


def _raised(key: str, power: int) -> str:
    return key if power == 1 else f"{key}^{power}"


def _form_alone(node: Node) -> str:
    text = _form(node) if node.tag not in (MUL, DIV, NEG) else f"({_form(node)})"
    return f"({text})" if node.tag == ADD else text


def _product(node: Node) -> str:
    factor, body = _product_parts(node)
    return _scaled(factor, body)


def _power(node: Node) -> str:
    value = exact(node)
    if value is not None and value.numerator.bit_length() < _SHORT_BITS:
        return str(value)
    base, exponent = node.args
    inner = exact(exponent)
    right = (
        str(inner)
        if inner is not None and inner.denominator == 1 and inner >= 0
        else f"({_form(exponent)})"
    )
    return f"{_form_alone(base)}^{right}"


def _call(node: Node) -> str:
    value = exact(node)
    if value is not None:
        return _digits(value)
    parts = [_form(part) for part in node.args]
    if node.name in _SYMMETRIC:
        parts.sort()
    return f"{node.name}({', '.join(parts)})"


def _relation(node: Node) -> str:
    operator = node.name
    left, right = (_form(part) for part in node.args)
    if operator in ("=", "!=", "≈"):
        left, right = sorted(
            (left, right), key=lambda text: (text[:1].isdigit() or text[:1] == "-", text)
        )
    elif operator in (">", ">="):
        operator, left, right = "<" + operator[1:], right, left
    return f"{left} {operator} {right}"


def _chain(node: Node) -> str:
    text = _form(node.args[0])
    for operator, part in zip(node.name.split(), node.args[1:], strict=True):
        text += f" {operator} {_form(part)}"
    return text


def _sequence(node: Node) -> str:
    items = [_form(part) for part in node.args]
    if node.name == "{}":
        items = sorted(set(items))
    left, right = (node.name[:1], node.name[1:]) if node.name else ("", "")
    return f"{left}{', '.join(items)}{right}"


def _either(word: str) -> Callable[[Node], str]:
    return lambda node: f" {word} ".join(sorted(_form(part) for part in node.args))


def _set_operation(node: Node) -> str:
    parts = [f"({_form(part)})" if part.tag == SETOP else _form(part) for part in node.args]
    if node.name in ("∪", "∩", "△"):
        parts.sort()
    return f" {node.name} ".join(parts)


def _plus_minus(node: Node) -> str:
    parts = [_form(part) for part in node.args]
    return f"({parts[0]} {node.name} {parts[1]})" if len(parts) == 2 else f"{node.name}{parts[0]}"


def _listed(name: str) -> Callable[[Node], str]:
    return lambda node: f"{name or node.name}({', '.join(_form(part) for part in node.args)})"


_FORMS: dict[str, Callable[[Node], str]] = {
    NUM: lambda node: str(node.value),
    SYM: lambda node: node.name,
    CONST: lambda node: node.name,
    TEXT: lambda node: node.name,
    INDEX: lambda node: f"{node.name}[{','.join(_form(part) for part in node.args)}]",
    ADD: _sum,
    NEG: _sum,
    MUL: _product,
    DIV: _product,
    POW: _power,
    CALL: _call,
    SUM: _listed(""),
    REL: _relation,
    CHAIN: _chain,
    SEQ: _sequence,
    AND: _either("and"),
    OR: _either("or"),
    SETOP: _set_operation,
    BUILD: lambda node: f"{{{_form(node.args[0])} | {_form(node.args[1])}}}",
    RATIO: lambda node: (node.name or ":").join(_form(part) for part in node.args),
    PM: _plus_minus,
    CASES: _listed("cases"),
    UNIT: lambda node: f"{_form(node.args[0])} {node.name}",
}
