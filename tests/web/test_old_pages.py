"""Handing in from a page that is no longer the newest: no attempt for nothing, no newer work lost.

Each case opens a page of problem 1, does something, and hands in from the page that was opened.
What is typed is the field 1a; "" is nothing.
"""

import io
from dataclasses import dataclass

import notebook_course
import pytest
from portal import Form, receipt_in
from sqlalchemy import select

from grader.db import reading
from grader.models import Draft, Submission
from grader.services.submissions import answers_in

HW = "/courses/c/hw"
FIELD = "answer:1a:"


@dataclass
class Tab:
    """A page of the homework that stays open, with the page's script or without."""

    browser: object
    form: Form
    text: str
    has_script: bool

    def type(self, text):
        self.text = text
        if self.has_script and ("edited", "1") not in self.form.fields:
            self.form.fields.append(("edited", "1"))

    def save(self):
        accept = {"Accept": "application/json"} if self.has_script else {}
        reply = self.browser.client.post(self.form.action, data=self.filled(), headers=accept)
        if not self.has_script:  # the reply is a new page, which takes the place of this one
            self.form = self.browser.page(HW).form("/drafts")
            return
        tokens = {f"token.{number}": token for number, token in reply.json["tokens"].items()}
        self.form.fields = [(name, tokens.get(name, value)) for name, value in self.form.fields]

    def hand_in(self):
        address = self.browser.button(self.form, "/problems/1/submissions")
        return self.browser.client.post(address, data=self.filled())

    def filled(self):
        return self.form.filled({FIELD: self.text})


@pytest.fixture
def open_tab(alice):
    def opened(has_script=True):
        form = alice.page(HW).form("/drafts")
        return Tab(alice, form, dict(form.fields)[FIELD], has_script)

    return opened


def attempts(world):
    with reading(world.engine) as session:
        rows = session.scalars(select(Submission).order_by(Submission.id))
        return [answers_in(row).get("1a", {}).get("", "") for row in rows]


def draft(world):
    with reading(world.engine) as session:
        found = session.scalar(select(Draft))
        return None if found is None else found.answers.get("1a", {}).get("", "")


OTHER_SAVES = ["other types B", "other saves"]
OTHER_HANDS_IN = ["other types B", "other hands in"]
DRAFT_A = ["types A", "saves", "is opened again"]

# What is done before the page hands in · attempts then · draft then · whether it is refused
CASES = {
    # One tab.
    "nothing newer, typed": (["types A"], ["A"], None, False),
    "nothing newer, its own draft": (["types A", "saves"], ["A"], None, False),
    "its own draft, typed further": (["types A", "saves", "types C"], ["C"], None, False),
    "a draft opened and sent as it is": (DRAFT_A, ["A"], None, False),
    "a draft opened and edited": ([*DRAFT_A, "types C"], ["C"], None, False),
    "clicked twice": (["types A", "hands in"], ["A"], None, False),
    "a draft sent as it is, clicked twice": ([*DRAFT_A, "hands in"], ["A"], None, False),
    # Back to the page after it was handed in.
    "back, and something else": (["types A", "hands in", "types C"], ["A", "C"], None, False),
    "back, something else, and the first again": (
        ["types A", "hands in", "types C", "hands in", "types A"], ["A", "C", "A"], None, False,
    ),
    # Another tab went on; this one was never typed on.
    "newer draft, untouched": ([*DRAFT_A, *OTHER_SAVES], [], "B", True),
    "newer draft, empty page untouched": (OTHER_SAVES, [], "B", True),
    "newer attempt, untouched": ([*DRAFT_A, *OTHER_HANDS_IN], ["B"], None, True),
    "newer attempt and newer draft, untouched": (
        [*DRAFT_A, *OTHER_HANDS_IN, "other types D", "other saves"], ["B"], "D", True,
    ),
    "newer attempt and the same draft again, untouched": (
        [*DRAFT_A, *OTHER_HANDS_IN, "other is opened again", "other types A", "other saves"],
        ["B"], "A", True,
    ),
    "attempt shown, newer draft, untouched": (
        ["types A", "hands in", "is opened again", *OTHER_SAVES], ["A"], "B", True,
    ),
    # Another tab went on; this one was typed on, and its text is new work.
    "newer draft, edited": ([*OTHER_SAVES, "types C"], ["C"], "B", False),
    "newer draft than the one edited": ([*DRAFT_A, *OTHER_SAVES, "types C"], ["C"], "B", False),
    "newer draft of the same text": ([*OTHER_SAVES, "types B"], ["B"], None, False),
    "newer attempt, edited": ([*OTHER_HANDS_IN, "types C"], ["B", "C"], None, False),
    "newer attempt of the same text": ([*OTHER_HANDS_IN, "types B"], ["B"], None, True),
}  # fmt: skip

# Typed on and saved, then overtaken: with the script the page knows that it was typed on; without
# it, saving has opened the page anew, which nobody has typed on since.
OVERTAKEN = ["types A", "saves", *OTHER_SAVES]


def act(step, tab, open_tab, other):
    match step.split():
        case ["types", text]:
            tab.type(text)
        case ["saves"]:
            tab.save()
        case ["hands", "in"]:
            tab.hand_in()
        case ["is", "opened", "again"]:
            return open_tab(tab.has_script), other
        case ["other", *rest]:
            return tab, act(" ".join(rest), other or open_tab(), open_tab, None)[0]
        case _:
            raise AssertionError(step)
    return tab, other


def play(steps, open_tab, has_script):
    tab, other = open_tab(has_script), None
    for step in steps:
        tab, other = act(step, tab, open_tab, other)
    return tab.hand_in()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_from_an_old_page(world, open_tab, has_script, case):
    steps, handed_in, kept, refused = case
    world.publish()  # without a limit of attempts

    response = play(steps, open_tab, has_script)

    assert attempts(world) == handed_in
    assert draft(world) == kept
    assert response.status_code == (409 if refused else 303)


@pytest.mark.parametrize(
    ("has_script", "handed_in", "kept"), [(True, ["A"], "B"), (False, [], "B")]
)
def test_a_page_overtaken_after_it_saved(world, open_tab, has_script, handed_in, kept):
    play(OVERTAKEN, open_tab, has_script)

    assert attempts(world) == handed_in
    assert draft(world) == kept


def test_the_refusal_says_what_happened_and_what_to_do(world, open_tab):
    response = play([*DRAFT_A, *OTHER_SAVES], open_tab, has_script=True)

    assert "This page is older than what you saved or handed in since" in response.text
    assert "no attempt was used" in response.text
    assert "Back to the homework" in response.text


def test_all_that_changed_leaves_an_old_untouched_page_alone(alice, world, open_tab):
    tab = open_tab()
    tab.type("A")
    tab.save()
    tab = open_tab()
    other = open_tab()
    other.type("B")
    other.save()

    response = alice.client.post(f"{HW}/submissions", data=tab.filled() | {"answer:2:": "Text."})

    assert attempts(world) == [""]  # problem 2 alone
    assert draft(world) == "B"
    assert "Problem 1 was not handed in. This page is older" in alice.page(response.location).text


def test_a_new_notebook_on_an_old_page_is_new_work_and_takes_no_draft_away(alice, world):
    notebook_course.publish(world)
    old = alice.page(HW).form("/drafts")
    alice.type_and_press(HW, "/drafts", {"answer:3b:count": "5"})
    chosen = {"notebook.3": (io.BytesIO(notebook_course.notebook()), "work.ipynb")}

    response = alice.client.post(f"{HW}/problems/3/submissions", data=old.filled({}) | chosen)

    assert receipt_in(response)
    with reading(world.engine) as session:
        assert [row.answers for row in session.scalars(select(Draft))] == [{"3b": {"count": "5"}}]
