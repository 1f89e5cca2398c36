"""Transactions of many writers, and moments that keep their zone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError, InternalError, StatementError

from grader.db import connect, migrate, reading, writing
from grader.models import Course, Event


@pytest.fixture
def contents():
    return migrate


@pytest.fixture
def engine(database_url):
    engine = connect(database_url, pool_size=10)
    yield engine
    engine.dispose()


def test_writers_that_read_first_take_turns(engine):
    with writing(engine) as session:
        session.add(Course(slug="c", title="0", time_zone="UTC"))

    def count_up(_):
        with writing(engine) as session:
            course = session.scalars(select(Course).with_for_update()).one()
            course.title = str(int(course.title) + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(80)))

    with reading(engine) as session:
        assert session.scalars(select(Course.title)).one() == "80"


def add_two_of_one_name(engine):
    with writing(engine) as session:
        session.add(Course(slug="c", title="first", time_zone="UTC"))
        session.flush()
        session.add(Course(slug="c", title="second", time_zone="UTC"))


def test_an_error_takes_the_whole_transaction_back(engine):
    with pytest.raises(IntegrityError):
        add_two_of_one_name(engine)

    with reading(engine) as session:
        assert session.scalars(select(Course)).all() == []


def test_a_reader_sees_one_state_while_others_write(engine):
    with writing(engine) as session:
        session.add(Course(slug="c", title="before", time_zone="UTC"))

    with reading(engine) as reader:
        first = reader.scalars(select(Course.title)).one()
        with writing(engine) as writer:
            writer.execute(update(Course).values(title="after"))
        again = reader.scalars(select(Course.title)).one()

    assert (first, again) == ("before", "before")

    with reading(engine) as session:
        assert session.scalars(select(Course.title)).one() == "after"


@pytest.mark.parametrize("hours", [-8, 0, 5.5])
def test_a_moment_comes_back_as_the_same_instant_in_utc(engine, hours):
    moment = datetime(2026, 3, 8, 2, 30, tzinfo=timezone(timedelta(hours=hours)))

    with writing(engine) as session:
        session.add(Event(at=moment, actor_id=None, action="a", subject="s", detail={}))

    with reading(engine) as session:
        stored = session.scalars(select(Event.at)).one()
    assert stored == moment
    assert stored.tzinfo == UTC


def add_event(engine, moment):
    with writing(engine) as session:
        session.add(Event(at=moment, actor_id=None, action="a", subject="s", detail={}))


def test_a_moment_without_a_zone_is_refused(engine):
    with pytest.raises(StatementError, match="time zone"):
        add_event(engine, datetime(2026, 3, 8, 2, 30))  # noqa: DTZ001  that is what is refused


def test_after_a_reader_the_same_connection_writes_again(postgresql_url):
    engine = connect(postgresql_url, pool_size=1)
    with reading(engine) as session:
        session.scalars(select(Course)).all()

    with writing(engine) as session:
        session.add(Course(slug="c", title="Course", time_zone="UTC"))

    with engine.connect() as connection:
        level = connection.exec_driver_sql("SHOW transaction_isolation").scalar_one()
    assert level == "read committed"
    engine.dispose()


def test_a_reader_cannot_write(postgresql_url):
    engine = connect(postgresql_url)

    with reading(engine) as session, pytest.raises(InternalError, match="read-only"):
        session.execute(insert(Course).values(slug="c", title="Course", time_zone="UTC"))
    engine.dispose()
