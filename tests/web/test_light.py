"""The portal stays light: it never runs the bank, whatever page is opened."""

import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import notebook_course
import pytest
from portal import receipt_in

from grader.commands.supervision import PORTAL_MEMORY
from grader.evidence import CellOutput

ROOT = Path(__file__).parents[2]
LARGEST_MB = 150
FORBIDDEN = (
    "torch", "sympy", "matplotlib", "altair", "vl_convert", "pandas", "scipy", "IPython",
    "problems", "workers", "grader.bank", "grader.services.judging", "grader.services.publishing",
)  # fmt: skip

WALK = """
import json, sys
from datetime import datetime
from grader.settings import Secrets, Settings
from web.app import create_app
from web.context import EXTENSION
sys.path.insert(0, "tests")
from portal import Browser

settings, users, receipt, now = Settings.from_env(), {users}, {receipt!r}, {now!r}
app = create_app(settings, Secrets.load(settings), clock=lambda: datetime.fromisoformat(now))
values = {{"course": "c", "slug": "hw", "number": "2", "receipt_number": receipt,
          "filename": "icon.svg", "sha256": {picture!r}, "part": "3a"}}
seen, every = set(), set()
for user_id in users:
    browser = Browser(app)
    browser.log_in("nobody", "no password")
    with browser.client.session_transaction() as cookie:
        cookie["user"] = user_id
    token = browser.token()
    page = browser.page("/courses/c/hw").form("/drafts")
    for rule in app.url_map.iter_rules():
        with app.test_request_context():
            given = values | ({{"number": "3"}} if "starter" in rule.rule else {{}})
            path = rule.build({{k: given[k] for k in rule.arguments}})[1]
        for method in rule.methods - {{"HEAD", "OPTIONS"}}:
            every.add((method, rule.rule))
            data = dict(page.filled({{"answer:2:": str(user_id)}})) if method == "POST" else None
            if data:
                data |= {{"part": "3a", "points": "1"}}
            if path == "/api/v1/preview":
                fields = dict(page.fields)
                given = {{"token": fields["token.1"], "part": "1a", "field": "", "text": "1/2"}}
                answer = browser.client.post(path, json=given, headers={{"X-CSRFToken": token}})
            elif path in ("/logout", "/login"):
                continue
            else:
                answer = browser.client.open(path, method=method, data=data)
            answer.close()
            assert answer.status_code < 500, (path, answer.status_code)
            if answer.status_code < 400:
                seen.add((method, rule.rule))
status = open("/proc/self/status").read()
rss = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
unseen = sorted(every - seen)
print(json.dumps({{"modules": sorted(sys.modules), "rss_mb": rss / 1024, "unseen": unseen}}))
"""


@pytest.fixture
def walked(alice, world, settings, secrets, clock):
    """What a fresh portal process has loaded after every route was visited."""
    notebook_course.publish(world)
    form = alice.page("/courses/c/hw").form("/drafts").filled({})
    chosen = {"notebook.3": (io.BytesIO(notebook_course.notebook()), "work.ipynb")}
    receipt = receipt_in(
        alice.client.post("/courses/c/hw/problems/3/submissions", data=form | chosen)
    )
    drawn = notebook_course.png()
    left = notebook_course.evidence(CellOutput("image/png", data=drawn))
    notebook_course.grade(world, left)
    keys = {
        f"GRADER_{name.upper()}": getattr(secrets, name).hex()
        for name in ("session_key", "course_key", "signing_key")
    }
    # 1 is Alice, a student, 3 is Bob, who grades, and 5 is Iris, who may publish.
    script = WALK.format(
        users=[1, 3, 5], receipt=receipt, now=clock.now.isoformat(),
        picture=hashlib.sha256(drawn).hexdigest(),
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=os.environ | settings.to_env() | keys | PORTAL_MEMORY,
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc of Linux")
def test_no_page_loads_the_bank_torch_or_a_chart_renderer(walked):
    loaded = {
        name for name in walked["modules"]
        for forbidden in FORBIDDEN if name == forbidden or name.startswith(f"{forbidden}.")
    }  # fmt: skip
    print(f"portal after every route: {walked['rss_mb']:.0f} MB")

    assert loaded == set()
    assert walked["rss_mb"] < LARGEST_MB
    assert walked["unseen"] == [["GET", "/login"], ["POST", "/login"], ["POST", "/logout"]]
