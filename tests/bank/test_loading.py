"""Banks from folders, packages and bundles; broken ones cost themselves alone."""

import hashlib
import io
import textwrap
import time
import zipfile

import pytest
from world import write_bank

from grader.bank.apart import Limits
from grader.bank.bundles import bundle_of, load_bundled, notebook_files
from grader.bank.catalog import Catalog
from grader.bank.loading import load_problem
from grader.bank.sources import read_bank
from grader.errors import BundleError, SpecError, UsageError
from grader.spec import Notebook, Problem


@pytest.fixture
def bank(tmp_path):
    return write_bank(tmp_path / "bank")


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
        (folder / f"{name}.md").write_text("Question.")


def bundled(bank, path):
    bundle = bundle_of(read_bank(str(bank)), path)
    return bundle, hashlib.sha256(bundle).hexdigest()


def test_a_course_outside_the_repository_loads_from_its_folder(bank):
    entry = Catalog.of([str(bank)]).assignment("hw")

    assert entry.assignment.title == "Homework"
    assert entry.problem("1").spec.title == "Sums"


def test_the_shipped_bank_loads_as_any_other():
    assert "eecs182-hw04" in Catalog.of(["problems"]).loaded[0]


def test_no_bank_at_all_is_named():
    with pytest.raises(UsageError, match="nowhere"):
        Catalog.of(["nowhere"])


def test_an_unknown_assignment_is_named_with_those_that_there_are(bank):
    with pytest.raises(UsageError, match="There are: hw"):
        Catalog.of([str(bank)]).assignment("hw9")


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("x = 1\ny = = 2\n", 2, "invalid syntax"),
        ("\n\nraise RuntimeError('no GPU here')", 3, "no GPU here"),
        ("import nosuchmodule", 1, "nosuchmodule"),
        ("\nraise SystemExit(3)", 2, "SystemExit"),
        ("def f():\n    return f()\nf()", 2, "RecursionError"),
    ],
)
def test_a_module_that_does_not_import_is_named_by_file_line_and_reason(bank, source, line, reason):
    (bank / "sums.py").write_text(source)

    with pytest.raises(SpecError, match=rf"sums\.py:{line}: .*{reason}"):
        load_problem(read_bank(str(bank)), "sums")


def test_a_broken_assignment_costs_itself_alone(bank):
    (bank / "assignments" / "other.py").write_text("1/0")

    entries, broken = Catalog.of([str(bank)]).loaded

    assert list(entries) == ["hw"]
    assert "other.py:1: ZeroDivisionError" in str(next(iter(broken.values())))


def test_a_module_without_a_problem_is_named(bank):
    write(bank, empty="PROBLEMS = 3")

    with pytest.raises(SpecError, match=r"empty\.py: defines no PROBLEM"):
        load_problem(read_bank(str(bank)), "empty")


def test_a_problem_without_a_statement_is_named(bank):
    (bank / "sums.md").unlink()

    with pytest.raises(SpecError, match=r"has no statement sums\.md"):
        Catalog.of([str(bank)]).assignment("hw").problem("1")


def with_siblings(bank):
    (bank / "shared").mkdir()
    (bank / "shared" / "__init__.py").write_text("")
    (bank / "shared" / "add.py").write_text("from . import one\n\ndef f(): return one.ONE")
    (bank / "shared" / "one.py").write_text("ONE = 1")
    (bank / "shared" / "unused.py").write_text("UNUSED = 1")
    write(
        bank,
        uses="""
            from grader.spec import Problem
            from .shared.add import f
            PROBLEM = Problem(title=f"uses {f()}", parts=())
        """,
    )


def test_a_bundle_takes_along_what_its_problem_imports_and_nothing_else(bank):
    with_siblings(bank)

    bundle, _ = bundled(bank, "uses")

    names = zipfile.ZipFile(io.BytesIO(bundle)).namelist()
    assert names == ["shared/__init__.py", "shared/add.py", "shared/one.py", "uses.md", "uses.py"]


def test_a_bundle_depends_on_its_sources_alone(bank):
    with_siblings(bank)
    before = bundled(bank, "uses")
    (bank / "shared" / "unused.py").write_text("UNUSED = 2")
    unrelated = bundled(bank, "uses")
    (bank / "shared" / "one.py").write_text("ONE = 2")

    related = bundled(bank, "uses")

    assert before == unrelated
    assert before[1] != related[1]


def test_two_versions_live_side_by_side_in_one_process(bank):
    with_siblings(bank)
    old = bundled(bank, "uses")
    (bank / "shared" / "one.py").write_text("ONE = 2")
    new = bundled(bank, "uses")

    titles = [load_bundled(*version, "uses").title for version in (old, new, old)]

    assert titles == ["uses 1", "uses 2", "uses 1"]


def test_a_bundle_needs_no_bank(bank):
    with_siblings(bank)
    bundle, digest = bundled(bank, "uses")
    for file in bank.rglob("*.py"):
        file.unlink()

    assert load_bundled(bundle, digest, "uses").title == "uses 1"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x00" * 100])
def test_bytes_that_are_no_bundle_are_named(content):
    with pytest.raises(BundleError, match="cannot be unpacked"):
        load_bundled(content, hashlib.sha256(content).hexdigest(), "uses")


def test_a_bundle_that_does_not_load_here_holds_what_answered_it(bank):
    write(bank, needs="import nosuchmodule")
    bundle, digest = bundled(bank, "needs")

    with pytest.raises(BundleError, match="nosuchmodule"):
        load_bundled(bundle, digest, "needs")


@pytest.mark.parametrize(
    "statement",
    ["import sqlalchemy", "from grader.db import connect", "import web", "from workers import app"],
)
def test_a_problem_may_not_reach_into_the_service(bank, statement):
    write(bank, reaching=f"x = 1\n{statement}")

    with pytest.raises(SpecError, match=r"reaching\.py:2: a problem may not import"):
        bundle_of(read_bank(str(bank)), "reaching")


def test_a_notebooks_files_are_in_the_bundle(bank):
    (bank / "photo.png").write_bytes(b"pixels")
    files = read_bank(str(bank))
    spec = Problem(title="", parts=(), notebook=Notebook(files=("photo.png",)))

    names = zipfile.ZipFile(io.BytesIO(bundle_of(files, "sums", spec.notebook.files))).namelist()

    assert "photo.png" in names
    assert notebook_files(files, "sums", spec) == {"photo.png": b"pixels"}
    with pytest.raises(SpecError, match="there is no nosuch"):
        bundle_of(files, "sums", ("nosuch.png",))


HANGS = """
    import os
    while os.environ.get("HANGS"):
        pass
    from grader.spec import Field, Kind, Part, Problem

    PROBLEM = Problem(title="Hangs", parts=(Part(label="", fields=(Field(kind=Kind.TEXT),)),))
"""


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr("grader.bank.loading.LOADING", Limits(seconds=1.0, memory_mb=500))


def test_a_bundle_that_hangs_here_is_refused_by_file_and_line_and_at_once_when_it_comes_again(
    bank, hurried, monkeypatch
):
    write(bank, hangs=HANGS)
    bundle, digest = bundled(bank, "hangs")
    monkeypatch.setenv("HANGS", "1")
    with pytest.raises(BundleError, match=r"hangs\.py:[34]: TimeoutError: takes for ever"):
        load_bundled(bundle, digest, "hangs")
    began = time.monotonic()

    for _ in range(20):
        with pytest.raises(BundleError, match="takes for ever"):
            load_bundled(bundle, digest, "hangs")

    assert time.monotonic() - began < 1.0


def test_a_bundle_that_hung_is_tried_again_later(bank, hurried, monkeypatch):
    write(bank, hangs=HANGS.replace("Hangs", "Hung"))
    bundle, digest = bundled(bank, "hangs")
    monkeypatch.setattr("grader.bank.bundles.REFUSED_SECONDS", 0.0)
    monkeypatch.setenv("HANGS", "1")
    with pytest.raises(BundleError):
        load_bundled(bundle, digest, "hangs")
    monkeypatch.delenv("HANGS")

    assert load_bundled(bundle, digest, "hangs").title == "Hung"


def test_a_bundle_that_ends_its_process_does_not_end_this_one(bank):
    write(bank, ends="import os\nos._exit(3)")

    with pytest.raises(BundleError, match=r"ends\.py: .*exit status 3"):
        load_bundled(*bundled(bank, "ends"), "ends")


def test_an_assignment_that_hangs_is_named_and_costs_the_others_nothing(bank, hurried):
    (bank / "assignments" / "slow.py").write_text("while True:\n    pass\n")

    entries, broken = Catalog.of([str(bank)]).loaded

    assert list(entries) == ["hw"]
    [(file, error)] = broken.items()
    assert file.endswith("assignments/slow.py")
    assert "slow.py:" in str(error)
    assert "takes for ever" in str(error)
