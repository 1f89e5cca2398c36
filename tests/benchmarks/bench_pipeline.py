"""From the committed row to the graded row, beside bare Celery's no-op in the same run.

    python tests/benchmarks/bench_pipeline.py [--submissions 2000] [--database sqlite|postgresql]

Prints submissions a second for problems of one field, fields a second for a whole homework, and
the time from sending to graded on an idle service, each beside bare Celery on the same Redis with
the same two worker processes.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import postgresql
import redis
from sqlalchemy import Engine, func, select
from stack import ROOT, Stack, eventually, redis_of_its_own
from world import COURSE_KEY, DUE, NOW

from grader.bank.catalog import Catalog
from grader.db import connect, migrate, reading, writing
from grader.models import Assignment, Job, JobState, PartReport, Problem, Role, User, Variant
from grader.queue import Queue, create_celery, enqueue
from grader.services import people, submissions
from grader.services.publishing import Publisher, Terms, publish
from grader.settings import Settings

ONE_FIELD = """
from grader.spec import Assignment
ASSIGNMENT = Assignment(slug="hw", title="One field", problems={"1": "one"})
"""
ONE = """
from grader.spec import Domain, Field, Kind, Options, Part, Problem
LETTERS = Options(symbols=dict.fromkeys("WKPS", Domain.INTEGER))
PROBLEM = Problem(title="One", parts=(Part(label="", fields=(
    Field(kind=Kind.EXPRESSION, options=LETTERS, solve=lambda p: "(W - K + 2*P)/S + 1"),)),))
"""


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """An empty database of a kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'grader.db'}"
        return
    (folder / "postgresql").mkdir(mode=0o700)
    server = postgresql.start(folder / "postgresql")
    yield server.new_database()
    server.stop()


def set_up(settings: Settings, sources: Sequence[str], slug: str, students: int) -> None:
    """Publish an assignment to a course with so many students."""
    engine = connect(settings.database_url)
    migrate(engine)
    entry = Catalog.of(sources).assignment(slug)
    with writing(engine) as session:
        course = people.create_course(session, "c", "Course", "UTC")
        publish(
            session, entry, course, Terms(due_at=DUE, attempts_allowed=None),
            Publisher(COURSE_KEY, NOW),
        )  # fmt: skip
        for index in range(students):
            user = User(
                login=f"s{index}", name="S", password_hash=people.NO_PASSWORD, created_at=NOW
            )
            session.add(user)
            session.flush()
            people.enroll(session, course, user, Role.STUDENT)


def submit_all(engine: Engine, students: Sequence[int]) -> list[tuple[int, Queue]]:
    """Hand in the reference for every problem, for the students of these indexes."""
    jobs = []
    with writing(engine) as session:
        assignment = session.scalars(select(Assignment)).one()
        users = session.scalars(select(User).order_by(User.id)).all()
        problems = session.scalars(select(Problem).order_by(Problem.position)).all()
        variants = {v.version_id: v for v in session.scalars(select(Variant))}
        pairs = list(zip(problems, variants.values(), strict=True))
        for index in students:
            for problem, variant in pairs:
                answers = answers_of(variant)
                hand_in = submissions.HandIn(users[index], problem, variant, answers, NOW)
                accepted = submissions.submit(session, assignment, hand_in)
                jobs.append((accepted.job.id, Queue(accepted.job.queue)))
    return [job for job in jobs if job[1] is Queue.ANSWERS]


def answers_of(variant: Variant) -> dict[str, dict[str, str]]:
    number = variant.page["number"]
    return {
        f"{number}{label}": {
            name: solved["reference"] or "in words" for name, solved in fields.items()
        }
        for label, fields in variant.references.items()
    }


def graded(settings: Settings, jobs: Sequence[tuple[int, Queue]]) -> float:
    """Send all, and return the seconds until all are graded."""
    engine = connect(settings.database_url)
    app = create_celery(settings, publishes_only=True)
    last = [job_id for job_id, _ in jobs]

    def all_done() -> bool:
        with reading(engine) as session:
            left = session.scalar(
                select(func.count(Job.id)).where(
                    Job.id.between(last[0], last[-1]),
                    Job.state != JobState.DONE.value,
                    Job.queue == Queue.ANSWERS.value,
                )
            )
        return left == 0

    started = time.perf_counter()
    enqueue(app, jobs)
    eventually(all_done, 300)
    taken = time.perf_counter() - started
    engine.dispose()
    return taken


def noops(settings: Settings, count: int) -> float:
    """Send so many no-ops to bare Celery, and return the seconds until all are acknowledged."""
    app = create_celery(settings, publishes_only=True)
    client = redis.Redis(unix_socket_path=settings.redis_url.removeprefix("redis+socket://"))
    started = time.perf_counter()
    for number in range(count):
        app.send_task("noop", args=[number], queue="noop")
    eventually(lambda: not client.llen("noop") and not client.hlen("unacked"), 300)
    return time.perf_counter() - started


def idle_latency(settings: Settings, students: Sequence[int]) -> list[float]:
    """Submit one at a time to an idle service; milliseconds from before submit to graded."""
    engine = connect(settings.database_url)
    app = create_celery(settings, publishes_only=True)
    times = []
    for index in students:
        started = time.perf_counter()
        (job,) = submit_all(engine, [index])
        enqueue(app, [job])
        while True:
            with reading(engine) as session:
                if session.get_one(Job, job[0]).state == JobState.DONE:
                    break
            time.sleep(0.001)
        times.append(1000 * (time.perf_counter() - started))
        time.sleep(0.02)
    return times


def noop_latency(settings: Settings, count: int) -> list[float]:
    """Milliseconds from sending a no-op to its acknowledgement, on an idle worker."""
    app = create_celery(settings, publishes_only=True)
    client = redis.Redis(unix_socket_path=settings.redis_url.removeprefix("redis+socket://"))
    times = []
    for number in range(count):
        started = time.perf_counter()
        app.send_task("noop", args=[number], queue="noop")
        while client.llen("noop") or client.hlen("unacked"):
            time.sleep(0.0002)
        times.append(1000 * (time.perf_counter() - started))
        time.sleep(0.02)
    return times


def measure(kind: str, count: int, rounds: int) -> None:
    """Print the figures of one kind of database; rounds alternate, so that drift hits both."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        bank = folder / "bank"
        (bank / "assignments").mkdir(parents=True)
        (bank / "assignments" / "hw.py").write_text(ONE_FIELD)
        (bank / "one.py").write_text(ONE)
        (bank / "one.md").write_text("How wide?")
        with redis_of_its_own(folder) as (redis_url, _server), database(kind, folder) as url:
            settings = Settings(var=folder / "var", database_url=url, redis_url=redis_url)
            set_up(settings, [str(bank)], "hw", rounds * count + 60)
            ours, bare = rates(settings, count, rounds)
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    print(
        f"{kind}: {statistics.median(ours):.0f} submissions/s graded, bare Celery "
        f"{statistics.median(bare):.0f} no-ops/s, ratio {ratio:.2f}"
    )


def rates(settings: Settings, count: int, rounds: int) -> tuple[list[float], list[float]]:
    """Graded submissions and bare no-ops a second, round by round."""
    stack = Stack(settings)
    engine = connect(settings.database_url)
    try:
        ours, bare = [], []
        for number in range(rounds):
            worker = stack.worker(processes=2)
            if number == 0:
                latency(settings, stack, range(rounds * count, rounds * count + 50))
            jobs = submit_all(engine, range(number * count, (number + 1) * count))
            ours.append(count / graded(settings, jobs))
            worker.terminate()
            worker.wait()
            worker = stack.worker("noop", processes=2, app="tests.benchmarks.noop")
            bare.append(count / noops(settings, count))
            worker.terminate()
            worker.wait()
    finally:
        stack.stop()
        engine.dispose()
    return ours, bare


def latency(settings: Settings, stack: Stack, students: Sequence[int]) -> None:
    """Print the round trips of an idle service, ours and bare Celery's."""
    noop_worker = stack.worker("noop", processes=2, app="tests.benchmarks.noop")
    ours = idle_latency(settings, students)
    bare = noop_latency(settings, len(students))
    noop_worker.terminate()
    noop_worker.wait()
    print(
        f"  idle: submit to graded median {statistics.median(ours):.1f} ms, "
        f"p95 {statistics.quantiles(ours, n=20)[-1]:.1f} ms; bare Celery's no-op round trip "
        f"median {statistics.median(bare):.1f} ms"
    )


def homework(kind: str, students: int) -> None:
    """Print fields a second for the shipped homework, all problems of typed answers."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with redis_of_its_own(folder) as (redis_url, _server), database(kind, folder) as url:
            settings = Settings(var=folder / "var", database_url=url, redis_url=redis_url)
            set_up(settings, [str(ROOT / "problems")], "eecs182-hw04", students)
            engine = connect(settings.database_url)
            jobs = submit_all(engine, range(students))
            engine.dispose()
            stack = Stack(settings)
            try:
                stack.worker(processes=2)
                taken = graded(settings, jobs)
            finally:
                stack.stop()
            engine = connect(settings.database_url)
            with reading(engine) as session:
                fields = session.scalar(select(func.count(PartReport.id))) or 0
            engine.dispose()
    print(
        f"{kind}: whole homework, {fields / taken:.0f} fields/s "
        f"({students} students, {len(jobs)} submissions, {taken:.1f} s)"
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    options = parser.parse_args()
    for kind in options.database or ["sqlite", "postgresql"]:
        measure(kind, options.submissions, options.rounds)
        homework(kind, options.students)


if __name__ == "__main__":
    main()
