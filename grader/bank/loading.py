"""Import an author's modules from plain files, so that several versions live side by side.

Every set of files gets a package of its own, named by its hash; the modules of a bank name their
siblings relatively and so find those of their own version. Whatever an author's module raises
becomes a SpecError with file, line and reason: a broken problem never takes a process down.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import threading
import traceback
from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import TypeVar

from grader.bank.apart import Limits, Overrun, apart
from grader.bank.sources import Files
from grader.errors import SolverError, SpecError
from grader.spec import Assignment, Problem

PREFIX = "bank_"

LOADING = Limits(seconds=30.0, memory_mb=2000)
"""For importing one module with all that it imports."""
_T = TypeVar("_T", Problem, Assignment)


class _FilesImporter(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads the modules of one set of files under one package name."""

    def __init__(self, root: str, files: Files) -> None:
        self.root = root
        self.files = files

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.root and not fullname.startswith(f"{self.root}."):
            return None
        name = self._file(fullname)
        if name is None and not self._is_folder(fullname):
            return None
        is_package = name is None or name.endswith("__init__.py")
        spec = importlib.util.spec_from_loader(fullname, self, is_package=is_package)
        if spec is not None and name is not None:
            spec.origin = f"{self.files.origin}/{name}"
            spec.has_location = True
        return spec

    def is_package(self, fullname: str) -> bool:
        name = self._file(fullname)
        return name is None or name.endswith("__init__.py")

    def get_source(self, fullname: str) -> str:
        name = self._file(fullname)
        return "" if name is None else self.files.contents[name].decode("utf-8")

    def get_code(self, fullname: str):  # type: ignore[no-untyped-def]  # CodeType, as the base says
        name = self._file(fullname) or "__init__.py"
        return compile(
            self.get_source(fullname), f"{self.files.origin}/{name}", "exec", dont_inherit=True
        )

    def _below_root(self, fullname: str) -> str:
        return fullname[len(self.root) + 1 :]

    def _file(self, fullname: str) -> str | None:
        return self.files.module_file(self._below_root(fullname))

    def _is_folder(self, fullname: str) -> bool:
        stem = self._below_root(fullname).replace(".", "/")
        return any(name.startswith(f"{stem}/" if stem else "") for name in self.files.contents)


_lock = threading.Lock()
_importers: dict[str, _FilesImporter] = {}


def load_problem(files: Files, path: str) -> Problem:
    """Return `PROBLEM` of the module `path` below the root of `files`.

    Raises:
        SpecError: the module is missing, does not import, or defines no such problem.
    """
    return _load(files, path, "PROBLEM", Problem)


def load_assignment(files: Files, path: str) -> Assignment:
    """Return `ASSIGNMENT` of the module `path` below the root of `files`.

    Raises:
        SpecError: as for `load_problem`.
    """
    return _load(files, path, "ASSIGNMENT", Assignment)


def try_loading(files: Files, path: str) -> None:
    """Import the module `path` in a process of its own, where that was not done here yet.

    What an import raises is left to who loads it here. One that does not end, takes all memory
    or ends its process would take this one along.

    Raises:
        SpecError: the module does one of these.
    """
    file = files.module_file(path)
    if file is None or f"{_root_of(files)}.{path}" in sys.modules:
        return
    try:
        apart(partial(_try, files, path, file), LOADING)
    except Overrun as error:
        said = str(error)
        place = "" if said.startswith(files.origin) else f"{files.origin}/{file}: "
        raise SpecError(place + said) from error
    except SolverError:
        return


def _try(files: Files, path: str, file: str) -> None:
    _import(files, path, file)


def _load(files: Files, path: str, name: str, kind: type[_T]) -> _T:
    file = files.module_file(path)
    if file is None:
        raise SpecError(f"{files.origin}: there is no module {path}")
    module = _import(files, path, file)
    value = getattr(module, name, None)
    if not isinstance(value, kind):
        raise SpecError(f"{files.origin}/{file}: defines no {name} = {kind.__name__}(...)")
    return value


def _import(files: Files, path: str, file: str) -> ModuleType:
    root = _root_of(files)
    try:
        return importlib.import_module(f"{root}.{path}")
    except SyntaxError as error:
        raise SpecError(f"{error.filename}:{error.lineno}: {error.msg}") from error
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # an author's module may raise anything, SystemExit included
        raise SpecError(f"{blame(error, files, file)}: {type(error).__name__}: {error}") from error


def blame(error: BaseException, files: Files, file: str) -> str:
    """Return "file:line" of the innermost frame of `error` that lies in `files`."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(f"{files.origin}/")]
    if own:
        return f"{own[-1].filename}:{own[-1].lineno}"
    return file if file.startswith(files.origin) else f"{files.origin}/{file}"


def _root_of(files: Files) -> str:
    root = f"{PREFIX}{files.sha256[:24]}"
    with _lock:
        if root not in _importers:
            _importers[root] = _FilesImporter(root, files)
            sys.meta_path.append(_importers[root])
    return root
