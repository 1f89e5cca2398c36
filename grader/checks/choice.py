"""Choices: a label, the text that it stands for, or several; order and case do not count."""

import json
import re
import unicodedata
from collections.abc import Mapping

from grader.checks.settle import Job
from grader.errors import InvalidAnswer, SpecError
from grader.report import CheckResult, Verdict

_DECORATION = re.compile(
    r"^(?:option|choice|answer|part)\b[\s:.]*|^[(\[{]+|[)\]}.:]+$", re.IGNORECASE
)
_LABELLED = re.compile(r"^[(\[]?\s*([^\s)\].:]+)\s*[)\].:]\s*(.+)$", re.DOTALL)
_CUT = re.compile(r"\s*(?:[,;&+\n]|\band\b)\s*")
_MAX_CHARACTERS = 2000


def check_choice(job: Job) -> CheckResult:
    """Compare the labels chosen with those of the reference: all of them and no other.

    Raises:
        SpecError: the reference is none of the choices, or two choices cannot be told apart.
    """
    labels = _Labels(job.options.choices)
    try:
        asked = labels.chosen(job.reference)
    except InvalidAnswer as error:
        raise SpecError(f"the reference {job.reference[:80]!r} is no choice: {error}") from error
    given = labels.chosen(job.answer)
    form = ", ".join(sorted(given))
    right = given == asked
    verdict = Verdict.CORRECT if right else Verdict.INCORRECT
    return CheckResult(verdict, 1.0 if right else 0.0, tuple(job.remarks), form)


class _Labels:
    """What each spelling of a choice stands for; without choices every word stands for itself."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        self.choices = choices
        self.exact = {label.strip(): label for label in choices}
        self.texts: dict[str, str] = {}
        self.folded: dict[str, str] = {}
        ambiguous: set[str] = set()
        for label, text in choices.items():
            for spelling, table in ((_folded(label), self.folded), (_folded(text), self.texts)):
                if spelling in table:
                    ambiguous.add(spelling)
                table[spelling] = label
        for spelling in ambiguous:
            self.folded.pop(spelling, None)
            self.texts.pop(spelling, None)

    def chosen(self, text: str) -> frozenset[str]:
        """Return the labels that a text names.

        Raises:
            InvalidAnswer: a part of it names no choice.
        """
        body = unicodedata.normalize("NFKC", text[:_MAX_CHARACTERS])[:_MAX_CHARACTERS].strip()
        whole = self.label(body)
        if whole is not None:
            return frozenset({whole})
        parts = _listed(body) or [part for part in _CUT.split(_bare(body)) if part]
        found = [self.label(part) for part in parts]
        if None in found or not found:
            found = list(self.letters(body))
        return frozenset(label for label in found if label is not None)

    def label(self, text: str) -> str | None:
        """Return the label of one choice, or None."""
        if not self.choices:
            return _folded(_bare(text)) if len(_CUT.split(_bare(text))) == 1 else None
        for spelling in (text.strip(), _bare(text)):
            if spelling in self.exact:
                return self.exact[spelling]
            found = self.folded.get(_folded(spelling)) or self.texts.get(_folded(spelling))
            if found is not None:
                return found
        return self.label_with_text(text)

    def label_with_text(self, text: str) -> str | None:
        """Return the label of "b) its text" where both agree."""
        found = _LABELLED.match(text.strip())
        if found is None:
            return None
        label = self.exact.get(found[1]) or self.folded.get(_folded(found[1]))
        return label if label and self.texts.get(_folded(found[2])) == label else None

    def letters(self, text: str) -> list[str]:
        """Return the labels of "AC" or "a c", where every label is one letter."""
        known = [self.label(char) for char in re.sub(r"[\s/]", "", _bare(text))]
        single = all(len(label) == 1 for label in self.choices)
        if not self.choices or not single or None in known or not known:
            names = ", ".join(self.choices) or "one of the choices"
            raise InvalidAnswer(f"This is none of the choices: {names}.")
        return [label for label in known if label is not None]


def _listed(text: str) -> list[str] | None:
    """Return the items of a JSON list of texts, or None."""
    if not text.startswith("["):
        return None
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    plain = isinstance(items, list) and all(isinstance(item, str | int) for item in items)
    return [str(item) for item in items] if plain else None


def _bare(text: str) -> str:
    """Return a label without what people put around it: (b), b), b., option b."""
    bare = text.strip()
    for _ in range(3):
        bare = _DECORATION.sub("", bare).strip()
    return bare


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().strip(" .").split())
