"""From a claimed job to what counts: verdicts, marks by hand, best and last, versions."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from world import NOW, RIGHT, write_bank

from grader.db import reading, writing
from grader.errors import BundleError, StudentError
from grader.models import Counts, Grade, User
from grader.services import gradebook, judging
from grader.services.gradebook import HandMark


def fields(world, accepted):
    with reading(world.engine) as session:
        counted = gradebook.counted_fields(session, accepted.submission)
    return {
        f"{row.report.part}{row.report.field}": (row.report.verdict, row.credit) for row in counted
    }


def grade_of(world, problem="1", login="alice"):
    with reading(world.engine) as session:
        grade = session.scalars(
            select(Grade)
            .join(User, User.id == Grade.user_id)
            .where(User.login == login)
            .order_by(Grade.problem_id)
        ).all()
    found = {index: row for index, row in enumerate(grade, start=1)}[int(problem)]
    return found.score, found.out_of, found.pending


def test_right_answers_earn_everything(world):
    accepted = world.submit(RIGHT)

    world.grade(accepted)

    assert fields(world, accepted) == {
        "1a": ("correct", 1.0), "1btwice": ("correct", 1.0), "1brow": ("correct", 1.0)
    }  # fmt: skip
    assert grade_of(world) == (4, 4, 0)


def test_an_unreadable_answer_costs_its_field_alone_and_says_where_reading_stopped(world):
    accepted = world.submit({"1a": {"": "(2+3"}, "1b": {"twice": "4"}})

    world.grade(accepted)

    with reading(world.engine) as session:
        rows = {
            f"{row.report.part}{row.report.field}": row.report
            for row in gradebook.counted_fields(session, accepted.submission)
        }
    assert rows["1a"].verdict == "unreadable"
    assert "^" in rows["1a"].feedback
    assert (rows["1btwice"].verdict, rows["1brow"].verdict) == ("correct", "missing")


def test_a_misconception_is_named_and_earns_what_its_author_gave(world):
    accepted = world.submit({"1a": {"": "6"}})

    world.grade(accepted)

    with reading(world.engine) as session:
        row = gradebook.counted_fields(session, accepted.submission)[0].report
    assert (row.verdict, row.credit, row.misconception) == ("incorrect", 0.0, "multiplied")
    assert "Add instead." in row.feedback


def test_text_waits_for_a_grader_and_never_counts_as_wrong(world):
    accepted = world.submit({"2": {"": "Fewer weights."}}, problem="2")

    world.grade(accepted)

    assert fields(world, accepted) == {"2": ("waiting", None)}
    assert grade_of(world) == (0, 4, 4)


def mark(world, accepted, credit):
    with writing(world.engine) as session:
        bob = session.scalars(select(User).where(User.login == "bob")).one()
        given = HandMark("2", "", credit, "good")
        gradebook.mark(session, accepted.submission, given, grader_id=bob.id, now=NOW)


def test_a_mark_by_hand_counts_and_stays_with_an_unchanged_text(world):
    world.publish(counts=Counts.LAST)
    first = world.submit({"2": {"": "Fewer weights."}}, problem="2")
    world.grade(first)
    mark(world, first, 0.5)
    assert grade_of(world) == (2, 4, 0)
    changed = world.submit({"2": {"": "Another thought."}}, problem="2")
    world.grade(changed)
    assert grade_of(world) == (0, 4, 4)

    again = world.submit({"2": {"": "Fewer weights. "}}, problem="2")
    world.grade(again)

    assert grade_of(world) == (2, 4, 0)


@pytest.mark.parametrize("credit", [-0.1, 1.1, float("nan")])
def test_a_mark_is_a_share(world, credit):
    accepted = world.submit({"2": {"": "Fewer weights."}}, problem="2")
    world.grade(accepted)

    with pytest.raises(StudentError, match="share"):
        mark(world, accepted, credit)


@pytest.mark.parametrize(("counts", "expected"), [(Counts.BEST, 4), (Counts.LAST, 0)])
def test_best_or_last_attempt_counts(world, counts, expected):
    world.publish(counts=counts)
    world.grade(world.submit(RIGHT))

    world.grade(world.submit({"1a": {"": "99"}}))

    assert grade_of(world)[0] == expected


def test_attempts_judged_at_the_same_moment_all_count(world):
    right, wrong = world.submit(RIGHT), world.submit({"1a": {"": "99"}})

    with ThreadPoolExecutor(1) as pool:
        with writing(world.engine) as session:
            world.record(session, right)
            other = pool.submit(world.grade, wrong)
            time.sleep(0.5)  # until it stands where the first has not committed yet
        assert other.result(timeout=60)

    assert grade_of(world) == (4, 4, 0)


def test_the_grade_stays_with_the_judged_attempt_until_the_new_one_is(world):
    world.publish(counts=Counts.LAST)
    world.grade(world.submit(RIGHT))

    world.submit({"1a": {"": "99"}})

    assert grade_of(world)[0] == 4


def test_a_submission_is_judged_by_the_version_that_it_answered(world):
    old = world.submit(RIGHT)
    sums = (world.folder / "sums.py").read_text().replace('p["a"] + p["b"]', 'p["a"] - p["b"]')
    write_bank(world.folder, sums_py=sums)
    world.publish()
    new = world.submit({"1a": {"": "-1"}})
    judging.forget_questions()

    world.grade(old)
    world.grade(new)

    assert fields(world, old)["1a"] == ("correct", 1.0)
    assert fields(world, new)["1a"] == ("correct", 1.0)


def test_a_bundle_that_does_not_load_here_is_named(world, monkeypatch):
    accepted = world.submit(RIGHT)
    judging.forget_questions()
    monkeypatch.setattr("grader.bank.bundles.load_problem", raises_spec_error)

    with pytest.raises(BundleError, match="cannot be imported here"):
        world.grade(accepted)


def raises_spec_error(*_arguments):
    from grader.errors import SpecError

    raise SpecError("torch.new cannot be imported here")


def test_a_check_that_crashes_holds_its_field_alone_and_the_attempt_is_free(world):
    world.publish(attempts_allowed=1)
    sums = (world.folder / "sums.py").read_text()
    crash = sums.replace(
        'Field(name="twice", kind=Kind.NUMBER, solve=lambda p: 2 * p["a"])',
        'Field(name="twice", kind=Kind.NUMBER, measured=lambda p, m: 1 / 0)',
    ).replace("parts=(", 'run=lambda p: __import__("grader.spec").spec.TrainingStep('
              "layers=(), input_shape=(1, 1, 1, 1)), parts=(", 1)  # fmt: skip
    write_bank(world.folder, sums_py=crash)
    world.publish(attempts_allowed=1)
    accepted = world.submit(RIGHT)

    judged = judge_measured(world, accepted, {"peak_bytes": 1})

    verdicts = {f"{row.part}{row.field}": row.verdict for row in judged.fields}
    assert verdicts == {"1a": "correct", "1btwice": "held", "1brow": "correct"}
    assert "ZeroDivisionError" in next(row.fault for row in judged.fields if row.fault)
    assert all("ZeroDivision" not in row.feedback for row in judged.fields)
    assert world.submit({"1a": {"": "9"}}).submission.attempt == 2


def judge_measured(world, accepted, measured):
    from grader.evidence import Evidence
    from grader.services import jobs

    with writing(world.engine) as session:
        lease = jobs.claim(session, accepted.job.id, now=NOW, seconds=60)
    work = world.work(lease)
    evidence = Evidence(judging.typed_evidence(work).answers, measured)
    judged = judging.judge_work(work, evidence)
    with writing(world.engine) as session:
        assert judging.record(session, work, evidence, judged, now=NOW)
    return judged
