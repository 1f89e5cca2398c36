"""The schema that migrations make is the one that the tables declare, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from grader.db import connect, migrate, reading, writing
from grader.db.migrate import MIGRATIONS
from grader.errors import SetupError
from grader.models import Base, Course

RELEASED = ["0001"]
"""Every revision that a release was made with; each must come up to the newest."""


@pytest.fixture
def engine(database_url):
    engine = connect(database_url)
    yield engine
    engine.dispose()


def test_an_empty_database_comes_up_to_the_tables_as_they_are(engine):
    migrate(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("revision", RELEASED)
def test_every_released_revision_comes_up(engine, revision):
    migrate(engine, revision)

    migrate(engine)

    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == head


def test_every_revision_is_listed_as_released():
    revisions = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}

    assert revisions == set(RELEASED)


def test_migrating_twice_changes_nothing_and_keeps_what_is_there(engine):
    migrate(engine)
    with writing(engine) as session:
        session.add(Course(slug="c", title="Course", time_zone="UTC"))

    migrate(engine)

    with reading(engine) as session:
        assert session.query(Course).count() == 1


def test_a_database_of_a_newer_release_is_refused(engine):
    migrate(engine)
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SetupError, match="newer"):
        migrate(engine)


def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path):
    broken = tmp_path / "grader.db"
    broken.write_bytes(b"no database at all, " * 100)

    with pytest.raises(SetupError, match="cannot be used") as refused:
        migrate(connect(f"sqlite:///{broken}"))
    assert "\n" not in str(refused.value)
