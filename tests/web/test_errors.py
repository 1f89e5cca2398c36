"""Every bad request has its own clear page and status, and no page ever shows a traceback."""

import pytest
from portal import Browser, Page, receipt_in
from sqlalchemy.exc import OperationalError

from grader.errors import SpecError, TransientError
from grader.services import home
from web.app import create_app

HW = "/courses/c/hw"
TYPED = {"answer:1a:": "5"}


def sent(browser, **changed):
    """What the homework's form sends, with names of it changed; None leaves one out."""
    fields = browser.page(HW).form("/drafts").filled(TYPED)
    for name, value in changed.items():
        fields.pop(name.replace("_1", ".1"), None)
        if value is not None:
            fields[name.replace("_1", ".1")] = [value]
    return fields


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/courses/c/none", "/submissions/AAAA-BBBB-CCCC", "/staff/courses/c/hw",
     "/staff/courses/c/hw/scores.csv", "/staff/courses/c/hw/submissions",
     "/staff/submissions/AAAA-BBBB-CCCC", "/courses/c/hw/receipts?receipt=AAAA-BBBB-CCCC"],
)  # fmt: skip
def test_what_is_not_there_or_not_theirs_is_one_404(alice, path):
    response = alice.get(path)

    assert response.status_code == 404
    assert "There is no such page, or it is not yours to see." in Page(response.text).text


def test_a_problem_that_the_assignment_lacks_is_404(alice):
    assert alice.client.post(f"{HW}/problems/9/submissions", data=sent(alice)).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [{"token_1": None}, {"token_1": ""}, {"token_1": "forged"}, {"token_1": "W10.x.y"}],
    ids=["missing", "empty", "forged", "odd"],
)
def test_a_broken_form_hands_in_nothing(alice, changed):
    response = alice.client.post(f"{HW}/problems/1/submissions", data=sent(alice, **changed))

    assert response.status_code == 400
    assert "This form did not arrive whole" in Page(response.text).text


def test_a_token_of_another_problem_is_refused(alice):
    fields = sent(alice)
    fields["token.1"] = fields["token.2"]

    response = alice.client.post(f"{HW}/problems/1/submissions", data=fields)

    assert response.status_code == 400


def test_a_form_without_its_csrf_token_is_refused(alice):
    response = alice.client.post(f"{HW}/problems/1/submissions", data=sent(alice, csrf_token=None))

    assert response.status_code == 400
    assert "This page is out of date" in Page(response.text).text


def test_a_page_of_somebody_else_hands_in_nothing(alice, dora):
    fields = sent(alice) | {"csrf_token": [dora.token(HW)]}

    response = dora.client.post(f"{HW}/problems/1/submissions", data=fields)

    assert response.status_code == 403
    assert "This page belongs to another login" in Page(response.text).text
    assert "Handed in 0 of 2" in dora.page(HW).text


def test_a_body_that_is_too_large_is_refused_before_it_is_read(settings, secrets, world):
    import dataclasses

    small = dataclasses.replace(settings, max_body_bytes=2000)
    browser = Browser(create_app(small, secrets, world.engine))
    with browser.client.session_transaction() as cookie:
        cookie["user"] = 1

    response = browser.client.post(f"{HW}/drafts", data={"answer:2:": "x" * 3000})

    assert response.status_code == 413
    assert "That is too large" in Page(response.text).text


def test_a_body_of_another_form_is_refused(alice):
    response = alice.client.post(
        f"{HW}/problems/1/submissions",
        data=b"--x\r\nbroken",
        headers={"X-CSRFToken": alice.token()},
        content_type="multipart/form-data; boundary=y",
    )

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/"), ("get", f"{HW}/drafts"), ("put", HW), ("delete", HW)]
)
def test_a_method_that_an_address_does_not_take_is_405(alice, method, path):
    response = getattr(alice.client, method)(path, headers={"X-CSRFToken": alice.token()})

    assert response.status_code == 405
    assert "cannot be used that way" in Page(response.text).text


@pytest.mark.parametrize("error", [ZeroDivisionError("secret detail"), SpecError("secret detail")])
def test_what_breaks_here_is_our_fault_and_shows_nothing_of_it(alice, monkeypatch, error, caplog):
    def crash(*_arguments, **_names):
        raise error

    monkeypatch.setattr(home, "home", crash)

    response = alice.get("/")

    assert response.status_code == 500
    assert "Something broke on our side" in Page(response.text).text
    assert "secret detail" not in response.text
    assert "Traceback" not in response.text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    "error", [OperationalError("SELECT secret", {}, OSError("locked")), TransientError("busy")]
)
def test_a_database_that_does_not_answer_is_try_again(alice, monkeypatch, error):
    def crash(*_arguments, **_names):
        raise error

    monkeypatch.setattr(home, "home", crash)

    response = alice.get("/")

    assert response.status_code == 503
    assert "secret" not in response.text


def test_the_api_answers_in_json_whatever_happens(alice, app):
    stranger = Browser(app)

    answers = [
        alice.get("/api/v1/submissions/AAAA-BBBB-CCCC"),
        alice.get("/api/v1/nothing"),
        stranger.get("/api/v1/submissions/AAAA-BBBB-CCCC"),
        alice.client.post("/api/v1/preview", json={}),
        alice.client.post("/api/v1/preview", json={}, headers={"X-CSRFToken": alice.token()}),
        alice.client.post("/api/v1/preview", data="[", headers={"X-CSRFToken": alice.token()}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 401, 400, 400, 415]
    assert all(answer.json["error"] for answer in answers)


def test_healthz_tells_whether_the_database_answers(app, settings, secrets, tmp_path):
    from sqlalchemy import create_engine

    gone = create_engine(f"sqlite:///{tmp_path}/no/such/folder/grader.db")
    broken = create_app(settings, secrets, gone)

    assert app.test_client().get("/healthz").status_code == 200
    assert broken.test_client().get("/healthz").status_code == 503


@pytest.mark.parametrize("path", ["/", "/login", "/healthz", "/nowhere", "/static/css/portal.css"])
def test_every_answer_carries_the_protecting_headers(alice, path):
    response = alice.get(path)
    response.close()
    headers = response.headers

    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_by_caches(alice):
    number = receipt_in(alice.type_and_press(HW, "/problems/1/submissions", TYPED))

    assert alice.get(f"/submissions/{number}").headers["Cache-Control"] == "no-store"
