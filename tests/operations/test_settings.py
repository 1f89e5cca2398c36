"""Settings come from the environment, keys from the first start; neither is guessed."""

import stat
from pathlib import Path

import pytest

from grader.errors import SetupError
from grader.settings import KEY_BYTES, SECRET_NAMES, Secrets, Settings, missing_secrets, variables

KEY = "5a" * KEY_BYTES


def test_everything_lies_below_var_unless_it_is_named():
    settings = Settings.from_env({"GRADER_VAR": "/srv/grader"})

    assert settings.database_url == "sqlite:////srv/grader/grader.db"
    assert settings.redis_url == "redis+socket:///srv/grader/redis.sock"
    assert settings.has_private_redis


def test_a_named_broker_is_not_a_private_one():
    settings = Settings.from_env({"GRADER_REDIS_URL": "redis://queue:6379/0"})

    assert not settings.has_private_redis
    assert settings.redis_client_url == "redis://queue:6379/0"


def test_a_relative_var_means_the_same_in_every_process(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert Settings.from_env({"GRADER_VAR": "data"}).var == tmp_path / "data"


def test_settings_survive_the_way_through_another_process():
    given = {
        "GRADER_PROBLEMS": "problems:/srv/course",
        "GRADER_GPU_SMOKE": "yes",
        "GRADER_PORT": "9",
    }
    settings = Settings.from_env(given)

    assert Settings.from_env(settings.to_env()) == settings
    assert settings.problems == ("problems", "/srv/course")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GRADER_PORT", "80a"),
        ("GRADER_PORT", "-1"),
        ("GRADER_PORT", "0"),
        ("GRADER_PORT", "65536"),
        ("GRADER_PORT", "٨٠٨٠"),
        ("GRADER_LEASE_SECONDS", "9" * 5000),
        ("GRADER_GPU_SMOKE", "maybe"),
        ("GRADER_SWEEP_SECONDS", "60"),
        ("GRADER_ANSWER_WORKERS", "0"),
        ("GRADER_VAR", "/srv/" + "x" * 100),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(variable, value):
    with pytest.raises(SetupError, match=variable):
        Settings.from_env({variable: value})


def test_an_empty_variable_counts_as_absent():
    environ = dict.fromkeys(variables().values(), "")

    assert Settings.from_env(environ) == Settings()


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    settings = Settings(var=tmp_path)

    made = Secrets.create(settings, {})

    assert Secrets.create(settings, {}) == made == Secrets.load(settings, {})
    assert len({made.session_key, made.course_key, made.signing_key}) == 3
    for name in SECRET_NAMES:
        path = settings.secrets_folder / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert getattr(made, name).hex() not in repr(made)
    assert stat.S_IMODE(settings.secrets_folder.stat().st_mode) == 0o700
    assert {path.name for path in settings.secrets_folder.iterdir()} == set(SECRET_NAMES)


def test_a_process_that_may_not_make_keys_names_the_one_it_lacks(tmp_path):
    with pytest.raises(SetupError, match="GRADER_SESSION_KEY"):
        Secrets.load(Settings(var=tmp_path), {})

    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_key_may_come_from_the_environment_or_from_a_file(name, tmp_path):
    settings = Settings(var=tmp_path / "var")
    Secrets.create(settings, {})
    (settings.secrets_folder / name).unlink()
    (tmp_path / "key").write_text(KEY + "\n")
    variable = f"GRADER_{name.upper()}"

    by_value = Secrets.load(settings, {variable: KEY})
    by_file = Secrets.load(settings, {f"{variable}_FILE": str(tmp_path / "key")})

    assert getattr(by_value, name) == getattr(by_file, name) == bytes.fromhex(KEY)
    assert missing_secrets(settings, {variable: KEY}) == ()
    assert missing_secrets(settings, {}) == (name,)


@pytest.mark.parametrize("text", ["", "not hexadecimal", "5a5a", KEY + "5a", "ключ"])
def test_a_broken_key_is_refused_with_its_place(text, tmp_path):
    settings = Settings(var=tmp_path)
    Secrets.create(settings, {})
    path: Path = settings.secrets_folder / "course_key"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SetupError, match="course_key"):
        Secrets.load(settings, {})


def test_a_key_that_others_can_read_is_refused(tmp_path):
    settings = Settings(var=tmp_path)
    Secrets.create(settings, {})
    (settings.secrets_folder / "signing_key").chmod(0o640)

    with pytest.raises(SetupError, match="chmod 600"):
        Secrets.load(settings, {})
