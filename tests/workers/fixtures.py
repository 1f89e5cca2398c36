"""The sandbox that tests share: starting one takes seconds, a notebook in it milliseconds."""

from collections.abc import Iterator

import pytest

from workers.sandbox.settings import Level, SandboxSettings
from workers.sandbox.supervisor import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(SandboxSettings(levels=(Level.FULL,))) as started:
        yield started
