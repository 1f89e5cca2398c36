"""Bundles: the source of one problem and of all that it imports from its bank, by content.

A submission is judged by the bundle that its version was published with, on a worker that has
never seen the bank, also after the module has been edited.
"""

import ast
import importlib
import io
import re
import sys
import time
import zipfile
from collections.abc import Sequence
from functools import lru_cache

from grader.bank.loading import load_problem, try_loading
from grader.bank.sources import LARGEST_FILE, Files
from grader.errors import BundleError, SpecError
from grader.spec import Problem

LARGEST_BUNDLE = 100_000_000
"""Bytes, unpacked."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The one time stamp in a bundle, so that equal sources give equal bytes."""

LIBRARIES = ("numpy", "sympy", "torch")
"""What bundles stand on besides us: slow to load, and nothing of an author's."""

REFUSED_SECONDS = 600.0
"""How long a bundle that could not be tried to its end is not tried again by a process: each try
takes its whole time, and a class may have handed in for it."""

OURS = ("grader.spec", "grader.checks", "grader.errors", "grader.report")
FOREIGN = ("web", "workers", "problems", "grader", "sqlalchemy", "celery", "redis", "flask")


def bundle_of(files: Files, path: str, data: Sequence[str] = ()) -> bytes:
    """Return the bundle of the problem `path`: a zip of its modules, statement and data.

    Data files count by their stem: `name.py` takes along `name.md`, `name.json`, `name.npz`, ….

    Args:
        data: further files that it needs, named from the folder of its module.

    Raises:
        SpecError: a module does not parse, imports what a bank may not, or a file is missing.
    """
    names = _closure(files, path) | {_data_file(files, path, name) for name in data}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(names):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), files.contents[name])
    return buffer.getvalue()


@lru_cache(maxsize=256)
def open_bundle(bundle: bytes, sha256: str) -> Files:
    """Return the files of a stored bundle; the newest 256 stay open.

    Raises:
        BundleError: the bytes are no bundle, or unpack to more than is allowed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST_BUNDLE:
                raise BundleError(
                    f"bundle {sha256[:12]} unpacks to more than {LARGEST_BUNDLE} bytes"
                )
            contents = {
                entry.filename: archive.read(entry)
                for entry in entries
                if entry.file_size <= LARGEST_FILE
            }
    except zipfile.BadZipFile as error:
        raise BundleError(f"bundle {sha256[:12]} cannot be unpacked: {error}") from error
    return Files(contents, f"<bundle {sha256[:12]}>")


def load_bundled(bundle: bytes, sha256: str, path: str) -> Problem:
    """Return the problem `path` from a stored bundle; tried in a process of its own at first.

    Raises:
        BundleError: it cannot be loaded on this worker; the submission is held.
    """
    files = open_bundle(bundle, sha256)
    try:
        _try(files, path, sha256)
        return load_problem(files, path)
    except SpecError as error:
        raise BundleError(str(error)) from error


_refused: dict[tuple[str, str], tuple[str, float]] = {}


def _try(files: Files, path: str, sha256: str) -> None:
    why, until = _refused.get((sha256, path), ("", 0.0))
    if time.monotonic() < until:
        raise SpecError(why)
    _load_libraries(files)
    try:
        try_loading(files, path)
    except SpecError as error:
        _refused[sha256, path] = str(error), time.monotonic() + REFUSED_SECONDS
        raise


def _load_libraries(files: Files) -> None:
    """Load what the bundle imports of LIBRARIES: a copy that did would have it for itself alone."""
    sources = [content for name, content in files.contents.items() if name.endswith(".py")]
    for name in LIBRARIES:
        pattern = re.compile(rb"^\s*(import|from) " + name.encode(), re.MULTILINE)
        if name not in sys.modules and any(map(pattern.search, sources)):
            importlib.import_module(name)


def notebook_files(files: Files, path: str, spec: Problem) -> dict[str, bytes]:
    """Return the content of the files that the notebook of the problem `path` is given, by name.

    Raises:
        SpecError: one is missing.
    """
    names = spec.notebook.files if spec.notebook else ()
    return {name: files.contents[_data_file(files, path, name)] for name in names}


def _data_file(files: Files, path: str, name: str) -> str:
    folder = "/".join(path.split(".")[:-1])
    found = f"{folder}/{name}" if folder else name
    if found not in files.contents:
        raise SpecError(f"{files.origin}: {path} asks for {name}, and there is no {found}")
    return found


def _closure(files: Files, path: str) -> set[str]:
    """Return the files that the module `path` needs, itself and its packages included."""
    wanted, names = [path], set[str]()
    while wanted:
        module = wanted.pop()
        file = files.module_file(module)
        if file is None or file in names:
            continue
        names.add(file)
        names.update(_beside(files, file))
        wanted.extend(_packages_above(module))
        wanted.extend(_imports(files, module, file))
    return names


def _beside(files: Files, file: str) -> list[str]:
    stem = file.removesuffix(".py")
    return [name for name in files.contents if name.rpartition(".")[0] == stem and name != file]


def _packages_above(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(len(parts))]


def _imports(files: Files, module: str, file: str) -> list[str]:
    """Return the modules of the same bank that `file` imports."""
    try:
        tree = ast.parse(files.contents[file].decode("utf-8"))
    except SyntaxError as error:
        raise SpecError(f"{files.origin}/{file}:{error.lineno}: {error.msg}") from error
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            found += _siblings(module, node, is_package=file.endswith("__init__.py"))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            _refuse_foreign(f"{files.origin}/{file}:{node.lineno}", node)
    return found


def _siblings(module: str, node: ast.ImportFrom, *, is_package: bool) -> list[str]:
    parts = module.split(".") if module else []
    up = node.level - (1 if is_package else 0)
    anchor = parts[: len(parts) - up] + (node.module.split(".") if node.module else [])
    return [".".join(anchor), *(".".join([*anchor, alias.name]) for alias in node.names)]


def _refuse_foreign(place: str, node: ast.Import | ast.ImportFrom) -> None:
    names = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
    )
    for name in names:
        allowed = any(name == ours or name.startswith(f"{ours}.") for ours in OURS)
        if name.split(".")[0] in FOREIGN and not allowed:
            raise SpecError(
                f"{place}: a problem may not import {name}: a bank stands on grader.spec, "
                "grader.checks, grader.report and grader.errors, and names its modules relatively"
            )
