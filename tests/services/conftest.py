"""A published course on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from templates import Contents
from world import World, with_homework, world_at

from grader.services.submissions import Accepted

HOMEWORK = with_homework()


@pytest.fixture
def contents() -> Contents:
    return HOMEWORK


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with world_at(database_url, tmp_path / "bank") as world:
        yield world


@pytest.fixture
def wrong(world: World) -> Accepted:
    """Alice multiplied, and it was graded."""
    accepted = world.submit({"1a": {"": "6"}})
    world.grade(accepted)
    return accepted
