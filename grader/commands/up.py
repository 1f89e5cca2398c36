"""`grader up`: the whole service on one machine, from one command, and nothing left behind."""

import dataclasses
import http.client
import json
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import click

from grader.commands import preflight, supervision
from grader.commands.servers import find_redis_server
from grader.db import connect, migrate
from grader.errors import SetupError
from grader.leash import HOLDER, leashed
from grader.settings import Settings

START_SECONDS = 60
STOP_SECONDS = 45
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  looked up, not bound
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
@click.option("--demo", is_flag=True, help="With a demo course: staff, students, submissions.")
@click.option("--host", help="Address to listen on; GRADER_HOST, else this machine alone.")
@click.option("--port", type=click.IntRange(1, 65535), help="GRADER_PORT, else 8000.")
@click.option("--prepare", is_flag=True, help="Make keys, database and demo course, then end.")
def up(*, demo: bool, host: str | None, port: int | None, prepare: bool) -> None:
    """Serve the portal and grade, on this machine. Ctrl-C stops everything."""
    options = {"GRADER_HOST": host or "", "GRADER_PORT": str(port or "")}
    given = {variable: value for variable, value in options.items() if value}
    settings = Settings.from_env(os.environ | given)
    if prepare:
        _prepare(settings, demo=demo)
        return
    lock = preflight.take_folder(settings)
    try:
        _make_ready(settings)
        _serve(settings, demo=demo)
    finally:
        os.close(lock)


def _prepare(settings: Settings, *, demo: bool) -> None:
    """Make what several machines share, once, before their processes start."""
    settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = connect(settings.database_url)
    migrate(engine)
    secrets = preflight.keys(engine, settings)
    if demo:
        from grader.commands import demo as demo_course

        logins = demo_course.set_up(engine, settings, secrets)
        click.echo(json.dumps([dataclasses.asdict(login) for login in logins]))


def _make_ready(settings: Settings) -> None:
    preflight.check_port(settings)
    preflight.check_broker_folder(settings)
    if settings.has_private_redis:
        find_redis_server()
    engine = connect(settings.database_url)
    try:
        migrate(engine)
        preflight.keys(engine, settings)
    finally:
        engine.dispose()
    click.echo(f"database  {engine.url.render_as_string()}, up to date")


def _serve(settings: Settings, *, demo: bool) -> None:
    """Run everything until a signal, or until supervisord ends by itself.

    Raises:
        SetupError: the portal did not come up, or supervisord died.
    """
    stopping = threading.Event()
    second = _on_signals(stopping)
    supervisor = supervision.start(settings)
    children = [supervisor]
    try:
        if demo:
            children.append(_start_demo(settings))
        _wait_for_portal(settings, supervisor, stopping)
        if not stopping.is_set():
            _announce(settings, _logins(children[1], stopping) if demo else [])
        while supervisor.poll() is None and not stopping.wait(0.2):
            pass
        if not stopping.is_set():
            raise SetupError(f"supervisord ended by itself; see {_log(settings)}")
    finally:
        _stop(children, second)


def _on_signals(stopping: threading.Event) -> threading.Event:
    """Set `stopping` at the first signal to stop, and the event returned at the second."""
    second = threading.Event()

    def note(number: int, frame: object) -> None:  # noqa: ARG001  the library's signature
        (second if stopping.is_set() else stopping).set()

    for number in STOP_SIGNALS:
        signal.signal(number, note)
    return second


def _start_demo(settings: Settings) -> "subprocess.Popen[bytes]":
    """Publish the demo in a process of its own: a broken problem cannot take the service down."""
    click.echo("demo      verifying and publishing its problems")
    return subprocess.Popen(  # noqa: S603  our own command line
        leashed([*supervision.MODULE, "grader", "up", "--demo", "--prepare"]),
        env=os.environ | settings.to_env() | {HOLDER: str(os.getpid())},
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _logins(demo: "subprocess.Popen[bytes]", stopping: threading.Event) -> list[dict[str, str]]:
    output: list[bytes] = []
    reader = threading.Thread(target=lambda: output.append(demo.communicate()[0]), daemon=True)
    reader.start()
    while reader.is_alive() and not stopping.is_set():
        reader.join(0.1)
    if demo.poll() != 0 or not output:
        if not stopping.is_set():
            click.echo("grader: the demo was not published; the portal runs without it", err=True)
        return []
    logins: list[dict[str, str]] = json.loads(output[0])
    return logins


def _wait_for_portal(
    settings: Settings, supervisor: "subprocess.Popen[bytes]", stopping: threading.Event
) -> None:
    click.echo("portal    starting")
    end = time.monotonic() + START_SECONDS
    while not stopping.wait(0.05) and not _answers(settings):
        if supervisor.poll() is not None:
            _poll(lambda: not supervisor.stdout or supervisor.stdout.closed, time.monotonic() + 5)
            raise SetupError(f"supervisord did not start: {_last_line(settings, 'supervisord')}")
        if time.monotonic() > end:
            raise SetupError(
                f"the portal does not answer after {START_SECONDS} s: "
                f"{_last_line(settings, 'portal')} (all of it: {_log(settings, 'portal')})"
            )


def _answers(settings: Settings) -> bool:
    host = WILDCARDS.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(settings: Settings, logins: list[dict[str, str]]) -> None:
    host = "localhost" if settings.host in WILDCARDS else settings.host
    host = f"[{host}]" if ":" in host else host
    click.echo(f"\n  http://{host}:{settings.port}/\n")
    for login in logins:
        click.echo(f"  {login['role']:<12}{login['login']:<10}{login['password']}")
    click.echo("\nCtrl-C stops it." if logins else "Ctrl-C stops it.")


def _stop(children: "list[subprocess.Popen[bytes]]", second: threading.Event) -> None:
    """Stop in order and wait; a second signal, or a long wait, kills: the leashes do the rest."""
    click.echo("stopping  (once more: at once)")
    for child in children:
        child.terminate()
    end = time.monotonic() + STOP_SECONDS
    _poll(lambda: all(child.poll() is not None for child in children) or second.is_set(), end)
    for child in children:
        child.kill()
        child.wait()


def _poll(condition: Callable[[], bool], end: float) -> None:
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)


def _log(settings: Settings, name: str = "supervisord") -> Path:
    return supervision.Files.of(settings).logs / f"{name}.log"


def _last_line(settings: Settings, name: str) -> str:
    try:
        with _log(settings, name).open(encoding="utf-8", errors="replace") as log:
            last = deque((line.strip() for line in log if line.strip()), maxlen=1)
    except OSError as error:
        raise SetupError(f"{name} wrote no log: {error}") from error
    return last[0] if last else "it logged nothing"
