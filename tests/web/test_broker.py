"""The receipt never waits for the broker."""

import json
import signal
import time
from base64 import b64decode
from dataclasses import replace

import pytest
import redis
from portal import Browser, receipt_in
from stack import eventually, redis_of_its_own

from grader.queue import PUBLISH_TIMEOUT_SECONDS, Queue, create_celery, waiting
from web.app import create_app

HW = "/courses/c/hw"
PATIENCE_SECONDS = 2.0


@pytest.mark.processes
def test_the_receipt_is_there_while_redis_is_frozen(settings, secrets, world, clock, server_folder):
    with redis_of_its_own(server_folder) as (url, server):
        own = replace(settings, redis_url=url)
        browser = Browser(create_app(own, secrets, world.engine, clock=clock))
        with browser.client.session_transaction() as cookie:
            cookie["user"] = 1
        browser.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": "1"})
        server.send_signal(signal.SIGSTOP)
        try:
            began = time.monotonic()
            number = receipt_in(
                browser.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": "2"})
            )
            shown = number in browser.page(f"/submissions/{number}").text
            took = time.monotonic() - began
        finally:
            server.send_signal(signal.SIGCONT)

    assert shown
    assert took < PATIENCE_SECONDS


@pytest.mark.processes
def test_a_broker_that_came_back_is_told_of_what_comes_in(
    settings, secrets, world, clock, server_folder
):
    with redis_of_its_own(server_folder) as (url, server):
        own = replace(settings, redis_url=url)
        browser = Browser(create_app(own, secrets, world.engine, clock=clock))
        with browser.client.session_transaction() as cookie:
            cookie["user"] = 1
        server.send_signal(signal.SIGSTOP)
        browser.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": "1"})
        time.sleep(3 * PUBLISH_TIMEOUT_SECONDS)
        server.send_signal(signal.SIGCONT)
        for guess in ("2", "3"):
            browser.type_and_press(HW, "/problems/1/submissions", {"answer:1a:": guess})

        # The first message may have stayed in the socket and have arrived late; these two must.
        broker = create_celery(own, publishes_only=True)
        eventually(lambda: waiting(broker)[Queue.ANSWERS] >= 2, seconds=20)
        sent = redis.Redis(unix_socket_path=url.removeprefix("redis+socket://"))
        with sent:
            jobs = {json.loads(b64decode(json.loads(one)["body"]))[0][0]
                    for one in sent.lrange(Queue.ANSWERS, 0, -1)}  # fmt: skip
    assert jobs >= {2, 3}
