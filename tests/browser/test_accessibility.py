"""Every page, in both themes and on a phone: nothing that axe finds, nothing too wide."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
HW = "/courses/c/hw"
STAFF = "/staff/courses/c/hw"


@pytest.fixture
def receipt(portal, open_as) -> str:
    """Alice has handed in both problems; one is graded in part, one waits for a grader."""
    first = portal.world.submit(
        {"1a": {"": "5"}, "1b": {"twice": "2(", "square": "[[1, 2], [3, 5]]"}},
        now=portal.world.due_at,
    )
    portal.world.submit({"2": {"": "Shared weights."}}, problem="2", now=portal.world.due_at)
    portal.grade_all()
    return first.submission.receipt_number


PAGES = [
    ("alice", "/"), ("alice", HW), ("alice", "/submissions/{}"), ("alice", "/help/typing"),
    ("alice", HW + "/receipts?receipt={}"), ("bob", STAFF), ("bob", STAFF + "/submissions"),
    ("bob", "/staff/submissions/{}"), ("bob", STAFF + "/next"),
]  # fmt: skip


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_fault_that_axe_finds_or_is_too_wide(open_as, receipt, theme, screen):
    faults = {}
    for login in ("alice", "bob"):
        page = open_as(login, "/", color_scheme=theme, viewport=screen)
        for path in [path for who, path in PAGES if who == login]:
            page.goto(path.format(receipt))
            found = Axe().run(page).response["violations"]
            said = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > screen["width"]:
                said.append(f"{width} pixels wide")
            if said:
                faults[path] = said

    assert faults == {}
