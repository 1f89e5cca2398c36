"""Publishing again: terms keep their value unless they are named, and scores follow them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from notebook_course import ASSIGNMENT, DOUBLING
from sqlalchemy import select
from world import DUE, NOW, RIGHT, SUMS, write_bank

from grader.bank.catalog import Catalog
from grader.db import reading, writing
from grader.errors import UsageError
from grader.models import Counts, Grade, Problem, ProblemVersion, Submission
from grader.services import gradebook, people, pools
from grader.services.publishing import Publisher, Terms, publish

WRONG = {"1a": {"": "7"}}
SET = {
    "opens_at": NOW - timedelta(days=3),
    "grace_minutes": 30,
    "late_days": 2,
    "attempts_allowed": None,
    "counts": Counts.LAST,
    "fresh_variants": True,
}


def publish_with(world, terms, course="c"):
    entry = Catalog.of([str(world.folder)]).assignment("hw")
    with writing(world.engine) as session:
        by = Publisher(b"k" * 32, NOW)
        return publish(session, entry, people.course(session, course), terms, by)


def terms_of(world):
    with reading(world.engine) as session:
        found = world.assignment(session)
        return {name: getattr(found, name) for name in ("due_at", *SET)}


def score(world):
    with reading(world.engine) as session:
        return session.scalars(select(Grade.score)).one()


def test_a_new_assignment_starts_with_the_usual_terms(world):
    assert terms_of(world) == {
        "due_at": DUE, "opens_at": None, "grace_minutes": 5, "late_days": 0,
        "attempts_allowed": 5, "counts": "best", "fresh_variants": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"due_at": DUE + timedelta(days=1)},
        {"opens_at": None},
        {"attempts_allowed": 3},
        {"counts": Counts.BEST},
        {"fresh_variants": False},
        {"grace_minutes": 0, "late_days": 0},
    ],
)
def test_only_the_terms_that_are_named_change(world, change):
    world.publish(**SET)
    before = terms_of(world)

    publish_with(world, Terms(**change))

    assert terms_of(world) == {**before, **change}


def test_an_assignment_that_is_new_to_a_course_needs_its_due_time(world):
    with pytest.raises(UsageError, match="hw is new to d: say when it is due"):
        publish_with(world, Terms(late_days=2), course="d")


def test_grades_follow_a_change_of_the_attempt_that_counts(world):
    for answers in (RIGHT, WRONG):
        world.grade(world.submit(answers))
    best = score(world)

    world.publish(counts=Counts.LAST)
    last = score(world)
    world.publish(counts=Counts.BEST)

    assert (best, last, score(world)) == (4, 0, 4)


def test_grades_stay_as_they_are_where_nothing_of_them_changed(world):
    world.grade(world.submit(RIGHT))
    with reading(world.engine) as session:
        before = session.scalars(select(Grade.updated_at)).one()

    world.publish(now=NOW + timedelta(days=1), late_days=3, counts=Counts.BEST)

    with reading(world.engine) as session:
        assert session.scalars(select(Grade.updated_at)).one() == before


def test_a_grade_derived_while_the_terms_change_follows_the_new_ones(world):
    for answers in (RIGHT, WRONG):
        world.grade(world.submit(answers))
    with reading(world.engine) as session:
        user_id, problem_id = session.execute(
            select(Submission.user_id, Submission.problem_id).limit(1)
        ).one()
    changed = threading.Event()

    def change():
        entry = Catalog.of([str(world.folder)]).assignment("hw")
        with writing(world.engine) as session:
            course = people.course(session, "c")
            publish(session, entry, course, Terms(counts=Counts.LAST), Publisher(b"k" * 32, NOW))
            changed.set()
            time.sleep(0.5)  # the other one waits for this transaction meanwhile

    def derive():
        assert changed.wait(20)
        with writing(world.engine) as session:
            gradebook.refresh(session, user_id, problem_id, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(change), pool.submit(derive)]:
            future.result(timeout=30)

    assert score(world) == 0


def test_two_who_publish_at_once_make_one_version(world, monkeypatch):
    bundle = pools.bundle_of
    monkeypatch.setattr(
        pools, "bundle_of", lambda *given, **more: time.sleep(0.3) or bundle(*given, **more)
    )
    write_bank(world.folder, sums_py=SUMS.replace("Add instead.", "Add them."))
    start = threading.Barrier(2)

    def go(_number):
        start.wait(10)
        return publish_with(world, Terms())

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(go, range(2)))

    assert sorted(one[0].is_new for one in outcomes) == [False, True]
    with reading(world.engine) as session:
        numbers = select(ProblemVersion.number).where(ProblemVersion.path == "sums")
        assert sorted(session.scalars(numbers)) == [1, 2]


def test_another_data_file_of_a_notebook_asks_something_else(world):
    reads = DOUBLING.replace("notebook=Notebook(", 'notebook=Notebook(files=("d.csv",), ')
    retitled = reads.replace('"Doubling"', '"Twice"')
    files = {"assignments/hw.py": ASSIGNMENT, "doubling.md": "Double.\n## a\nOne.\n## b\nMore."}

    for source, data in [(reads, "1"), (reads, "2"), (retitled, "2")]:
        write_bank(world.folder, **files, **{"doubling.py": source, "d.csv": data})
        world.publish()

    with reading(world.engine) as session:
        asked = select(ProblemVersion.collect_hash).join(Problem).where(Problem.number == "3")
        first, second, third = session.scalars(asked.order_by(ProblemVersion.number))
    assert first != second == third
