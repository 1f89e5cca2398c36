"""Typed mathematics: read safely, compared by evaluation, shown back as understood.

    parse(text, names, commas=False)      -> Node, the tree (tags and fields: tree.py);
    InvalidAnswer
                                          carries the position where reading stopped
    Names(options, units=..., sympy=...)  what names mean; .learn(text, used) adds the reference's
    Pair(reference, answer, domains)      one comparison: its prime, its random points, its work
    same(pair, reference, answer)         -> Same.EQUAL, DIFFERENT or UNKNOWN, for scalar trees
    same_up_to_factor(pair, r, a)         the same up to a constant that is not 0
    canonical(tree)                       short stable text, equal up to order, products and numbers
    to_latex(tree), to_mathml(tree)       the tree as understood
    preview(text, kind, options)          the same for the page on which a student types

No `eval`, no computer algebra system: a text becomes tokens (lexer), the tokens a tree (parser),
and trees are compared by exact values in a prime field (field) and by balls of proven error
(balls). The parser is one class in parts: operators, atoms, calls, commands, all on a cursor.
"""

from grader.answers.canonical import canonical
from grader.answers.decide import same
from grader.answers.latex import to_latex
from grader.answers.mathml import to_mathml
from grader.answers.names import Names
from grader.answers.pair import Pair, Same
from grader.answers.parser import parse
from grader.answers.preview import Preview, preview
from grader.answers.ratio import same_up_to_factor
from grader.answers.tree import Node

__all__ = [
    "Names",
    "Node",
    "Pair",
    "Preview",
    "Same",
    "canonical",
    "parse",
    "preview",
    "same",
    "same_up_to_factor",
    "to_latex",
    "to_mathml",
]
