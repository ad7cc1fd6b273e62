"""Earlier years beside a new release: what the console offers, what it takes, and that the report says it."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from analysis.__main__ import main
from survey_app import analysis_door, clock, database, extract
from survey_app.models import Publication, Survey
from tests import factories
from tests.staff import Staff, signed_in
from tests.survey_app.results.folders import make_release_folder
from tests.survey_app.results.test_door import answer, wait_for


def publish(session: Session, survey: Survey, release: str, number: int = 1, state: str = "published") -> None:
    """As it stands in the database after all steps."""
    people = [factories.make_user(session, f"{name}-{release}@example.vn").id for name in ("one", "two")]
    session.add(
        Publication(
            **{"survey_id": survey.id, "number": number, "release": release, "state": state},
            **{"release_hash": "a" * 64, "extract_hash": "b" * 64, "frozen_at": factories.NOON},
            **{"made_by_id": people[0], "made_at": factories.NOON, "approved_by_id": people[1]},
            **{"approved_at": factories.NOON},
            published_by_id=people[1] if state != "shown" else None,
            published_at=factories.NOON + timedelta(days=number) if state != "shown" else None,
        )
    )


def year(session: Session, number: int, **fields: object) -> Survey:
    days = {"period_from": date(number, 1, 1), "period_to": date(number, 12, 31)}
    return factories.make_survey(session, f"sipas-{number}", name_vi=f"Khảo sát {number}", **days, **fields)


@pytest.fixture
def analyst(console_app: Flask) -> Staff:
    """Two publications of 2025, one of 2024 whose folder is gone, one of another index, one that is only shown."""
    with console_app.app_context():
        session, folder = database.session(), console_app.config["SETTINGS"].releases
        before, older, now = year(session, 2025), year(session, 2024), year(session, 2026)
        other = factories.make_survey(session, "y-te-2025", index_code="health", period_from=date(2025, 1, 1))
        factories.make_wave(session, survey=now)
        for name in ("first", "second", "health", "waiting"):
            make_release_folder(folder / name, number_of_units=1)
        publish(session, before, "first", 1, "replaced")
        publish(session, before, "second", 2)
        publish(session, before, "waiting", 3, "shown")
        publish(session, older, "gone")
        publish(session, other, "health")
        session.commit()
    return signed_in(console_app, "analyst")


def test_published_releases_of_earlier_surveys_of_the_index_can_be_chosen(analyst: Staff) -> None:
    page = analyst.get("/results/").text
    selects = re.findall(r'<label for="([^"]+)">([^<]+)</label>\s*<select[^>]+id="\1"[^>]*>(.*?)</select>', page)

    assert [(name, words) for name, words, _ in selects] == [("sipas-2026-sipas-2025", "So sánh với: Khảo sát 2025")]
    assert re.findall(r'value="([^"]*)"', selects[0][2]) == ["second", "first", ""]


def test_what_was_chosen_travels_with_the_run_and_nothing_else_is_taken(console_app: Flask, analyst: Staff) -> None:
    releases = console_app.config["SETTINGS"].releases
    for wrong in (["health"], ["../first"], ["first", "second"]):
        page = analyst.post("/results/make/sipas-2026", follow=True, earlier=wrong).text
        assert "Hãy chọn kết quả kỳ trước trong danh sách" in page
    assert analysis_door.last(releases, "sipas-2026") is None
    analyst.post("/results/make/sipas-2026", earlier=["first"])
    run = wait_for(console_app, "sipas-2026")

    assert list(run.earlier) == ["first"]


@pytest.mark.slow
def test_the_report_compares_with_the_year_that_was_chosen(console_app: Flask, tmp_path: Path) -> None:
    with console_app.app_context():
        session, releases = database.session(), console_app.config["SETTINGS"].releases
        unit = factories.make_unit(session)
        for number in (2025, 2026):
            survey = year(session, number)
            wave = factories.make_wave(session, survey=survey)
            answer(session, factories.make_point(session, mode="paper_self", wave=wave, unit=unit), 40)
            if number == 2025:
                session.commit()
                extract.write(session, survey, tmp_path / "extract", clock.now())
                publish(session, survey, "before")
        session.commit()
    command = [str(tmp_path / "extract"), "--out", str(releases / "before"), "--no-documents"]
    assert CliRunner().invoke(main, command).exit_code == 0
    signed_in(console_app, "analyst").post("/results/make/sipas-2026", earlier="before")
    run = wait_for(console_app, "sipas-2026")
    report = (releases / run.name / "report.html").read_text("utf-8")

    assert (run.state, run.sentence) == ("finished", "")
    assert "SO VỚI CÁC KỲ TRƯỚC" in report
    assert 'data-id="earlier/sipas-2025/probability/overall/index/all/all"' in report
    assert (releases / run.name / "charts" / "trend.svg").exists()
