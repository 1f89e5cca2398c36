"""What is written about the service is true of it."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grader.settings import SECRET_NAMES, Secrets, Settings, variables

ROOT = Path(__file__).parents[2]
OPERATOR = (ROOT / "docs" / "operator.md").read_text()
ROW = re.compile(r"^\| `(GRADER_[A-Z_]+)` \| (.*?) \|", re.MULTILINE)


def requirements():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return [Requirement(line) for line in lines]


def pins():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_every_setting_stands_in_the_operators_table_with_its_default():
    described = dict(ROW.findall(OPERATOR))
    defaults = Settings().to_env()

    assert set(variables().values()) <= set(described)
    in_words = {"GRADER_VAR", "GRADER_DATABASE_URL", "GRADER_REDIS_URL"}
    for variable in set(variables().values()) - in_words:
        assert described[variable] == f"`{defaults[variable]}`"


def test_the_operators_table_describes_no_setting_that_is_not_there():
    keys = {f"GRADER_{name.upper()}" for name in SECRET_NAMES}

    assert set(dict(ROW.findall(OPERATOR))) == set(variables().values()) | keys


def test_every_dependency_is_pinned_and_its_reason_is_written_down():
    text = (ROOT / "docs" / "dependencies.md").read_text()
    pinned = {canonicalize_name(name): version for name, version in pins().items()}

    for requirement in requirements():
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])
        assert re.search(rf"^\| {re.escape(requirement.name)} \|", text, re.MULTILINE), requirement


def test_every_pin_is_one_exact_version_of_no_special_build():
    for name, version in pins().items():
        assert re.fullmatch(r"[0-9][0-9A-Za-z.]*", version), name


def test_every_make_target_that_is_written_about_exists():
    listed = subprocess.run(
        ["make", "-C", ROOT, "help"], check=True, capture_output=True, text=True
    ).stdout
    targets = set(re.findall(r"^([a-z-]+) ", listed, re.MULTILINE))
    texts = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]

    named = {
        name
        for path in texts
        for name in re.findall(r"\bmake ([a-z]+)\b[^a-z]*[`#\n]", path.read_text())
    }

    assert named <= targets
    assert {"run", "test", "check", "bench"} <= targets


def test_browser_assets_are_locked_by_content_and_not_by_place():
    lock = (ROOT / "package-lock.json").read_text()

    assert '"resolved"' not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/')
    assert "http" not in re.sub(r'"funding": \{[^}]*\}', "", lock)


# Imports all that the portal runs, where every module of other distributions is hidden.
PORTAL_ALONE = """
import sys
from importlib.metadata import packages_distributions
from packaging.utils import canonicalize_name

allowed = set(sys.argv[1:]) | {"homework-grader"}
owners = packages_distributions()

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name in owners and not any(canonicalize_name(one) in allowed for one in owners[name]):
            raise ModuleNotFoundError(f"{name} is not in the portal's image", name=name)

sys.meta_path.insert(0, Hide())
import gunicorn.app.wsgiapp, gunicorn.workers.gthread, psycopg
import grader.__main__, grader.commands.gunicorn_hooks, grader.commands.process, web.wsgi
"""


def closure(names):
    """Every distribution that `names` bring with them on this machine."""
    found, todo = set(), [Requirement(name) for name in names]
    while todo:
        one = todo.pop()
        if (canonicalize_name(one.name), frozenset(one.extras)) in found:
            continue
        found.add((canonicalize_name(one.name), frozenset(one.extras)))
        for line in distribution(one.name).requires or ():
            needed = Requirement(line)
            extras = [{"extra": extra} for extra in one.extras] or [{"extra": ""}]
            if needed.marker is None or any(needed.marker.evaluate(extra) for extra in extras):
                todo.append(needed)
    return {name for name, _ in found}


@pytest.fixture
def portal_closure():
    lines = (ROOT / "docker" / "portal-requirements.txt").read_text().splitlines()
    return closure(line for line in lines if not line.startswith("#"))


def import_portal(allowed, var):
    settings = Settings(var=var)
    Secrets.create(settings)
    return subprocess.run(
        [sys.executable, "-P", "-c", PORTAL_ALONE, *allowed],
        env=os.environ | settings.to_env(), capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_portal_image_has_all_that_the_portal_loads(tmp_path, portal_closure):
    assert import_portal(portal_closure, tmp_path).stderr == ""


def test_what_the_portal_image_lacked_would_be_noticed(tmp_path, portal_closure):
    done = import_portal(portal_closure - {"flask-wtf"}, tmp_path)

    assert "flask_wtf is not in the portal's image" in done.stderr


def test_the_portal_image_stays_light(portal_closure):
    heavy = {"torch", "sympy", "matplotlib", "altair", "vl-convert-python", "ipython", "pandas"}

    assert not portal_closure & heavy


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", "docs/operator.md"])
def test_links_inside_the_repository_lead_somewhere(path):
    text = (ROOT / path).read_text()

    for target in re.findall(r"\]\(([^)#]+)", text):
        assert target.startswith("https://") or (ROOT / path).parent.joinpath(target).exists(), (
            target
        )
