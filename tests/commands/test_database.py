"""Every command lets go of its database: no connection waits for the collector of garbage."""

import pytest
from sqlalchemy import Engine, event

from grader.errors import UsageError


@pytest.fixture
def let_go():
    """Addresses of the databases that were let go of."""
    urls = []

    def note(engine):
        urls.append(engine.url.database)

    event.listen(Engine, "engine_disposed", note)
    yield urls
    event.remove(Engine, "engine_disposed", note)


@pytest.mark.parametrize(
    "line",
    [
        "regrade plan hw --problem 1", "regrade release hw", "regrade audit hw",
        "roster import c {roster}", "course extensions hw", "course adjustments hw",
    ],
)  # fmt: skip
def test_a_command_that_is_done_has_let_go_of_its_database(run, let_go, tmp_path, line):
    roster = tmp_path / "roster.csv"
    roster.write_text("login,name\nalice,Alice\n")

    run(line.format(roster=roster))

    assert len(let_go) == 1


@pytest.mark.parametrize("command", ["show", "apply", "undo", "discard"])
def test_a_command_that_fails_has_too(run, let_go, command):
    with pytest.raises(UsageError):
        run(f"regrade {command} 99")

    assert len(let_go) == 1
