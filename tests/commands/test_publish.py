"""`grader problems publish`: every option changes its own term, with --due or without it."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from world import NOW, migrate_and_populate, write_bank

from grader.commands import demo
from grader.commands.problems import problems
from grader.db import connect, reading, writing
from grader.errors import UsageError
from grader.models import Assignment, User
from grader.services import people, pools
from grader.settings import Secrets

FIRST = ("--due", "2026-09-24T22:59", "--variants", "1")
SET = ("--grace", "30", "--late-days", "2", "--attempts", "0", "--counts", "last", "--fresh")


@pytest.fixture
def contents():
    return migrate_and_populate


@pytest.fixture
def engine(settings):
    settings.var.mkdir(parents=True, exist_ok=True)
    Secrets.create(settings)
    engine = connect(settings.database_url)
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


@pytest.fixture
def somebody_writes(engine, monkeypatch):
    """Lets somebody write to the database whenever a function is called; who waits long fails."""
    monkeypatch.setattr("grader.db.engine.BUSY_SECONDS", 1)
    written = []

    def during(name):
        function = getattr(pools, name)

        def call(*given, **more):
            login = f"new{len(written)}"
            with writing(engine) as session:
                session.add(User(login=login, name="New", password_hash="", created_at=NOW))
            written.append(login)
            return function(*given, **more)

        monkeypatch.setattr(pools, name, call)
        return written

    return during


MADE_FIRST = ["bundle_of", "collect_hash", "solve", "draw_solution", "page_of"]


@pytest.mark.parametrize("name", MADE_FIRST)
@pytest.mark.parametrize("how", ["--fresh", "--as-set"])
def test_others_may_write_while_a_publish_makes_what_it_stores(publish, somebody_writes, how, name):
    written = somebody_writes(name)

    publish(*FIRST, how, "--course", "c")

    assert written


@pytest.mark.parametrize("name", MADE_FIRST)
def test_others_may_write_while_the_demo_is_made(
    settings, engine, somebody_writes, tmp_path, monkeypatch, name
):
    monkeypatch.setattr(demo, "LOGINS", {})  # some of these are of the cast
    written = somebody_writes(name)
    bank = write_bank(tmp_path / "bank")

    demo.set_up(engine, replace(settings, problems=(str(bank),)), Secrets.load(settings))

    assert written


def test_what_did_not_change_is_not_solved_again(publish, somebody_writes):
    publish(*FIRST, "--fresh", "--course", "c")
    solved = somebody_writes("solve")

    publish("--course", "c")

    assert solved == []


def test_the_demo_takes_nobodys_login(settings, engine, tmp_path):
    bank = write_bank(tmp_path / "bank")

    with pytest.raises(UsageError, match=r"called alice, bob, iris.*a folder of its own"):
        demo.set_up(engine, replace(settings, problems=(str(bank),)), Secrets.load(settings))

    with reading(engine) as session:
        assert not people.has_course(session, demo.COURSE)
