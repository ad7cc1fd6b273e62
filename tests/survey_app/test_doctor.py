"""`hailong doctor`: sound installations pass, faults are named with what to do, the exit code is honest."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from survey_app import accounts, clock, config, database, doctor
from survey_app.commands import cli
from survey_app.models import InstrumentVersion
from tests.conftest import make_settings
from tests.factories import NOON, make_version


@pytest.fixture
def installation(app_on_any_database: Flask) -> Flask:
    session = database.session()
    make_version(session)
    session.commit()
    return app_on_any_database


def states(app: Flask, at: datetime = NOON) -> dict[str, str]:
    return {check.name: check.state for check in doctor.examine(app.config["SETTINGS"], at)}


def test_a_sound_installation_passes_on_both_databases(installation: Flask) -> None:
    found = states(installation)

    needed = ("python", "instance", "disk", "database", "migrations", "instruments", "stored instruments", "clock")
    assert {name: found[name] for name in needed} == dict.fromkeys(needed, "ok")
    assert found["public address"] == "warn"


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, "postgresql+psycopg://hailong:secret@127.0.0.1:1/nothing")
    (check,) = [check for check in doctor.examine(settings, NOON) if check.name == "database"]

    assert check.state == "fail"
    assert "DATABASE_URL" in check.message
    assert "secret" not in check.message


def test_a_database_without_migrations_says_what_to_run(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite'}")
    found = {check.name: check for check in doctor.examine(settings, NOON)}

    assert found["migrations"].state == "fail"
    assert "hailong init" in found["migrations"].message


def test_accounts_that_prepare_and_approve_are_named(installation: Flask) -> None:
    session = database.session()
    for name, roles in (
        ("one", ("analyst", "approver")),
        ("two", ("manager", "approver")),
        ("analyst", ("analyst", "viewer")),
        ("approver", ("approver",)),
        ("closed", ("manager", "approver")),
    ):
        accounts.add_user(session, f"{name}@example.vn", None, roles).active = name != "closed"
    session.commit()
    (check,) = [one for one in doctor.examine(installation.config["SETTINGS"], NOON) if one.name == "accounts"]

    assert check.state == "warn"
    assert check.message.startswith("Prepare figures and approve them too: one@example.vn, two@example.vn;")


def test_without_such_an_account_nothing_is_said_of_accounts(installation: Flask) -> None:
    assert "accounts" not in states(installation)


def test_a_version_that_was_changed_behind_our_back_is_found(installation: Flask) -> None:
    session = database.session()
    version = session.scalars(sa.select(InstrumentVersion)).one()
    version.content = version.content.replace("?", "!", 1)
    session.commit()

    assert states(installation)["stored instruments"] == "fail"


def test_a_clock_that_is_years_wrong_is_named(installation: Flask) -> None:
    assert states(installation, datetime(1970, 1, 1, tzinfo=UTC))["clock"] == "fail"


def test_a_folder_that_is_gone_is_a_finding_and_no_crash(installation: Flask, tmp_path: Path) -> None:
    settings = replace(installation.config["SETTINGS"], instance=tmp_path / "gone")
    found = {check.name: check.state for check in doctor.examine(settings, NOON)}

    assert (found["instance"], found["disk"]) == ("fail", "fail")


def test_a_public_https_address_is_fine(installation: Flask) -> None:
    settings = replace(installation.config["SETTINGS"], public_url="https://hailong.example.vn")
    (check,) = [check for check in doctor.examine(settings, NOON) if check.name == "public address"]

    assert check.state == "ok"


def test_the_exit_code_is_honest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'hailong.sqlite'}"
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url)
    before = CliRunner().invoke(cli, ["doctor", "--json"])
    database.upgrade(url)
    after = CliRunner().invoke(cli, ["doctor", "--json"])

    assert (before.exit_code, json.loads(before.output)["ok"]) == (1, False)
    names = {check["name"] for check in json.loads(after.output)["checks"] if check["state"] == "fail"}
    assert names <= {"translations"}
    assert after.exit_code == len(names)


def test_no_backup_for_days_is_a_failure_but_not_in_the_first_days(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings, at = config.read(), clock.utc_now()
    database.upgrade(settings.database_url)

    def backup(days: int) -> str:
        found = {check.name: check.state for check in doctor.examine(settings, at + timedelta(days=days))}
        return found["backup"]

    assert [backup(0), backup(2), backup(4)] == ["warn", "warn", "fail"]
    (tmp_path / "last_backup.json").write_text(json.dumps({"at": (at + timedelta(days=4)).isoformat()}))
    assert [backup(5), backup(6), backup(8)] == ["ok", "warn", "fail"]


def test_what_fails_is_said_once_more_in_one_line_for_a_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    result = CliRunner().invoke(cli, ["doctor"])

    assert result.exit_code == 1
    assert result.output.splitlines()[-1].startswith("Error: This has to be mended: migrations")
