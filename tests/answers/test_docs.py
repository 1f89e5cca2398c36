"""The page for students runs as it stands."""

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "typing-answers.md"


def test_every_example_of_the_page_for_students_is_true():
    text = PAGE.read_text(encoding="utf-8").replace("```pycon\n", "\n").replace("```\n", "\n")
    parser = doctest.DocTestParser()
    example = parser.get_doctest(text, {}, PAGE.name, str(PAGE), 0)

    results = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example)

    assert results.attempted >= 20
    assert results.failed == 0
