"""Stand-in for requests: `get` of an address that the author declared; there is no network."""

import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any


class RequestException(OSError):
    """Something went wrong with a request."""


class ConnectionError(RequestException):  # noqa: A001  # its name in the library
    """The address cannot be reached from here."""


class HTTPError(RequestException):
    """The answer has an error status."""


class Response:
    """What an address holds."""

    def __init__(self, url: str, content: bytes) -> None:
        self.url = url
        self.content = content
        self.status_code = 200
        self.ok = True
        self.encoding = "utf-8"
        self.headers = {"Content-Length": str(len(content))}
        self.raw = io.BytesIO(content)

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode(self.encoding, "replace")

    def json(self) -> Any:
        """The content read as JSON."""
        return json.loads(self.content)

    def raise_for_status(self) -> None:
        """Do nothing: the status is 200."""

    def iter_content(self, chunk_size: int = 1024) -> Iterator[bytes]:
        """Yield the content in pieces."""
        for start in range(0, len(self.content), chunk_size):
            yield self.content[start : start + chunk_size]

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def __enter__(self) -> "Response":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def get(url: str, **_: Any) -> Response:
    """Return what a declared address holds.

    Raises:
        ConnectionError: the author declared no such address.
    """
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310  # answered from files
            return Response(url, answer.read())
    except urllib.error.URLError as error:
        raise ConnectionError(str(error.reason)) from error


class Session:
    """A session, which here is nothing but `get`."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def get(self, url: str, **options: Any) -> Response:
        """Return what a declared address holds."""
        return get(url, **options)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: nothing is open."""
