"""Staff pages: how a homework stands, its submissions, marks by hand, scores to take away."""

import csv
import io

import pytest
from portal import Page, receipt_in
from sqlalchemy import select, update
from stack import eventually
from world import World

from grader.db import reading, writing
from grader.models import Enrollment, Event, Job, JobState, Mark, Role, User
from grader.queue import Queue, create_celery, waiting
from grader.services import people

HW = "/courses/c/hw"
STAFF = "/staff/courses/c/hw"


def hand_in(browser, number, typed) -> str:
    return receipt_in(browser.type_and_press(HW, f"/problems/{number}/submissions", typed))


def grade_all(world: World) -> None:
    with reading(world.engine) as session:
        ids = session.scalars(select(Job.id).where(Job.state == JobState.QUEUED.value)).all()
    for job_id in ids:
        assert world.grade(job_id)


@pytest.fixture
def essay(alice, world) -> str:
    """Receipt of a text of Alice's that waits for a grader."""
    number = hand_in(alice, "2", {"answer:2:": "Shared weights."})
    grade_all(world)
    return number


def mark(browser, receipt, **sent):
    given = {"csrf_token": browser.token(), "part": "2", "field": "", **sent}
    return browser.client.post(f"/staff/submissions/{receipt}/marks", data=given)


def test_the_overview_counts_scores_faults_and_what_waits(alice, dora, bob, world):
    hand_in(alice, "1", {"answer:1a:": "5", "answer:1b:twice": "4", "answer:1b:row": "[2, 3]"})
    hand_in(dora, "1", {"answer:1a:": "4"})
    hand_in(alice, "2", {"answer:2:": "Text."})
    grade_all(world)
    held = hand_in(dora, "2", {"answer:2:": "Other."})
    with world.engine.begin() as connection:
        connection.execute(
            update(Job.__table__)
            .where(Job.state == JobState.QUEUED.value)
            .values(state=JobState.HELD.value, reason="no bundle")
        )

    page = bob.page(STAFF)

    assert "2 of 2 students have a graded problem" in page.text
    assert "2 median of 8 points" in page.text
    assert "1 held, our fault" in page.text
    assert "1 wait for a mark by hand" in page.text
    held_page = bob.page(f"{STAFF}/submissions?state=held")
    assert held in held_page.text
    assert "no bundle" in held_page.text


def test_the_overview_tells_the_share_correct_by_field(alice, dora, bob, world):
    hand_in(alice, "1", {"answer:1a:": "5", "answer:1b:twice": "4", "answer:1b:row": "[1]"})
    hand_in(dora, "1", {"answer:1a:": "4", "answer:1b:twice": "4"})
    grade_all(world)

    page = bob.page(STAFF)

    assert "1b row 0 % 1 of 2" in page.text
    assert "1a 50 % 2" in page.text
    assert "1b twice 100 % 2" in page.text


def test_the_first_marks_of_many_texts_make_no_share(alice, dora, bob, essay, world, browser):
    hand_in(dora, "2", {"answer:2:": "Dora's."})
    with writing(world.engine) as session:
        iris = people.find_user(session, "iris").id
        rows = update(Enrollment.__table__).where(Enrollment.user_id == iris)
        session.execute(rows.values(role=Role.STUDENT.value))
    hand_in(browser("iris"), "2", {"answer:2:": "Iris's."})
    grade_all(world)

    mark(bob, essay, points="0")

    assert "2 1 of 3 marked – 2 3" in bob.page(STAFF).text


def test_what_nobody_answered_or_marked_is_not_called_hardest(alice, dora, bob, essay, world):
    hand_in(alice, "1", {"answer:1a:": "5"})
    hand_in(dora, "1", {"answer:1a:": "4"})
    hand_in(dora, "2", {"answer:2:": "Dora's."})
    grade_all(world)

    shown = bob.page(STAFF).text

    places = [shown.index(row) for row in (
        "1a 50 % 2", "2 waits for marks – 2 2", "1b row nobody answered – 0 of 2",
        "1b twice nobody answered",
    )]  # fmt: skip
    assert places == sorted(places)


def test_the_overview_of_nothing_is_a_page_too(bob):
    page = bob.page(STAFF)

    assert "Nothing is graded yet." in page.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [("", 3), ("problem=1", 2), ("problem=2", 1), ("state=graded", 2), ("state=queued", 1),
     ("state=to-mark", 1), ("state=held", 0), ("student=ALI", 2), ("student=dor", 1),
     ("student=%25", 0), ("student=_", 0), ("problem=1&student=dora", 1), ("page=99", 3),
     ("page=-1", 3), ("page=x", 3), ("state=nonsense", 3)],
)  # fmt: skip
def test_submissions_are_found_by_problem_state_and_student(alice, dora, bob, world, asked, found):
    hand_in(alice, "1", {"answer:1a:": "5"})
    hand_in(alice, "2", {"answer:2:": "Text."})
    grade_all(world)
    hand_in(dora, "1", {"answer:1a:": "5"})

    page = bob.page(f"{STAFF}/submissions?{asked}")

    assert f"{found} found" in page.text


def test_long_lists_have_pages(alice, bob, world, monkeypatch):
    monkeypatch.setattr("grader.services.worklist.ON_A_PAGE", 1)
    hand_in(alice, "1", {"answer:1a:": "5"})
    hand_in(alice, "2", {"answer:2:": "Text."})

    first, second = bob.page(f"{STAFF}/submissions"), bob.page(f"{STAFF}/submissions?page=2")

    assert "Page 1 of 2" in first.text
    assert "Page 2 of 2" in second.text
    assert first.text != second.text


def test_one_submission_is_shown_in_full_with_its_reference(alice, bob, world):
    number = hand_in(alice, "1", {"answer:1a:": "2*3", "answer:1b:row": "[2, 3"})
    grade_all(world)

    page = bob.page(f"/staff/submissions/{number}")

    for words in ("2*3", "reference 5", "reference [2, 3]", "multiplied", "Could not be read"):
        assert words in page.text


def test_criteria_of_the_rubric_give_credit(alice, bob, essay):
    mark(bob, essay, criterion="0", comment="Name a second one.")

    page = alice.page(f"/submissions/{essay}")

    assert "2 of 4 points" in page.text
    assert "Partly correct" in page.text
    assert "From a grader. Name a second one." in page.text


def ticked(browser, receipt) -> list[str]:
    fields = browser.page(f"/staff/submissions/{receipt}").form("/marks").fields
    return [value for name, value in fields if name == "criterion"]


def test_criteria_that_were_ticked_come_back_ticked(bob, essay):
    before = ticked(bob, essay)
    mark(bob, essay, criterion="0")
    marked = ticked(bob, essay)
    mark(bob, essay, points="2")
    by_points = ticked(bob, essay)

    assert (before, marked, by_points) == ([], ["0"], [])


def test_the_page_comes_back_at_the_answer_that_was_marked(bob, essay):
    response = mark(bob, essay, criterion="0")

    path, _, place = response.location.partition("#")
    assert path.endswith(essay)
    assert f'id="{place}"' in bob.get(path).text


@pytest.mark.parametrize(
    ("points", "words"),
    [("4", "4 of 4 points"), ("0", "0 of 4 points"), ("1.5", "1.5 of 4 points")],
)
def test_points_give_credit(alice, bob, essay, points, words):
    mark(bob, essay, points=points)

    page = alice.page(f"/submissions/{essay}")

    assert words in page.text
    assert "Waiting for a grader" not in page.text


@pytest.mark.parametrize("points", ["5", "-1", "nan", "inf", "many", "1e400", "", " "])
def test_what_is_no_share_of_the_points_is_refused(bob, essay, points, world):
    response = mark(bob, essay, points=points)

    assert response.status_code == 400
    assert "Back to the submission" in response.text
    with reading(world.engine) as session:
        assert session.scalars(select(Mark)).all() == []


@pytest.mark.parametrize("sent", [{"part": "9"}, {"field": "x"}, {"criterion": "7"}])
def test_a_mark_for_what_is_not_there_gives_nothing(alice, bob, essay, sent):
    mark(bob, essay, **({"points": "4"} if "criterion" not in sent else {}), **sent)

    assert "4 of 4 points" not in alice.page(f"/submissions/{essay}").text


def test_a_mark_stays_with_an_unchanged_text(alice, bob, essay, world):
    mark(bob, essay, points="3")
    hand_in(alice, "2", {"answer:2:": "Other."})
    again = hand_in(alice, "2", {"answer:2:": "Shared weights."})
    grade_all(world)

    assert "3 of 4 points" in alice.page(f"/submissions/{again}").text


def test_a_mark_is_written_down(bob, essay, world):
    mark(bob, essay, points="3")

    with reading(world.engine) as session:
        event = session.scalars(select(Event).where(Event.action == "mark")).one()
        who = session.get_one(User, event.actor_id)
    assert who.login == "bob"
    assert essay in event.subject


def test_after_a_mark_comes_the_next_text(alice, dora, bob, essay, world):
    other = hand_in(dora, "2", {"answer:2:": "Dora's."})
    grade_all(world)

    response = mark(bob, essay, points="3", then="next")
    onward = bob.get(response.location)
    mark(bob, other, points="1")
    done = bob.get(f"{STAFF}/next")

    assert onward.location.endswith(f"{other}#answer-2")
    assert "Nothing waits for a mark any more." in Page(bob.get(done.location).text).text


def test_marked_texts_count_in_the_share_correct(bob, essay):
    mark(bob, essay, points="4")

    assert "2 100 % 1" in bob.page(STAFF).text


def test_a_held_submission_can_be_queued_again(alice, bob, world, settings, fresh_redis_url):
    number = hand_in(alice, "1", {"answer:1a:": "5"})
    broker = create_celery(settings, publishes_only=True)
    eventually(lambda: waiting(broker)[Queue.ANSWERS] == 1, seconds=10)
    with world.engine.begin() as connection:
        held = {"state": JobState.HELD.value, "reason": "mended since"}
        connection.execute(update(Job.__table__).values(**held))

    bob.client.post(f"/staff/submissions/{number}/release", data={"csrf_token": bob.token()})

    assert alice.get(f"/api/v1/submissions/{number}").json["state"] == "queued"
    eventually(lambda: waiting(broker)[Queue.ANSWERS] == 2, seconds=10)


def scores(browser) -> list[list[str]]:
    response = browser.get(f"{STAFF}/scores.csv")
    assert response.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"))))


def test_scores_are_a_line_a_student(alice, bob, essay, world):
    hand_in(alice, "1", {"answer:1a:": "5", "answer:1b:twice": "4"})
    grade_all(world)

    head, *lines = scores(bob)

    assert head == ["student", "name", "section", "problem 1", "problem 2", "score", "out_of",
                    "pending"]  # fmt: skip
    assert lines == [
        ["alice", "Alice", "", "2", "0", "2", "8", "4"],
        ["dora", "Dora", "", "", "", "0", "8", "0"],
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "＝1", "|x"])
def test_no_name_becomes_a_formula(bob, world, name):
    with world.engine.begin() as connection:
        connection.execute(update(User.__table__).where(User.login == "alice").values(name=name))

    assert scores(bob)[1][1].startswith("'")


def test_the_first_page_tells_staff_about_the_class(bob, alice, essay):
    bob_sees, alice_sees = bob.page("/").text, alice.page("/").text

    assert "1 of 2 students have handed in" in bob_sees
    assert "1 waits for a mark" in bob_sees
    assert "Handed in" not in bob_sees
    assert "Handed in 1 of 2 problems" in alice_sees
    assert "students have handed in" not in alice_sees
