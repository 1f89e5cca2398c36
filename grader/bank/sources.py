"""Where banks come from: an installed package or a folder, read as plain files."""

import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError

PARTS_OF_A_BANK = {".py", ".md", ".json", ".npz", ".png", ".txt", ".csv"}
LARGEST_FILE = 20_000_000
"""Bytes; a bank is text and small data, and a bundle of it goes through the database."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a bank or of a bundle.

    Attributes:
        contents: path below the root, with forward slashes, to the bytes.
        origin: where they were read, for messages: a folder, or the hash of a bundle.
    """

    contents: Mapping[str, bytes]
    origin: str

    @property
    def sha256(self) -> str:
        """Hash of all names and contents."""
        digest = hashlib.sha256()
        for name in sorted(self.contents):
            content = self.contents[name]
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()

    def module_file(self, module: str) -> str | None:
        """Return the file of a dotted module path below the root, or None if there is none."""
        stem = module.replace(".", "/")
        candidates = [f"{stem}.py", f"{stem}/__init__.py"] if stem else ["__init__.py"]
        return next((name for name in candidates if name in self.contents), None)


def read_bank(source: str) -> Files:
    """Read the bank that `source` names: a folder, or a package that can be imported.

    Raises:
        UsageError: it is neither, or a file in it is too large.
    """
    root = _find_root(source)
    contents = {}
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(root).parts)
        if hidden or not path.is_file() or path.suffix not in PARTS_OF_A_BANK:
            continue
        if path.stat().st_size > LARGEST_FILE:
            raise UsageError(
                f"{path} is larger than {LARGEST_FILE} bytes; a bank keeps small files"
            )
        contents[path.relative_to(root).as_posix()] = path.read_bytes()
    return Files(contents, str(root))


def _find_root(source: str) -> Path:
    folder = Path(source).expanduser()
    if folder.is_dir() and ("/" in source or not source.isidentifier()):
        return folder.resolve()
    try:
        found = importlib.util.find_spec(source)
    except (ImportError, ValueError):
        found = None
    if found is not None and found.submodule_search_locations:
        return Path(next(iter(found.submodule_search_locations))).resolve()
    if folder.is_dir():
        return folder.resolve()
    raise UsageError(
        f"No bank at {source!r}: GRADER_PROBLEMS names a folder, or a package that can be imported."
    )
