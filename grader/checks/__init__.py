"""One comparison a file; `check` is the way in.

A checker takes a `Job` (the texts, the options, the names, the setting of the comparison) and
returns a `CheckResult`. It reads the reference with `read_reference` (which teaches the names to
the answer) and the answer with `read_answer`, compares, and returns `job.result(...)`. To add a
kind: one file with one checker, and one line in `registry.CHECKERS`.
"""

from grader.checks.registry import check

__all__ = ["check"]
