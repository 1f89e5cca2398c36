"""Two hundred notebooks at once, good, wrong, hostile and broken: each ends typed, none is lost."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import notebook_course
import pytest
from sqlalchemy import func, select
from stack import eventually
from world import NOW, write_bank

from grader.db import reading, writing
from grader.errors import SubmissionRefused
from grader.evidence import NotebookEvidence
from grader.models import (
    Blob,
    Current,
    Evidence,
    Job,
    JobState,
    PartReport,
    Problem,
    Report,
    Role,
    Submission,
    User,
    Variant,
)
from grader.queue import Queue, create_celery, enqueue
from grader.services import gradebook, notebooks, people, submissions
from grader.services.submissions import HandIn

pytestmark = [pytest.mark.processes, pytest.mark.sandbox]

PROBLEM = """
    import numpy as np
    from grader.spec import Calls, Field, Kind, Notebook, Part, Problem, Value

    PROBLEM = Problem(
        title="Doubling",
        parts=(
            Part(label="a", fields=(Field(kind=Kind.PROBE, probe=Calls(
                "double", draw=lambda rng, p: (rng.normal(size=3),),
                reference=lambda x: 2 * np.asarray(x), count=2, seconds=0.7)),)),
            Part(label="b", fields=(Field(kind=Kind.PROBE, probe=Value("count", reference=4)),)),
        ),
        notebook=Notebook(
            requires=("double", "count"), cell_seconds=0.7, total_seconds=5, memory_mb=300),
    )
"""
GOOD = "def double(x):\n    return 2 * x"
COUNT = "count = 4"
STUBBORN = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
FULL = (("correct", "ok"), ("correct", "ok"))


def double(body):
    return f"def double(x):\n    {body}"


def first(verdict, outcome="ok"):
    """The function is judged so, and what another cell defines is right."""
    return ((verdict, outcome), FULL[1])


@dataclass(frozen=True)
class Kind:
    """Notebooks of one kind: their cells, how many, and verdict and outcome of both fields."""

    cells: tuple[str, ...]
    number: int
    expected: tuple[tuple[str, str], tuple[str, str]]


KINDS = {
    # good
    "plain": Kind((GOOD, COUNT), 24, FULL),
    "by torch": Kind(("import torch", double("return 2 * torch.tensor(x)"), COUNT), 12, FULL),
    "a list": Kind((double("return [2 * item for item in x]"), COUNT), 12, FULL),
    "with a picture": Kind(
        ("import matplotlib.pyplot as plt", GOOD, COUNT, "plt.plot([1, 2]);"), 4, FULL
    ),
    "a cell that fails": Kind(("import nothing_such", GOOD, COUNT, "1 / 0"), 12, FULL),
    # wrong
    "another factor": Kind((double("return 3 * x"), COUNT), 12, first("incorrect")),
    "another shape": Kind((double("return (2 * x)[:2]"), COUNT), 8, first("incorrect")),
    "text": Kind((double("return 'two'"), COUNT), 8, first("incorrect")),
    "nothing returned": Kind((double("pass"), COUNT), 8, first("incorrect")),
    "it raises": Kind((double("raise ValueError(x)"), COUNT), 8, first("incorrect", "raised")),
    "never bound": Kind(
        ("if False:\n    def double(x): return 2 * x", COUNT), 8, first("missing", "not_defined")
    ),
    "both wrong": Kind(
        (double("return x"), "count = 5"), 8, (("incorrect", "ok"), ("incorrect", "ok"))
    ),
    # hostile
    "a cell without end": Kind((GOOD, COUNT, "while True: pass"), 2, FULL),
    "a cell that nothing stops": Kind((GOOD, COUNT, STUBBORN), 2, FULL),
    "a call without end": Kind(
        (double("while True: pass"), COUNT), 2, first("incorrect", "timed_out")
    ),
    "a call that nothing stops": Kind(
        (double(STUBBORN.replace("\n", "\n    ")), COUNT), 2, first("incorrect", "timed_out")
    ),
    "a cell that leaves": Kind((GOOD, COUNT, "import os; os._exit(0)"), 6, FULL),
    "a call that leaves": Kind(
        ("import os", double("os._exit(0)"), COUNT), 6, first("incorrect", "crashed")
    ),
    "a cell of C": Kind((GOOD, COUNT, "import ctypes; ctypes.string_at(0)"), 4, FULL),
    "memory": Kind((GOOD, COUNT, "import numpy as np; keep = np.ones(10**9)"), 4, FULL),
    "memory of a call": Kind(
        ("import numpy as np", double("return np.ones(10**9)"), COUNT),
        4,
        first("incorrect", "out_of_memory"),
    ),
    "forks": Kind((GOOD, COUNT, "import os\nwhile True: os.fork()"), 1, FULL),
    "prints": Kind((GOOD, COUNT, "for _ in range(10**5): print('x' * 100)"), 2, FULL),
    "text that no database holds": Kind(
        (double("raise ValueError('a\\0b\\ud800')"), COUNT), 4, first("incorrect", "raised")
    ),
    "noise on the socket": Kind(
        (double("return x"), COUNT, "import os; os.write(3, b'\\xff' * 64)"), 4, first("incorrect")
    ),
    "equal to everything": Kind(
        (
            "class All:\n    def __eq__(self, other): return True\n"
            "    def __array__(self, *_, **__): return 1 / 0",
            double("return All()"),
            COUNT,
        ),
        4,
        first("incorrect"),
    ),
    "deep": Kind((double("return double(x)"), COUNT), 4, first("incorrect", "raised")),
}
BROKEN = {
    "no JSON": (b"%PDF-1.4", "cannot be read as JSON"),
    "no notebook": (b'{"a": 1}', "names no notebook format"),
    "version 3": (b'{"nbformat": 3, "worksheets": []}', "format 3"),
    "no cells": (notebook_course.notebook(("markdown", "x")), "no code cell"),
    "another language": (
        notebook_course.notebook(GOOD, COUNT, kernelspec={"language": "R"}),
        "written for R",
    ),
    "another homework": (notebook_course.notebook("print(1)"), "defines none of"),
    "incomplete": (notebook_course.notebook(GOOD), "does not define count"),
    "too many cells": (notebook_course.notebook(*[GOOD] * 2001), "2001 cells"),
    "cut off": (notebook_course.notebook(GOOD, COUNT)[:-9], "cannot be read as JSON"),
}
BATCH = 200


@pytest.fixture
def database_url(postgresql_url):
    """One kind of database is enough here: what ends in it is held on both elsewhere."""
    return postgresql_url


@pytest.fixture
def homework(world):
    write_bank(
        world.folder,
        **{"assignments/hw.py": notebook_course.ASSIGNMENT, "doubling.py": PROBLEM},
        **{"doubling.md": "Double.\n## a\nA function.\n## b\nA count."},
    )
    world.publish(attempts_allowed=1)
    with writing(world.engine) as session:
        course = people.course(session, "c")
        for number in range(BATCH + 1):
            user = User(
                login=f"s{number}", name="S", password_hash=people.NO_PASSWORD, created_at=NOW
            )
            session.add(user)
            session.flush()
            people.enroll(session, course, user, Role.STUDENT)
    return world


def mixed():
    """200 of (kind, notebook): each file its own, in an order that is the same every time."""
    ran = [
        (name, notebook_course.notebook(f"mark = {place}", *kind.cells))
        for name, kind in KINDS.items()
        for place in range(kind.number)
    ]
    names = list(BROKEN)
    broken = [names[n % len(names)] for n in range(BATCH - len(ran))]
    assert set(broken) == set(BROKEN)
    batch = ran + [(name, BROKEN[name][0]) for name in broken]
    random.Random(4).shuffle(batch)
    return batch


def hand_in(world, login, data):
    """As the portal does: the check at the door, then the submission."""
    with writing(world.engine) as session:
        problem = session.scalars(select(Problem).where(Problem.number == "3")).one()
        variant = session.scalars(
            select(Variant).where(Variant.page["number"].as_string() == "3")
        ).first()
        asked = notebooks.Asked.of(variant.page)
        notebooks.check_at_door(data, asked, accept_incomplete=False)
        user = people.find_user(session, login)
        given = HandIn(user, problem, variant, {}, datetime.now(UTC), notebook=data)
        return submissions.submit(session, world.assignment(session), given)


def send(stack, accepted):
    app = create_celery(stack.settings, publishes_only=True)
    enqueue(app, [(one.job.id, Queue(one.job.queue)) for one in accepted])


def all_ended(world, count):
    def ended():
        with reading(world.engine) as session:
            states = Counter(session.scalars(select(Job.state)))
        return states == {JobState.DONE: count}

    return ended


def outcomes(session, submission_id):
    submission = session.get_one(Submission, submission_id)
    rows = gradebook.counted_fields(session, submission)
    return tuple((row.report.verdict, row.report.outcome) for row in rows)


def hand_in_all(world):
    """What of the batch was accepted, with its name, and of what was refused also the words."""
    accepted, refused = {}, {}
    for number, (name, data) in enumerate(mixed()):
        try:
            accepted[number] = name, hand_in(world, f"s{number}", data)
        except SubmissionRefused as refusal:
            refused[number] = name, str(refusal)
    return accepted, refused


def assert_refused_at_the_door(accepted, refused):
    assert len(accepted) + len(refused) == BATCH
    assert {name for name, _ in accepted.values()} == set(KINDS)
    assert {name for name, _ in refused.values()} == set(BROKEN)
    for name, said in refused.values():
        assert BROKEN[name][1] in said
        assert notebooks.NOT_USED in said


def assert_each_ended_as_its_kind_does(session, accepted):
    found = {(name, outcomes(session, one.submission.id)) for name, one in accepted.values()}
    assert {(name, got) for name, got in found if got != KINDS[name].expected} == set()


def assert_each_has_one_report_and_took_one_attempt(session, accepted):
    reports = Counter(session.scalars(select(Report.submission_id)))
    assert reports == dict.fromkeys((one.submission.id for _, one in accepted.values()), 1)
    fields = session.scalar(select(func.count(PartReport.id)))
    pointers = session.scalar(select(func.count()).select_from(Current))
    assert fields == pointers == 2 * len(accepted)
    of_a_student = select(User.login).join(Submission, Submission.user_id == User.id)
    attempts = Counter(session.scalars(of_a_student))
    assert attempts == dict.fromkeys((f"s{number}" for number in accepted), 1)


def assert_full_credit_within_full_walls(session, accepted):
    assert outcomes(session, accepted.submission.id) == FULL
    payload = session.scalars(
        select(Blob.content)
        .join(Evidence, Evidence.payload_sha256 == Blob.sha256)
        .where(Evidence.submission_id == accepted.submission.id)
    ).one()
    assert NotebookEvidence.from_payload(payload).sandbox == "full"


def test_two_hundred_mixed_notebooks_each_end_typed_and_none_is_lost(homework, stack):
    accepted, refused = hand_in_all(homework)
    assert_refused_at_the_door(accepted, refused)
    stack.worker("notebooks", processes=2)
    stack.sweep()

    send(stack, [one for _, one in accepted.values()])

    eventually(all_ended(homework, len(accepted)), 150)
    with reading(homework.engine) as session:
        assert_each_ended_as_its_kind_does(session, accepted)
        assert_each_has_one_report_and_took_one_attempt(session, accepted)
    honest = hand_in(homework, f"s{next(iter(refused))}", notebook_course.notebook(GOOD, COUNT))
    send(stack, [honest])
    eventually(all_ended(homework, len(accepted) + 1))
    with reading(homework.engine) as session:
        assert_full_credit_within_full_walls(session, honest)
    assert json.loads(honest.submission.content)["notebook"]
