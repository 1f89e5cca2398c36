"""A student's notebook through the real portal, the real queue and a real sandbox."""

import json
import os
import re
import secrets
import signal
from pathlib import Path

import notebook_course
import pytest
from stack import eventually

pytestmark = [pytest.mark.processes, pytest.mark.sandbox]

FINISHED = (
    "import matplotlib.pyplot as plt\ncount = 4",
    "def double(x):\n    return 2 * x",
    "print(double(21))",
    ("markdown", "Why double? Because two."),
    "plt.plot([double(n) for n in range(5)]);",
    "1 / 0",
)


def multipart(form, name, data):
    """A body as browsers send forms with a file, and its type."""
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in form.items() if key != name
    ]  # fmt: skip
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="work.ipynb"'
    parts.append(f"{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode() + data)
    return b"".join(parts) + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def walls_of(worker):
    """The processes of a worker that are the outermost wall of its sandbox."""
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
    words = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in map(int, children)}
    return [pid for pid, line in words.items() if b"celery" not in line]


def test_a_notebook_is_run_judged_and_shown_with_its_picture(alice, stack, world):
    notebook_course.publish(world, attempts_allowed=None)
    stack.worker("notebooks", processes=1)
    form = alice.get("/courses/c/hw").form
    body, kind = multipart(form, "notebook.3", notebook_course.notebook(*FINISHED))

    reply = alice.post_body("/courses/c/hw/problems/3/submissions", body, kind)

    assert reply.status == 200, reply.body
    number = reply.url.rpartition("/")[2]

    def graded():
        answer = alice.get(f"/api/v1/submissions/{number}").json
        return answer if answer["state"] in ("graded", "held") else None

    report = eventually(graded)["report"]
    verdicts = {f"{row['part']} {row['field']}": row["verdict"] for row in report["parts"]}
    assert verdicts == {
        "3a ": "correct", "3b count": "correct", "3b why": "waiting", "3b plot": "waiting",
    }  # fmt: skip
    page = alice.get(f"/submissions/{number}").body
    assert "Because two." in page
    assert re.search(rf'src="/submissions/{number}/pictures/[0-9a-f]{{64}}"', page)
    ran = alice.get(f"/submissions/{number}/notebook").body
    assert "ZeroDivisionError: division by zero" in ran
    downloaded = alice.get(f"/submissions/{number}/notebook.ipynb").json
    assert len(json.dumps(downloaded)) > 5_000, "the picture is in it"


def test_a_worker_that_lost_its_sandbox_ends_and_its_notebook_waits_for_the_next(
    alice, stack, world
):
    notebook_course.publish(world, attempts_allowed=None)
    worker = stack.worker("notebooks", processes=1)
    for pid in walls_of(worker):
        os.kill(pid, signal.SIGKILL)
    form = alice.get("/courses/c/hw").form
    body, kind = multipart(form, "notebook.3", notebook_course.notebook(*FINISHED))

    number = alice.post_body("/courses/c/hw/problems/3/submissions", body, kind).url.split("/")[-1]
    worker.wait(timeout=60)
    stack.worker("notebooks", processes=1)
    stack.sweep()

    def graded():
        answer = alice.get(f"/api/v1/submissions/{number}").json
        return answer if answer["state"] in ("graded", "held") else None

    assert eventually(graded)["state"] == "graded"
