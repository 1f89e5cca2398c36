"""A published course on each kind of database."""

from pathlib import Path

import pytest
from world import World, populate, write_bank

from grader.db import connect, migrate
from grader.services import judging


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> World:
    judging.forget_questions()  # kept by a variant's id, and every test has a variant 1
    engine = connect(database_url)
    migrate(engine)
    populate(engine)
    world = World(engine, write_bank(tmp_path / "bank"))
    world.publish()
    yield world
    engine.dispose()
