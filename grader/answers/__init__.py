"""Typed mathematics: read safely, compared by evaluation, shown back as understood.

    parse(text, names) -> Node            the tree (see tree.py); raises InvalidAnswer with a position
    Names(options)                        what names mean; .learn(...) adds what the reference uses
    same(reference, answer, setting)      whether two scalar trees are equal: EQUAL, DIFFERENT, UNKNOWN
    canonical(tree)                       short stable text, equal up to order, signs and numbers
    to_latex(tree), to_mathml(tree)       the tree as understood
    preview(text, kind, options)          the same for the page on which a student types

No `eval`, no computer algebra system: a text becomes tokens, the tokens a tree, and trees are compared
by exact values in a prime field and by balls of proven error.
"""

from grader.answers.names import Names
from grader.answers.parser import parse
from grader.answers.tree import Node

__all__ = ["Names", "Node", "parse"]
