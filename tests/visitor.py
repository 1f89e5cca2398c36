"""Somebody at the portal over HTTP, as a browser without scripts sends what a page holds."""

import json
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar


class _Inputs(HTMLParser):
    """Collects what the forms of a page would send."""

    def __init__(self):
        super().__init__()
        self.values = {}
        self._area = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "input" and name and given.get("type") not in ("submit", "button", "radio"):
            self.values[name] = given.get("value") or ""
        elif tag == "textarea" and name:
            self._area = name
            self.values[name] = ""

    def handle_data(self, data):
        if self._area is not None:
            self.values[self._area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None


class Reply:
    def __init__(self, status, url, body):
        self.status, self.url, self.body = status, url, body

    @property
    def form(self):
        parser = _Inputs()
        parser.feed(self.body)
        return parser.values

    @property
    def json(self):
        return json.loads(self.body)


class Visitor:
    """Keeps cookies, follows redirects, and says who it is when the portal asks for a form."""

    def __init__(self, base):
        self.base = base
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
        )

    def get(self, path):
        return self._open(urllib.request.Request(self.base + path))

    def post(self, path, values):
        data = urllib.parse.urlencode(values, doseq=True).encode()
        return self._open(urllib.request.Request(self.base + path, data=data))

    def post_body(self, path, body, content_type, length=None):
        """Send bytes, or `length` bytes from an iterator, as they come."""
        request = urllib.request.Request(self.base + path, data=body)
        request.add_header("Content-Type", content_type)
        if length is not None:
            request.add_header("Content-Length", str(length))
        return self._open(request)

    def _open(self, request):
        request.add_header("Referer", self.base + "/")
        try:
            with self.opener.open(request, timeout=30) as reply:
                return Reply(reply.status, reply.url, reply.read().decode())
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.url, error.read().decode())

    def log_in(self, login, password):
        form = self.get("/login").form
        reply = self.post("/login", {**form, "login": login, "password": password})
        assert reply.status == 200, reply.body
        return self

    def hand_in(self, homework, number, answers, page=None):
        """Hand in one problem from its page, with answers by part and field.

        `homework` is the course's name and the assignment's, such as "c/hw".
        """
        form = (page or self.get(f"/courses/{homework}")).form
        typed = {
            f"answer:{part}:{name}": text
            for part, fields in answers.items()
            for name, text in fields.items()
        }
        return self.post(f"/courses/{homework}/problems/{number}/submissions", {**form, **typed})
