"""What a new worker process loads before it takes its first job."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from world import ASSIGNMENT, DUE, NOW, SUMS, days, migrate_and_populate, world_at, write_bank

from grader.bank.apart import Limits
from grader.db import reading
from grader.models import Problem, ProblemVersion, Variant
from grader.services import judging
from workers.app import being_answered, warm


@pytest.fixture
def contents():
    return migrate_and_populate


@pytest.fixture
def world(database_url, tmp_path):
    with world_at(database_url, tmp_path / "bank") as world:
        yield world


def warmed(world, now=NOW):
    """Problem and version of what is loaded ahead."""
    with reading(world.engine) as session:
        rows = session.execute(
            select(Variant.id, Problem.number, ProblemVersion.number)
            .join(ProblemVersion, ProblemVersion.id == Variant.version_id)
            .join(Problem, Problem.id == ProblemVersion.problem_id)
        ).all()
        names = {variant: (number, version) for variant, number, version in rows}
        return [names[variant] for variant in being_answered(session, now=now)]


def test_only_the_newest_versions_are_loaded_ahead(world):
    world.publish()
    for points in (3, 4):
        write_bank(world.folder, sums_py=SUMS.replace("points=2", f"points={points}"))
        world.publish()

    assert warmed(world) == [("1", 3), ("2", 1)]


@pytest.mark.parametrize(
    ("now", "is_warm"),
    [
        (NOW, False),
        (NOW + days(1), True),
        (DUE + days(1.9), True),
        (DUE + days(2.1), False),
    ],
)
def test_only_open_assignments_are_loaded_ahead(world, now, is_warm):
    world.publish(opens_at=NOW + timedelta(hours=20), late_days=2)

    assert bool(warmed(world, now)) is is_warm


def test_a_problem_that_is_asked_no_more_is_not_loaded_ahead(world):
    world.publish()
    fewer = ASSIGNMENT.replace(', "2": "essay"', "")
    write_bank(world.folder, assignments__hw_py=fewer)
    world.publish()

    assert warmed(world) == [("1", 1)]


def test_loading_ahead_ends_when_its_time_is_up(world):
    world.publish()
    with reading(world.engine) as session:
        wanted = being_answered(session, now=NOW)

        assert warm(session, wanted, seconds=60) == 2
        assert warm(session, wanted, seconds=0) == 0


def test_a_bundle_that_hangs_is_left_out_and_the_next_is_loaded(world, monkeypatch, caplog):
    hangs = "\n    import os\n    while os.environ.get('HANGS'):\n        pass\n"
    write_bank(world.folder, sums_py=hangs + SUMS)
    world.publish()
    monkeypatch.setattr("grader.bank.loading.LOADING", Limits(seconds=1.0, memory_mb=500))
    monkeypatch.setenv("HANGS", "1")

    with reading(world.engine) as session:
        assert warm(session, being_answered(session, now=NOW), seconds=60) == 2

    [left_out] = [one for one in caplog.records if "does not load here" in one.message]
    assert "takes for ever" in left_out.exc_text
    assert len(judging._questions) == 1
