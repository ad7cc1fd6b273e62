"""Settings: what cannot be used is said in one sentence, at once, with exit code 2; secrets are shown to nobody."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey_app import config
from survey_app.commands import cli

BAD = {
    "PORT": "80000",
    "WORKERS": "0",
    "FORMS_PER_MINUTE": "0",
    "DATABASE_URL": "mysql://me:hidden@host/name",
    "PUBLIC_URL": "survey.example.vn",
    "SECURE_COOKIES": "yes",
    "BEHIND_PROXY": "true",
    "LOG_REQUESTS": "all",
    "METRICS_TOKEN": "hidden",
    "BACKUP_RECIPIENT": "AGE-SECRET-KEY-1",
    "MAIL_SERVER": "smtp://me:hidden@host?tls=off",
    "MAIL_FROM": "khaosat",
    "OIDC_ISSUER": "http://sso.example.vn",
    "SECRET_KEY": "hidden",
    "TOKEN_KEY": "hidden",
    "INSTANCE": "/dev/null/hailong",
}
# What a provider gave out, and what a button says.
ANY_TEXT = {"OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_LABEL"}


def test_every_setting_has_a_value_that_is_refused() -> None:
    assert set(BAD) | ANY_TEXT == {one.name for one in config.KNOWN}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["serve", "surveys", "doctor"])
def test_a_bad_value_is_one_sentence_and_exit_code_2(name: str, command: str, tmp_path: Path) -> None:
    result = CliRunner(env={"INSTANCE": str(tmp_path), name: BAD[name]}).invoke(cli, [command])

    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {name} is ")
    assert len(result.output.splitlines()) == 1
    assert "hidden" not in result.output


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"MAIL_SERVER": "smtp://host"}, "MAIL_FROM"),
        ({"OIDC_ISSUER": "https://sso.example.vn", "OIDC_CLIENT_SECRET": "hidden"}, "OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "https://sso.example.vn", "OIDC_CLIENT_ID": "hailong"}, "OIDC_CLIENT_SECRET"),
    ],
)
def test_what_is_needed_together_is_asked_for(given: dict[str, str], missing: str, tmp_path: Path) -> None:
    result = CliRunner(env={"INSTANCE": str(tmp_path), **given}).invoke(cli, ["surveys"])

    assert (result.exit_code, result.output.startswith(f"Error: {missing} is missing")) == (2, True)
    assert "hidden" not in result.output


def test_damaged_secrets_are_not_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    result = CliRunner(env={"INSTANCE": str(tmp_path)}).invoke(cli, ["surveys"])

    assert result.exit_code == 2
    assert "restore it from a backup" in result.output
    assert (tmp_path / "secrets.json").read_text() == "{"


def test_the_list_shows_values_but_no_secret() -> None:
    environ = {"PORT": "8123", "TOKEN_KEY": "hidden, and long enough"}
    result = CliRunner(env=environ).invoke(cli, ["settings"])

    assert result.exit_code == 0
    assert "8123" in result.output
    assert "hidden" not in result.output


def test_secrets_are_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stops while they are written would else never start again."""

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as stopped:
        stopped.setattr(os, "fsync", fail)
        with pytest.raises(config.BadSetting, match="No space left"):
            config.read({"INSTANCE": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
    first, second = config.read({"INSTANCE": str(tmp_path)}), config.read({"INSTANCE": str(tmp_path)})

    assert first == second
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]
