"""Student text is data: nothing evaluates it, and nothing that could is imported where it goes."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from grader.checks import check
from grader.spec import Kind

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = frozenset(
    [
        "eval",
        "exec",
        "compile",
        "sympify",
        "parse_expr",
        "parse_latex",
        "lambdify",
        "literal_eval",
        "__import__",
        "loads_pickle",
    ]
)
SOURCES = sorted((ROOT / "grader").rglob("*.py")) + sorted((ROOT / "web").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_that_student_text_passes_through_can_evaluate_it(path):
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute))
    }
    if path.is_relative_to(ROOT / "grader" / "bank") or "re.compile" in path.read_text("utf-8"):
        called -= {"compile"}  # re.compile, and the bank's own authors

    assert not called & FORBIDDEN


def test_checking_answers_loads_no_computer_algebra_system():
    code = "import sys, grader.checks; print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "answer",
    [
        "__import__('os').system('touch canary')",
        "exec(\"open('canary','w')\")",
        "().__class__.__base__",
        "(lambda: open('canary','w'))()",
        "S(\"open('canary','w')\")",
        "\\write18{touch canary}",
        "\\begin{pmatrix}open('canary','w')\\end{pmatrix}",
        "(x := 5)",
        "x.__class__",
        "<script>alert(1)</script>",
        "[c for c in ().__class__.__base__.__subclasses__()][0]",
        "1 # \n__import__('os')",
        "exit()",
    ],
)
def test_code_is_refused_and_never_run(answer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = check(Kind.EXPRESSION, "x+1", answer)

    assert result.verdict.value in ("unreadable", "incorrect")
    assert not list(tmp_path.iterdir())
