"""The compose file and the images: valid, complete, and nothing runs as root."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

from grader.commands.supervision import service_programs
from grader.settings import Settings, variables

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker" / "compose.yaml"
OURS = {"prepare", "portal", "answers", "notebooks", "sweep", "gpu"}

TEXTS = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
WORDS = {"type": "array", "items": {"type": "string"}}
DURATION = {"type": "string", "pattern": "^([0-9]+(ms|s|m|h))+$"}


def closed(properties, required=()):
    return {
        "type": "object", "properties": properties, "required": list(required),
        "additionalProperties": False,
    }  # fmt: skip


def named(schema):
    return {
        "type": "object", "patternProperties": {"^[a-zA-Z0-9._-]+$": schema},
        "additionalProperties": False,
    }  # fmt: skip


CONDITIONS = ["service_started", "service_healthy", "service_completed_successfully"]
# The part of the Compose Specification that the file uses, closed to everything else.
SERVICE = closed({
    "image": {"type": "string"},
    "build": closed({name: {"type": "string"} for name in ("context", "dockerfile", "target")}),
    "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
    "init": {"type": "boolean"},
    "read_only": {"type": "boolean"},
    "tmpfs": TEXTS,
    "cap_drop": TEXTS,
    "security_opt": TEXTS,
    "profiles": TEXTS,
    "ports": TEXTS,
    "volumes": TEXTS,
    "command": WORDS,
    "stop_grace_period": DURATION,
    "environment": named({"type": ["string", "number", "boolean", "null"]}),
    "depends_on": named(closed({"condition": {"enum": CONDITIONS}}, ["condition"])),
    "healthcheck": closed({
        "test": WORDS, "interval": DURATION, "start_period": DURATION,
        "timeout": DURATION, "retries": {"type": "integer"},
    }),
    "deploy": closed({"resources": closed({"reservations": closed({"devices": {
        "type": "array",
        "items": closed(
            {"driver": {"type": "string"}, "count": {"type": "integer"}, "capabilities": TEXTS},
            ["capabilities"],
        ),
    }})})}),
}, ["image"])  # fmt: skip
SCHEMA = closed({
    "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
    "services": named(SERVICE),
    "volumes": named({"type": "object", "maxProperties": 0}),
}, ["services"])  # fmt: skip


@pytest.fixture
def compose():
    document = yaml.safe_load(COMPOSE.read_text())
    return {name: value for name, value in document.items() if not name.startswith("x-")}


def test_the_file_holds_to_the_compose_specification(compose):
    jsonschema.validate(compose, SCHEMA)


@pytest.mark.parametrize(
    ("service", "key", "value"),
    [("portal", "port", []), ("redis", "restart", "sometimes"), ("gpu", "command", 7)],
)
def test_the_schema_notices_what_compose_would_refuse(compose, service, key, value):
    compose["services"][service][key] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(compose, SCHEMA)


def test_every_process_of_the_service_has_a_container(compose):
    started = {
        service["command"][2] if "command" in service else name
        for name, service in compose["services"].items()
        if name in OURS - {"prepare"}
    }

    assert started == {program.name for program in service_programs(Settings())}


def test_containers_name_only_settings_dependencies_and_volumes_that_exist(compose):
    services = compose["services"]
    for name in OURS:
        assert set(services[name]["environment"]) <= set(variables().values())
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in compose["volumes"]


def test_our_containers_give_up_every_right_that_they_do_not_need(compose):
    for name in OURS:
        service = compose["services"][name]
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"] is True
        assert "no-new-privileges:true" in service["security_opt"]


def test_the_password_comes_from_outside(compose):
    taken = "${POSTGRES_PASSWORD:?"
    services = compose["services"]

    assert services["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith(taken)
    for name in OURS:
        assert f"://grader:{taken}" in services[name]["environment"]["GRADER_DATABASE_URL"]


def test_only_the_portal_is_reachable_and_only_from_its_own_machine(compose):
    reachable = {
        name: service["ports"]
        for name, service in compose["services"].items()
        if "ports" in service
    }

    assert list(reachable) == ["portal"]
    assert all(port.startswith("127.0.0.1:") for port in reachable["portal"])


def test_every_image_ends_as_a_user_who_is_not_root(compose):
    stages = re.split(r"^FROM ", (ROOT / "docker" / "Dockerfile").read_text(), flags=re.MULTILINE)[
        1:
    ]
    users = {}
    for stage in stages:
        parent, name = re.match(r"(\S+) AS (\S+)", stage).groups()
        found = re.findall(r"^USER (\S+)", stage, re.MULTILINE)
        users[name] = found[-1] if found else users.get(parent, "root")

    built = {s["build"]["target"] for s in compose["services"].values() if "build" in s}
    assert built == {"portal", "worker", "gpu-worker"}
    assert {users[target] for target in built} == {"grader"}


def test_images_copy_only_what_is_there():
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignored, source


def has_compose():
    docker = shutil.which("docker")
    return (
        docker is not None
        and not subprocess.run(
            [docker, "compose", "version"], check=False, capture_output=True
        ).returncode
    )


@pytest.mark.skipif(not has_compose(), reason="no docker compose plugin on this machine")
def test_compose_itself_reads_the_file():
    done = subprocess.run(
        ["docker", "compose", "-f", COMPOSE, "config", "--quiet"],
        env=os.environ | {"POSTGRES_PASSWORD": "x"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
