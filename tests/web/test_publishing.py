"""Publishing from the portal: who may ask, what the page shows, what goes to the workers."""

import pytest
from sqlalchemy import func, select
from stack import eventually
from world import NOW

from grader.db import reading, writing
from grader.models import PublishRequest, PublishState
from grader.queue import Queue, create_celery, waiting
from grader.services import publish_requests

STAFF = "/staff/courses/c/hw"


@pytest.fixture
def iris(browser):
    """An instructor of the course."""
    return browser("iris")


def press(browser):
    form = browser.page(STAFF).form("/publish")
    return browser.client.post(form.action, data=form.filled({}))


def end(world, state, message):
    """Do what a worker does with the open request."""
    with writing(world.engine) as session:
        row = session.scalars(select(PublishRequest.id).order_by(PublishRequest.id.desc())).first()
        lease = publish_requests.claim(session, row, now=NOW, seconds=60)
        publish_requests.finish(session, lease, state, message, now=NOW)


def requests(world):
    with reading(world.engine) as session:
        return session.scalar(select(func.count(PublishRequest.id)))


def test_an_instructor_asks_and_a_message_goes_to_the_workers(
    iris, world, settings, fresh_redis_url
):
    answer = press(iris)

    page = iris.page(STAFF)
    assert answer.status_code == 303
    assert answer.location == f"{STAFF}#publishing"
    assert "Asked : it waits for a worker." in page.text
    assert "asked by Iris" in page.text
    assert "Publish the newest source" not in page.text
    app = create_celery(settings, publishes_only=True)
    eventually(lambda: waiting(app)[Queue.ANSWERS] == 1, seconds=10)


def test_a_second_click_asks_no_second_time(iris, world):
    form = iris.page(STAFF).form("/publish")

    answers = [iris.client.post(form.action, data=form.filled({})) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert requests(world) == 1


@pytest.mark.parametrize("login", ["bob", "alice", "charlie"])
def test_nobody_else_may_ask(browser, world, login):
    someone = browser(login)

    answer = someone.client.post(f"{STAFF}/publish", data={"csrf_token": someone.token()})

    assert answer.status_code == 404
    assert requests(world) == 0


def test_a_grader_sees_how_it_stands_and_no_button(iris, bob, world):
    press(iris)
    end(world, PublishState.PUBLISHED, "1  Sums: version 2, published\n2  Essay: retired")

    page = bob.page(STAFF)

    assert "1 Sums: version 2, published 2 Essay: retired" in page.text
    assert "Publish the newest source" not in page.text
    assert "Publish the newest source" in iris.page(STAFF).text


def test_only_a_form_of_ours_asks(app, iris, world):
    answer = iris.client.post(f"{STAFF}/publish")

    assert answer.status_code == 400
    assert requests(world) == 0


def test_a_refusal_is_shown_as_text_whatever_it_holds(iris, world):
    press(iris)
    end(world, PublishState.REFUSED, "bank/sums.py:3: <script>x</script>\n  part a")

    page = iris.page(STAFF)

    assert "Refused" in page.text
    assert "bank/sums.py:3: &lt;script&gt;x&lt;/script&gt;\n  part a" in page.html


def test_the_page_that_waits_is_told_the_state(iris, alice, world):
    before = iris.get(f"{STAFF}/publishing").json
    press(iris)
    asked = iris.get(f"{STAFF}/publishing").json
    end(world, PublishState.PUBLISHED, "1  Sums: version 2, published")

    assert before == {"state": None, "message": ""}
    assert asked == {"state": "queued", "message": ""}
    assert iris.get(f"{STAFF}/publishing").json["state"] == "published"
    assert alice.get(f"{STAFF}/publishing").status_code == 404
    place = iris.page(STAFF).html
    assert f'data-poll="{STAFF}/publishing" data-state="published"' in place
