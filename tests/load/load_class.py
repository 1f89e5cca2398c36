"""A whole class at once: everyone logs in, opens the homework, and hands in one problem.

    python tests/load/load_class.py [--students 200] [--at-once 40] [--database sqlite]

Prints requests that failed, how long each kind of request took, and the time from the committed
submission to the grade. Exits 1 where a request failed or a submission was not graded.
"""

import argparse
import socket
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

sys.path.insert(0, str(Path(__file__).parents[1]))

import postgresql
from stack import Stack, eventually, redis_of_its_own
from visitor import Visitor
from world import RIGHT, World, populate, write_bank

from grader.commands.supervision import portal_command
from grader.db import connect, migrate, reading, writing
from grader.models import Job, JobState, Role, User
from grader.services import people
from grader.settings import Settings

PASSWORD = "one for the whole class"


@dataclass
class Measured:
    """Seconds by kind of request, and what failed."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    def take(self, kind: str, request: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        reply = request()
        self.seconds[kind].append(time.perf_counter() - start)
        if reply.status != 200:
            self.failures.append(f"{kind}: {reply.status}")
        return reply


def hand_in(base: str, login: str, measured: Measured) -> None:
    """What one student does."""
    visitor = Visitor(base)
    try:
        form = measured.take("login page", lambda: visitor.get("/login")).form
        sent = {**form, "login": login, "password": PASSWORD}
        measured.take("log in", lambda: visitor.post("/login", sent))
        page = measured.take("assignment", lambda: visitor.get("/courses/c/hw"))
        measured.take("hand in", lambda: visitor.hand_in("c/hw", "1", RIGHT, page))
    except OSError as error:
        measured.failures.append(str(error))


def enroll(engine: Engine, students: int) -> list[str]:
    """Enroll a class that shares one password: hashing one for each would take minutes."""
    logins = [f"student-{number}" for number in range(students)]
    now = datetime.now(UTC)
    with writing(engine) as session:
        course = people.course(session, "c")
        hashed = people.create_user(session, "first", "First", PASSWORD, now=now).password_hash
        for login in logins:
            user = User(login=login, name=login, password_hash=hashed, created_at=now)
            session.add(user)
            session.flush()
            people.enroll(session, course, user, Role.STUDENT)
    return logins


def graded(engine: Engine) -> int:
    with reading(engine) as session:
        done = select(func.count()).where(Job.state == JobState.DONE.value)
        return int(session.scalar(done) or 0)


def grading_seconds(engine: Engine) -> list[float]:
    with reading(engine) as session:
        rows = session.execute(select(Job.created_at, Job.finished_at)).all()
    return [(end - start).total_seconds() for start, end in rows if end is not None]


def run(settings: Settings, folder: Path, students: int, at_once: int) -> int:
    """Serve, let the class come, print; the exit status."""
    engine = connect(settings.database_url)
    migrate(engine)
    populate(engine)
    World(engine, write_bank(folder / "bank"), datetime.now(UTC) + timedelta(days=1)).publish()
    logins, measured, stack = enroll(engine, students), Measured(), Stack(settings)
    base = f"http://127.0.0.1:{settings.port}"
    try:
        stack.worker()
        stack.sweep()
        stack.start("portal", *portal_command(settings))
        eventually(lambda: is_up(base))
        start = time.perf_counter()
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(lambda login: hand_in(base, login, measured), logins))
        served = time.perf_counter() - start
        eventually(lambda: graded(engine) >= students, seconds=120)
    finally:
        stack.stop()
    measured.seconds["graded after"] = grading_seconds(engine)
    show(measured, students, served)
    engine.dispose()
    return int(bool(measured.failures))


def is_up(base: str) -> bool:
    try:
        return bool(Visitor(base).get("/healthz").status == 200)
    except OSError:
        return False


def show(measured: Measured, students: int, served: float) -> None:
    print(f"{students} students in {served:.1f} s, {len(measured.failures)} requests failed")
    for failure in measured.failures[:10]:
        print(f"  {failure}")
    print(f"{'':14}{'median':>9}{'p95':>9}{'worst':>9}   seconds")
    for kind, seconds in measured.seconds.items():
        p95 = statistics.quantiles(seconds, n=20)[-1]
        print(f"{kind:14}{statistics.median(seconds):9.3f}{p95:9.3f}{max(seconds):9.3f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=40)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-load-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL may run as another user
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with redis_of_its_own(folder) as (redis_url, _):
            given = {"var": folder / "var", "redis_url": redis_url, "port": port}
            if options.database == "sqlite":
                return run(Settings(**given), folder, options.students, options.at_once)
            (folder / "postgresql").mkdir(mode=0o700)
            server = postgresql.start(folder / "postgresql")
            try:
                settings = Settings(**given, database_url=server.new_database())
                return run(settings, folder, options.students, options.at_once)
            finally:
                server.stop()


if __name__ == "__main__":
    sys.exit(main())
