"""`grader problems publish`: every option changes its own term, with --due or without it."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from world import NOW, populate, write_bank

from grader.commands.problems import problems
from grader.db import connect, migrate, reading, writing
from grader.errors import UsageError
from grader.models import Assignment, User
from grader.services import pools
from grader.settings import Secrets

FIRST = ("--due", "2026-09-24T22:59", "--variants", "1")
SET = ("--grace", "30", "--late-days", "2", "--attempts", "0", "--counts", "last", "--fresh")


@pytest.fixture
def engine(settings):
    settings.var.mkdir(parents=True, exist_ok=True)
    Secrets.create(settings)
    engine = connect(settings.database_url)
    migrate(engine)
    populate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def publish(engine, settings, tmp_path, monkeypatch):
    """Runs the command in this process; an error is raised as it is."""
    bank = write_bank(tmp_path / "bank")
    for name, value in {**settings.to_env(), "GRADER_PROBLEMS": str(bank)}.items():
        monkeypatch.setenv(name, value)

    def run(*options):
        arguments = ["publish", "hw", "--variants", "1", *options]
        return CliRunner().invoke(problems, arguments, catch_exceptions=False).output

    return run


def terms(engine):
    with reading(engine) as session:
        found = session.scalars(select(Assignment)).one()
        return (
            found.due_at.isoformat(), found.grace_minutes, found.late_days,
            found.attempts_allowed, found.counts, found.fresh_variants,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], (30, 2, None, "last", True)),
        (["--grace", "0", "--attempts", "4"], (0, 2, 4, "last", True)),
        (["--counts", "best"], (30, 2, None, "best", True)),
        (["--as-set"], (30, 2, None, "last", False)),
        (["--due", "2026-09-24T22:59"], (30, 2, None, "last", True)),
    ],
)
def test_an_option_changes_its_term_and_no_other(publish, engine, options, expected):
    publish("--course", "c", *FIRST, *SET)

    publish("--course", "c", *options)

    assert terms(engine) == ("2026-09-24T22:59:00+00:00", *expected)


def test_the_first_publish_needs_a_due_time(publish):
    with pytest.raises(UsageError, match="--due"):
        publish("--course", "c", "--late-days", "2")


def test_the_course_is_asked_for_only_where_it_could_be_several(publish, engine):
    with pytest.raises(UsageError, match=r"hw is new: say to which course .* there are: c, d"):
        publish(*FIRST)
    publish("--course", "c", *FIRST)

    assert "unchanged" in publish()

    publish("--course", "d", *FIRST)
    with pytest.raises(UsageError, match="several courses have hw: c, d"):
        publish()


@pytest.mark.parametrize("how", ["--fresh", "--as-set"])
def test_others_may_write_while_solvers_run(publish, engine, monkeypatch, how):
    solve, written = pools.solve, []

    def solve_while_somebody_writes(spec, params):
        with writing(engine) as session:
            session.add(
                User(login=f"new{len(written)}", name="New", password_hash="", created_at=NOW)
            )
        written.append(params)
        return solve(spec, params)

    monkeypatch.setattr(pools, "solve", solve_while_somebody_writes)
    monkeypatch.setattr("grader.db.engine.BUSY_SECONDS", 1)

    publish(*FIRST, how, "--course", "c")

    assert len(written) == (41 if how == "--fresh" else 2)
