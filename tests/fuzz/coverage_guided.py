"""Coverage-guided fuzzing with atheris: `python -m tests.fuzz.coverage_guided`.

Runs for ten minutes, or for GRADER_FUZZ_SECONDS. Any exception, any answer that takes more than a
second of processor time, and any acceptance of bytes as a formula that they are not, ends it with
the input. Needs the `fuzz` extra.
"""

import os
import sys
import time

import atheris

with atheris.instrument_imports(include=["grader.answers", "grader.checks"]):
    from grader.answers import preview
    from grader.checks import check
    from grader.spec import Domain, Kind, Options

_SECONDS = int(os.environ.get("GRADER_FUZZ_SECONDS", "600"))
_LIMIT = 1.0  # seconds of processor time; instrumented code is some ten times slower
_SECRET = "x^7 + 3*y - 11/13"  # no bytes spell this by chance
_KINDS = (
    Kind.EXPRESSION,
    Kind.NUMBER,
    Kind.EQUATION,
    Kind.LIST,
    Kind.SET,
    Kind.MATRIX,
    Kind.SHAPE,
    Kind.INTERVAL,
)  # fmt: skip
_REFERENCES = {Kind.MATRIX: "[[1, 2], [3, 4]]", Kind.SHAPE: "(3, 4)", Kind.INTERVAL: "[0, 1)"}
_OPTIONS = (
    Options(),
    Options(symbols={"W": Domain.INTEGER, "K": Domain.POSITIVE, "x": Domain.REAL}),
    Options(functions=("f", "g"), atol="0.01"),
)


def one(data: bytes) -> None:
    """Check one answer made of bytes."""
    provider = atheris.FuzzedDataProvider(data)
    kind = _KINDS[provider.ConsumeIntInRange(0, len(_KINDS) - 1)]
    options = _OPTIONS[provider.ConsumeIntInRange(0, len(_OPTIONS) - 1)]
    text = provider.ConsumeUnicodeNoSurrogates(300)
    started = time.process_time()
    result = check(kind, _REFERENCES.get(kind, "1"), text, options)
    preview(text, kind, options)
    hidden = check(Kind.EXPRESSION, _SECRET, text)
    spent = time.process_time() - started
    if spent > _LIMIT:
        raise AssertionError(f"{spent:.2f} s for {text!r} as {kind}")
    if hidden.verdict.value == "correct":
        raise AssertionError(f"{text!r} was accepted as {_SECRET}")
    if result.credit is not None and not 0 <= result.credit <= 1:
        raise AssertionError(f"credit {result.credit} for {text!r}")


def main() -> None:
    atheris.Setup([sys.argv[0], f"-max_total_time={_SECONDS}", "-max_len=400", *sys.argv[1:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
