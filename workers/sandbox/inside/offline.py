"""There is no network: addresses that the author declares are served from files.

To urllib, and to requests where it is installed; our stand-in for requests uses urllib.
"""

import email.message
import io
import os
import urllib.error
import urllib.request
import urllib.response
from collections.abc import Callable, Mapping
from typing import Any

_served: dict[str, str] = {}
_tell: list[Callable[[str], None]] = []
_NO_NETWORK = "there is no network while a notebook is graded"


def install() -> None:
    """Take the place of the network, for urllib and for requests; done once, in the zygote."""
    urllib.request.install_opener(urllib.request.build_opener(_Files))
    _teach_requests()


def serve(urls: Mapping[str, str], tell: Callable[[str], None]) -> None:
    """Answer for `urls` (address to file in the work folder) and for nothing else.

    Args:
        tell: takes a note for the cell that asked for another address.
    """
    _served.clear()
    _served.update({url: os.path.abspath(name) for url, name in urls.items()})  # noqa: PTH100
    _tell[:] = [tell]


def fetch(url: str) -> bytes:
    """Return what a declared address holds.

    Raises:
        URLError: the author declared no such address.
    """
    name = _served.get(url) or _served.get(url.partition("?")[0])
    if name is None:
        for tell in _tell:
            tell(f"{url[:120]} was not fetched: {_NO_NETWORK}.")
        raise urllib.error.URLError(_NO_NETWORK)
    with open(name, "rb") as file:  # noqa: PTH123
        return file.read()


class _Files(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Answers http and https from files."""

    def http_open(self, req: urllib.request.Request) -> Any:
        """Answer one request."""
        headers = email.message.Message()
        body = fetch(req.full_url)
        headers["Content-Length"] = str(len(body))
        answer = urllib.response.addinfourl(io.BytesIO(body), headers, req.full_url, 200)
        answer.msg = "OK"  # type: ignore[attr-defined]
        return answer

    https_open = http_open


def _teach_requests() -> None:
    """Where the real requests is installed, let its transport answer from the same files."""
    try:
        from requests import adapters, models  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return  # our stand-in, which has no adapters

    class Transport(adapters.HTTPAdapter):  # type: ignore[misc]
        def send(self, request: Any, **_: Any) -> Any:
            response = models.Response()
            response.status_code, response.url, response.request = 200, request.url, request
            response.raw = io.BytesIO(fetch(request.url))
            return response

    adapters.HTTPAdapter.send = Transport.send
