"""What protects the pages: headers, forms that only our pages send, addresses that stay here."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

csrf = CSRFProtect()
# Counted in this process: a broker that hangs must not keep anybody from logging in.
limiter = Limiter(key_func=get_remote_address, storage_uri="memory://")

WEEK_SECONDS = 7 * 86_400

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Put the protections in front of every route."""
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)  # a picture brings a narrower one
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        if request.path.startswith("/static/vendor/"):
            headers["Cache-Control"] = f"public, max-age={WEEK_SECONDS}"
    else:
        # Shared machines: a page of somebody who logged out does not come back from the cache.
        headers.setdefault("Cache-Control", "no-store")
    return response


def local_path(target: str | None, otherwise: str = "/") -> str:
    r"""Return `target` where it is a path of this site, else `otherwise`.

    >>> local_path("/courses/c/hw"), local_path("//evil.example"), local_path("/\\evil.example")
    ('/courses/c/hw', '/', '/')
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    # Browsers read a backslash as a slash and drop control characters before they look.
    if "\\" in target or any(ord(character) < ord(" ") for character in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target
