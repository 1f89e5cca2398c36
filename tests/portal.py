"""A browser without a screen: logs in, fills in forms as they stand on a page, presses buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.test import TestResponse

VOID = {"input", "br", "meta", "link", "img", "hr", "rect", "line", "path"}


class CompiledTemplates(BytecodeCache):
    """Templates as one portal compiled them, for the next: half the time of a page's first visit.

    Jinja finds them by the whole text of a template, so that a changed one is compiled anew.
    """

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


@dataclass
class Form:
    """A form of a page: where it goes, and its fields with their values."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)  # words, address

    def filled(self, values: Mapping[str, str]) -> dict[str, list[str]]:
        """The fields as a browser sends them, with `values` typed over them."""
        unknown = set(values) - {name for name, _ in self.fields}
        assert not unknown, f"the form has no fields {sorted(unknown)}"
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            if name not in values:
                sent.setdefault(name, []).append(value)
        return sent | {name: [value] for name, value in values.items()}


class Page(HTMLParser):
    """The forms and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._area: str | None = None
        self._typed = ""
        self._button: str | None = None
        self.feed(html)

    @property
    def text(self) -> str:
        """All words of the page, with single blanks."""
        return " ".join(" ".join(self.words).split()).replace(" ,", ",")

    def form(self, ending: str) -> Form:
        """The form whose address ends so."""
        return next(form for form in self.forms if form.action.endswith(ending))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and "name" in given:
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if chosen:
                self.forms[-1].fields.append((given["name"], given.get("value", "")))
        elif tag == "textarea":
            self._area, self._typed = given["name"], ""
        elif tag == "button":
            self._button = given.get("formaction", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # Browsers leave out the first line break of a text area, and so must whoever reads it.
            self.forms[-1].fields.append((self._area, self._typed.removeprefix("\n")))
            self._area = None
        elif tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._typed += data
        elif self._button is not None and data.strip():
            self.forms[-1].buttons.append((data.strip(), self._button))
        self.words.append(data)


class Parts(HTMLParser):
    """The tags and attributes that a browser would see in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


class Browser:
    """One person's browser at a portal."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, **more)  # type: ignore[arg-type]

    def page(self, path: str) -> Page:
        """The page at `path`, which must be there."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return Page(response.text)

    def log_in(self, login: str, password: str) -> TestResponse:
        """Log in by the form, as everybody must."""
        form = Page(self.get("/login").text).form("/login")
        return self.client.post("/login", data=form.filled({"login": login, "password": password}))

    def type_and_press(
        self, path: str, ending: str, values: Mapping[str, str] | None = None
    ) -> TestResponse:
        """Open a page, type `values` into its homework form, press the button that leads there."""
        form = self.page(path).form("/drafts")
        return self.client.post(self.button(form, ending), data=form.filled(values or {}))

    @staticmethod
    def button(form: Form, ending: str) -> str:
        """The address of the button whose address ends so."""
        addresses = [address or form.action for _, address in form.buttons]
        return next(address for address in addresses if address.endswith(ending))

    def token(self, path: str = "/") -> str:
        """A CSRF token of this browser's session."""
        return next(value for name, value in Page(self.get(path).text).forms[0].fields
                    if name == "csrf_token")  # fmt: skip


def receipt_in(response: TestResponse) -> str:
    """The receipt number of the page that a hand-in leads to."""
    assert response.status_code == 303, response.text
    return urlsplit(response.location).path.rsplit("/", 1)[1]
