"""The door to the analysis: a process of its own whose state can be seen, also when it died."""

import os
import subprocess
import time
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from questionnaires.checking import check
from survey_app import analysis_door, background, database
from survey_app.instruments.read_once import instrument_of
from survey_app.models import CollectionPoint
from tests import factories
from tests.staff import signed_in
from tests.survey_app.answer.conftest import GOOD
from tests.survey_app.test_extract import make_response


def wait_for(app: Flask, survey: str, seconds: int = 120) -> analysis_door.Run:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run = analysis_door.last(app.config["SETTINGS"].releases, survey)
        if run is not None and run.state != "running":
            return run
        time.sleep(0.2)
    raise AssertionError("the run does not end")


def answer(session: Session, point: CollectionPoint, count: int) -> None:
    """So many people say the same there."""
    instrument = instrument_of(point.wave.instrument_version)
    answers = check(instrument, {name: [value] for name, value in GOOD.items()}).answers
    assert answers is not None
    place = {"mode": point.mode, "unit_id": point.unit_id, "point_id": point.id}
    for _ in range(count):
        make_response(session, point.wave, answers, local_day=date(2026, 11, 20), **place)


def make_answered_survey(app: Flask) -> None:
    with app.app_context():
        session = database.session()
        answer(session, factories.make_point(session, mode="paper_self"), 40)
        session.commit()


@pytest.mark.slow
def test_an_analyst_makes_a_release_with_one_button(console_app: Flask) -> None:
    make_answered_survey(console_app)
    analyst = signed_in(console_app, "analyst")
    pressed = analyst.post("/results/make/sipas-2026", follow=True)
    again = analyst.post("/results/make/sipas-2026", follow=True)
    run = wait_for(console_app, "sipas-2026")

    assert 'class="state running"' in pressed.text
    assert "đang được lập" in again.text or "already being made" in again.text
    assert (run.state, run.sentence) == ("finished", "")
    page = analyst.get(f"/results/{run.name}?lang=en").text
    assert "40 respondents" in page
    assert "report.docx" in page


def test_a_failure_says_why(console_app: Flask) -> None:
    with console_app.app_context():
        factories.make_survey(database.session())
        database.session().commit()
    analyst = signed_in(console_app, "analyst")
    analyst.post("/results/make/sipas-2026")
    run = wait_for(console_app, "sipas-2026")

    assert run.state == "failed"
    assert "has no wave yet" in run.sentence
    assert "has no wave yet" in analyst.get("/results/").text


def test_a_run_that_died_is_not_shown_as_running(console_app: Flask) -> None:
    releases = console_app.config["SETTINGS"].releases
    (releases / ".runs").mkdir(parents=True)
    run = analysis_door.Run("sipas-2026", "sipas-2026-1", "running", "2026-11-23T12:00:00+07:00")
    background.write(releases / ".runs" / "sipas-2026.json", run)
    found = analysis_door.last(releases, "sipas-2026")

    assert found is not None
    assert (found.state, found.sentence) == ("failed", analysis_door.DIED)


def test_a_survey_that_is_not_there_starts_nothing(console_app: Flask) -> None:
    analyst = signed_in(console_app, "analyst")

    assert analyst.post("/results/make/..%2fetc").status_code == 404
    assert analyst.post("/results/make/nothing").status_code == 404
    assert not (console_app.config["SETTINGS"].releases / ".runs").exists()


def test_a_run_of_another_container_is_not_ended_by_its_number_here(console_app: Flask) -> None:
    """Its number is that of some process here."""
    analyst, releases = signed_in(console_app, "analyst"), console_app.config["SETTINGS"].releases
    with console_app.app_context():
        factories.make_survey(database.session())
        database.session().commit()
    (releases / ".runs").mkdir(parents=True)
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    run = analysis_door.Run("sipas-2026", "sipas-2026-1", "running", "2026-11-23T12:00:00+07:00")
    background.write(releases / ".runs" / "sipas-2026.json", run)
    with background.locked(releases / ".runs" / "sipas-2026.lock") as lock:
        os.write(lock, f"{stranger.pid} another".encode())
        page = analyst.post("/results/make/sipas-2026/cancel", follow=True)
        found = analysis_door.last(releases, "sipas-2026")
    still = stranger.poll()
    stranger.kill()
    stranger.wait()

    assert "không thể hủy" in page.text
    assert found is not None
    assert (found.state, still) == ("running", None)
