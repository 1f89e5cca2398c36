"""`grader problems preview`: a real process serves a problem while its files change."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from html import unescape
from pathlib import Path

import pytest
from world import SUMS, write_bank

from grader.bank.author_view import Wanted, author_view
from grader.commands.preview import in_time
from grader.settings import Settings

ROOT = Path(__file__).parent.parent.parent


class Previewed:
    """A running preview: its address, and what its pages say."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str, **headers: str) -> str:
        asked = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return unescape(answer.read().decode())

    def text(self, path: str = "") -> str:
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.get(path)))

    def state(self) -> str:
        return json.loads(self.get("state"))["state"]


def start(*arguments, **settings):
    return subprocess.Popen(
        [sys.executable, "-m", "grader", "problems", "preview", *arguments, "--port", "0"],
        env=os.environ | Settings(**settings).to_env(),
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """A running preview, and the folder of the bank that it shows."""
    folder = tmp_path_factory.mktemp("previewed")
    bank = write_bank(folder / "bank")
    process = start("hw", "1", var=folder / "var", problems=(str(bank),))
    line = process.stdout.readline()
    assert line.startswith("http://127.0.0.1:"), line + process.stderr.read()
    yield Previewed(line.split()[0]), bank
    process.terminate()
    process.wait(timeout=10)
    process.stdout.close()
    process.stderr.close()


@pytest.fixture
def bank(serving):
    """The bank as it was, whatever an earlier test changed in it."""
    return write_bank(serving[1])


@pytest.fixture
def previewed(serving, bank):
    return serving[0]


def test_everything_of_the_problem_is_on_the_page(previewed):
    html, text = previewed.get(""), previewed.text()

    assert "No faults" in text
    assert "<mn>2</mn>" in html
    for words in ("Their sum?", "reference 5", "multiplied 6 0 Add instead."):
        assert words in text
    assert '<rect width="2"' in html
    assert "A bar of length 2 before one of 3." in text


def test_a_variant_is_shown_by_number_and_stays_the_same(previewed):
    assert previewed.text("?variant=7") == previewed.text("?variant=7")

    parameters = {
        number: re.search(r'"a": (\d+), "b": (\d+)', previewed.text(f"?variant={number}")).groups()
        for number in range(5)
    }

    assert parameters[0] == ("2", "3")
    assert len(set(parameters.values())) > 2


def test_a_save_changes_the_state_that_pages_ask_for_and_then_the_page(previewed, bank):
    before = previewed.state()
    assert f'data-state="{before}"' in previewed.get("")

    (bank / "sums.md").write_text("Numbers $<<a>>$.\n## a\nTheir total?\n## b\nBoth.")

    assert previewed.state() != before
    assert "Their total?" in previewed.text()
    assert f'data-state="{previewed.state()}"' in previewed.get("")


def test_a_fault_of_verify_is_shown_with_file_and_line_until_it_is_mended(previewed, bank):
    sound = (bank / "sums.py").read_text()
    assert "No faults" in previewed.text()

    (bank / "sums.py").write_text(sound.replace('p["a"] + p["b"]', '1 / (p["a"] - p["a"])'))
    line = 1 + sound[: sound.index('p["a"] + p["b"]')].count("\n")
    broken = previewed.text()
    (bank / "sums.py").write_text(sound)

    assert f"sums.py:{line}" in broken
    assert "ZeroDivisionError" in broken
    assert "Their sum?" in broken
    assert "No faults" in previewed.text()


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("sums.py", "PROBLEM = (", "sums.py:1: '(' was never closed"),
        ("sums.md", "No headings.", "has no heading '## a'"),
        ("sums.py", "import os; os._exit(3)", "died with exit status 3"),
        ("assignments/hw.py", "", "defines no ASSIGNMENT"),
    ],
)
def test_files_that_do_not_load_are_a_page_that_says_so(previewed, bank, file, content, said):
    (bank / file).write_text(content)

    assert said in previewed.text()


def test_another_site_gets_nothing_under_its_own_name(previewed):
    with pytest.raises(urllib.error.HTTPError) as refused:
        previewed.get("", Host="evil.example")

    refused.value.close()
    assert refused.value.code == 400


def test_an_unknown_number_is_wrong_usage(tmp_path, bank):
    process = start("hw", "9", var=tmp_path / "var", problems=(str(bank),))

    _, said = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "no problem '9'" in said


def wanted(bank):
    return Wanted((str(bank),), "hw", "1", 0, b"k")


def test_a_solver_that_takes_for_ever_is_stopped(tmp_path):
    slow = SUMS.replace('p["a"] + p["b"]', '__import__("time").sleep(600)')
    bank = write_bank(tmp_path / "bank", sums_py=slow)
    began = time.monotonic()

    view = in_time(wanted(bank), 3.0)

    assert time.monotonic() - began < 30
    assert "takes for ever" in view.faults[0].reason


def test_a_fault_is_told_once(tmp_path):
    broken = SUMS.replace('p["a"] + p["b"]', "1 / 0")
    bank = write_bank(tmp_path / "bank", sums_py=broken)

    (fault,) = author_view(wanted(bank)).faults

    assert "ZeroDivisionError" in fault.reason
