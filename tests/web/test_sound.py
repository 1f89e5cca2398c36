"""Text that no database stores is refused with a clear page, on every route and by everybody."""

import io

import pytest
from portal import Browser, Page, receipt_in

HW = "/courses/c/hw"
SAYS = "holds a character that is no text"


def routes(app):
    """Every address of the portal, NUL in each of its places, with the methods that it takes."""
    for rule in app.url_map.iter_rules():
        values = dict.fromkeys(rule.arguments, "x%00y")
        with app.test_request_context():
            path = rule.build(values)[1].replace("%2500", "%00")
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield method, path


def test_a_nul_in_an_address_is_refused_on_every_route(alice, app):
    answers = {
        (method, path): alice.client.open(path + "?q=%00", method=method)
        for method, path in routes(app)
    }

    assert len(answers) > 20
    assert {response.status_code for response in answers.values()} == {400}
    assert all(SAYS in response.text for response in answers.values())


def test_a_nul_in_a_form_is_refused_on_every_route_and_for_strangers_too(alice, app):
    posts = [path.replace("x%00y", "x") for method, path in routes(app) if method == "POST"]

    answers = [
        who.client.post(path, data={"login": "a\0", "csrf_token": "x"})
        for who in (alice, Browser(app))
        for path in posts
    ]

    assert {response.status_code for response in answers} == {400}
    assert all(SAYS in response.text for response in answers)


@pytest.mark.parametrize(
    "path",
    [
        "/x%00y", f"{HW}%00", "/submissions/AAAA%00", f"{HW}/receipts?receipt=%00",
        "/staff/courses/c/hw/submissions?student=%00", "/login?next=/%00", "/?%00=1",
        "/static/%00.css", "/healthz?%00",
    ],
)  # fmt: skip
def test_a_nul_anywhere_in_an_address(bob, path):
    response = bob.get(path)

    assert response.status_code == 400
    assert SAYS in Page(response.text).text


@pytest.mark.parametrize(
    ("name", "value"),
    [("answer:2:", "a\0b"), ("answer:2:\0", "x"), ("token.1", "\0"), ("key.1", "\0"),
     ("edited", "\0")],
)  # fmt: skip
def test_a_nul_in_the_homeworks_form_hands_in_and_saves_nothing(alice, name, value):
    form = alice.page(HW).form("/drafts").filled({}) | {name: value, "answer:1a:": "5"}

    for path in (f"{HW}/drafts", f"{HW}/submissions", f"{HW}/problems/1/submissions"):
        response = alice.client.post(path, data=form)

        assert response.status_code == 400
        assert SAYS in Page(response.text).text
    assert ("answer:1a:", "") in alice.page(HW).form("/drafts").fields


def test_the_message_names_the_field(alice):
    form = alice.page(HW).form("/drafts").filled({"answer:1b:row": "1\0"})

    assert "The field answer:1b:row holds" in alice.client.post(f"{HW}/drafts", data=form).text


@pytest.mark.parametrize("filename", ["a\0.ipynb", "\0"])
def test_a_nul_in_the_name_of_a_file(alice, filename):
    sent = alice.page(HW).form("/drafts").filled({"answer:1a:": "5"})
    body = {**sent, "notebook.1": (io.BytesIO(b"{}"), filename)}

    response = alice.client.post(f"{HW}/problems/1/submissions", data=body)

    assert response.status_code == 400
    assert "The name of a file" in response.text


@pytest.mark.parametrize(
    "body",
    ['{"text": "a\\u0000"}', '{"text": "\\ud800"}', '{"\\udfff": 1}', '["\\ude00\\ud83d"]',
     '{"a": [[{"b": "\\u0000"}]]}'],
)  # fmt: skip
def test_a_nul_or_half_a_character_in_json(alice, body):
    headers = {"X-CSRFToken": alice.token(), "Content-Type": "application/json"}

    response = alice.client.post("/api/v1/preview", data=body, headers=headers)

    assert response.status_code == 400
    assert SAYS in response.json["error"]


def test_json_nested_beyond_reason_is_refused(alice):
    headers = {"X-CSRFToken": alice.token(), "Content-Type": "application/json"}

    response = alice.client.post("/api/v1/preview", data="[" * 100_000, headers=headers)

    assert response.status_code == 400


def test_what_is_no_utf_8_is_read_as_browsers_read_it(alice):
    body = (
        b"%s&answer:2:=%%ED%%A0%%80%%FF"
        % "&".join(
            f"{name}={value[0]}"
            for name, value in alice.page(HW).form("/drafts").filled({}).items()
            if name != "answer:2:"
        ).encode()
    )
    kind = "application/x-www-form-urlencoded"

    response = alice.client.post(f"{HW}/problems/2/submissions", data=body, content_type=kind)

    assert receipt_in(response)


def test_whole_characters_of_every_plane_pass(alice):
    typed = {"answer:2:": "∑ 𝔼 \U0001f600 é"}

    assert receipt_in(alice.type_and_press(HW, "/problems/2/submissions", typed))
