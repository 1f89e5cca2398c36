"""Text that a database refuses to hold, in everything that a student's code can say."""

import json

import notebook_course
import pytest
from sqlalchemy import select
from world import NOW, migrate_and_populate, world_at

from grader.db import reading, writing
from grader.evidence import Evidence, NotebookEvidence, read_notebook
from grader.models import Job, JobState, PartReport
from grader.services import jobs, judging
from grader.spec import File, Notebook, Output, Text, Value
from tests.workers.homework import notebook_bytes
from workers.notebooks import Order, collect, probes_of

pytestmark = pytest.mark.sandbox

BAD = "'a\\0b\\ud800c'"
NAMED = f"class Meta(type): __name__ = property(lambda cls: {BAD})\n"
ODD_ERROR = f"{NAMED}class Odd(Exception, metaclass=Meta): pass\n"
CLEAN = "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def one(evidence, label):
    return evidence.probes[label][""].calls[0]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (f"print({BAD}, end='')", lambda cell: cell.stdout),
        (f"import sys; print({BAD}, end='', file=sys.stderr)", lambda cell: cell.stderr),
        (f"import os; os.write(1, {BAD}.encode('utf-8', 'replace'))", lambda cell: cell.stdout[:3]),
        (f"raise ValueError({BAD})", lambda cell: cell.error.message),
        (f"{ODD_ERROR}raise Odd", lambda cell: cell.error.name),
        (
            f"from IPython.display import publish_display_data as show\n"
            f"show({{'text/plain': {BAD}}})",
            lambda cell: cell.outputs[0].text,
        ),
        (f"get_ipython().note({BAD})", lambda cell: cell.notes[0]),
        (f"!echo {CLEAN}\x00", lambda cell: "".join(cell.notes) + cell.source),
    ],
)
def test_what_a_cell_says_can_be_stored(sandbox, cell, said):
    evidence = collect(sandbox, read_notebook(notebook_bytes(cell)), Order())

    text = said(evidence.cells[0])
    assert "\N{REPLACEMENT CHARACTER}" in text
    text.encode()
    assert "\0" not in text


def test_answers_files_submitted_output_and_words_can_be_stored(sandbox):
    cells = (
        f"value = {{{BAD}: [({BAD},)]}}\n"
        f"{ODD_ERROR}odd = Odd()\n"
        "open('out.txt', 'wb').write(b'a\\0b')",
        ("markdown", "Why? \0\ud800"),
    )
    tree = json.loads(notebook_bytes(*cells))
    tree["cells"][0]["outputs"] = [{"output_type": "stream", "text": ["x\0", "\ud800"]}]
    probes = {
        "1": {"": Value("value")},
        "2": {"": Value("odd")},
        "3": {"": File("out.txt")},
        "4": {"": Output("value", submitted=True)},
        "5": {"": Text("Why")},
    }

    evidence = collect(sandbox, read_notebook(json.dumps(tree).encode()), Order(probes=probes))

    assert one(evidence, "1").output == {CLEAN: [(CLEAN,)]}
    assert one(evidence, "2").output.type_name == CLEAN
    assert one(evidence, "3").output == "a\N{REPLACEMENT CHARACTER}b"
    assert one(evidence, "4").output == "x\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"
    assert one(evidence, "5").output == "? \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"


@pytest.fixture
def contents():
    return migrate_and_populate


@pytest.fixture
def world(postgresql_url, tmp_path):
    with world_at(postgresql_url, tmp_path / "bank") as world:
        notebook_course.publish(world, attempts_allowed=None)
        yield world


@pytest.mark.parametrize(
    "double",
    [
        f"def double(x):\n    raise ValueError({BAD})",
        f"def double(x):\n    return {BAD}",
        f"def double(x):\n    return {{{BAD}: 1}}",
        f"{ODD_ERROR}double = lambda x: Odd()",
        f"{ODD_ERROR}def double(x):\n    raise Odd",
    ],
)
def test_postgresql_holds_the_report_of_a_notebook_that_says_it(sandbox, world, double):
    accepted = world.submit({}, problem="3", now=NOW)
    with writing(world.engine) as session:
        lease = jobs.claim(session, accepted.job.id, now=NOW, seconds=60)
    work = world.work(lease)
    spec = work.question.spec
    order = Order(notebook=Notebook(), probes=probes_of(spec, work.question.number))
    left = collect(sandbox, read_notebook(notebook_bytes(double, "count = 4")), order)
    evidence = Evidence({}, notebook=NotebookEvidence.from_payload(left.to_payload()))

    with writing(world.engine) as session:
        judged = judging.judge_work(work, evidence)
        assert judging.record(session, work, evidence, judged, now=NOW)

    with reading(world.engine) as session:
        assert session.get_one(Job, accepted.job.id).state == JobState.DONE
        rows = session.scalars(select(PartReport).where(PartReport.part == "3a")).all()
        assert [row.verdict for row in rows] == ["incorrect"]
