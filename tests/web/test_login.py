"""Logging in: passwords, limits, sessions, and where one lands afterwards."""

import pytest
from argon2 import PasswordHasher
from portal import Browser, Page
from world import World

from grader.models import User
from web.security import limiter, local_path

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def somebody(app, world: World) -> Browser:
    """A browser that is not logged in, before a course where Alice and Bob have passwords."""
    with world.engine.begin() as connection:
        for login in ("alice", "bob"):
            update = User.__table__.update().where(User.login == login)
            connection.execute(update.values(password_hash=QUICK.hash(f"{login}'s password")))
    limiter.reset()
    return Browser(app)


@pytest.mark.parametrize("login", ["alice", " Alice "])
def test_the_right_password_logs_in(somebody, login):
    response = somebody.log_in(login, "alice's password")

    assert (response.status_code, response.location) == (303, "/")
    assert "Alice" in somebody.page("/").text


@pytest.mark.parametrize(
    ("login", "password"),
    [("alice", "bob's password"), ("nobody", "x"), ("", ""), ("alice", ""), ("charlie", "")],
)
def test_a_wrong_pair_says_only_that_it_is_wrong(somebody, login, password):
    response = somebody.log_in(login, password)

    assert response.status_code == 400
    assert "This login and password do not belong together." in Page(response.text).text
    assert somebody.get("/").status_code == 401


def test_what_was_typed_as_login_is_escaped(somebody):
    response = somebody.log_in('"><script>alert(1)</script>', "x")

    assert "<script>alert" not in response.text


def test_guessing_is_limited_for_one_login_and_not_for_the_others(somebody):
    statuses = [somebody.log_in("alice", f"guess {n}").status_code for n in range(12)]

    assert statuses == [400] * 10 + [429] * 2
    assert somebody.log_in("alice", "alice's password").status_code == 429
    assert somebody.log_in("bob", "bob's password").status_code == 303


def test_logging_in_often_is_no_guessing(somebody):
    statuses = [somebody.log_in("bob", "bob's password").status_code for _ in range(1)]
    for _ in range(12):
        somebody.client.post("/logout", data={"csrf_token": somebody.token()})
        statuses.append(somebody.log_in("bob", "bob's password").status_code)

    assert set(statuses) == {303}


def test_logging_out_ends_the_session(somebody):
    somebody.log_in("alice", "alice's password")

    somebody.client.post("/logout", data={"csrf_token": somebody.token()})

    assert somebody.get("/").status_code == 401


def test_a_login_replaces_whatever_the_session_held(somebody):
    somebody.get("/login")
    with somebody.client.session_transaction() as cookie:
        before = cookie["csrf_token"]

    somebody.log_in("alice", "alice's password")

    with somebody.client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != before


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(somebody):
    response = somebody.log_in("alice", "alice's password")

    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_page_that_needs_a_login_is_where_one_lands_after_it(somebody):
    asked = somebody.get("/courses/c/hw")
    form = Page(asked.text).form("/login")

    response = somebody.client.post(
        "/login", data=form.filled({"login": "alice", "password": "alice's password"})
    )

    assert asked.status_code == 401
    assert response.location == "/courses/c/hw"


AWAY = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example", "evil",
    "/\t/evil.example", "javascript:alert(1)", "///evil.example", "/\n/evil.example", "",
]  # fmt: skip


@pytest.mark.parametrize("target", AWAY)
def test_nobody_is_sent_to_another_site(somebody, target):
    form = Page(somebody.get("/login", query_string={"next": target}).text).form("/login")
    values = {"login": "alice", "password": "alice's password", "next": target}

    response = somebody.client.post("/login", data=form.filled(values))

    assert response.location == "/"
    assert local_path(target, otherwise="/home") == "/home"


def test_a_login_page_of_an_older_session_asks_once_more(somebody):
    form = Page(somebody.get("/login").text).form("/login")
    somebody.client.delete_cookie("grader_session")

    response = somebody.client.post(
        "/login", data=form.filled({"login": "alice", "password": "alice's password"})
    )

    assert response.status_code == 400
    assert "grown too old to log in with" in response.text


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("x", "")])
def test_the_theme_is_remembered_without_scripts(alice, chosen, kept):
    sent = {"csrf_token": alice.token(), "theme": chosen, "next": "/help/typing"}

    response = alice.client.post("/theme", data=sent)

    assert response.location == "/help/typing"
    assert (f'data-theme="{kept}"' in alice.get("/").text) == bool(kept)


def test_an_account_that_is_gone_is_logged_out(somebody):
    with somebody.client.session_transaction() as cookie:
        cookie["user"] = 4711

    assert somebody.get("/").status_code == 401
