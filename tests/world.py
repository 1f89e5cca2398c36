"""A small world for tests: a bank of its own, a course, and the cast.

Alice is a student, Bob grades her course, Iris teaches it, Charlie is a student of another course.
"""

import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from grader.bank.catalog import Catalog
from grader.db import connect, migrate, reading, writing
from grader.evidence import Evidence
from grader.models import Assignment, Job, Problem, ProblemVersion, Role, RunKind, User, Variant
from grader.report import Report
from grader.services import jobs, judging, people, submissions
from grader.services.illustrating import illustrate
from grader.services.jobs import Lease
from grader.services.judging import Work
from grader.services.publishing import Publisher, Terms, publish
from grader.services.submissions import Accepted, HandIn

NOW = datetime(2026, 9, 20, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 9, 24, 22, 59, tzinfo=UTC)
COURSE_KEY = b"k" * 32

ASSIGNMENT = """
    from grader.spec import Assignment

    ASSIGNMENT = Assignment(
        slug="hw", title="Homework", problems={"1": "sums", "2": "essay"}
    )
"""

SUMS = """
    from grader.spec import Drawing, Field, Kind, Misconception, Part, Problem

    def drawn(length, words):
        fill = 'fill="var(--accent, teal)" stroke="currentColor"'
        shape = f'<rect width="{length}" height="9" {fill}/>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10" aria-label="{words}">'
        return Drawing(f"{svg}{shape}</svg>", words)

    def bars(p, answers):
        beside = f"Yours is {answers['']}; " if answers else ""
        return drawn(p["a"], f"{beside}A bar of length {p['a']} before one of {p['b']}.")

    def own_bar(p, answers):
        typed = answers.get("", "?")
        if typed == "crash":
            raise ZeroDivisionError
        return drawn(typed, f"Yours alone is {typed}.") if typed != "?" else None

    PROBLEM = Problem(
        title="Sums",
        as_set={"a": 2, "b": 3},
        draw=lambda rng: {"a": int(rng.integers(2, 9)), "b": int(rng.integers(10, 20))},
        parts=(
            Part(label="a", fields=(
                Field(
                    kind=Kind.NUMBER,
                    solve=lambda p: p["a"] + p["b"],
                    misconceptions=(
                        Misconception("multiplied", lambda p: p["a"] * p["b"], "Add instead."),
                    ),
                ),
            ), drawing=bars, answer_drawing=own_bar),
            Part(label="b", fields=(
                Field(name="twice", kind=Kind.NUMBER, solve=lambda p: 2 * p["a"]),
                Field(name="row", kind=Kind.VECTOR, solve=lambda p: [p["a"], p["b"]], points=2),
            )),
        ),
    )
"""

ESSAY = """
    from grader.spec import Criterion, Field, Kind, Part, Problem

    PROBLEM = Problem(
        title="Essay",
        parts=(
            Part(label="", fields=(
                Field(kind=Kind.TEXT, points=4, rubric=(Criterion("names a reason", 0.5),)),
            )),
        ),
    )
"""

FILES = {
    "assignments/hw.py": ASSIGNMENT,
    "sums.py": SUMS,
    "sums.md": "Numbers $<<a>>$, $<<b>>$.\n## a\nTheir sum?\n## b\nTwice the first, and both.",
    "essay.py": ESSAY,
    "essay.md": "Why convolve?",
}

RIGHT = {"1a": {"": "5"}, "1b": {"twice": "4", "row": "[2, 3]"}}


def write_bank(folder: Path, **changed: str) -> Path:
    """Write the bank into `folder`; `changed` replaces files, "sums_py" for "sums.py"."""
    replaced = {
        name.replace("__", "/").replace("_py", ".py"): text for name, text in changed.items()
    }
    for name, text in {**FILES, **replaced}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return folder


@dataclass
class World:
    """The course of a test, and short ways to act in it."""

    engine: Engine
    folder: Path
    due_at: datetime = DUE

    def publish(self, slug: str = "hw", now: datetime = NOW, **terms: object) -> list[object]:
        """Publish the bank as it stands on disk."""
        entry = Catalog.of([str(self.folder)]).assignment(slug)
        given = Terms(**{"due_at": self.due_at, **terms})  # type: ignore[arg-type]
        with writing(self.engine) as session:
            course = people.course(session, "c")
            return list(publish(session, entry, course, given, Publisher(COURSE_KEY, now)))

    def submit(
        self,
        answers: dict[str, dict[str, str]],
        *,
        login: str = "alice",
        problem: str = "1",
        now: datetime = NOW,
        key: str | None = None,
        version: int | None = None,
    ) -> Accepted:
        """Hand in, by the newest version unless one is named."""
        with writing(self.engine) as session:
            user = people.find_user(session, login)
            row = session.scalars(select(Problem).where(Problem.number == problem)).one()
            variant = self._variant(session, row, version)
            hand_in = HandIn(user, row, variant, answers, now, key)
            return submissions.submit(session, self.assignment(session), hand_in)

    def _variant(self, session: Session, problem: Problem, version: int | None) -> Variant:
        query = (
            select(Variant)
            .join(ProblemVersion, ProblemVersion.id == Variant.version_id)
            .where(ProblemVersion.problem_id == problem.id, Variant.number == 0)
            .order_by(ProblemVersion.number.desc())
        )
        if version is not None:
            query = query.where(ProblemVersion.number == version)
        return session.scalars(query.limit(1)).one()

    def assignment(self, session: Session) -> Assignment:
        return session.scalars(select(Assignment).where(Assignment.slug == "hw")).one()

    def grade(self, accepted: Accepted | int, now: datetime = NOW) -> bool:
        """Do what a worker does with a job, in this process."""
        job_id = accepted if isinstance(accepted, int) else accepted.job.id
        with writing(self.engine) as session:
            lease = jobs.claim(session, job_id, now=now, seconds=60)
        if lease is None:
            return False
        work, evidence, judged = self.judge(lease)
        with writing(self.engine) as session:
            return judging.record(session, work, evidence, judged, now=now)

    def illustrate(self, accepted: Accepted, kind: RunKind = RunKind.LIVE) -> None:
        """Draw the answers of a submission, as the worker that judged it does."""
        lease = Lease(
            accepted.job.id, accepted.submission.id, accepted.job.run_id,
            accepted.job.variant_id, token="",
        )  # fmt: skip
        work = self.work(lease)
        asked = replace(work.asked, run_kind=kind)
        illustrate(self.engine, replace(work, asked=asked), judging.typed_evidence(work), now=NOW)

    def record(self, session: Session, accepted: Accepted) -> None:
        """Do the same in a transaction that the test ends."""
        lease = jobs.claim(session, accepted.job.id, now=NOW, seconds=60)
        assert lease is not None
        work, evidence, judged = self.judge(lease)
        judging.record(session, work, evidence, judged, now=NOW)

    def judge(self, lease: Lease) -> tuple[Work, Evidence, Report]:
        work = self.work(lease)
        is_live = work.asked.run_kind is RunKind.LIVE
        evidence = judging.typed_evidence(work) if is_live else judging.stored_evidence(work)
        return work, evidence, judging.judge_work(work, evidence)

    def work(self, lease: Lease) -> Work:
        with reading(self.engine) as session:
            asked = judging.asked_for(session, lease)
            return Work(lease, judging.question(session, lease.variant_id), asked)

    def grade_start(self, job_id: int, now: datetime) -> None:
        """Start a job as a worker that dies before it writes anything."""
        with writing(self.engine) as session:
            jobs.claim(session, job_id, now=now, seconds=60)

    def job(self, job_id: int) -> Job:
        with reading(self.engine) as session:
            return session.get_one(Job, job_id)


def populate(engine: Engine) -> None:
    """Add the course, the cast, and another course for the outsider."""
    with writing(engine) as session:
        course = people.create_course(session, "c", "Course", "UTC")
        other = people.create_course(session, "d", "Another course", "UTC")
        for login, role, where in [
            ("alice", Role.STUDENT, course),
            ("dora", Role.STUDENT, course),
            ("bob", Role.GRADER, course),
            ("charlie", Role.STUDENT, other),
            ("iris", Role.INSTRUCTOR, course),
        ]:
            user = User(
                login=login, name=login.title(), password_hash=people.NO_PASSWORD, created_at=NOW
            )
            session.add(user)
            session.flush()
            people.enroll(session, where, user, role)


def migrate_and_populate(engine: Engine) -> None:
    """What a database holds before anything is published."""
    migrate(engine)
    populate(engine)


def with_homework(**terms: object) -> Callable[[Engine], None]:
    """Fills a database with the course, the cast and the bank as published with `terms`."""

    def fill(engine: Engine) -> None:
        migrate_and_populate(engine)
        with tempfile.TemporaryDirectory() as folder:
            World(engine, write_bank(Path(folder) / "bank")).publish(**terms)

    return fill


@contextmanager
def world_at(url: str, folder: Path, due_at: datetime = DUE) -> Iterator[World]:
    """The world in a filled database, with its bank in a new `folder`."""
    judging.forget_questions()  # kept by a variant's id, and every test has a variant 1
    engine = connect(url)
    yield World(engine, write_bank(folder), due_at)
    engine.dispose()


def days(count: float) -> timedelta:
    return timedelta(days=count)
