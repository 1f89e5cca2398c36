import os
import secrets
import tempfile
from pathlib import Path

import pytest

from tests.attacks.arena import Arena
from workers.sandbox.settings import Level, SandboxSettings
from workers.sandbox.supervisor import Sandbox


@pytest.fixture(scope="session")
def arena():
    token = secrets.token_hex(16)
    folder = Path(tempfile.mkdtemp(prefix="canary-"))
    folder.chmod(0o755)
    canary = folder / "canary.txt"
    canary.write_text(token)
    canary.chmod(0o644)
    os.environ["GRADER_CANARY"] = token
    with Sandbox.start(SandboxSettings(levels=(Level.FULL,))) as sandbox:
        yield Arena(sandbox, token, canary)
    del os.environ["GRADER_CANARY"]
    canary.unlink()
    folder.rmdir()
