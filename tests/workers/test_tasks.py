"""The task itself: claims, then loads, collects and judges within a guard that holds what fails."""

import json
from datetime import UTC, datetime, timedelta

import notebook_course
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from world import NOW, RIGHT, SUMS, with_homework, world_at, write_bank

from grader.bank.apart import Limits, Overrun, apart
from grader.db import reading, writing
from grader.errors import TransientError
from grader.evidence import NotebookEvidence
from grader.models import Blob, Evidence, Job, JobState, PartReport, Problem, Report, Submission
from grader.services import blobs, judging, people, planning, solutions, submissions
from grader.services.jobs import TRIES_ALLOWED
from grader.services.leases import STARTS_ALLOWED
from grader.services.planning import Order
from grader.services.publishing import newest_version
from grader.services.submissions import HandIn
from grader.settings import Secrets, Settings
from workers import app
from workers.tasks import grade

HOMEWORK = with_homework()


@pytest.fixture
def contents():
    return HOMEWORK


@pytest.fixture
def world(database_url, tmp_path, monkeypatch):
    settings = Settings(var=tmp_path / "var", database_url=database_url)
    settings.var.mkdir()
    with world_at(database_url, tmp_path / "bank") as world:
        here = app.Context(settings, Secrets.create(settings), world.engine)
        monkeypatch.setattr("workers.tasks.context", lambda: here)
        yield world


def lease_runs_out(world, job_id):
    past = datetime.now(UTC) - timedelta(seconds=1)
    with writing(world.engine) as session:
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))


def rest_is_over(world, job_id):
    with writing(world.engine) as session:
        session.execute(update(Job).where(Job.id == job_id).values(rests_until=None))


def test_a_job_is_claimed_loaded_judged_and_done(world):
    accepted = world.submit(RIGHT)

    grade(accepted.job.id)

    assert world.job(accepted.job.id).state == JobState.DONE


def test_a_regrade_collects_again_what_is_stored_for_other_questions(world):
    accepted = world.submit(RIGHT)
    grade(accepted.job.id)
    with writing(world.engine) as session:
        session.execute(update(Evidence).values(collect_hash="0" * 64))
        problem = session.scalars(select(Problem).where(Problem.number == "1")).one()
        order = Order(problem, newest_version(session, problem.id), collect=True)
        planned = planning.plan(session, order, now=datetime.now(UTC))

    grade(planned.job_ids[0])

    assert world.job(planned.job_ids[0]).state == JobState.DONE
    with reading(world.engine) as session:
        hashes = session.scalars(select(Evidence.collect_hash).order_by(Evidence.id)).all()
    assert hashes == ["0" * 64, order.version.collect_hash]


def test_a_submission_whose_loading_kills_the_worker_is_held_after_three_starts(world, monkeypatch):
    """SystemExit stands for the process's end: nothing after it is run."""
    accepted = world.submit(RIGHT)

    def dies(*_):
        raise SystemExit

    monkeypatch.setattr(judging, "asked_for", dies)
    for start in range(STARTS_ALLOWED):
        with pytest.raises(SystemExit):
            grade(accepted.job.id)
        assert world.job(accepted.job.id).starts == start + 1
        lease_runs_out(world, accepted.job.id)

    grade(accepted.job.id)

    job = world.job(accepted.job.id)
    assert job.state == JobState.HELD
    assert f"{STARTS_ALLOWED} times" in job.reason


HANGS = "\n    import os\n    while os.environ.get('HANGS'):\n        pass\n"


def test_a_bundle_that_hangs_here_holds_what_needs_it_and_nothing_else(world, monkeypatch):
    write_bank(world.folder, sums_py=HANGS + SUMS)
    world.publish()
    monkeypatch.setattr("grader.bank.loading.LOADING", Limits(seconds=1.0, memory_mb=500))
    monkeypatch.setenv("HANGS", "1")
    hanging = world.submit(RIGHT)
    essay = world.submit({"2": {"": "Because."}}, problem="2")

    grade(hanging.job.id)
    grade(essay.job.id)

    assert world.job(essay.job.id).state == JobState.DONE
    job = world.job(hanging.job.id)
    assert job.state == JobState.HELD
    assert "sums.py:" in job.reason
    assert "takes for ever" in job.reason


JOINT = """
    from grader.spec import Field, Kind, Part, Problem

    def judge(params, answers):
        while answers["x"] == "hang":
            pass

    fields = tuple(Field(name=name, kind=Kind.NUMBER) for name in ("x", "y"))
    PROBLEM = Problem(title="Sums", parts=(
        Part(label="a", fields=fields, judge=judge),
        Part(label="b", fields=(Field(kind=Kind.NUMBER, solve=lambda p: 3),)),
    ))
"""


def test_a_check_of_an_author_that_takes_for_ever_holds_its_fields_alone(world, monkeypatch):
    write_bank(world.folder, sums_py=JOINT, **{"sums.md": "Sums.\n## a\nTwo.\n## b\nOne."})
    world.publish()
    monkeypatch.setattr("workers.tasks.JUDGING_SECONDS", 0.5)
    accepted = world.submit({"1a": {"x": "hang", "y": "2"}, "1b": {"": "3"}})

    grade(accepted.job.id)

    job = world.job(accepted.job.id)
    assert job.state == JobState.DONE
    assert "takes for ever" in job.reason
    with reading(world.engine) as session:
        rows = session.scalars(select(PartReport).order_by(PartReport.position)).all()
    assert [row.verdict for row in rows] == ["held", "held", "correct"]


DEAF = JOINT.replace("pass", "sum(range(10**12))")


def test_a_check_that_nothing_interrupts_is_a_lost_worker_and_keeps_none(world, monkeypatch):
    write_bank(world.folder, sums_py=DEAF, **{"sums.md": "Sums.\n## a\nTwo.\n## b\nOne."})
    world.publish()
    monkeypatch.setattr("workers.tasks.JUDGING_SECONDS", 0.5)
    monkeypatch.setattr("workers.tasks.LOST_SECONDS", 1.0)
    accepted = world.submit({"1a": {"x": "hang", "y": "2"}, "1b": {"": "3"}})

    def graded_by_a_worker():
        world.engine.dispose(close=False)  # connections are its own, as those of a worker are
        grade(accepted.job.id)

    with pytest.raises(Overrun, match="died with exit status 1"):
        apart(graded_by_a_worker, Limits(seconds=30.0, memory_mb=1000))

    job = world.job(accepted.job.id)
    assert (job.state, job.starts) == (JobState.RUNNING, 1)


def test_a_submission_whose_notebook_is_gone_is_held_with_the_reason(world):
    accepted = world.submit(RIGHT)
    content = '{"answers": {}, "notebook": "' + 64 * "0" + '"}'
    with writing(world.engine) as session:
        session.execute(update(Submission).values(content=content))

    grade(accepted.job.id)

    job = world.job(accepted.job.id)
    assert job.state == JobState.HELD
    assert "NoResultFound" in job.reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TransientError("no sandbox here"), "no sandbox here"),
        (OperationalError("UPDATE", {"answer": "5"}, Exception("locked")), "the database: locked"),
    ],
)
def test_a_job_that_fails_for_a_reason_outside_it_waits_and_in_the_end_is_held_with_it(
    world, monkeypatch, error, reason
):
    accepted = world.submit(RIGHT)

    def fails(*_):
        raise error

    monkeypatch.setattr(judging, "judge_work", fails)
    for tried in range(1, TRIES_ALLOWED):
        grade(accepted.job.id)
        job = world.job(accepted.job.id)
        assert (job.state, job.given_back) == (JobState.QUEUED, tried)
        rest_is_over(world, accepted.job.id)

    grade(accepted.job.id)

    job = world.job(accepted.job.id)
    assert job.state == JobState.HELD
    assert job.reason.endswith(f"the last time: {reason}")


def test_what_was_answered_is_drawn_by_the_worker_that_judges_it(world):
    accepted = world.submit({"1a": {"": "6"}})

    grade(accepted.job.id)

    key = solutions.answer_key(accepted.job.variant_id, "1a", {"": "6"})
    with reading(world.engine) as session:
        assert b"Yours alone is 6." in blobs.derived(session, key)


def test_a_drawing_that_crashes_costs_nothing(world):
    accepted = world.submit({**RIGHT, "1a": {"": "crash"}})

    grade(accepted.job.id)

    assert world.job(accepted.job.id).state == JobState.DONE


SAMPLED = """
    from grader.spec import Field, Kind, Notebook, Output, Part, Problem

    PROBLEM = Problem(
        title="Doubling",
        parts=(Part(label="a", fields=(
            Field(kind=Kind.PROBE, probe=Output("double", reference=42.0, submitted=True)),
        )),),
        notebook=Notebook(sample=0),
    )
"""


def test_a_notebook_outside_the_sample_is_graded_and_replayed_without_a_sandbox(world, monkeypatch):
    def no_sandbox():
        raise AssertionError("nothing may be run")

    monkeypatch.setattr("workers.tasks.sandbox", no_sandbox)
    bank = {"assignments/hw.py": notebook_course.ASSIGNMENT, "doubling.py": SAMPLED}
    write_bank(world.folder, **bank, **{"doubling.md": "Double.\n## a\nA function."})
    world.publish(attempts_allowed=None)
    tree = json.loads(notebook_course.notebook("print(double(21))"))
    tree["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "42\n"}]
    with writing(world.engine) as session:
        row = session.scalars(select(Problem).where(Problem.number == "3")).one()
        variant = world._variant(session, row, None)
        alice = people.find_user(session, "alice")
        hand_in = HandIn(alice, row, variant, {}, NOW, notebook=json.dumps(tree).encode())
        accepted = submissions.submit(session, world.assignment(session), hand_in)

    grade(accepted.job.id)

    assert world.job(accepted.job.id).state == JobState.DONE
    with reading(world.engine) as session:
        report = session.scalars(select(Report)).one()
        [replayed] = judging.replay(session, report).fields
        evidence = session.get_one(Evidence, report.evidence_id)
        stored = session.get_one(Blob, evidence.payload_sha256).content
    assert replayed.verdict == "correct"
    assert not NotebookEvidence.from_payload(stored).ran
