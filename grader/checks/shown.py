"""What a student sees while typing: the answer as the checker of its kind will read it."""

from grader.answers.latex import to_latex
from grader.answers.mathml import to_mathml
from grader.answers.parser import parse
from grader.answers.preview import Preview, answer_names, preview
from grader.answers.tree import CALL, REL, TEXT, Node
from grader.checks.claims import VAGUE, WORDS, claim_of
from grader.checks.measures import spelled
from grader.checks.named import Named, named_before
from grader.checks.words import asks_for_digits, read_digits, refuse_words
from grader.errors import InvalidAnswer
from grader.spec import Kind, Options

_SIGNS = {"Θ": "Theta", "Ω": "Omega", "ω": "omega"}
_SCALARS = frozenset({Kind.NUMBER, Kind.EXPRESSION})


def shown(text: str, kind: Kind, options: Options) -> Preview:
    """Return how an answer of a kind is understood; never raises for any text."""
    if not text.strip():
        return Preview()
    try:
        if kind in _SCALARS:
            return _whole(_scalar(text, kind, options))
        if kind is Kind.GROWTH:
            return _whole(_growth(text, options))
        if kind is Kind.QUANTITY:
            return _whole(spelled(text))
    except InvalidAnswer as error:
        return Preview(error=str(error), position=error.position)
    return preview(text, kind, options)


def _whole(tree: Node) -> Preview:
    return Preview(mathml=to_mathml(tree), latex=to_latex(tree))


def _scalar(text: str, kind: Kind, options: Options) -> Node:
    named = named_before(text)
    if named is not None and named.name in (options.symbols or {}):
        named = None
    value = text if named is None else named.value
    if asks_for_digits(kind, options):
        tree = read_digits(value, answer_names(options))
        refuse_words(value, tree)
    else:
        tree = parse(value, answer_names(options), commas=True)
    return tree if named is None else Node(REL, "=", (_name(named), tree))


def _name(named: Named) -> Node:
    """Return the name of a result as a name, and no product of its letters."""
    try:
        tree = parse(named.typed)
    except InvalidAnswer:
        return Node(TEXT, named.name)
    return Node(TEXT, named.name) if tree.args and tree.tag == "mul" else tree


def _growth(text: str, options: Options) -> Node:
    claim = claim_of(text)
    if claim.text in WORDS or claim.text in VAGUE:
        inside = Node(TEXT, claim.text)
    else:
        try:
            inside = parse(claim.text, answer_names(options))
        except InvalidAnswer as error:
            raise InvalidAnswer(str(error), _place(error, claim.text, text)) from error
    if not claim.sign:
        return inside
    return Node(CALL, _SIGNS.get(claim.sign, claim.sign), (inside,))


def _place(error: InvalidAnswer, part: str, text: str) -> int | None:
    """Return the place in the whole text of an error in a part of it."""
    start = text.find(part)
    return None if error.position is None or start < 0 else start + error.position
