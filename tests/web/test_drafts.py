"""Drafts: nothing typed is lost, and no old tab overwrites a newer one."""

from datetime import timedelta

import pytest
from portal import Page
from world import DUE, NOW

HW = "/assignments/hw"


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

    assert response.json == {"saved_at": NOW.isoformat()}
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


def test_typing_something_and_taking_it_back_is_saved_too(alice):
    tab = alice.page(HW).form("/drafts")
    tab.fields.append(("edited", "1"))
    alice.client.post(tab.action, data=tab.filled({"answer:1a:": "1"}))

    alice.client.post(tab.action, data=tab.filled({}))

    assert typed(alice, "answer:1a:") == ""


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


def set_password(connection, login, password):
    from argon2 import PasswordHasher

    from grader.models import User

    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    connection.execute(
        User.__table__.update()
        .where(User.login == login)
        .values(password_hash=quick.hash(password))
    )
