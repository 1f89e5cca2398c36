"""The demo course of `grader up --demo`: staff, students and submissions, made once.

Its people are invented. Its passwords are made at the first start and kept in `var/`, readable by
the owner alone.
"""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from grader.bank.catalog import Catalog, Entry
from grader.commands.problems import refuse_broken
from grader.db import reading, writing
from grader.errors import UsageError
from grader.models import (
    Assignment,
    Course,
    Enrollment,
    Problem,
    ProblemVersion,
    Role,
    Submission,
    User,
    Variant,
)
from grader.queue import Queue, create_celery, enqueue
from grader.services import people, submissions
from grader.services.publishing import Publisher, Terms, prepare, publish
from grader.settings import Secrets, Settings

COURSE = "deep-nets-demo"
ZONE = "America/Los_Angeles"
ASSIGNMENTS = ("eecs182-hw04", "practice")
DAYS_OPEN = 6

LOGINS = {"alice": Role.STUDENT, "bob": Role.STUDENT, "grace": Role.GRADER, "iris": Role.INSTRUCTOR}
"""Who can log in; the others only fill the tables."""

CLASSMATES = (
    "Ada Amber", "Ben Birch", "Cleo Cedar", "Dev Dune", "Eli Ember", "Fay Fern", "Gus Grove",
    "Hana Heath", "Ivo Iris", "Joy Juniper", "Kai Kelp", "Lea Lark", "Max Maple", "Nia Nettle",
    "Ole Oak", "Pia Pine", "Quin Quartz", "Rex Reed", "Sia Sage", "Tom Thorn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Login:
    """One person of the demo who can log in."""

    login: str
    password: str
    role: str


def set_up(engine: Engine, settings: Settings, keys: Secrets) -> list[Login]:
    """Make the demo course where it is not there yet, and publish what changed in the bank.

    Raises:
        SpecError: a problem of the bank is broken; nothing of it was published.
        UsageError: somebody of the service has the login of one of its people.
    """
    now = datetime.now(UTC)
    logins = _logins(settings.var / "demo-logins.json")
    entries = _entries(settings)
    for entry in entries:
        refuse_broken(entry, variants=3)
    with writing(engine) as session:
        if not people.has_course(session, COURSE):
            _people(session, logins, now)
        is_new = not _has_work(session)
    for entry in entries:
        _publish(engine, entry, Publisher(keys.course_key, now))
    if is_new:
        _hand_in(engine, settings, now)
    return logins


def _has_work(session: Session) -> bool:
    handed_in = (
        select(Submission.id)
        .join(Problem, Problem.id == Submission.problem_id)
        .join(Assignment, Assignment.id == Problem.assignment_id)
        .join(Course, Course.id == Assignment.course_id)
        .where(Course.slug == COURSE)
    )
    return session.scalar(handed_in.limit(1)) is not None


def _publish(engine: Engine, entry: Entry, by: Publisher) -> None:
    """Publish what changed, by a transaction that only stores: students may hand in meanwhile."""
    with reading(engine) as session:
        course = people.course(session, COURSE)
        terms = _terms(session, course, entry, by.now)
    prepare(engine, entry, course, terms, by)
    with writing(engine) as session:
        publish(session, entry, course, terms, by)


def _entries(settings: Settings) -> list[Entry]:
    found, _broken = Catalog.of(settings.problems).loaded
    shipped = [found[slug] for slug in ASSIGNMENTS if slug in found]
    return shipped or list(found.values())


def _logins(path: Path) -> list[Login]:
    if not path.exists():
        made = {login: secrets.token_urlsafe(6) for login in LOGINS}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(made, file)
    passwords = json.loads(path.read_text(encoding="utf-8"))
    return [Login(login, passwords[login], role.value) for login, role in LOGINS.items()]


def _people(session: Session, logins: list[Login], now: datetime) -> None:
    taken = [one.login for one in logins if people.find_user(session, one.login) is not None]
    if taken:
        raise UsageError(
            f"this service has users of its own called {', '.join(taken)}, as the demo has: "
            "run the demo on a folder of its own (GRADER_VAR)"
        )
    course = people.create_course(session, COURSE, "Deep Neural Networks (demo)", ZONE)
    for one in logins:
        user = people.create_user(session, one.login, one.login.title(), one.password, now=now)
        people.enroll(session, course, user, Role(one.role), "A")
    for index, name in enumerate(CLASSMATES):
        login = f"{name.split()[0].lower()}-demo"
        # Hashing twenty passwords would take seconds, and nobody logs in as these.
        user = User(login=login, name=name, password_hash=people.NO_PASSWORD, created_at=now)
        session.add(user)
        session.flush()
        people.enroll(session, course, user, Role.STUDENT, "AB"[index % 2])


def _terms(session: Session, course: Course, entry: Entry, now: datetime) -> Terms:
    """Return terms for a new assignment, or for one that closes within a day: a demo stays open."""
    due = session.scalar(
        select(Assignment.due_at).where(
            Assignment.course_id == course.id, Assignment.slug == entry.assignment.slug
        )
    )
    if due is not None and due > now + timedelta(days=1):
        return Terms()
    local = (now + timedelta(days=DAYS_OPEN)).astimezone(ZoneInfo(ZONE))
    return Terms(due_at=local.replace(hour=22, minute=59, second=0, microsecond=0), late_days=2)


def _hand_in(engine: Engine, settings: Settings, now: datetime) -> None:
    """Hand in for the classmates: right, nearly right and wrong, the same at every first start."""
    with writing(engine) as session:
        jobs = [
            (accepted.job.id, Queue(accepted.job.queue))
            for assignment in session.scalars(
                select(Assignment)
                .join(Course, Course.id == Assignment.course_id)
                .where(Course.slug == COURSE, Assignment.slug == ASSIGNMENTS[0])
            )
            for accepted in _accepted(session, assignment, now)
        ]
    enqueue(create_celery(settings, publishes_only=True), jobs)


def _accepted(
    session: Session, assignment: Assignment, now: datetime
) -> Iterator[submissions.Accepted]:
    classmates = session.scalars(
        select(User)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(
            Enrollment.course_id == assignment.course_id,
            User.password_hash == people.NO_PASSWORD,
        )
        .order_by(User.id)
    )
    variants = _variants(session, assignment)
    for user in classmates.all():
        rng = np.random.default_rng(user.id)
        diligence = rng.uniform(0.35, 0.98)
        for problem, variant in variants:
            if rng.random() > 0.45 + diligence / 2:
                continue
            answers = _answers(variant, rng, diligence)
            when = now - timedelta(minutes=float(rng.uniform(10, 60 * 40)))
            hand_in = submissions.HandIn(user, problem, variant, answers, when)
            yield submissions.submit(session, assignment, hand_in)


def _variants(session: Session, assignment: Assignment) -> list[tuple[Problem, Variant]]:
    rows = session.execute(
        select(Problem, Variant)
        .join(ProblemVersion, ProblemVersion.problem_id == Problem.id)
        .join(Variant, Variant.version_id == ProblemVersion.id)
        .where(Problem.assignment_id == assignment.id, Variant.number == 0)
        .order_by(Problem.position)
    )
    return [(problem, variant) for problem, variant in rows]


def _answers(
    variant: Variant, rng: np.random.Generator, diligence: float
) -> Mapping[str, Mapping[str, str]]:
    """Answer a page: the reference, a well-known wrong way, or nothing."""
    answers: dict[str, dict[str, str]] = {}
    number = variant.page["number"]
    for part in variant.page["parts"]:
        solved = variant.references[part["label"].removeprefix(number)]
        for field in part["fields"]:
            text = _answer(solved[field["name"]], field["kind"], rng, diligence)
            if text:
                answers.setdefault(part["label"], {})[field["name"]] = text
    return answers


def _answer(
    solved: Mapping[str, object], kind: str, rng: np.random.Generator, diligence: float
) -> str:
    if kind == "text":
        return (
            "Fewer weights, and what is learned in one place serves in all."
            if rng.random() < diligence
            else ""
        )
    draw = rng.random()
    wrong_ways = [text for text in solved["misconceptions"] if text]  # type: ignore[attr-defined]
    if draw < diligence or not isinstance(solved["reference"], str):
        return str(solved["reference"] or "")
    if wrong_ways and draw < diligence + 0.8 * (1 - diligence):
        return str(wrong_ways[int(rng.integers(len(wrong_ways)))])
    return "1"
