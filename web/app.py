"""The portal: a Flask application that reads and writes rows, and leaves all grading to workers."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from grader.db import connect
from grader.queue import Outbox, create_celery
from grader.settings import Secrets, Settings
from web import (
    api,
    auth,
    errors,
    guide,
    health,
    notebooks,
    publishing,
    rendering,
    security,
    solutions,
    sound,
    staff,
    student,
)
from web.context import EXTENSION, RECEIVED_AT, Clock, Service

SESSION_LASTS = timedelta(days=7)
"""Since the last request; long, since logging in again in mid-homework helps nobody."""

LARGEST_FORM_BYTES = 4_000_000
"""Typed answers of one request; files may be larger."""


def create_app(
    settings: Settings,
    secrets: Secrets,
    engine: Engine | None = None,
    *,
    clock: Clock = lambda: datetime.now(UTC),
) -> Flask:
    """Return the portal.

    Args:
        settings: of this process.
        secrets: the keys behind sessions, variants and receipts.
        engine: the database, where the caller has connected already; migrated.
        clock: tells the moment at which a request begins.
    """
    app = Flask("web", template_folder="templates", static_folder="static")
    _configure(app, settings, secrets)
    app.extensions[EXTENSION] = Service(
        settings=settings,
        secrets=secrets,
        engine=engine or connect(settings.database_url, pool_size=settings.portal_threads + 2),
        outbox=Outbox(create_celery(settings, publishes_only=True)),
    )
    # Who asks is known before a form is checked, so that an ended login reads as one.
    for part in (sound, auth, security, errors, rendering):
        part.install(app)
    for module in (health, guide, auth, student, notebooks, solutions, staff, publishing, api):
        app.register_blueprint(module.bp)
    _wrap(app, settings, clock)
    return app


def _configure(app: Flask, settings: Settings, secrets: Secrets) -> None:
    app.config.update(
        SECRET_KEY=secrets.session_key,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=min(settings.max_body_bytes, LARGEST_FORM_BYTES),
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        SESSION_COOKIE_NAME="grader_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # a page lasts as long as its session
        PROPAGATE_EXCEPTIONS=False,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider


def _wrap(app: Flask, settings: Settings, clock: Clock) -> None:
    hops = settings.trusted_proxies
    inner: Any = app.wsgi_app
    if hops:
        inner = ProxyFix(inner, x_for=hops, x_proto=hops, x_host=hops)
    app.wsgi_app = StampArrival(inner, clock)  # type: ignore[method-assign]  # Flask's own way


class StampArrival:
    """Writes down when a request began, before its body is read: a slow upload is not late."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], clock: Clock) -> None:
        self.inner = inner
        self.clock = clock

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Serve one request."""
        environ[RECEIVED_AT] = self.clock()
        return self.inner(environ, start_response)
