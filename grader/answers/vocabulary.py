"""The words and signs that have a meaning where the author declares nothing else."""

import unicodedata

GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "vartheta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "omicron",
        "pi",
        "rho",
        "varrho",
        "sigma",
        "varsigma",
        "tau",
        "upsilon",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)
# Two spellings of one letter are one name, however they are typed.
SAME_LETTER = {
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho",
    "varsigma": "sigma",
}  # fmt: skip
_LETTERS = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "omicron",
            "pi",
            "rho",
            "sigma",
            "tau",
            "upsilon",
            "phi",
            "chi",
            "psi",
            "omega",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Xi",
            "Pi",
            "Sigma",
            "Upsilon",
            "Phi",
            "Psi",
            "Omega",
        ],
        strict=True,
    )
)
GREEK_LETTERS = _LETTERS | {
    "ϕ": "phi", "ϵ": "epsilon", "ς": "sigma", "µ": "mu", "ϑ": "theta", "ϱ": "rho", "Ω": "Omega",
    "∆": "Delta",
}  # fmt: skip


def _trigonometric() -> dict[str, str]:
    names = {}
    for base in ("sin", "cos", "tan", "cot", "sec", "csc"):
        names[base] = base
        names[base + "h"] = base + "h"
        names["a" + base] = names["arc" + base] = "a" + base
        for prefix in ("a", "ar", "arc"):
            names[prefix + base + "h"] = "a" + base + "h"
    for word, base in (("tg", "tan"), ("ctg", "cot"), ("cosec", "csc"), ("cotan", "cot")):
        names[word] = base
        names["arc" + word] = "a" + base
    for word in ("cosech", "arcosech", "arccosech"):
        names[word] = "csch" if word == "cosech" else "acsch"
    return names


FUNCTIONS: dict[str, str] = _trigonometric() | {
    "ln": "ln", "log": "log", "lg": "log10", "lb": "log2", "Log": "log", "Ln": "ln", "exp": "exp",
    "log10": "log10", "log2": "log2", "log1p": "log1p", "expm1": "expm1", "sqrt": "sqrt",
    "cbrt": "cbrt", "root": "root", "nthroot": "root", "abs": "abs", "Abs": "abs", "floor": "floor",
    "ceil": "ceil", "ceiling": "ceil", "round": "round", "sign": "sign", "sgn": "sign",
    "signum": "sign", "nCr": "binomial",
    "min": "min", "max": "max", "Min": "min", "Max": "max", "minimum": "min", "maximum": "max",
    "fabs": "abs", "power": "pow", "gcd": "gcd", "lcm": "lcm",
    "mod": "mod", "Mod": "mod", "pow": "pow", "Pow": "pow", "factorial": "factorial",
    "binomial": "binomial", "binom": "binomial", "choose": "binomial", "comb": "binomial",
    "erf": "erf", "erfc": "erfc", "sigmoid": "sigmoid", "softplus": "softplus", "relu": "relu",
    "ReLU": "relu", "atan2": "atan2", "arctan2": "atan2", "hypot": "hypot", "re": "re", "Re": "re",
    "im": "im", "Im": "im", "arg": "arg", "conj": "conj", "conjugate": "conj", "sum": "@sum",
    "Sum": "@sum", "prod": "@prod", "Product": "@prod", "product": "@prod", "Matrix": "@matrix",
    "matrix": "@matrix", "array": "@matrix", "tensor": "@matrix", "piecewise": "@cases",
    "Piecewise": "@cases", "Interval": "@interval", "FiniteSet": "@finite", "Union": "@union",
    "Intersection": "@intersection", "Rational": "@/", "Complement": "@complement",
    "And": "@and", "Or": "@or",
    "IntervalOpen": "@()", "IntervalLopen": "@(]", "IntervalRopen": "@[)", "summation": "@sum",
    "Eq": "@=", "Ne": "@!=", "Lt": "@<", "Le": "@<=", "Gt": "@>", "Ge": "@>=",
}  # fmt: skip
# Read as functions only with a bracket at once behind them: they are common names as well.
NEED_BRACKET = frozenset(
    [
        "re",
        "Re",
        "im",
        "Im",
        "arg",
        "conj",
        "conjugate",
        "array",
        "tensor",
        "matrix",
        "Matrix",
        "root",
        "pow",
        "Pow",
        "power",
        "fabs",
        "minimum",
        "maximum",
        "Mod",
        "round",
        "choose",
        "comb",
        "Interval",
        "FiniteSet",
        "Complement",
        "And",
        "Or",
        "nCr",
        "Union",
        "Intersection",
        "Rational",
        "Eq",
        "Ne",
        "Lt",
        "Le",
        "Gt",
        "Ge",
        "tg",
        "Log",
        "Ln",
    ]
)
ARITY: dict[str, tuple[int, int]] = {
    "log": (1, 2), "ln": (1, 1), "root": (2, 2), "mod": (2, 2), "pow": (2, 2), "binomial": (2, 2),
    "atan2": (2, 2), "round": (1, 1), "sqrt": (1, 1), "min": (1, 100), "max": (1, 100),
    "gcd": (2, 100), "lcm": (2, 100), "hypot": (2, 2),
}  # fmt: skip

KNOWN_FUNCTIONS = frozenset(FUNCTIONS.values()) | {"norm"}
"""The functions that mean something; any other name that is applied is an unknown function."""

CONSTANT_WORDS = {
    "pi": "pi", "emptyset": "empty", "EmptySet": "empty",
    "oo": "oo", "inf": "oo", "infty": "oo", "infinity": "oo", "Infinity": "oo", "Inf": "oo",
    "nan": "nan", "NaN": "nan", "None": "nan", "undefined": "nan", "DNE": "nan", "null": "nan",
    "True": "true", "true": "true", "False": "false", "false": "false",
}  # fmt: skip

# Behind a number: 58.16 million. Elsewhere they are letters like any others.
MULTIPLES = {
    "thousand": "1" + 3 * "0", "million": "1" + 6 * "0", "billion": "1" + 9 * "0",
    "trillion": "1" + 12 * "0", "percent": "0.01", "pct": "0.01",
}  # fmt: skip
OPERATOR_WORDS = {
    "and": "and", "or": "or", "union": "∪", "cup": "∪", "intersect": "∩", "intersection": "∩",
    "cap": "∩",
}  # fmt: skip
OPERATOR_SIGNS = {
    "×": "*", "·": "*", "⋅": "*", "∗": "*", "∙": "*", "•": "*", "⨯": "*", "✕": "*", "÷": "/",
    "⁄": "/", "∕": "/", "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≦": "<=", "≧": ">=", "≠": "!=",
    "≈": "≈", "≃": "≈", "≅": "≈", "**": "^", "==": "=", "===": "=", "=/=": "!=",
    "<>": "!=", "=<": "<=", "=>": ">=", "∧": "and", "∨": "or", "&&": "and", "||": "||", "''": "''",
    "″": "''", "‴": "'''", "⟦": "[", "⟧": "]", "∶": ":", "→": "->", "⨉": "*",
}  # fmt: skip
# One character for one character, so that positions stay those of the text as typed.
_PLAIN = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-", "⁃": "-", "’": "'", "′": "'",
    "‘": "'", "`": "'", "ˆ": "^", "˄": "^", "⟮": "(", "⟯": ")", "〈": "⟨", "〉": "⟩", "，": ",",
    "；": ";", "。": ".", "、": ",", "：": ":", "＝": "=", "∥": "|", "‖": "|", "ℯ": "e", "ⅇ": "e",
    "ⅈ": "i", "￨": "|", "∣": "|", "❘": "|", "＼": "∖", "∼": "~",  "\u200b": " ",
    "\u200c": " ", "\u200d": " ", "\u2060": " ", "\ufeff": " ", "\u00ad": " ", "\u2061": " ",
    "\u2062": "*", "\u2063": " ", "\u2064": "+",
}  # fmt: skip
_KEPT = frozenset("ϕϵςµϑϱ⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_KNOWN: dict[str, str] = dict(_PLAIN)
_KNOWN_LIMIT = 4096


def plain(text: str) -> str:
    """Return the text with look-alike characters as the plain ones, as long as before.

    >>> plain("２x＋１ − 𝑦")
    '2x+1 - y'
    """
    if text.isascii():
        return text
    return "".join([_KNOWN.get(char) or _plain_character(char) for char in text])


def _plain_character(char: str) -> str:
    result = char
    if char not in _KEPT and not char.isascii():
        decimal = unicodedata.decimal(char, None)
        normal = unicodedata.normalize("NFKC", char)
        if decimal is not None:
            result = str(decimal)
        elif len(normal) == 1 and normal not in "\x00":
            result = _PLAIN.get(normal, normal)
        if unicodedata.category(char) == "Zs":
            result = " "
    if len(_KNOWN) < _KNOWN_LIMIT:
        _KNOWN[char] = result
    return result


SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", "0123456789+-()ni", strict=True))
SUBSCRIPTS = dict(
    zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-()aeijklmnoprstuvx", strict=True)
)
VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
    "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8),
    "⅞": (7, 8),
}  # fmt: skip
BIG_SIGNS = {"∑": "sum", "∏": "prod"}
ROOT_SIGNS = {"√": 2, "∛": 3, "∜": 4}
