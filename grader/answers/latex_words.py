"""LaTeX commands, by what they stand for."""

COMMAND_CONSTANTS = {
    "pi": "pi", "infty": "oo", "infin": "oo", "emptyset": "empty", "varnothing": "empty",
    "exponentialE": "e", "imaginaryI": "i",
}  # fmt: skip
COMMAND_NAMES = {
    "ell": "l", "imath": "i", "jmath": "j", "hbar": "hbar", "top": "T", "intercal": "T",
    "R": "R", "N": "N", "Z": "Z", "Q": "Q", "C": "C", "reals": "R",
}  # fmt: skip

# LaTeX commands that are an operator or a bracket.
COMMAND_OPERATORS = {
    "cdot": "*", "times": "*", "ast": "*", "star": "*", "bullet": "*", "div": "/", "over": "over",
    "le": "<=", "leq": "<=", "leqslant": "<=", "leqq": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "geqq": ">=", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "less": "<",
    "approx": "≈", "simeq": "≈", "equiv": "≡", "pm": "±", "mp": "∓", "cup": "∪", "cap": "∩",
    "setminus": "∖", "smallsetminus": "∖", "backslash": "∖", "triangle": "△", "bigcup": "∪",
    "bigcap": "∩", "in": "∈", "notin": "∉", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "llcorner": "⌊", "lrcorner": "⌋", "ulcorner": "⌈", "urcorner": "⌉", "lvert": "|(",
    "rvert": "|)", "vert": "|", "|": "|", "Vert": "|", "lVert": "|(", "rVert": "|)", "{": "{",
    "}": "}", "mid": "|", "choose": "choose", "lbrace": "{", "rbrace": "}", "lbrack": "[",
    "rbrack": "]", "lparen": "(", "rparen": ")", "langle": "⟨", "rangle": "⟩", "prime": "'",
    "\\": "\\\\", "cr": "\\\\", "newline": "\\\\", "colon": ":", "bmod": "mod", "mod": "mod",
    "pmod": "pmod", "%": "%", "land": "and", "wedge": "and", "lor": "or", "vee": "or",
    "lgroup": "(", "rgroup": ")", "degree": "°",
}  # fmt: skip
# Spacing, sizing and layout: no meaning of their own.
COMMAND_SILENT = frozenset(
    [
        "left",
        "right",
        "mleft",
        "mright",
        "mathopen",
        "mathclose",
        "middle",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "bigm",
        "Bigm",
        "quad",
        "qquad",
        "thinspace",
        "medspace",
        "thickspace",
        "negthinspace",
        "negmedspace",
        "negthickspace",
        "enspace",
        "space",
        "displaystyle",
        "textstyle",
        "scriptstyle",
        "scriptscriptstyle",
        "limits",
        "nolimits",
        "strut",
        "null",
        "hfill",
        "nobreakspace",
        "mathstrut",
        "allowbreak",
        "nonumber",
        "notag",
        "tiny",
        "small",
        "normalsize",
        "large",
        "Large",
        "LARGE",
        "huge",
        "Huge",
    ]
) | frozenset(" ,:;!>\n\t/-$")
COMMAND_SIZED = frozenset(["left", "right", "mleft", "mright", "middle"])
COMMAND_FONTS = frozenset(
    [
        "mathrm",
        "mathbf",
        "mathbb",
        "mathcal",
        "mathit",
        "mathsf",
        "mathtt",
        "mathfrak",
        "mathscr",
        "boldsymbol",
        "bm",
        "rm",
        "bf",
        "it",
        "pmb",
        "operatorname",
        "mathop",
        "mathnormal",
        "textnormal",
    ]
)
COMMAND_TEXT = frozenset(
    ["text", "textrm", "textbf", "textit", "textsf", "texttt", "mbox", "textup", "emph"]
)
COMMAND_BOXES = frozenset(
    [
        "boxed",
        "fbox",
        "framebox",
        "hbox",
        "ensuremath",
        "mathord",
        "mathbin",
        "mathrel",
        "displaylines",
    ]
)
COMMAND_ARGUMENTS = frozenset(
    [
        "frac",
        "dfrac",
        "tfrac",
        "cfrac",
        "sfrac",
        "nicefrac",
        "sqrt",
        "binom",
        "dbinom",
        "tbinom",
        "sum",
        "prod",
        "begin",
        "end",
        "hat",
        "bar",
        "vec",
        "tilde",
        "overline",
        "widehat",
        "widetilde",
        "dot",
        "ddot",
        "underline",
        "phantom",
    ]
)
FRACTIONS = frozenset(["frac", "dfrac", "tfrac", "cfrac", "sfrac", "nicefrac"])
# Emphasis, not part of the name: a vector is called what its letter is called.
EMPHASIS = frozenset({"vec", "underline", "phantom"})
ACCENTS = {"widehat": "hat", "overline": "bar", "widetilde": "tilde"}
