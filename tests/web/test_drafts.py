"""Drafts: nothing typed is lost, and no old tab overwrites a newer one."""

from datetime import timedelta

import pytest
from portal import Page
from world import DUE, NOW

HW = "/courses/c/hw"


def typed(browser, name):
    return dict(browser.page(HW).form("/drafts").fields)[name]


def test_a_draft_is_there_again_and_handed_in_is_nothing(alice):
    response = alice.type_and_press(HW, "/drafts", {"answer:1a:": "12"})

    page = Page(alice.get(response.location).text)
    assert "Saved as a draft. Nothing is handed in yet." in page.text
    assert ("answer:1a:", "12") in page.form("/drafts").fields
    assert "Handed in 0 of 2" in page.text


def test_the_enter_key_presses_save_and_not_hand_in(alice):
    form = alice.page(HW).form("/drafts")

    first_button, address = form.buttons[0]

    assert (first_button, address) == ("Save draft", "")


def test_a_script_saves_without_leaving_the_page(alice, clock):
    form = alice.page(HW).form("/drafts")

    response = alice.client.post(
        form.action,
        data=form.filled({"answer:1a:": "12"}),
        headers={"Accept": "application/json"},
    )

    assert response.json["saved_at"] == NOW.isoformat()
    assert typed(alice, "answer:1a:") == "12"


def test_a_draft_of_somebody_else_is_not_shown(alice, dora):
    alice.type_and_press(HW, "/drafts", {"answer:1a:": "12"})

    assert typed(dora, "answer:1a:") == ""


def test_an_old_tab_does_not_overwrite_what_a_newer_one_saved(alice):
    old_tab = alice.page(HW).form("/drafts")
    alice.type_and_press(HW, "/drafts", {"answer:1a:": "newer"})

    alice.client.post(old_tab.action, data=old_tab.filled({"answer:2:": "old tab's text"}))

    assert typed(alice, "answer:1a:") == "newer"
    assert typed(alice, "answer:2:") == "old tab's text"


def save_as_a_script(browser, tab, values=None):
    """Save a tab's form, and put the tokens that come back into it, as the page's script does."""
    sent = tab.filled(values or {})
    reply = browser.client.post(tab.action, data=sent, headers={"Accept": "application/json"})
    tokens = {f"token.{number}": token for number, token in reply.json["tokens"].items()}
    tab.fields = [(name, tokens.get(name, value)) for name, value in tab.fields]


def test_typing_something_and_taking_it_back_is_saved_too(alice):
    tab = alice.page(HW).form("/drafts")
    save_as_a_script(alice, tab, {"answer:1a:": "1"})

    save_as_a_script(alice, tab)

    assert typed(alice, "answer:1a:") == ""


def test_what_a_tab_saved_long_ago_does_not_overwrite_a_newer_draft(alice):
    tab = alice.page(HW).form("/drafts")
    tab.fields.append(("edited", "1"))
    save_as_a_script(alice, tab, {"answer:1a:": "1"})
    alice.type_and_press(HW, "/drafts", {"answer:1a:": "2"})

    save_as_a_script(alice, tab, {"answer:1a:": "1", "answer:2:": "Text."})

    assert typed(alice, "answer:1a:") == "2"
    assert typed(alice, "answer:2:") == "Text."


def test_a_draft_equal_to_what_was_handed_in_is_none(alice):
    alice.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": "5"})
    alice.type_and_press(HW, "/drafts", {"answer:1a:": "6"})
    assert "Draft saved" in alice.page(HW).text

    alice.type_and_press(HW, "/drafts", {"answer:1a:": "5"})

    assert "Draft saved" not in alice.page(HW).text


def test_handing_in_removes_the_draft(alice):
    alice.type_and_press(HW, "/drafts", {"answer:1a:": "5"})

    alice.type_and_press(HW, "/problems/1/submissions")

    assert "Draft saved" not in alice.page(HW).text


def test_a_text_too_long_is_refused_clearly(alice):
    response = alice.type_and_press(HW, "/drafts", {"answer:2:": "x" * 20_001})

    assert response.status_code == 400
    assert "The answer to 2 has 20,001 characters" in Page(response.text).text


def test_a_text_too_long_does_not_keep_the_others_from_being_saved(alice):
    alice.type_and_press(HW, "/drafts", {"answer:2:": "x" * 20_001, "answer:1a:": "12"})

    assert typed(alice, "answer:1a:") == "12"


def test_inputs_take_no_more_than_is_kept(alice):
    html = alice.page(HW).html

    assert html.count('maxlength="20000"') == html.count('name="answer:')


def test_drafts_are_kept_after_the_deadline_too(alice, clock):
    form = alice.page(HW).form("/drafts")
    clock.now = DUE + timedelta(days=9)

    alice.client.post(form.action, data=form.filled({"answer:2:": "too late, but kept"}))

    assert typed(alice, "answer:2:") == "too late, but kept"


@pytest.mark.parametrize("ending", ["/drafts", "/problems/1/submissions", f"{HW}/submissions"])
def test_an_ended_login_keeps_what_was_typed_until_the_next(app, world, alice, ending):
    form = alice.page(HW).form("/drafts")
    with world.engine.begin() as connection:
        set_password(connection, "alice", "secret")
    alice.client.delete_cookie("grader_session")

    refused = alice.client.post(
        alice.button(form, ending), data=form.filled({"answer:2:": "Typed for an hour."})
    )
    login = Page(refused.text).form("/login")
    answer = alice.client.post(
        "/login", data=login.filled({"login": "alice", "password": "secret"})
    )

    assert refused.status_code == 401
    assert "What you typed is still here" in refused.text
    assert answer.location == HW
    assert "What you had typed is saved as a draft" in alice.get(HW).text
    assert typed(alice, "answer:2:") == "Typed for an hour."
    assert "Handed in 0 of 2" in alice.page(HW).text


def test_what_somebody_typed_is_not_given_to_who_logs_in_next(app, world, alice, dora):
    form = alice.page(HW).form("/drafts")
    with world.engine.begin() as connection:
        set_password(connection, "dora", "secret")
    alice.client.delete_cookie("grader_session")
    refused = alice.client.post(f"{HW}/drafts", data=form.filled({"answer:2:": "Alice's"}))
    login = Page(refused.text).form("/login")

    alice.client.post("/login", data=login.filled({"login": "dora", "password": "secret"}))

    assert "belongs to another login" in alice.get("/").text
    assert typed(dora, "answer:2:") == ""


def carry(browser, app, world, login, **changed):
    """Save after the login has ended, log in as `login`, and return where that leads."""
    form = browser.page(HW).form("/drafts")
    with world.engine.begin() as connection:
        set_password(connection, login, "secret")
    browser.client.delete_cookie("grader_session")
    refused = browser.client.post(
        f"{HW}/drafts", data=form.filled({"answer:2:": "Typed for an hour."})
    )
    shown = Page(refused.text).form("/login")
    sent = shown.filled({"login": login, "password": "secret"} | changed)
    return browser.client.post("/login", data=sent)


@pytest.mark.parametrize(
    ("login", "changed"),
    [("charlie", {}), ("alice", {"token.2": "broken"}), ("alice", {"carried": "no/such"})],
    ids=["another course's student", "a broken form", "no such homework"],
)
def test_what_cannot_be_carried_over_a_login_is_told_and_the_login_holds(
    app, world, alice, login, changed
):
    answer = carry(alice, app, world, login, **changed)

    assert (answer.status_code, answer.location) == (303, "/")
    page = alice.page("/").text
    assert login.title() in page
    assert "what was typed before could not be saved" in page or "another login" in page


def test_a_carried_text_too_long_is_told(app, world, alice):
    answer = carry(alice, app, world, "alice", **{"answer:2:": "x" * 20_001})

    assert "has 20,001 characters" in alice.page(answer.location).text


def set_password(connection, login, password):
    from argon2 import PasswordHasher

    from grader.models import User

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    connection.execute(
        User.__table__.update()
        .where(User.login == login)
        .values(password_hash=quick.hash(password))
    )
