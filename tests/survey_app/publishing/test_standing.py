"""What doctor and the command say of publications: changed folders, changed responses, a file that is behind."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from analysis.release import write_manifest
from survey_app import database, doctor, releases
from survey_app.commands import cli
from survey_app.models import Publication, Response
from survey_app.publishing import frozen_rows, notes, standing, steps
from survey_app.responses import counted
from tests import factories
from tests.survey_app.publishing.story import NOON, Story, make_story
from tests.survey_app.test_extract import SIPAS, make_answers, make_response


@pytest.fixture
def session(app_on_any_database: Flask) -> Session:
    return database.session()


@pytest.fixture
def folder(app_on_any_database: Flask, session: Session) -> Path:
    """A published release of one response, told to the analysis."""
    return publish(make_story(app_on_any_database, session), session)


def publish(story: Story, session: Session) -> Path:
    point = factories.make_point(session, wave=factories.make_wave(session, survey=story.survey))
    make_response(session, point.wave, make_answers(SIPAS), unit_id=point.unit_id, point_id=point.id)
    release = story.release("release-1")
    rows = frozen_rows.rows_now(session, story.survey, counted())
    frozen = {**release.manifest, "rows": rows, "frozen_at": NOON.isoformat()}
    write_manifest(release.folder, frozen, NOON)
    publication = story.published(session)
    notes.write(release.folder, notes.content(session, publication, True, ()))
    session.commit()
    return release.folder


def _said(app: Flask, name: str = "publications", at: datetime = NOON) -> list[tuple[str, str]]:
    found = doctor.examine(app.config["SETTINGS"], at)
    return [(check.state, check.message) for check in found if check.name == name]


def test_all_is_well_until_a_response_is_changed(app_on_any_database: Flask, session: Session, folder: Path) -> None:
    before = _said(app_on_any_database)
    session.execute(sa.update(Response).values(answers=make_answers(SIPAS, **{"A1.1": 1}).canonical_json()))
    session.commit()
    (state, message), *more = _said(app_on_any_database)

    assert before == []
    assert (state, more) == ("warn", [])
    assert "sipas-2017 1 (release-1)" in message
    assert "make a new release" in message


def test_a_changed_folder_is_a_failure_and_a_file_that_is_behind_a_warning(
    app_on_any_database: Flask, session: Session, folder: Path
) -> None:
    told = json.loads((folder / "publication.json").read_text())
    (folder / "publication.json").write_text(json.dumps({**told, "state": "shown"}))
    behind = _said(app_on_any_database)
    (folder / "report.pdf").write_bytes(b"another document")
    changed = _said(app_on_any_database)

    assert [(state, "not up to date" in message) for state, message in behind] == [("warn", True)]
    assert [(state, "restore the folder" in message) for state, message in changed] == [("fail", True)]


def test_what_was_dropped_is_not_looked_at(app_on_any_database: Flask, session: Session, folder: Path) -> None:
    session.execute(sa.update(Publication).values(state="dropped", drop_reason="nhầm", published_at=None))

    assert list(standing.of_all(session, folder.parent)) == []
    assert steps.all_of(session) != []


def test_the_command_lists_and_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    session = database.session()
    story = make_story(app, session)
    story.entered(session)
    session.commit()
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", app.config["SETTINGS"].database_url)
    listed = CliRunner().invoke(cli, ["release", "list"])
    as_json = CliRunner().invoke(cli, ["release", "list", "--json"])
    well = CliRunner().invoke(cli, ["release", "check"])
    release = releases.find(app.config["SETTINGS"].releases, "release-1")
    assert release is not None
    (release.folder / "figures.csv").write_text("id\n")
    wrong = CliRunner().invoke(cli, ["release", "check"])

    assert listed.output.startswith("sipas-2017 1 (release-1): draft, cannot be compared; publication.json is not up")
    assert json.loads(as_json.output)[0]["state"] == "draft"
    assert (well.exit_code, wrong.exit_code) == (0, 1)
    assert "its folder is missing or was changed" in wrong.output


@pytest.mark.slow
def test_what_is_public_says_by_itself_that_responses_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    settings, session = app.config["SETTINGS"], database.session()
    folder = publish(make_story(app, session), session)
    session.execute(sa.update(Response).values(answers=make_answers(SIPAS, **{"A1.1": 1}).canonical_json()))
    session.commit()
    monkeypatch.setenv("INSTANCE", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    before = _said(app, "release check")
    done = CliRunner().invoke(cli, ["release", "check", "--update"])
    again = CliRunner().invoke(cli, ["release", "check", "--update"])
    pages = [page.read_text("utf-8") for page in settings.public.rglob("*.html")]

    assert [state for state, _message in before] == ["warn"]
    assert (done.exit_code, again.exit_code) == (0, 0), (done.output, done.exception, done.stderr)
    assert "documents and public site written anew" in done.output
    assert again.output == ""
    assert json.loads((folder / "publication.json").read_text())["matches"] is False
    assert "KHÔNG CÒN KHỚP" in (folder / "report.html").read_text("utf-8")
    assert any("không còn khớp với các phiếu" in page for page in pages)
    checked = datetime.fromisoformat((settings.releases / standing.CHECKED).read_text())
    assert _said(app, "release check", checked + timedelta(hours=25)) == []
    assert "has not run since" in _said(app, "release check", checked + timedelta(hours=27))[0][1]
