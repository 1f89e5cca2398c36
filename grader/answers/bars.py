"""Which bars | open and which close, decided before parsing by what stands beside them.

The parser then needs no backtracking. The search is bounded by counted steps.
"""

from typing import TYPE_CHECKING

from grader.errors import InvalidAnswer

if TYPE_CHECKING:
    from grader.answers.tokens import Token

MAX_BARS = 24
_STEPS = 2000
_OPENING = frozenset({"(", "[", "{", "⌊", "⌈", "⟨", "|("})
_CLOSING = frozenset({")", "]", "}", "⌋", "⌉", "⟩", "|)"})
_OPERAND_KINDS = frozenset("nsptqkv")


def match_bars(tokens: "list[Token]") -> None:
    """Replace every bare bar in place by |( or |) , or by ∣ (such that) for one alone in braces.

    Raises:
        InvalidAnswer: the bars do not pair up.
    """
    bars = [i for i, token in enumerate(tokens) if token.kind == "o" and token.value == "|"]
    if not bars:
        return
    _such_that(tokens, bars)
    bars = [i for i in bars if tokens[i].value == "|"]
    if not bars:
        return
    search = _Search(tokens, len(bars))
    if len(bars) > MAX_BARS or len(bars) % 2 or not search.walk(0, ()):
        raise InvalidAnswer("The bars | do not pair up.", tokens[bars[0]].start)
    for i, value in search.choice.items():
        tokens[i] = tokens[i]._replace(value=value)


def _such_that(tokens: "list[Token]", bars: list[int]) -> None:
    """In { x | x > 2 }, the bar right behind the first name stands for itself."""
    for i in bars:
        if i >= 2 and tokens[i - 2].value == "{" and tokens[i - 1].kind == "s" and len(bars) % 2:
            tokens[i] = tokens[i]._replace(value="∣")
            return


class _Search:
    """Tries closing first where both are possible."""

    def __init__(self, tokens: "list[Token]", count: int) -> None:
        self.tokens = tokens
        self.many = count > 2
        self.choice: dict[int, str] = {}
        self.steps = _STEPS

    def after_operand(self, i: int) -> bool:
        if i == 0:
            return False
        before = self.tokens[i - 1]
        if before.kind == "o":
            if before.value == "|":
                return self.choice.get(i - 1) == "|)"
            return before.value in _CLOSING or before.value in "'!%"
        return before.kind in _OPERAND_KINDS

    def options(self, i: int, stack: tuple[str, ...]) -> list[str]:
        after = self.after_operand(i)
        found = []
        if after and stack and stack[-1] == "|":
            found.append("|)")
        at_end = after and self.tokens[i + 1].kind == "$"
        if not at_end and (not found or self.many):
            found.append("|(")
        return found

    def walk(self, i: int, stack: tuple[str, ...]) -> bool:
        self.steps -= 1
        if self.steps < 0:
            return False
        while i < len(self.tokens):
            token = self.tokens[i]
            if token.kind == "$":
                return not stack
            if token.kind == "o":
                if token.value == "|":
                    return self.branch(i, stack)
                if token.value in _OPENING:
                    stack = (*stack, token.value)
                elif token.value in _CLOSING:
                    if not stack or stack[-1] == "|":
                        return False
                    stack = stack[:-1]
            i += 1
        return False

    def branch(self, i: int, stack: tuple[str, ...]) -> bool:
        for option in self.options(i, stack):
            self.choice[i] = option
            if self.walk(i + 1, stack[:-1] if option == "|)" else (*stack, "|")):
                return True
        self.choice.pop(i, None)
        return False
